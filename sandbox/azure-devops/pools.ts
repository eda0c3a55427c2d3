// Agent pools: list with the service's filters, create, change, delete, and the free text beside each pool.

import {
  ACTION_FILTERS,
  anyText,
  asBody,
  flag,
  integer,
  optional,
  POOL_OPTIONS,
  POOL_TYPES,
  text,
  word,
  type Body,
} from './body.ts';
import { commaList, list, noContent, ok, parameter, query, type Call, type Handler } from './call.ts';
import { accessDenied, invalid, jobStillRunning } from './errors.ts';
import { hasRights, managedPool, RIGHTS, visiblePool } from './identity.ts';
import { isoTime, type Organization } from './organization.ts';
import { createPool, poolReference, refuseTakenName, type PoolChanges } from './pool.ts';
import { provisionQueues } from './queues.ts';
import { removeAgent } from './registration.ts';
import type { PoolRecord } from './state.ts';

export const listPools: Handler = (organization, call) => {
  const name = query(call, 'poolName')?.toLowerCase();
  const ids = commaList(call, 'poolIds')?.map(Number);
  const type =
    query(call, 'poolType') === undefined
      ? undefined
      : word(POOL_TYPES)({ poolType: query(call, 'poolType') }, 'poolType');
  const pools = [...organization.state.pools.values()].filter(
    (pool) =>
      passesFilter(call, pool.id) &&
      (name === undefined || pool.name.toLowerCase() === name) &&
      (ids === undefined || ids.includes(pool.id)) &&
      (type === undefined || pool.poolType === type),
  );
  return list(pools.map((pool) => poolView(organization, pool)));
};

/** An unmet `actionFilter` gives an empty answer in lists; of one pool it is unproved, so the pool is not found there. */
export const getPool: Handler = (organization, call) => {
  const pool = visiblePool(organization, call.caller, parameter(call, 'poolId'));
  return ok(passesFilter(call, pool.id) ? poolView(organization, pool) : null);
};

export const addPool: Handler = (organization, call) => {
  if ((call.caller.rights & RIGHTS.manage) === 0)
    throw accessDenied(call.caller.name, 'Manage', 'the agent pools of the organization');
  const body = asBody(call.body());
  return ok(poolView(organization, establishPool(organization, text(body, 'name'), poolChanges(body))));
};

export const updatePool: Handler = (organization, call) => {
  const pool = managedPool(organization, call.caller, parameter(call, 'poolId'));
  const body = asBody(call.body());
  const name = optional(body, 'name', text);
  if (name !== undefined) refuseTakenName(organization, name, pool.id);
  Object.assign(pool, poolChanges(body), name === undefined ? {} : { name });
  return ok(poolView(organization, pool));
};

export const deletePool: Handler = (organization, call) => {
  const pool = managedPool(organization, call.caller, parameter(call, 'poolId'));
  const { agents, queues, open, requests } = organization.state;
  const busy = [...agents.values()].find((agent) => agent.poolId === pool.id && agent.assignedRequestId !== null);
  if (busy !== undefined) throw jobStillRunning(busy.name, pool.name);
  if ([...open].some((id) => requests.get(id)?.poolId === pool.id))
    throw invalid(`Pool ${pool.name} still has job requests that wait.`);
  for (const agent of [...agents.values()])
    if (agent.poolId === pool.id) removeAgent(organization, agent, call.caller.name);
  for (const queue of [...queues.values()]) if (queue.poolId === pool.id) queues.delete(queue.id);
  organization.state.pools.delete(pool.id);
  return noContent();
};

export const getPoolMetadata: Handler = (organization, call) => {
  const pool = visiblePool(organization, call.caller, parameter(call, 'poolId'));
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: pool.metadata ?? '' };
};

/** Takes a JSON string, which the typed clients send, or the bare text. */
export const setPoolMetadata: Handler = (organization, call) => {
  const pool = managedPool(organization, call.caller, parameter(call, 'poolId'));
  const sent = call.request.body ?? '';
  pool.metadata = sent.startsWith('"') ? anyText({ metadata: call.body() }, 'metadata') : sent;
  return noContent();
};

export const hasPoolPermissions: Handler = (organization, call) => {
  const bits = Number(parameter(call, 'permissions'));
  if (!Number.isSafeInteger(bits) || bits < 0) throw invalid('permissions must be a sum of permission bits.');
  const pool =
    organization.state.pools.get(Number(parameter(call, 'poolId'))) ??
    visiblePool(organization, call.caller, parameter(call, 'poolId'));
  return ok(hasRights(call.caller, pool.id, bits));
};

/** Also opens a queue in every project when the pool is made with autoProvision. */
export function establishPool(organization: Organization, name: string, changes: PoolChanges): PoolRecord {
  const pool = createPool(organization, name, changes);
  if (pool.autoProvision) provisionQueues(organization, pool);
  return pool;
}

function poolView(organization: Organization, pool: PoolRecord): unknown {
  const owner = {
    displayName: 'Sandbox Administrator',
    uniqueName: 'administrator@example.com',
    id: organization.state.organizationId,
  };
  return {
    createdOn: isoTime(pool.createdOn),
    autoProvision: pool.autoProvision,
    autoUpdate: pool.autoUpdate,
    autoSize: pool.autoSize,
    ...(pool.targetSize === null ? {} : { targetSize: pool.targetSize }),
    createdBy: owner,
    owner,
    ...poolReference(organization, pool),
  };
}

function passesFilter(call: Call, poolId: number): boolean {
  const asked = query(call, 'actionFilter');
  const action = asked === undefined ? 'none' : word(ACTION_FILTERS)({ actionFilter: asked }, 'actionFilter');
  return hasRights(call.caller, poolId, RIGHTS.view | ACTION_FILTERS[action]);
}

function poolChanges(body: Body): PoolChanges {
  if (optional(body, 'agentCloudId', integer) !== undefined)
    throw invalid('Pools of agent clouds are not built in this emulator.');
  const changes = {
    poolType: optional(body, 'poolType', word(POOL_TYPES)),
    options: optional(body, 'options', word(POOL_OPTIONS)),
    autoProvision: optional(body, 'autoProvision', flag),
    autoUpdate: optional(body, 'autoUpdate', flag),
    autoSize: optional(body, 'autoSize', flag),
    targetSize: optional(body, 'targetSize', integer),
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
