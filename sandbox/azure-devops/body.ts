// Reads what a client sent, which may be anything: each reader says which field is wrong instead of guessing.

import { invalid } from './errors.ts';

export type Body = Readonly<Record<string, unknown>>;

export function parseBody(text: string | undefined): unknown {
  if (text === undefined || text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid('The request body is not valid JSON.');
  }
}

export function asBody(value: unknown): Body {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  throw invalid('The request body must be a JSON object.');
}

/** Absent and null are the same on this wire. */
export function optional<T>(body: Body, field: string, read: (body: Body, field: string) => T): T | undefined {
  return body[field] === undefined || body[field] === null ? undefined : read(body, field);
}

export function text(body: Body, field: string): string {
  const value = body[field];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(`${field} must be a non-empty string.`);
}

export function anyText(body: Body, field: string): string {
  const value = body[field];
  if (typeof value === 'string') return value;
  throw invalid(`${field} must be a string.`);
}

export function flag(body: Body, field: string): boolean {
  const value = body[field];
  if (typeof value === 'boolean') return value;
  throw invalid(`${field} must be true or false.`);
}

export function integer(body: Body, field: string): number {
  const value = body[field];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw invalid(`${field} must be a whole number.`);
}

export function object(body: Body, field: string): Body {
  const value = body[field];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  throw invalid(`${field} must be an object.`);
}

export function textMap(body: Body, field: string): Readonly<Record<string, string>> {
  return textValues(object(body, field), field);
}

export function textValues(values: Body, field: string): Readonly<Record<string, string>> {
  const entries = Object.entries(values).map(([name, value]): [string, string] => {
    if (typeof value !== 'string') throw invalid(`${field}.${name} must be a string.`);
    return [name, value];
  });
  return Object.fromEntries(entries);
}

/** A word of an enumeration, as a string in any case or as the number that the typed clients send. */
export function word<Word extends string>(words: Readonly<Record<Word, number>>): (body: Body, field: string) => Word {
  return (body, field) => {
    const value = body[field];
    const found = (Object.keys(words) as Word[]).find(
      (candidate) =>
        words[candidate] === value ||
        (typeof value === 'string' &&
          (candidate.toLowerCase() === value.toLowerCase() || String(words[candidate]) === value)),
    );
    if (found === undefined) throw invalid(`${field} must be one of ${Object.keys(words).join(', ')}.`);
    return found;
  };
}

export const RESULTS = {
  succeeded: 0,
  succeededWithIssues: 1,
  failed: 2,
  canceled: 3,
  skipped: 4,
  abandoned: 5,
  manuallyQueued: 6,
  dependentOnManualQueue: 7,
} as const;

export const POOL_TYPES = { automation: 1, deployment: 2 } as const;
export const POOL_OPTIONS = { none: 0, elasticPool: 1, singleUseAgents: 2, preserveAgentOnJobFailure: 4 } as const;
export const ACTION_FILTERS = { none: 0, manage: 2, use: 16 } as const;
