// Demands as the service reads and compares them (demand-vectors.md 1.1 and 1.2): the emulator's own implementation, so
// that a mistake of Weir's parser is not repeated here.

export type Demand =
  | { readonly kind: 'exists'; readonly name: string }
  | { readonly kind: 'equals'; readonly name: string; readonly value: string }
  | { readonly kind: 'minimumVersion'; readonly name: string; readonly value: string };

/** Names in lower case: the agent's own map ignores case, and so does every reported behaviour of the service. */
export type Capabilities = Readonly<Record<string, string>>;

const SYNTAX = /^(\S+)(?:\s+-(\S+)\s+(.*))?$/;

/** Null where the service cannot parse: opcodes are case-sensitive and need a value part, names have no blanks. */
export function parseDemand(text: string): Demand | null {
  const parts = SYNTAX.exec(text);
  if (parts === null) return null;
  const [, name = '', opcode, value = ''] = parts;
  switch (opcode) {
    case undefined:
      return { kind: 'exists', name };
    case 'equals':
      return { kind: 'equals', name, value };
    case 'gtVersion':
      return { kind: 'minimumVersion', name, value };
    default:
      return null;
  }
}

/** A demand that still holds `$(` was never expanded; no agent meets it (azure-devops-wire.md 4). */
export function satisfies(text: string, capabilities: Capabilities): boolean {
  return meetsAll([text])(capabilities);
}

/** Reads the demands once, to be asked of many agents. */
export function meetsAll(texts: readonly string[]): (capabilities: Capabilities) => boolean {
  const tests = texts.map((text) => {
    const demand = text.includes('$(') ? null : parseDemand(text);
    return demand === null ? () => false : testOf(demand);
  });
  return (capabilities) => tests.every((isMet) => isMet(capabilities));
}

function testOf(demand: Demand): (capabilities: Capabilities) => boolean {
  const key = demand.name.toLowerCase();
  const isValueMet = valueTestOf(demand);
  // Hundreds of agents have one version between them.
  const known = new Map<string, boolean>();
  return (capabilities) => {
    const value = Object.hasOwn(capabilities, key) ? capabilities[key] : undefined;
    if (value === undefined) return false;
    const answer = known.get(value) ?? isValueMet(value);
    known.set(value, answer);
    return answer;
  };
}

function valueTestOf(demand: Demand): (value: string) => boolean {
  switch (demand.kind) {
    case 'exists':
      return () => true;
    case 'equals': {
      const wanted = demand.value.toUpperCase();
      return (value) => value.toUpperCase() === wanted;
    }
    case 'minimumVersion': {
      const least = parseVersion(demand.value);
      return (value) => compareVersions(parseVersion(value), least) >= 0;
    }
  }
}

/** Equal demands are one: name and value ignore case (S20). Keeps the first of each. */
export function distinctDemands(texts: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return texts.filter((text) => {
    const demand = parseDemand(text);
    const key =
      demand === null
        ? text
        : `${demand.kind} ${demand.name.toLowerCase()} ${'value' in demand ? demand.value.toUpperCase() : ''}`;
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

type Version = readonly [number, number, number, number];

/** System.Version: two to four numbers, missing ones count as -1; what follows the first dash is cut; else null. */
function parseVersion(text: string): Version | null {
  const [numbers = ''] = text.trim().split('-');
  const parts = numbers.split('.');
  if (parts.length < 2 || parts.length > 4 || !parts.every((part) => /^\s*\d+\s*$/.test(part))) return null;
  const [major = -1, minor = -1, build = -1, revision = -1] = parts.map(Number);
  return [major, minor, build, revision];
}

/** Null is lower than every version, and equal to null. */
function compareVersions(left: Version | null, right: Version | null): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  for (const [index, part] of left.entries()) {
    const difference = part - (right[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
