// What a process counts for itself, such as how long it was asked to rest, must not hang on a clock that somebody sets back.
import type { Clock } from './ports.ts';

/** Milliseconds for differences within this process alone; the instants of a clock without `elapsed`. */
export function steadyNow(clock: Pick<Clock, 'now' | 'elapsed'>): number {
  return clock.elapsed?.() ?? clock.now();
}

/** What was done `at`, by instants of the clock, is due again. After a clock was set back the age says nothing, so it is due. */
export function isDueAgain(at: number | null, everyMilliseconds: number, now: number): boolean {
  return at === null || at > now || now - at >= everyMilliseconds;
}
