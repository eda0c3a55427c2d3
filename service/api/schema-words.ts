// What a request has wrong by its schema, in words for people: the validator speaks of patterns and formats.
import type { FastifyError } from 'fastify';
import type { ApiProblemCode } from '../../contract/problem-codes.ts';
import { nearestName } from '../domain/nearest.ts';
import { UserProblem } from '../problem.ts';

/** With what the validator adds where it is told to be verbose: the value, and the schema that it breaks. */
type SchemaError = NonNullable<FastifyError['validation']>[number] & {
  readonly data?: unknown;
  readonly parentSchema?: { readonly examples?: readonly string[]; readonly properties?: object };
};

/** Of all that one look found, which is more than one thing only where a value meets none of several. */
export function schemaProblem(all: readonly [SchemaError, ...SchemaError[]]): UserProblem {
  const [{ keyword, params, instancePath, message, data, parentSchema = {} }] = all;
  const place = instancePath.slice(1).replaceAll('/', '.');
  const below = (name: unknown) => [place, String(name)].filter((part) => part !== '').join('.');
  if (keyword === 'additionalProperties')
    return unknownField(place, String(params.additionalProperty), Object.keys(parentSchema.properties ?? {}));
  if (keyword === 'required') {
    const field = below(params.missingProperty);
    return new UserProblem(codeOf(field), `${field} is missing.`, { field });
  }
  const subject = place === '' ? 'The request' : place;
  const words = choiceOf(all) ?? wordsOf(keyword, params) ?? message ?? 'is not valid';
  const code = codeOf(place);
  const [example] = parentSchema.examples ?? [];
  const isTold = code === 'FIELD_INVALID' && example !== undefined;
  const nextStep = isTold ? { nextStep: `Write it like this: ${example}` } : {};
  return new UserProblem(code, `${subject} ${words}.`, { field: place, ...shown(data), ...nextStep });
}

function unknownField(place: string, name: string, known: readonly string[]): UserProblem {
  const field = (place === '' ? name : `${place}.${name}`).slice(0, 80);
  const near = nearestName(name, known);
  const names = known.length === 0 ? 'Leave it out.' : `Known fields: ${known.join(', ')}.`;
  const nextStep = near === null ? names : `Did you mean ${near}?`;
  return new UserProblem('UNKNOWN_FIELD', `There is no field ${field}.`, { field, nextStep });
}

/** Where a value must be one of several, each that it is not is told by itself. */
function choiceOf([first, ...others]: readonly SchemaError[]): string | null {
  if (first?.keyword !== 'const') return null;
  const same = others.filter((one) => one.keyword === 'const' && one.instancePath === first.instancePath);
  return `must be one of ${[first, ...same].map(({ params }) => String(params.allowedValue)).join(', ')}`;
}

const mostShown = 80;

function shown(data: unknown): { value?: string } {
  if (typeof data !== 'string' && typeof data !== 'number' && typeof data !== 'boolean') return {};
  const text = String(data);
  return { value: text.length > mostShown ? `${text.slice(0, mostShown - 1)}…` : text };
}

function wordsOf(keyword: string, params: Readonly<Record<string, unknown>>): string | null {
  switch (keyword) {
    case 'format':
      return params.format === 'date-time' ? 'must be an instant of the calendar, such as 2026-01-05T08:00:00Z' : null;
    case 'type':
      return `must be ${kinds[String(params.type)] ?? String(params.type)}`;
    case 'pattern':
      return 'does not have the form that it must have';
    case 'enum':
      return Array.isArray(params.allowedValues) ? `must be one of ${params.allowedValues.join(', ')}` : null;
    case 'maxLength':
      return `has more than ${String(params.limit)} characters`;
    case 'minLength':
      return `has fewer than ${String(params.limit)} characters`;
    case 'maximum':
      return `must be ${String(params.limit)} or less`;
    case 'minimum':
      return `must be ${String(params.limit)} or more`;
    case 'maxItems':
      return `must have ${String(params.limit)} entries or fewer`;
    case 'minItems':
      return `must have ${String(params.limit)} entries or more`;
    default:
      return null;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

function codeOf(field: string): ApiProblemCode {
  return fieldCodes[field] ?? 'FIELD_INVALID';
}

const fieldCodes: Readonly<Record<string, ApiProblemCode>> = {
  before: 'TOKEN_INVALID',
  from: 'RANGE_INVALID',
  to: 'RANGE_INVALID',
  poolId: 'POOL_ID_INVALID',
};
