// A deadline in the ledger is an instant of the clock that wrote it. Where that clock was set back since, it lies hours ahead,
// and what it holds back (a reservation, a lane) would be held for as long.
import type { OpenOperation } from '../domain/observation.ts';
import type { PoolContext } from './context.ts';

/** Sets a deadline that lies further ahead than any that is given, `givenMilliseconds`, to the furthest one. */
export async function bringNear(
  { clock, lease, store }: Pick<PoolContext, 'clock' | 'lease' | 'store'>,
  operation: OpenOperation,
  givenMilliseconds: number,
): Promise<void> {
  const now = clock.now();
  if (operation.deadlineAt === null || operation.deadlineAt - now <= givenMilliseconds) return;
  await store.changeOperation(lease, operation.operationId, now, { deadlineAt: now + givenMilliseconds });
}
