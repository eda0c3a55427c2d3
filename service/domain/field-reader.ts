// Reads a plain value field by field and collects every problem, so that a person sees all of them at once.
import { nearestName } from './nearest.ts';

/** `field` is a path such as `images[0].aliases[1]`; `value` is shortened, and null where it may hold a secret. */
export interface SettingsProblem {
  readonly code: string;
  readonly field: string;
  readonly message: string;
  readonly nextStep: string;
  readonly value: string | null;
}

export type Report = (problem: SettingsProblem) => void;

export interface IntegerRule {
  readonly code: string;
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}

export interface TextRule {
  readonly code: string;
  readonly isValid: (text: string) => boolean;
  /** Follows the name of the field: "… must be …". */
  readonly mustBe: string;
  readonly nextStep: string;
  readonly isSecret?: boolean;
}

/** Each reading returns the fallback where the field is absent, and also, with a report, where it is wrong. */
export interface FieldReader {
  path(name: string): string;
  has(name: string): boolean;
  raw(name: string): unknown;
  integer(name: string, rule: IntegerRule): number;
  boolean(name: string, fallback: boolean): boolean;
  oneOf<T extends string>(name: string, choices: readonly T[], fallback: T): T;
  text<F extends string | null>(name: string, rule: TextRule, fallback: F): string | F;
  texts(name: string, rule: TextRule): readonly string[];
  /** The named object; null where it is absent or null. */
  section(name: string, known: readonly string[] | null): FieldReader | null;
  /** The objects of a list, in order. */
  sections(name: string, known: readonly string[] | null): readonly FieldReader[];
  names(): readonly string[];
  report(name: string, code: string, message: string, nextStep: string, isSecret?: boolean): void;
}

/** `known` are the fields that may stand here (null: every name is data); `meant` names ours for words that others use for the same thing. */
export function readFields(
  value: unknown,
  path: string,
  known: readonly string[] | null,
  report: Report,
  meant: Readonly<Record<string, string>> = {},
): FieldReader {
  const record = asRecord(value);
  const pathOf = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (record === null) {
    const must = path === '' ? 'The settings must be an object.' : `${path} must be an object.`;
    report({
      code: 'WRONG_TYPE',
      field: path,
      message: must,
      nextStep: 'Write fields and values.',
      value: show(value),
    });
  }
  const fields = record ?? {};
  for (const name of known === null ? [] : Object.keys(fields)) {
    if (known?.includes(name) === false) report(unknownField(pathOf(name), name, known, meant));
  }
  return readerOf(fields, pathOf, report);
}

/** At most 80 characters of a value, as JSON. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) as string | undefined);
  const whole = text ?? 'nothing';
  return whole.length <= 80 ? whole : `${whole.slice(0, 79)}…`;
}

function readerOf(fields: Record<string, unknown>, path: (name: string) => string, report: Report): FieldReader {
  const has = (name: string): boolean => Object.hasOwn(fields, name) && fields[name] !== undefined;
  const raw = (name: string): unknown => (has(name) ? fields[name] : undefined);
  const tell = (name: string, code: string, message: string, nextStep: string, isSecret = false): void =>
    report({ code, field: path(name), message, nextStep, value: isSecret ? null : show(raw(name)) });

  return {
    path,
    has,
    raw,
    names: () => Object.keys(fields),
    report: tell,
    integer(name, { code, min, max, fallback }) {
      if (!has(name)) return fallback;
      const value = raw(name);
      if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
      const range = `${min}…${max}`;
      // What was found looks like a number where it is shown, and is a text.
      const isQuoted = typeof value === 'string' && /^\s*\d+\s*$/.test(value);
      const nextStep = `Write a number within ${range}${isQuoted ? ', without quotes' : ''}.`;
      tell(name, code, `${path(name)} must be a whole number, ${range}.`, nextStep);
      return fallback;
    },
    boolean(name, fallback) {
      if (!has(name)) return fallback;
      const value = raw(name);
      if (typeof value === 'boolean') return value;
      tell(name, 'WRONG_TYPE', `${path(name)} must be true or false.`, 'Write true or false.');
      return fallback;
    },
    oneOf(name, choices, fallback) {
      if (!has(name)) return fallback;
      const value = raw(name);
      const choice = choices.find((candidate) => candidate === value);
      if (choice !== undefined) return choice;
      const near = typeof value === 'string' ? nearestName(value, choices) : null;
      const nextStep = near === null ? `Write one of: ${choices.join(', ')}.` : `Did you mean ${near}?`;
      tell(name, 'UNKNOWN_VALUE', `${path(name)} must be one of: ${choices.join(', ')}.`, nextStep);
      return fallback;
    },
    text(name, rule, fallback) {
      if (!has(name) || (fallback === null && raw(name) === null)) return fallback;
      return readText(raw(name), path(name), rule, report) ?? fallback;
    },
    texts(name, rule) {
      return readList(name).flatMap((item, index) => readText(item, `${path(name)}[${index}]`, rule, report) ?? []);
    },
    section(name, known) {
      return raw(name) === undefined || raw(name) === null ? null : readFields(raw(name), path(name), known, report);
    },
    sections(name, known) {
      return readList(name).map((item, index) => readFields(item, `${path(name)}[${index}]`, known, report));
    },
  };

  function readList(name: string): readonly unknown[] {
    const value = raw(name);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.length <= 1000) return value as readonly unknown[];
    tell(name, 'WRONG_TYPE', `${path(name)} must be a list of at most 1000 entries.`, 'Write a list.');
    return [];
  }
}

function readText(value: unknown, field: string, rule: TextRule, report: Report): string | null {
  if (typeof value === 'string' && rule.isValid(value)) return value;
  const shown = rule.isSecret === true ? null : show(value);
  report({
    code: rule.code,
    field,
    message: `${field} must be ${rule.mustBe}.`,
    nextStep: rule.nextStep,
    value: shown,
  });
  return null;
}

function unknownField(
  field: string,
  name: string,
  known: readonly string[],
  meant: Readonly<Record<string, string>>,
): SettingsProblem {
  const near = Object.hasOwn(meant, name) ? (meant[name] ?? null) : nearestName(name, known);
  const nextStep = near === null ? `Known fields: ${known.join(', ')}.` : `Did you mean ${near}?`;
  return { code: 'UNKNOWN_FIELD', field, message: `There is no field ${show(field)}.`, nextStep, value: null };
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
