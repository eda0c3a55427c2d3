// How values travel in a message of the host channel (extension-host-protocol.md 3): JSON, with functions and dates marked.

const channelId = 1;

type Call = (...params: readonly unknown[]) => unknown;

/** Remembers every function that was sent, so that the other side can call it by number. */
export interface FunctionTable {
  numberOf(call: Call): number;
  find(methodName: string): Call | null;
}

export function createFunctionTable(): FunctionTable {
  // The same function keeps its number: the SDK never frees one, so a new number for each sending would be a leak.
  const numbers = new Map<Call, number>();
  return {
    numberOf(call) {
      const number = numbers.get(call) ?? numbers.size + 1;
      numbers.set(call, number);
      return number;
    },
    find(methodName) {
      for (const [call, number] of numbers) if (`proxy${String(number)}` === methodName) return call;
      return null;
    },
  };
}

/** Drops what the SDK's serialiser drops: null and undefined members of objects, names that start with an underscore. */
export function toWire(value: unknown, table: FunctionTable): unknown {
  if (typeof value === 'function') return { __proxyFunctionId: table.numberOf(value as Call), _channelId: channelId };
  if (value instanceof Date) return { __proxyDate: value.getTime() };
  if (Array.isArray(value)) return value.map((item: unknown) => (item === undefined ? null : toWire(item, table)));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, member]) => !name.startsWith('_') && member !== undefined && member !== null,
  );
  return Object.fromEntries(kept.map(([name, member]) => [name, toWire(member, table)]));
}

/** `callRemote` is what a received function does when it is called here. */
export function fromWire(
  value: unknown,
  callRemote: (functionId: number, params: readonly unknown[]) => unknown,
): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => fromWire(item, callRemote));
  if (typeof value !== 'object' || value === null) return value;
  if ('__proxyFunctionId' in value && typeof value.__proxyFunctionId === 'number') {
    const functionId = value.__proxyFunctionId;
    return (...params: readonly unknown[]) => callRemote(functionId, params);
  }
  if ('__proxyDate' in value && typeof value.__proxyDate === 'number') return new Date(value.__proxyDate);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromWire(member, callRemote)]));
}
