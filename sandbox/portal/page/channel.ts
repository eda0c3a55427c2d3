// The host's side of the channel to an extension's frame (extension-host-protocol.md 1 to 3), written from that page alone.
import { createFunctionTable, fromWire, toWire } from './wire-values.ts';

export type RemoteObject = Readonly<Record<string, (...params: never[]) => unknown>>;

export interface Channel {
  /** Calls an object that the frame registered. Refused before the handshake: the frame would drop it without a word. */
  call(instanceId: string, methodName: string, params: readonly unknown[]): Promise<unknown>;
  readonly isOpen: () => boolean;
  close(): void;
}

interface Message {
  readonly id: number;
  readonly instanceId?: string;
  readonly methodName?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: unknown;
  readonly handshakeToken?: string;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: Error) => void;
}

const proxies = '__proxyFunctions';

/** Listens at once: make the channel before the frame gets its address. */
export function openChannel(
  frame: HTMLIFrameElement,
  frameOrigin: string,
  objects: Readonly<Record<string, RemoteObject>>,
): Channel {
  const table = createFunctionTable();
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let isOpen = false;

  const post = (message: Message): void => frame.contentWindow?.postMessage(JSON.stringify(message), '*');

  const call = (instanceId: string, methodName: string, params: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!isOpen) throw new Error('The extension has not shaken hands yet.');
      lastId += 1;
      pending.set(lastId, { resolve, reject });
      post({ id: lastId, instanceId, methodName, params: toWire(params, table) as readonly unknown[] });
    });

  const callRemote = (functionId: number, params: readonly unknown[]) =>
    call(proxies, `proxy${String(functionId)}`, params);

  const answer = async (message: Message, instanceId: string): Promise<void> => {
    // Each reply repeats the token of its request: that is how the frame learns the origin of its host.
    const token = message.handshakeToken === undefined ? {} : { handshakeToken: message.handshakeToken };
    try {
      const method = find(instanceId, message.methodName ?? '', objects, (name) => table.find(name));
      const params = fromWire(message.params ?? [], callRemote) as never[];
      const result = toWire(await method(...params), table);
      post({ id: message.id, ...(result === undefined || result === null ? {} : { result }), ...token });
      isOpen = true;
    } catch (cause) {
      const { name, message: words } = cause instanceof Error ? cause : new Error(String(cause));
      post({ id: message.id, error: { name, message: words }, ...token });
    }
  };

  const listen = (event: MessageEvent): void => {
    if (event.source !== frame.contentWindow || event.origin !== frameOrigin) return;
    const message = read(event.data);
    if (message === null) return;
    if (message.instanceId !== undefined) void answer(message, message.instanceId);
    else settle(pending, message, fromWire(message.result, callRemote));
  };
  window.addEventListener('message', listen);
  return { call, isOpen: () => isOpen, close: () => window.removeEventListener('message', listen) };
}

function find(
  instanceId: string,
  methodName: string,
  objects: Readonly<Record<string, RemoteObject>>,
  findProxy: (methodName: string) => ((...params: readonly unknown[]) => unknown) | null,
): (...params: never[]) => unknown {
  const object = objects[instanceId];
  if (object === undefined && instanceId !== proxies)
    throw new Error(`The registered object ${instanceId} could not be found.`);
  const method = instanceId === proxies ? findProxy(methodName) : object?.[methodName];
  if (method === null || method === undefined) throw new Error(`RPC method not found: ${methodName}`);
  return method;
}

function settle(pending: Map<number, Pending>, message: Message, result: unknown): void {
  const waiting = pending.get(message.id);
  pending.delete(message.id);
  if (message.error === undefined) waiting?.resolve(result);
  else waiting?.reject(new Error(`The extension answered with an error: ${JSON.stringify(message.error)}`));
}

/** Null for what is no message of this protocol: other scripts of the page may post to the same window. */
function read(data: unknown): Message | null {
  if (typeof data !== 'string' || !data.startsWith('{')) return null;
  try {
    const message = JSON.parse(data) as Partial<Message>;
    return typeof message.id === 'number' ? (message as Message) : null;
  } catch {
    return null;
  }
}
