// One agent pool: how it comes into being and how others refer to it. Its routes are in pools.ts.

import { poolExists } from './errors.ts';
import { drawGuid } from './guid.ts';
import type { Organization } from './organization.ts';
import { nextNumber, type PoolRecord } from './state.ts';

export type PoolChanges = Partial<
  Pick<
    PoolRecord,
    'poolType' | 'options' | 'autoProvision' | 'autoUpdate' | 'autoSize' | 'targetSize' | 'elastic' | 'isHosted'
  >
>;

export function createPool(organization: Organization, name: string, changes: PoolChanges): PoolRecord {
  refuseTakenName(organization, name, null);
  const pool: PoolRecord = {
    id: nextNumber(organization.state, 'pool'),
    scope: drawGuid(organization.random),
    createdOn: organization.now,
    isHosted: false,
    name,
    poolType: 'automation',
    options: 'none',
    autoProvision: false,
    autoUpdate: true,
    autoSize: true,
    targetSize: null,
    metadata: null,
    elastic: null,
    assignAt: null,
    ...changes,
  };
  organization.state.pools.set(pool.id, pool);
  return pool;
}

export function poolReference(organization: Organization, pool: PoolRecord): Readonly<Record<string, unknown>> {
  const size = [...organization.state.agents.values()].filter((agent) => agent.poolId === pool.id).length;
  const { id, scope, name, isHosted, poolType, options } = pool;
  return { id, scope, name, isHosted, poolType, size, isLegacy: false, options };
}

export function refuseTakenName(organization: Organization, name: string, except: number | null): void {
  const taken = [...organization.state.pools.values()].some(
    (pool) => pool.id !== except && pool.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken) throw poolExists(name);
}
