// Microsoft.Authorization as far as a scale set meets it: locks that stop writes, and what the caller is granted at a scope.
import type { HttpResponse } from '../http-message.ts';
import { ArmError } from './arm-error.ts';
import { bodyOf, empty, json } from './arm-request.ts';
import type { ArmRequest, RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { pageBelow } from './paging.ts';
import { grantedAt, scopeOf } from './permissions.ts';

const locks = '/providers/Microsoft.Authorization/locks';

/** At a subscription, a group or a scale set; with those of everything below it. */
export function listLocks(cloud: Cloud, request: RoutedRequest): HttpResponse {
  return pageBelow(cloud, request, cloud.state.locks, scopeBefore(request));
}

export function putLock(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const body = bodyOf(request);
  const level = stringAt(body, 'properties', 'level') ?? '';
  if (!/^(CanNotDelete|ReadOnly)$/.test(level))
    throw new ArmError(400, 'InvalidLockLevel', `The lock level '${level}' is not CanNotDelete or ReadOnly.`);
  const id = `${scopeBefore(request)}${locks}/${request.named.lock ?? ''}`;
  const notes = stringAt(body, 'properties', 'notes');
  const lock: JsonObject = {
    ...{ id, name: request.named.lock ?? '', type: 'Microsoft.Authorization/locks' },
    properties: { level, ...(notes === undefined ? {} : { notes }) },
  };
  const isNew = cloud.state.locks?.[id.toLowerCase()] === undefined;
  cloud.state.locks = { ...cloud.state.locks, [id.toLowerCase()]: lock };
  return json(isNew ? 201 : 200, lock);
}

export function deleteLock(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const key = `${scopeBefore(request)}${locks}/${request.named.lock ?? ''}`.toLowerCase();
  const { [key]: found, ...rest } = cloud.state.locks ?? {};
  cloud.state.locks = rest;
  return empty(found === undefined ? 204 : 200);
}

/** What the caller may do there, as actions; nothing is denied beside. */
export function listPermissions(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const actions = grantedAt(cloud, request.by, scopeBefore(request));
  return json(200, { value: [{ actions, notActions: [], dataActions: [], notDataActions: [] }] });
}

/** A lock of the resource or of anything above it; locks themselves may always be changed. */
export function requireUnlocked(cloud: Cloud, operation: string, request: ArmRequest): void {
  const { method } = request;
  if (method === 'GET' || method === 'HEAD' || operation.startsWith('managementLocks.')) return;
  const scope = scopeOf(request);
  const held = Object.values(cloud.state.locks ?? {}).filter((lock) => {
    const locked = lockedBy(lock).toLowerCase();
    const isHere = scope.toLowerCase() === locked || scope.toLowerCase().startsWith(`${locked}/`);
    return isHere && (method === 'DELETE' || stringAt(lock, 'properties', 'level') === 'ReadOnly');
  });
  if (held.length === 0) return;
  const verb = method === 'DELETE' ? 'delete' : 'write';
  throw new ArmError(
    409,
    'ScopeLocked',
    `The scope '${scope}' cannot perform ${verb} operation because following scope(s) are locked: '${held.map(lockedBy).join(',')}'. Please remove the lock and try again.`,
  );
}

function lockedBy(lock: JsonObject): string {
  const id = stringAt(lock, 'id') ?? '';
  return id.slice(0, id.toLowerCase().lastIndexOf(locks.toLowerCase()));
}

/** The path before `/providers/Microsoft.Authorization`. */
function scopeBefore({ segments }: RoutedRequest): string {
  const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'microsoft.authorization');
  return `/${segments.slice(0, at - 1).join('/')}`;
}
