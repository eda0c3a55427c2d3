// How many free nodes the pool keeps ready beyond those that waiting requests will take.
import type { PoolSettings } from './pool.ts';

/** A standby above the maximum means the maximum. */
export function wantedStandby(settings: PoolSettings): number {
  return Math.min(settings.desiredIdle, settings.maxCapacity);
}
