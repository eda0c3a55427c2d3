// Lists in pages: `value` and, until the end, an absolute `nextLink` that clients follow word for word (azure-wire.md 1.3).
import type { HttpResponse } from '../http-message.ts';
import { json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import type { Json, JsonObject } from './json.ts';

/** `items` are in the order of their keys: a page starts after the last key of the one before, also when that item has gone since. */
export function listPage<T>(
  cloud: Cloud,
  request: RoutedRequest,
  items: readonly T[],
  keyOf: (item: T) => string,
  render: (item: T) => Json,
): HttpResponse {
  const token = request.query.$skiptoken;
  const rest = token === undefined ? items : items.filter((item) => keyOf(item) > token);
  const page = rest.slice(0, cloud.pageSize);
  const body: JsonObject = { value: page.map(render) };
  const last = page.at(-1);
  if (last !== undefined && page.length < rest.length) body.nextLink = nextLink(request, keyOf(last));
  return json(200, body);
}

/** Of what is kept by its id in small letters: what lies below a subscription, a group or a resource. */
export function pageBelow(
  cloud: Cloud,
  request: RoutedRequest,
  kept: Readonly<Record<string, JsonObject>> | undefined,
  above: string,
): HttpResponse {
  const rows = Object.entries(kept ?? {})
    .filter(([key]) => key.startsWith(`${above.toLowerCase()}/`))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return listPage(
    cloud,
    request,
    rows,
    ([key]) => key,
    ([, resource]) => resource,
  );
}

function nextLink(request: RoutedRequest, token: string): string {
  const query = Object.entries(request.query)
    .filter(([name]) => name !== '$skiptoken')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const path = request.segments.map(encodeURIComponent).join('/');
  return `${request.origin}/${path}?${[...query, `%24skiptoken=${encodeURIComponent(token)}`].join('&')}`;
}
