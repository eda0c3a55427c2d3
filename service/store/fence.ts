// Every write of a pool names the epoch of its lease. The lease's row is locked until the write is done, so whoever
// raises the epoch either waits for this write or makes it touch nothing.
import { LeaseLost } from '../problem.ts';
import type { Lease } from '../ports.ts';
import { numberIn, type Sql, type SqlRow, type SqlValue } from './sql.ts';

/** How many parameters the fence itself has: those of the statement begin with `$4`. */
export const fenceParameters = 3;

/**
 * `write` reads from `held`, which has one row (column `pool`) or none, and ends in `returning 1 as wrote`, with what
 * else it wants back. Gives the written rows; throws `LeaseLost` where the epoch is stale.
 */
export async function fenced(
  sql: Sql,
  lease: Lease,
  write: string,
  values: readonly SqlValue[] = [],
): Promise<readonly SqlRow[]> {
  const rows = await sql.query(
    `with held as (
       select pool from weir.lease where pool = $1 and epoch = $2::bigint and owner = $3 for share
     ), written as (${write})
     select fence.held, written.* from (select count(*)::int as held from held) fence left join written on true`,
    [lease.pool, lease.epoch, lease.owner, ...values],
  );
  const [first] = rows;
  if (first === undefined || numberIn(first, 'held') === 0) throw new LeaseLost(lease.pool);
  return rows.filter((row) => row.wrote === 1);
}
