// Reads a demand string as Azure DevOps does and says whether an agent's capabilities meet it.
import type { Capabilities } from './agent.ts';

export type Demand =
  | { readonly kind: 'exists'; readonly name: string }
  | { readonly kind: 'equals'; readonly name: string; readonly value: string }
  | { readonly kind: 'gtVersion'; readonly name: string; readonly value: string };

/** What Azure DevOps does not parse. `position` counts from 0 in `text`; `hint` is what to write instead. */
export interface DemandSyntaxFault {
  readonly kind: 'fault';
  readonly text: string;
  readonly position: number;
  readonly problem: string;
  readonly hint: string;
}

/**
 * Equal to `^(?<name>\S+)(\s+\-(?<opcode>\S+)\s+(?<value>.*))?$` as .NET reads it (azure-devops-wire.md 4): opcodes are
 * case-sensitive, quotes belong to the value, a value may be empty only after a blank. Never throws.
 */
export function parseDemand(text: string): Demand | DemandSyntaxFault {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size >= mostParsed) parsed.clear();
  const demand = newDemand(text);
  parsed.set(text, demand);
  return demand;
}

/** Thousands of requests write the same few demands. */
const parsed = new Map<string, Demand | DemandSyntaxFault>();
const mostParsed = 2000;

function newDemand(text: string): Demand | DemandSyntaxFault {
  const nameEnd = endOfWord(text, 0);
  const name = text.slice(0, nameEnd);
  if (name === '')
    return fault(text, 0, 'the demand is empty or begins with a blank', 'Write the name of a capability first.');
  if (isEnd(text, nameEnd)) return { kind: 'exists', name };

  const dash = endOfBlanks(text, nameEnd);
  if (text[dash] !== '-') return withoutOpcode(text, name, dash);
  const opcodeEnd = endOfWord(text, dash + 1);
  const opcode = text.slice(dash + 1, opcodeEnd);
  if (opcode === '') return fault(text, dash, 'a blank stands after "-"', `Write "${name} -equals VALUE".`);
  const valueStart = endOfBlanks(text, opcodeEnd);
  if (valueStart === opcodeEnd) return withoutValue(text, name, opcode);
  const value = text.endsWith('\n') && valueStart < text.length ? text.slice(valueStart, -1) : text.slice(valueStart);
  const lineBreak = value.indexOf('\n');
  if (lineBreak >= 0)
    return fault(text, valueStart + lineBreak, 'the value has a line break', 'Write the value on one line.');

  if (opcode === 'equals' || opcode === 'gtVersion') return { kind: opcode, name, value };
  return unknownOpcode(text, name, opcode, dash);
}

/** Names and values ignore case; `-gtVersion` means "at least". Looks only at the map's own keys. */
export function meetsDemand(demand: Demand, capabilities: Capabilities): boolean {
  const found = readCapability(capabilities, demand.name);
  if (found === null) return false;
  if (demand.kind === 'exists') return true;
  if (demand.kind === 'equals') return equalsIgnoringCase(found, demand.value);
  return compareVersions(parseVersion(found), parseVersion(demand.value)) >= 0;
}

/** A demand that does not parse is unmet. */
export function meetsDemands(texts: readonly string[], capabilities: Capabilities): boolean {
  return texts.every((text) => {
    const demand = parseDemand(text);
    return demand.kind !== 'fault' && meetsDemand(demand, capabilities);
  });
}

/** The value of a capability whose name differs at most in case, or null. */
export function readCapability(capabilities: Capabilities, name: string): string | null {
  if (Object.hasOwn(capabilities, name)) return capabilities[name] ?? null;
  for (const key of Object.keys(capabilities)) {
    if (equalsIgnoringCase(key, name)) return capabilities[key] ?? null;
  }
  return null;
}

/** .NET's OrdinalIgnoreCase: one code unit against one code unit, so "ß" is not "SS" and "ı" is not "I". */
export function equalsIgnoringCase(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    if (a[index] !== b[index] && foldCase(a.charAt(index)) !== foldCase(b.charAt(index))) return false;
  }
  return true;
}

function foldCase(unit: string): string {
  const upper = unit.toUpperCase();
  const leavesItsKind = upper.length !== 1 || (unit.charCodeAt(0) > 127 && upper.charCodeAt(0) <= 127);
  return leavesItsKind ? unit : upper;
}

