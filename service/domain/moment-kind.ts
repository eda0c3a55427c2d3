// Kinds of moments: which moments of the past are like this one.
import type { DemandHistory } from './demand-history.ts';

export interface MomentKind {
  readonly hours: string;
  readonly day: string;
  readonly state: string;
  /** Another number for each kind. */
  readonly code: number;
}

/** Longer ago than this a rise is no news. */
export const newsMinutes = 60;
const newsAges = [10, 30, newsMinutes, Infinity];

/** Four hours of the day, the day of the week, and the power of two of demand with the time since it last rose. */
export function kindOf({ ends, minute }: DemandHistory, moment: number): MomentKind {
  const at = minute - (ends.length - 1 - moment);
  const level = ends[moment] ?? 0;
  // Demand is counted in whole jobs.
  const size = 32 - Math.clz32(level);
  const age = ageOfNews(ends, moment);
  let news = 0;
  while (age >= (newsAges[news] ?? Infinity)) news += 1;
  return kindCalled(Math.floor((at % 1440) / 240), Math.floor(at / 1440) % 7, size * newsAges.length + news);
}

/** Each kind is one object: a replay asks for them a thousand times a second, and there are some hundred. */
function kindCalled(hours: number, day: number, state: number): MomentKind {
  const code = (state * 16 + day + 7) * 16 + hours + 6;
  const known = kinds.get(code);
  if (known !== undefined) return known;
  const words = `s${Math.floor(state / newsAges.length)} ${state % newsAges.length}`;
  const kind = { hours: `h${hours}`, day: `d${day}`, state: words, code };
  kinds.set(code, kind);
  return kind;
}

const kinds = new Map<number, MomentKind>();

/** Minutes until the last rise of demand becomes older news, if demand does not rise again; Infinity where it is none. */
export function minutesOfSameNews({ ends }: DemandHistory): number {
  const age = ageOfNews(ends, ends.length - 1);
  return (newsAges.find((limit) => limit > age) ?? Infinity) - age;
}

/** Minutes since demand last rose, at most `newsMinutes`. */
function ageOfNews(ends: readonly number[], moment: number): number {
  if (last.ends === ends && last.moment === moment) return last.age;
  let age = 0;
  let level = ends[moment] ?? 0;
  for (; age < newsMinutes && age < moment; age += 1) {
    const before = ends[moment - age - 1] ?? Infinity;
    if (level > before) break;
    level = before;
  }
  // Before the first minute it is not known to have risen.
  if (age >= moment) age = newsMinutes;
  if (moment === ends.length - 1) last = { ends, moment, age };
  return age;
}

/** Passes ask for the last minute several times. */
let last: { readonly ends: readonly number[]; readonly moment: number; readonly age: number } = {
  ends: [],
  moment: -1,
  age: 0,
};
