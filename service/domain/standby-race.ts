// A standby that was taken is made again at once, and while nothing idles its boots race: who comes meanwhile waits for the first of
// them. That is the wait that is left on a pool of few jobs, and a race costs less than one more machine that always stands by.
import { bootShape } from './boot-time.ts';
import type { Memory } from './memory.ts';
import { risesPerMinute } from './past-cost.ts';
import type { PoolSettings } from './pool.ts';
import { firstOf, raceSize } from './race.ts';
import { forecasts, sizingNumbers } from './sizing-presets.ts';
import { wantedStandby } from './standby.ts';

/** Of the machine hours of the standby itself. */
const mostShare = 0.05;

/**
 * Boots in all for a standby of which nothing idles: as many as if jobs waited for it, as far as a twentieth of its own hours pays
 * for them. On a pool of many jobs, whose standby is taken all the time, that is none beyond it.
 */
export function standbyRace(settings: PoolSettings, memory: Memory): number {
  const standby = wantedStandby(settings);
  const rate = risesPerMinute(memory.demand?.cost);
  if (standby === 0 || rate === null || !forecasts(settings)) return standby;
  const { spread, usualMs } = bootShape(memory, 'create');
  // In usual boots, each time that demand rises by one.
  const allowed = (mostShare * standby) / (rate * (usualMs / 60_000));
  let size = raceSize(standby, spread, sizingNumbers(settings, memory).worth);
  while (size > standby && (size - standby) * firstOf(size, spread) > allowed) size -= 1;
  return size;
}
