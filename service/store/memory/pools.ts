// Pools and leases in memory: what pools.ts and leases.ts do in SQL.
import type { Store } from '../../ports.ts';
import { LeaseLost } from '../../problem.ts';
import { staleRevision } from '../pools.ts';
import { byText, done, held, type Rows } from './rows.ts';

export function poolsIn(rows: Rows): Pick<Store, 'listPools' | 'readPool' | 'savePool' | 'deletePool'> {
  return {
    listPools: () => done(() => [...rows.pools.values()].sort((first, second) => byText(first.pool, second.pool))),
    readPool: (pool) => done(() => rows.pools.get(pool) ?? null),
    savePool: (settings, expectedRevision, isManagedByFile, author) =>
      done(() => {
        const current = rows.pools.get(settings.name) ?? null;
        if ((current?.revision ?? null) !== expectedRevision) throw staleRevision(settings.name, current);
        const revision = (expectedRevision ?? 0) + 1;
        const record = { pool: settings.name, settings, revision, isManagedByFile, author: author ?? null };
        rows.pools.set(settings.name, record);
        return record;
      }),
    deletePool: (pool) =>
      done(() => {
        for (const table of [
          rows.pools,
          rows.lanes,
          rows.placeholders,
          rows.logs,
          rows.samples,
          rows.views,
          rows.pictures,
          rows.pastJobs,
        ])
          table.delete(pool);
        for (const one of rows.operations.values()) if (one.pool === pool) rows.operations.delete(one.operationId);
        for (const one of rows.generations.values()) if (one.pool === pool) rows.generations.delete(one.generationId);
        const lease = rows.leases.get(pool);
        if (lease === undefined) return;
        rows.leases.set(pool, { owner: null, epoch: lease.epoch + 1, until: -Infinity, reserved: 0, memory: null });
      }),
  };
}

type LeaseMethods = 'acquireLease' | 'releaseLease' | 'confirmLease' | 'readMemory' | 'writeMemory' | 'reserveMachines';

export function leasesIn(rows: Rows, now: () => number): Pick<Store, LeaseMethods> {
  return {
    acquireLease: (pool, owner, forMilliseconds) =>
      done(() => {
        const row = rows.leases.get(pool) ?? { owner: null, epoch: 0, until: -Infinity, reserved: 0, memory: null };
        const isFree = row.until <= now();
        if (!isFree && row.owner !== owner) return null;
        if (isFree) row.epoch += 1;
        row.owner = owner;
        row.until = now() + forMilliseconds;
        rows.leases.set(pool, row);
        return { pool, owner, epoch: row.epoch };
      }),
    releaseLease: (lease) =>
      done(() => {
        const row = rows.leases.get(lease.pool);
        if (row?.epoch !== lease.epoch || row.owner !== lease.owner) return;
        row.owner = null;
        row.until = -Infinity;
      }),
    confirmLease: (lease) =>
      done(() => {
        if (held(rows, lease).until <= now()) throw new LeaseLost(lease.pool);
      }),
    readMemory: (pool) => done(() => rows.leases.get(pool)?.memory ?? null),
    writeMemory: (lease, memory) =>
      done(() => {
        held(rows, lease).memory = memory;
      }),
    reserveMachines: (lease, reserved, live, maximum) =>
      done(() => {
        const row = held(rows, lease);
        if (live + reserved > maximum) return false;
        row.reserved = reserved;
        return true;
      }),
  };
}
