// What a process counts for itself, such as how long it was asked to rest, must not hang on a clock that somebody sets back.
import type { Clock } from './ports.ts';

/** Milliseconds for differences within this process alone; the instants of a clock without `elapsed`. */
export function steadyNow(clock: Pick<Clock, 'now' | 'elapsed'>): number {
  return clock.elapsed?.() ?? clock.now();
}
