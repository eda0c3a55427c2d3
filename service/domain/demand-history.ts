// What a pool remembers of its demand: the last two hours by the minute, what followed moments of each kind, and what each
// worth of a waiting minute would have cost. Some kilobytes of JSON.

import type { ClockPast } from './clock-past.ts';

/** Demand is busy nodes and the waiting requests that some machine would serve. The arrays are oldest first and have one entry a minute. */
export interface DemandHistory {
  /** Minutes since 1970 of the last entry. */
  readonly minute: number;
  readonly ends: readonly number[];
  readonly peaks: readonly number[];
  /** Hours of the day (or `all`) → kind of moment → what followed such moments. */
  readonly seen: Readonly<Record<string, Readonly<Record<string, Followed>>>>;
  /** Absent in a history that an earlier release wrote. */
  readonly cost?: PastCost;
  /** Absent in a history that an earlier release wrote. */
  readonly clock?: ClockPast;
  /** Requests of the last demand that no machine runs or idles for; absent where there are none. */
  readonly waiting?: number;
}

export interface Paying {
  /** Machines that the pool pays for since its last pass, but for those that are wiped, deleted or kept for a person. */
  readonly machines: number;
  /** Machine hours that its preset aims at, as a multiple of what the jobs need. */
  readonly times: number;
}

/** What was really paid beyond what the preset aims at (hours-debt.ts). */
export interface HoursDebt {
  /** What was aimed at; a debt of another preset is none. */
  readonly times: number;
  /** Machine minutes, the older ones weighing less; below 0 where less was paid. */
  readonly minutes: number;
  /** What to aim at instead, as it was at the last whole five minutes. */
  readonly aim: number;
}

export interface Followed {
  /** Moments seen, one each five minutes; the old ones weigh less. */
  readonly moments: number;
  /** Row after row of `rises`, column after column of `horizons`: how many were followed by such a rise so soon. */
  readonly rose: readonly number[];
}

export const rises = [
  ...[1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 256],
] as const;
/** Minutes. */
export const horizons = [1, 2, 4, 8, 15, 30, 60] as const;

/** Machine minutes of the last weeks, the older ones weighing less; the arrays have one entry for each of `worths`. */
export interface PastCost {
  /** How long it has been counted, the old minutes in full; absent where an earlier release counted. */
  readonly minutes?: number;
  /** What the jobs needed at no wait: their time, and a boot for each rise of demand unless keeping the machine was cheaper. */
  readonly needed: number;
  /** What a pool with this worth would have paid for the same demand. */
  readonly paid: readonly number[];
  /** Machines that such a pool would have now. */
  readonly machines: readonly number[];
  /** `paid` by `needed` as they were at the last whole five minutes: in between nothing changes its mind. */
  readonly times: readonly number[];
  /** Rises of demand, and those of them for which such a pool had no machine; absent where an earlier release counted. */
  readonly rises?: number;
  readonly unmet?: readonly number[];
  /** `unmet` by `rises`, as they were at the last whole five minutes. */
  readonly missed?: readonly number[];
  /** Absent until the pool was seen paying. */
  readonly debt?: HoursDebt;
}

/** How long machines of the pool boot. */
export interface BootTimes {
  /** The usual one. */
  readonly minutes: number;
  /** Standard deviation of the logarithm. */
  readonly spread: number;
}
