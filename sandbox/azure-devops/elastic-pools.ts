// Elastic pools can only be read here: enough that somebody else's elastic pool is found and left alone.

import { list, ok, parameter, type Handler } from './call.ts';
import { hasRights, RIGHTS, visiblePool } from './identity.ts';
import { poolNotFound } from './errors.ts';
import type { PoolRecord } from './state.ts';

export const listElasticPools: Handler = (organization, call) =>
  list(
    [...organization.state.pools.values()]
      .filter((pool) => pool.elastic !== null && hasRights(call.caller, pool.id, RIGHTS.view))
      .map(elasticPoolView),
  );

export const getElasticPool: Handler = (organization, call) => {
  const pool = visiblePool(organization, call.caller, parameter(call, 'poolId'));
  if (pool.elastic === null) throw poolNotFound(pool.id);
  return ok(elasticPoolView(pool));
};

const elasticPoolView = (pool: PoolRecord): unknown => ({
  poolId: pool.id,
  ...pool.elastic,
  desiredSize: 0,
  sizingAttempts: 0,
});
