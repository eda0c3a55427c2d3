// A request as the handlers see it: path segments decoded, query names in lower case, body parsed once. And the answers they give.
// Clients write `$expand` both plain and percent-encoded, and mix the case of paths (azure-wire.md 1).
import type { HttpRequest, HttpResponse } from '../http-message.ts';
import { ArmError } from './arm-error.ts';
import { isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

export interface ArmRequest {
  readonly method: string;
  /** Scheme and host as the client sees them: links in answers start with it. */
  readonly origin: string;
  readonly segments: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface RoutedRequest extends ArmRequest {
  /** What the path names, by the route's own words. */
  readonly named: Readonly<Record<string, string>>;
  readonly operation: string;
  /** Who asks: the client id in the token, `unknown` when the token does not say. */
  readonly by: string;
}

export function armRequest(request: HttpRequest): ArmRequest {
  const match = /^(https?:\/\/[^/?#]+)([^?#]*)(?:\?([^#]*))?/i.exec(request.url);
  if (!match) throw new ArmError(400, 'InvalidRequestUri', `The request URI '${request.url}' is not absolute.`);
  const [, origin = '', path = '', search = ''] = match;
  return {
    method: request.method.toUpperCase(),
    origin,
    segments: path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decoded),
    query: parseQuery(search),
    headers: request.headers,
    text: request.body ?? '',
  };
}

/** The body as an object; empty bodies are allowed where an action's body is optional. */
export function bodyOf(request: ArmRequest): JsonObject {
  if (request.text.trim() === '') return {};
  const value = parsed(request.text);
  if (value === null) return {};
  if (!isObject(value)) throw invalidContent('The body is not a JSON object.');
  return value;
}

/** Form fields of a token request. */
export function formOf(request: ArmRequest): Readonly<Record<string, string>> {
  return parseQuery(request.text);
}

export function json(status: number, body: Json, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers, body: '' };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw invalidContent(error instanceof Error ? error.message : 'It is not JSON.');
  }
}

function invalidContent(reason: string): ArmError {
  return new ArmError(
    400,
    'InvalidRequestContent',
    `The request content was invalid and could not be deserialized: '${reason}'.`,
  );
}

function parseQuery(search: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const part of search.split('&')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = at < 0 ? part : part.slice(0, at);
    const value = at < 0 ? '' : part.slice(at + 1);
    query[decoded(name).toLowerCase()] = decoded(value.replaceAll('+', ' '));
  }
  return query;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign is the client's own mistake, and Azure says so instead of guessing.
    throw new ArmError(400, 'InvalidRequestUri', `The request URI contains an invalid escape sequence: '${text}'.`);
  }
}
