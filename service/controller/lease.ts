// Before anything that cannot be taken back the pass makes sure that it still works this pool, and for long enough.
import { LeaseLost } from '../problem.ts';
import type { PoolContext } from './context.ts';

/**
 * More than two calls to a cloud may take (R0): a pass that reads slowly, or has many agents to read, must not find its
 * lease run out before each of its deletes. A process that died is followed after this time; one that stops lets go.
 */
export const leaseMilliseconds = 150_000;

/** Renews the lease; throws `LeaseLost` where somebody else has the pool or had it meanwhile. */
export async function keepLease(context: PoolContext): Promise<void> {
  const lease = await context.store.acquireLease(context.pool, context.lease.owner, leaseMilliseconds);
  if (lease?.epoch !== context.lease.epoch) throw new LeaseLost(context.pool);
}
