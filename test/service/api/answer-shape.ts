// Holds an answer to the OpenAPI document of the service that gave it, to the field.
import { expect } from '@jest/globals';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { routes } from '../../../contract/routes.ts';
import type { Answer, Fixture } from './api-fixture.ts';

export interface Operation {
  readonly summary?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content: Record<string, { schema: object }> }>
  >;
}

export interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export const ajv = addFormats(new Ajv2020({ strict: true, strictSchema: true, allErrors: true }));

export async function documentOf(fixture: Fixture): Promise<Document> {
  const answer = await fixture.ask(routes.openApi, { token: '', organization: '' });
  expect(answer.status).toBe(200);
  return answer.body as Document;
}

export function templateOf(route: string): string {
  return route.replace(/:(\w+)/g, '{$1}');
}

export function expectShape(operation: Operation, status: string, type: string, body: unknown): void {
  const schema = operation.responses[status]?.content[type]?.schema;
  const check = ajv.compile({ allOf: [closed(schema)] });
  check(body);
  expect(check.errors).toBeNull();
}

/** A success as the route says it, and a refusal as all of them say it. */
export function expectAnswer(document: Document, method: string, route: string, answer: Answer): void {
  const operation = document.paths[templateOf(route)]![method]!;
  const isRefused = answer.status >= 400;
  const type = isRefused ? 'application/problem+json' : 'application/json';
  expectShape(operation, isRefused ? 'default' : String(answer.status), type, answer.body);
}

/** Everything the contract says beside its own schema, so that an answer with a field too many does not pass. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in inner ? { additionalProperties: false, ...inner } : inner;
}
