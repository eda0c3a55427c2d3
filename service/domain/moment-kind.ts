// Kinds of moments: which moments of the past are like this one.
import type { DemandHistory } from './demand-history.ts';

export interface MomentKind {
  readonly hours: string;
  readonly day: string;
  readonly state: string;
}

/** Longer ago than this a rise is no news. */
export const newsMinutes = 60;
const newsAges = [10, 30, newsMinutes, Infinity];

/** Four hours of the day, the day of the week, and the power of two of demand with the time since it last rose. */
export function kindOf({ ends, minute }: DemandHistory, moment: number): MomentKind {
  const at = minute - (ends.length - 1 - moment);
  const level = ends[moment] ?? 0;
  const size = level === 0 ? 0 : 1 + Math.floor(Math.log2(level));
  const age = ageOfNews(ends, moment);
  return {
    hours: `h${Math.floor((at % 1440) / 240)}`,
    day: `d${Math.floor(at / 1440) % 7}`,
    state: `s${size} ${newsAges.findIndex((limit) => age < limit)}`,
  };
}

/** Minutes until the last rise of demand becomes older news, if demand does not rise again; Infinity where it is none. */
export function minutesOfSameNews({ ends }: DemandHistory): number {
  const age = ageOfNews(ends, ends.length - 1);
  return (newsAges.find((limit) => limit > age) ?? Infinity) - age;
}

/** Minutes since demand last rose, at most `newsMinutes`. */
function ageOfNews(ends: readonly number[], moment: number): number {
  let age = 0;
  while (age < newsMinutes && (ends[moment - age] ?? 0) <= (ends[moment - age - 1] ?? Infinity)) age += 1;
  return age;
}
