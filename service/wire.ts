// Reads fields out of JSON that nobody has checked. A field that is absent or null is null; a field of the wrong kind
// throws `unreadable` and names its path, so that one log line shows where a cloud and we disagree.
import { instantIn } from './domain/instant-text.ts';
import { CloudError } from './problem.ts';

/** A view of one JSON object. `path` names it in messages, such as `agents[3].assignedRequest`. */
export interface Fields {
  readonly path: string;
  text(key: string): string | null;
  requiredText(key: string): string;
  number(key: string): number | null;
  requiredNumber(key: string): number;
  /** From 0 to 2^53 − 1: a number beyond it would be another one than the cloud wrote. */
  whole(key: string): number | null;
  requiredWhole(key: string): number;
  flag(key: string): boolean | null;
  /** Milliseconds since the epoch. */
  instant(key: string): number | null;
  object(key: string): Fields | null;
  objects(key: string): readonly Fields[] | null;
  texts(key: string): readonly string[] | null;
  textMap(key: string): Readonly<Record<string, string>>;
  /** The object itself, for what we carry on without reading it. */
  raw(): Readonly<Record<string, unknown>>;
}

export function fieldsOf(raw: unknown, path: string): Fields {
  return new JsonFields(asRecord(raw, path), path);
}

/** A class, for a long list has thousands of objects, and a dozen functions for each took longer than reading it. */
class JsonFields implements Fields {
  readonly path: string;
  readonly #record: Readonly<Record<string, unknown>>;

  constructor(record: Readonly<Record<string, unknown>>, path: string) {
    this.#record = record;
    this.path = path;
  }

  text(key: string): string | null {
    return this.#optional(key, asText);
  }

  requiredText(key: string): string {
    return this.#required(key, asText);
  }

  number(key: string): number | null {
    return this.#optional(key, asNumber);
  }

  requiredNumber(key: string): number {
    return this.#required(key, asNumber);
  }

  whole(key: string): number | null {
    return this.#optional(key, asWhole);
  }

  requiredWhole(key: string): number {
    return this.#required(key, asWhole);
  }

  flag(key: string): boolean | null {
    return this.#optional(key, asFlag);
  }

  instant(key: string): number | null {
    return isNeverSet(this.#record[key]) ? null : this.#optional(key, asInstant);
  }

  object(key: string): Fields | null {
    return this.#optional(key, fieldsOf);
  }

  objects(key: string): readonly Fields[] | null {
    return this.#list(key, fieldsOf);
  }

  texts(key: string): readonly string[] | null {
    return this.#list(key, asText);
  }

  textMap(key: string): Readonly<Record<string, string>> {
    return this.#optional(key, asTextMap) ?? {};
  }

  raw(): Readonly<Record<string, unknown>> {
    return this.#record;
  }

  #optional<T>(key: string, read: (value: unknown, path: string) => T): T | null {
    return isAbsent(this.#record[key]) ? null : this.#required(key, read);
  }

  #required<T>(key: string, read: (value: unknown, path: string) => T): T {
    return read(this.#record[key], `${this.path}.${key}`);
  }

  #list<T>(key: string, read: (value: unknown, path: string) => T): readonly T[] | null {
    return this.#optional(key, (value, path) =>
      asList(value, path).map((item, index) => read(item, `${path}[${index}]`)),
    );
  }
}

export function asList(raw: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(raw)) throw unreadable(path, 'a list', raw);
  return raw;
}

/** The text of a response as JSON; what is not JSON is `unreadable`, with its first words. */
export function parseJson(body: string, path: string): unknown {
  try {
    return JSON.parse(body.startsWith('\uFEFF') ? body.slice(1) : body) as unknown;
  } catch (cause) {
    throw new CloudError('unreadable', path, `${path} is not JSON: "${body.slice(0, 80)}"`, { cause });
  }
}

export function unreadable(path: string, expected: string, found: unknown): CloudError {
  return new CloudError('unreadable', path, `${path} should be ${expected}, but is ${kindOf(found)}`);
}

function asRecord(raw: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw unreadable(path, 'an object', raw);
  return raw as Readonly<Record<string, unknown>>;
}

function asText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw unreadable(path, 'text', value);
  return value;
}

function asNumber(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw unreadable(path, 'a number', value);
  return value;
}

function asWhole(value: unknown, path: string): number {
  const number = asNumber(value, path);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new CloudError('unreadable', path, `${path} should be a whole number from 0, but is ${number}`);
}

function asFlag(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw unreadable(path, 'true or false', value);
  return value;
}

/** Both clouds write UTC; an instant without an offset is UTC too, never this machine's own time. */
function asInstant(value: unknown, path: string): number {
  const text = asText(value, path);
  const instant = instantIn(text);
  if (instant !== null) return instant.at;
  throw new CloudError('unreadable', path, `${path} should be an instant, but is "${text.slice(0, 80)}"`);
}

/** .NET writes an instant that was never set as the first one of its calendar. */
function isNeverSet(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('0001-01-01T');
}

/** Tags and capabilities: a value of null stands for an empty one. */
function asTextMap(value: unknown, path: string): Readonly<Record<string, string>> {
  const entries = Object.entries(asRecord(value, path));
  return Object.fromEntries(entries.map(([key, item]) => [key, isAbsent(item) ? '' : asText(item, `${path}.${key}`)]));
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function kindOf(value: unknown): string {
  if (isAbsent(value)) return 'absent';
  // JSON writes it as 1e400.
  if (value === Infinity || value === -Infinity) return 'too large';
  return Array.isArray(value) ? 'a list' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
