// Elastic pools can only be read here: enough that somebody else's elastic pool is found, looked at and left alone.

import { list, ok, parameter, query, type Call, type Handler } from './call.ts';
import { hasRights, RIGHTS, visiblePool } from './identity.ts';
import { poolNotFound } from './errors.ts';
import { isoTime, type Organization } from './organization.ts';
import type { PoolRecord } from './state.ts';

export const listElasticPools: Handler = (organization, call) =>
  list(
    [...organization.state.pools.values()]
      .filter((pool) => pool.elastic !== null && hasRights(call.caller, pool.id, RIGHTS.view))
      .map(elasticPoolView),
  );

export const getElasticPool: Handler = (organization, call) => {
  return ok(elasticPoolView(elasticPool(organization, call)));
};

/** A node is an agent with its machine; here each registered agent of the pool stands for one. */
export const listElasticNodes: Handler = (organization, call) => {
  const pool = elasticPool(organization, call);
  const agents = [...organization.state.agents.values()].filter((agent) => agent.poolId === pool.id);
  return list(
    agents.map((agent) => ({
      id: agent.id,
      poolId: pool.id,
      name: agent.name,
      computeId: String(agent.id),
      computeState: 'healthy',
      agentId: agent.id,
      state: agent.assignedRequestId === null ? 'idle' : 'assigned',
      desiredState: 'none',
      requestId: agent.assignedRequestId,
      stateChangedOn: isoTime(agent.createdOn),
    })),
  );
};

/** Newest first, as it was given when the pool was added. */
export const listElasticLogs: Handler = (organization, call) => {
  const pool = elasticPool(organization, call);
  const most = Number(query(call, '$top') ?? 50);
  const entries = (pool.elastic?.log ?? []).slice(0, most);
  return list(
    entries.map((message, index) => ({
      id: entries.length - index,
      poolId: pool.id,
      level: 'info',
      message,
      operation: 'sizing',
      timestamp: isoTime(organization.now),
    })),
  );
};

function elasticPool(organization: Organization, call: Call): PoolRecord {
  const pool = visiblePool(organization, call.caller, parameter(call, 'poolId'));
  if (pool.elastic === null) throw poolNotFound(pool.id);
  return pool;
}

const elasticPoolView = (pool: PoolRecord): unknown => {
  const { log: _, ...settings } = pool.elastic ?? {};
  return { poolId: pool.id, ...settings, desiredSize: 0, sizingAttempts: 0 };
};
