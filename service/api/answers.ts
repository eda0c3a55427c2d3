// How a route declares what it answers: its own shape, or a problem.
import type { TSchema } from '@sinclair/typebox';
import { Problem } from '../../contract/api.ts';

/** For routes that ask for a token and an organisation. */
export const secured = [{ token: [], organization: [] }];

export function answers<T extends TSchema>(schema: T, description: string) {
  return {
    200: { description, content: { 'application/json': { schema } } },
    default: { description: 'A problem.', content: { 'application/problem+json': { schema: Problem } } },
  };
}

export function created<T extends TSchema>(schema: T, description: string) {
  const { default: problem } = answers(schema, description);
  return { 201: { description, content: { 'application/json': { schema } } }, default: problem };
}

/** For what goes on after the answer: 202. */
export function accepted<T extends TSchema>(schema: T, description: string) {
  const { default: problem } = answers(schema, description);
  return { 202: { description, content: { 'application/json': { schema } } }, default: problem };
}
