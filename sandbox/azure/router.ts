// From a request to the one handler it means: sign-in first, then token, api-version, subscription, route. What is not built answers 501
// with its name, and every refusal is rendered in one place.
import type { HttpRequest, HttpResponse } from '../http-message.ts';
import { ArmError, notBuilt } from './arm-error.ts';
import { armRequest, json } from './arm-request.ts';
import type { ArmRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { requireUnlocked } from './authorization-routes.ts';
import { requirePermission } from './permissions.ts';
import { requireAllowedByPolicy } from './policies.ts';
import { scaleSetKey } from './resource-ids.ts';
import { armRoutes, openRoutes } from './routes.ts';
import type { Handler, RouteRow } from './routes.ts';
import { requireSubscription } from './subscriptions.ts';
import { callerOf } from './tokens.ts';

interface Match {
  readonly operation: string;
  readonly handler: Handler | undefined;
  readonly named: Readonly<Record<string, string>>;
}

export function answer(cloud: Cloud, request: HttpRequest): HttpResponse {
  cloud.state.requestCount += 1;
  // A request id is counted, not drawn: reading must not change what chance brings.
  const id = `00000000-0000-4000-8000-${cloud.state.requestCount.toString(16).padStart(12, '0')}`;
  const always = {
    'x-ms-request-id': id,
    'x-ms-correlation-request-id': id,
    date: new Date(cloud.state.now).toUTCString(),
  };
  const response = answered(cloud, request);
  return { ...response, headers: { 'cache-control': 'no-cache', ...response.headers, ...always } };
}

function answered(cloud: Cloud, request: HttpRequest): HttpResponse {
  try {
    return dispatch(cloud, armRequest(request));
  } catch (error) {
    if (error instanceof ArmError) return json(error.status, error.body(), error.headers);
    throw error;
  }
}

function dispatch(cloud: Cloud, request: ArmRequest): HttpResponse {
  const open = find(openRoutes, request);
  if (open?.handler)
    return open.handler(cloud, { ...request, named: open.named, operation: open.operation, by: 'unknown' });
  if (open) throw notBuilt(open.operation);
  const by = callerOf(cloud, request.origin, request.headers.authorization);
  if ((request.query['api-version'] ?? '') === '') {
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  }
  const match = find(armRoutes, request);
  const subscriptionId = match
    ? match.named.subscriptionId
    : request.segments[0]?.toLowerCase() === 'subscriptions'
      ? request.segments[1]
      : undefined;
  requireSubscription(subscriptionId);
  if (!match?.handler) throw notBuilt(match?.operation ?? namedByPath(request));
  requirePermission(cloud, by, match.operation, request);
  requireUnlocked(cloud, match.operation, request);
  requireAllowedByPolicy(cloud, match.operation, request, match.named);
  const { resourceGroup, scaleSet } = match.named;
  const resource =
    resourceGroup !== undefined && scaleSet !== undefined
      ? scaleSetKey(subscriptionId ?? '', resourceGroup, scaleSet)
      : (subscriptionId ?? '');
  const refusal = cloud.admit(match.operation, resource);
  if (refusal !== null) return refusal;
  const { operation, named, handler } = match;
  const charged = cloud.throttle?.(cloud, { operation, method: request.method, named, by });
  if (charged === undefined) return handler(cloud, { ...request, named, operation, by });
  if (charged.refusal !== null) return charged.refusal;
  const response = handler(cloud, { ...request, named, operation, by });
  return { ...response, headers: { ...charged.headers, ...response.headers } };
}

/** A row with its path taken apart once: there are many rows, and every request is held against them. */
interface Template {
  readonly row: RouteRow;
  readonly parts: readonly Part[];
}

interface Part {
  /** What a part in braces is called; null where the part is a fixed word. */
  readonly name: string | null;
  readonly word: string;
}

/** By method and number of parts. */
const templates = new WeakMap<readonly RouteRow[], ReadonlyMap<string, readonly Template[]>>();

function templatesOf(rows: readonly RouteRow[]): ReadonlyMap<string, readonly Template[]> {
  const known = templates.get(rows);
  if (known !== undefined) return known;
  const made = new Map<string, Template[]>();
  for (const row of rows) {
    const parts = partsOf(row[1]);
    const key = `${row[0]} ${String(parts.length)}`;
    made.set(key, [...(made.get(key) ?? []), { row, parts }]);
  }
  templates.set(rows, made);
  return made;
}

function partsOf(path: string): readonly Part[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => ({ name: /^\{(\w+)\}$/.exec(part)?.[1] ?? null, word: part.toLowerCase() }));
}

function find(rows: readonly RouteRow[], request: ArmRequest): Match | null {
  const words = request.segments.map((segment) => segment.toLowerCase());
  const alike = templatesOf(rows).get(`${request.method} ${String(words.length)}`) ?? [];
  const found = alike.find(({ parts }) => parts.every(({ name, word }, at) => name !== null || word === words[at]));
  if (found === undefined) return null;
  const [, , operation, handler] = found.row;
  const named = found.parts.flatMap(({ name }, at) =>
    name === null ? [] : [[name, request.segments[at] ?? ''] as const],
  );
  return { operation, handler, named: Object.fromEntries(named) };
}

/** `GET Microsoft.Compute/virtualMachines/instanceView`: the types in the path without the names of resources. */
function namedByPath(request: ArmRequest): string {
  const at = request.segments.findIndex((segment) => segment.toLowerCase() === 'providers');
  if (at < 0) return `${request.method} /${request.segments.join('/')}`;
  const [namespace = '', ...rest] = request.segments.slice(at + 1);
  const types = rest.filter((_, index) => index % 2 === 0);
  return `${request.method} ${[namespace, ...types].join('/')}`;
}
