// Instants in the ledger are of the clock that wrote them. Where that clock was set back since, they lie hours ahead, and what
// counts from them (a reservation, a lane, a delete of which Azure says nothing) would be held for as long.
import type { OpenOperation } from '../domain/observation.ts';
import type { PoolContext } from './context.ts';

/**
 * Sets a deadline that lies further ahead than any that is given, `givenMilliseconds`, to the furthest one. A phase that has not
 * begun yet begins now: the store does that with each change.
 */
export async function bringNear(
  { clock, lease, store }: Pick<PoolContext, 'clock' | 'lease' | 'store'>,
  operation: OpenOperation,
  givenMilliseconds = Infinity,
): Promise<void> {
  const now = clock.now();
  const { operationId, deadlineAt, phaseSince } = operation;
  const isFar = deadlineAt !== null && deadlineAt - now > givenMilliseconds;
  if (!isFar && phaseSince <= now) return;
  await store.changeOperation(lease, operationId, now, isFar ? { deadlineAt: now + givenMilliseconds } : {});
}
