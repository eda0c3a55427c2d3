// What one process remembers of Weir's own disables that Azure DevOps has answered: for how long a read may be older than they are.
import type { Generation } from '../domain/observation.ts';
import type { Clock } from '../ports.ts';
import { steadyNow } from '../steady.ts';

/** Longer than reads lag behind (D5: two minutes). */
export const staleMilliseconds = 5 * 60_000;

/** Generation → the disable that it is marked for, by its number, and when this process first saw it answered (`steadyNow`). */
export type AnsweredDisables = Map<string, { readonly timesDisabled: number; readonly since: number }>;

/** Whether reads of this moment may be older than the disable; a process that starts does not know how long ago it was. */
export function mayBeOlder(clock: Clock, generation: Generation, answered: AnsweredDisables): boolean {
  const { generationId, isDisabledByWeir, isKnownShut, timesDisabled = 0 } = generation;
  if (!isDisabledByWeir || isKnownShut !== true) {
    answered.delete(generationId);
    return false;
  }
  const now = steadyNow(clock);
  const known = answered.get(generationId);
  if (known?.timesDisabled === timesDisabled) return now - known.since < staleMilliseconds;
  answered.set(generationId, { timesDisabled, since: now });
  return true;
}