/** System.Version: two to four numbers; text after the first "-" does not count. Anything else is null. */
function parseVersion(text: string): readonly number[] | null {
  const known = versions.get(text);
  if (known !== undefined) return known;
  if (versions.size >= mostParsed) versions.clear();
  const version = newVersion(text);
  versions.set(text, version);
  return version;
}

/** Thousands of agents run the same few versions. */
const versions = new Map<string, readonly number[] | null>();

function newVersion(text: string): readonly number[] | null {
  const parts = (text.split('-', 1)[0] ?? '').split('.');
  if (parts.length < 2 || parts.length > 4) return null;
  const numbers = parts.map((part) => (/^\+?\d+$/.test(part.trim()) ? Number(part) : NaN));
  return numbers.every((number) => number <= 2_147_483_647) ? numbers : null;
}

/** A missing part is lower than 0, and no version is lower than any (demand-vectors.md S7–S16). */
function compareVersions(a: readonly number[] | null, b: readonly number[] | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  for (let index = 0; index < 4; index++) {
    const difference = (a[index] ?? -1) - (b[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function fault(text: string, position: number, problem: string, hint: string): DemandSyntaxFault {
  return { kind: 'fault', text, position, problem, hint };
}

function withoutOpcode(text: string, name: string, position: number): DemandSyntaxFault {
  if (position >= text.length) return fault(text, name.length, 'a blank stands after the name', `Write "${name}".`);
  const word = text.slice(position, endOfWord(text, position));
  if (name.startsWith('-')) return fault(text, 0, `no name stands before "${name}"`, `Write "NAME ${name} ${word}".`);
  const operator = meantOpcode(word);
  const bare = name.replace(/[:=]+$/, '');
  return operator === null
    ? fault(text, name.length, 'a name has no blanks', `Write "${bare} -equals ${text.slice(position)}", or one name.`)
    : fault(text, position, `"${word}" is not an opcode`, `Write -${operator}.`);
}

function withoutValue(text: string, name: string, opcode: string): DemandSyntaxFault {
  const exists = /^exists?$/i.test(opcode);
  const hint = exists ? `Write "${name}" alone.` : `Write "${name} -${meantOpcode(opcode) ?? 'equals'} VALUE".`;
  return fault(text, text.length, `no value follows "-${opcode}"`, hint);
}

function unknownOpcode(text: string, name: string, opcode: string, position: number): DemandSyntaxFault {
  const meant = meantOpcode(opcode);
  if (meant !== null && meant.toLowerCase() === opcode.toLowerCase()) {
    return fault(text, position, `"-${opcode}" is not an opcode: opcodes are case-sensitive`, `Write -${meant}.`);
  }
  const hint = meant === null ? `Use -equals or -gtVersion, or "${name}" alone.` : `Write -${meant}.`;
  return fault(text, position, `"-${opcode}" is not an opcode`, hint);
}

function meantOpcode(word: string): 'equals' | 'gtVersion' | null {
  // Word processors make longer dashes of a hyphen.
  const bare = word.toLowerCase().replace(/^[-\u2010-\u2015\u2212]+/, '');
  if (['equals', 'equal', 'eq', 'is', '=', '=='].includes(bare)) return 'equals';
  return ['gtversion', 'gtversions', 'geversion', 'gt', 'ge', 'version', '>', '>='].includes(bare) ? 'gtVersion' : null;
}

function endOfWord(text: string, from: number): number {
  let index = from;
  while (index < text.length && !isBlank(text.charCodeAt(index))) index++;
  return index;
}

function endOfBlanks(text: string, from: number): number {
  let index = from;
  while (index < text.length && isBlank(text.charCodeAt(index))) index++;
  return index;
}

/** `$` of .NET also stands before one closing line break. */
function isEnd(text: string, index: number): boolean {
  return index === text.length || (index === text.length - 1 && text[index] === '\n');
}

/** `\s` of .NET: it has NEL and lacks the byte order mark, unlike `\s` of JavaScript. */
function isBlank(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  if (code >= 0x2000 && code <= 0x200a) return true;
  return [0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(code);
}
