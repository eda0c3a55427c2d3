// What a request has wrong by its schema, in words for people: the validator speaks of patterns and formats.
import type { FastifyError } from 'fastify';
import type { ApiProblemCode } from '../../contract/problem-codes.ts';
import { UserProblem } from '../problem.ts';

type SchemaError = NonNullable<FastifyError['validation']>[number];

export function schemaProblem({ keyword, params, instancePath, message }: SchemaError): UserProblem {
  const place = instancePath.slice(1).replaceAll('/', '.');
  const below = (name: unknown) => [place, String(name)].filter((part) => part !== '').join('.');
  if (keyword === 'additionalProperties') {
    const field = below(params.additionalProperty);
    return new UserProblem(codeOf(field), `There is no field ${field.slice(0, 80)}.`, { field });
  }
  if (keyword === 'required') {
    const field = below(params.missingProperty);
    return new UserProblem(codeOf(field), `${field} is missing.`, { field });
  }
  const subject = place === '' ? 'The request' : place;
  const words = wordsOf(keyword, params) ?? message ?? 'is not valid';
  return new UserProblem(codeOf(place), `${subject} ${words}.`, { field: place });
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
};
