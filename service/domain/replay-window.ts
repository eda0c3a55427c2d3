// When a replay begins and ends: the hours before the first job and after the last one that somebody asked for count, too, for
// a standby costs in them.
import type { TraceJob } from './trace.ts';

/** Seconds of the trace. */
export interface ReplayWindow {
  /** The pool is looked at from here; null: from the first job. */
  readonly begins: number | null;
  /** Machines count at least until here; null: until the last job is done and the machines beyond the standby are gone. */
  readonly ends: number | null;
}

export const wholeTrace: ReplayWindow = { begins: null, ends: null };

/** The pool looks once a minute at the least: a window of a thousand years would never come to its end. */
export const longestIdleSeconds = 366 * 86_400;

/** `jobs` are those of the window, sorted by arrival. What is cut off holds no job. */
export function boundedWindow(window: ReplayWindow, jobs: readonly TraceJob[]): ReplayWindow {
  const { begins, ends } = window;
  const first = jobs[0]?.arrival ?? begins;
  const last = jobs.at(-1)?.arrival ?? begins;
  return {
    begins: begins === null || first === null ? begins : Math.max(begins, first - longestIdleSeconds),
    ends: ends === null || last === null ? null : Math.min(ends, last + longestIdleSeconds),
  };
}
