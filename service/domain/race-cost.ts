// What races of boots would have cost this pool at several worths of a waiting minute. A preset that does not forecast holds its
// machine hours with it: boots weigh little where jobs are long and much where they are short, so one worth cannot fit all.
import type { BootTimes } from './demand-history.ts';
import { racedBoots } from './race.ts';

/** Machine minutes for a waiting minute, in rising order. */
export const raceWorths = [0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1, 2.4, 2.7] as const;

/** Two weeks, as what a forecast costs (past-cost.ts). */
const fadingMinutes = 14 * 1440;
/** Nobody looked for so long: what happened meanwhile is not known. */
const longestGapMinutes = 120;

/** Machine minutes of the last weeks, the older ones weighing less. */
export interface RaceCost {
  /** The last pass, milliseconds since 1970, with its busy machines and those that idle beyond the standby. */
  readonly at: number;
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
  /** How long it has been counted. */
  readonly minutes: number;
  /** Jobs, and a boot for each that found no machine. */
  readonly needed: number;
  /** Machines that stood idle. */
  readonly idled: number;
  /** Beyond one mean boot for each machine, for each of `raceWorths`. */
  readonly raced: readonly number[];
}

export interface RaceMoment {
  readonly now: number;
  readonly busy: number;
  readonly idle: number;
  /** Requests that no idle machine serves, as far as the maximum has machines for them. */
  readonly waiting: number;
}

/** The same object while nothing changes within a minute. */
export function raceCostAfter(before: RaceCost | undefined, moment: RaceMoment, boot: BootTimes): RaceCost {
  const { now, busy, idle, waiting } = moment;
  const waited = before?.waiting ?? 0;
  const isSame = before?.busy === busy && before.idle === idle && waited === waiting;
  if (isSame && now - before.at < 60_000 && now >= before.at) return before;
  const gap = before === undefined ? 0 : (now - before.at) / 60_000;
  const passed = Math.max(0, before?.busy === 0 ? gap : Math.min(gap, longestGapMinutes));
  const left = Math.exp(-passed / fadingMinutes);
  const meanBoot = boot.minutes * Math.exp(boot.spread ** 2 / 2);
  const needed = (before?.needed ?? 0) * left + (before?.busy ?? 0) * passed + Math.max(0, waiting - waited) * meanBoot;
  const idled = (before?.idled ?? 0) * left + (before?.idle ?? 0) * passed;
  const known = before?.raced ?? raceWorths.map(() => 0);
  const raced = raceWorths.map((worth, place) => {
    const more =
      waiting <= waited ? 0 : racedBoots(waiting, boot.spread, worth) - racedBoots(waited, boot.spread, worth);
    return (known[place] ?? 0) * left + more * boot.minutes;
  });
  return { at: now, busy, idle, waiting, minutes: (before?.minutes ?? 0) + passed, needed, idled, raced };
}

/** The dearest worth at which idling and races together cost at most `share` of what the jobs need. */
export function raceWorthAt({ needed, idled, raced }: RaceCost, share: number): number {
  const place = raced.findLastIndex((one) => idled + one <= share * needed);
  return raceWorths[Math.max(0, place)] ?? 0;
}
