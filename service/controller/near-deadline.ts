// Instants in the ledger are of the clock that wrote them. Where that clock was set back since, they lie hours ahead, and what
// counts from them (a reservation, a lane, a delete of which Azure says nothing) would be held for as long.
import type { Memory } from '../domain/memory.ts';
import type { Generation, Observation, OpenOperation } from '../domain/observation.ts';
import { savedUntil } from '../domain/saved-nodes.ts';
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

/**
 * Kept machines that by a clock that ran ahead go later than any that is kept now: their time begins anew. `before` as it was
 * stored: an instant ahead of now in it says that the clock was set back since the pass before. Without it the settings may have
 * been lowered, and who was told until when a machine stays keeps it so long.
 */
export async function bringKeptNear(
  { lease, settings, store }: Pick<PoolContext, 'lease' | 'settings' | 'store'>,
  observation: Observation,
  before: Memory,
): Promise<Observation> {
  const { now } = observation;
  const last = savedUntil(settings, now);
  const isFar = (one: Generation): boolean => one.isSaved && last !== null && (one.savedUntil ?? 0) > last;
  if (!observation.generations.some(isFar) || !Object.values(before.stateSince).some(({ since }) => since > now))
    return observation;
  const generations: Generation[] = [];
  for (const one of observation.generations) {
    if (isFar(one)) await store.changeGeneration(lease, one.generationId, { savedUntil: last });
    generations.push(isFar(one) ? { ...one, savedUntil: last } : one);
  }
  return { ...observation, generations };
}
