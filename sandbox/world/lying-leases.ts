// A store whose leases lie: two processes hold the same one for ever. What the second one finds done already by the first
// it is told as a lost lease, for that is what a store that did not lie would have said.
import type { Lease, Store } from '../../service/ports.ts';
import { LeaseLost } from '../../service/problem.ts';

export function lyingLeases(store: Store): Store {
  return {
    ...store,
    acquireLease: (pool, _owner, forMilliseconds) => store.acquireLease(pool, 'both', forMilliseconds),
    changeOperation: async (lease, ...rest) =>
      await unlessDone(lease, 'is not open.', () => store.changeOperation(lease, ...rest)),
    changeGeneration: async (lease, ...rest) =>
      await unlessDone(lease, 'has ended.', () => store.changeGeneration(lease, ...rest)),
  };
}

/** `words`: what the store says at the end of what it cannot do, because the other one has closed it. */
async function unlessDone(lease: Lease, words: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof Error && error.message.endsWith(words)) throw new LeaseLost(lease.pool);
    throw error;
  }
}
