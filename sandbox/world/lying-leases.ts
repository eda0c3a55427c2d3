// A store whose leases lie: two processes hold the same one for ever. What the second one finds done already by the first
// it is told as a lost lease, for that is what a store that did not lie would have said.
import type { Store } from '../../service/ports.ts';
import { LeaseLost } from '../../service/problem.ts';

export function lyingLeases(store: Store): Store {
  return {
    ...store,
    acquireLease: (pool, _owner, forMilliseconds) => store.acquireLease(pool, 'both', forMilliseconds),
    changeOperation: async (lease, operationId, now, change) => {
      try {
        await store.changeOperation(lease, operationId, now, change);
      } catch (error) {
        if (error instanceof Error && error.message.endsWith('is not open.')) throw new LeaseLost(lease.pool);
        throw error;
      }
    },
  };
}
