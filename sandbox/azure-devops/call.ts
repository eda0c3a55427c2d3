// One request that found its route, and the ways to answer it.

import type { HttpRequest, HttpResponse } from '../http-message.ts';
import type { Address } from './address.ts';
import type { Caller } from './identity.ts';
import type { Organization } from './organization.ts';

export interface Call {
  readonly request: HttpRequest;
  readonly address: Address;
  /** Base of the organisation's links, `{origin}/{organization}`. */
  readonly base: string;
  readonly caller: Caller;
  readonly route: Readonly<Record<string, string>>;
  readonly body: () => unknown;
}

export type Handler = (organization: Organization, call: Call) => HttpResponse | Promise<HttpResponse>;

export function parameter(call: Call, name: string): string {
  return call.route[name] ?? '';
}

/** Undefined where the client left it out or empty. */
export function query(call: Call, name: string): string | undefined {
  const value = call.address.query.get(name.toLowerCase());
  return value === '' ? undefined : value;
}

export function isAsked(call: Call, name: string): boolean {
  return query(call, name)?.toLowerCase() === 'true';
}

export function commaList(call: Call, name: string): readonly string[] | undefined {
  return query(call, name)
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8; api-version=7.2' };

export function ok(value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status: 200, headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(value) };
}

export function list(values: readonly unknown[], headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return ok({ count: values.length, value: values }, headers);
}

/** As `list`, of values that are JSON already. Joined once: a text that is glued together is copied again when it is read, and a queue is long. */
export function listOfTexts(values: readonly string[]): HttpResponse {
  const last = values.length - 1;
  const frame = `{"count":${values.length},"value":[`;
  const framed = values.map((value, index) => `${index === 0 ? frame : ''}${value}${index === last ? ']}' : ''}`);
  return { status: 200, headers: JSON_TYPE, body: last < 0 ? `${frame}]}` : framed.join(',') };
}

export function noContent(): HttpResponse {
  return { status: 204, headers: {}, body: '' };
}

/** An empty long poll ends like this (azure-devops-wire.md 2). */
export function nothingYet(): HttpResponse {
  return { status: 202, headers: {}, body: '' };
}
