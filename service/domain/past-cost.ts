// What each worth of a waiting minute would have cost this pool: beside the real pool a few imagined ones meet the same demand,
// minute by minute, each with its own worth, and only their machines are counted. So the pool knows which worth keeps the
// machine hours at a wanted multiple of what the jobs need, without having tried it.
import type { BootTimes, DemandHistory, PastCost, Paying } from './demand-history.ts';
import { debtAfter } from './hours-debt.ts';
import { racingBoots } from './race.ts';
import { adviceForEach, noAdvice } from './spare-advice.ts';

/** Machine minutes for a waiting minute, in about equal steps of its logarithm. */
export const worths = [2, 3, 4.5, 7, 10, 15, 22, 33, 50, 75, 110] as const;

/** As much of the break-even time an idle machine that no forecast wants is kept. */
export const idleShare = 0.05;

/** Two weeks: the past is long enough to hold whole weeks, and a pool that grows is not held to what it was. */
const fadingMinutes = 14 * 1440;

const noCost: PastCost = {
  needed: 0,
  paid: worths.map(() => 0),
  machines: worths.map(() => 0),
  times: worths.map(() => 1),
};

/**
 * Counts the last minute of the history and as many more as demand then stays as it is; `isMoment`: five minutes are whole. What
 * waits beyond the maximum, `most` machines, is no need that machines could meet, and no imagined pool passes it either; `paying`: the
 * real one, where its forecast decides how many machines it has.
 */
export function pastCostAfter(
  history: DemandHistory,
  boot: BootTimes,
  minutes: number,
  isMoment: boolean,
  most: number,
  paying?: Paying,
): PastCost {
  const before = history.cost ?? noCost;
  const met = within(history, most);
  const left = Math.exp(-minutes / fadingMinutes);
  const meanBoot = boot.minutes * Math.exp(boot.spread ** 2 / 2);
  // While a job waits for its machine that machine boots, and the boot is counted for itself.
  const busy = (history.ends.at(-1) ?? 0) - (history.waiting ?? 0);
  const waited = Math.max(0, (met.ends.at(-1) ?? 0) - busy) * minutes;
  const neededNow = neededIn(met, meanBoot, minutes) - waited;
  const needed = before.needed * left + neededNow;
  const advices = adviceForEach(history, boot.minutes, worths);
  const end = met.ends.at(-1) ?? 0;
  const peak = met.peaks.at(-1) ?? 0;
  const paid: number[] = [];
  const machines: number[] = [];
  const unmet: number[] = [];
  for (let place = 0; place < worths.length; place += 1) {
    const { keep, make } = advices[place] ?? noAdvice;
    const sized = { worth: worths[place] ?? 0, keep: Math.min(keep, most - end), make: Math.min(make, most - peak) };
    const one = imagined(met, before.machines[place] ?? 0, sized, boot, minutes);
    paid.push((before.paid[place] ?? 0) * left + one.minutes + one.unmet * meanBoot - waited);
    machines.push(one.machines);
    unmet.push((before.unmet?.[place] ?? 0) * left + one.unmet);
  }
  const times = isMoment && needed > 0 ? paid.map((one) => one / needed) : before.times;
  const rises = (before.rises ?? 0) * left + Math.max(0, peak - (met.ends.at(-2) ?? 0));
  const spent = { left, minutes, needed: neededNow, neededInAll: needed, isMoment, isAtMost: peak >= most };
  const debt = debtAfter(before.debt, paying, spent);
  const missed = isMoment && rises > 0 ? unmet.map((one) => one / rises) : (before.missed ?? worths.map(() => 0));
  const counted = { minutes: (before.minutes ?? 0) + minutes, needed, paid, machines, times, rises, unmet, missed };
  return debt === undefined ? counted : { ...counted, debt };
}

/** How far demand rises in a usual minute of the last weeks; null where nobody has counted it, or not yet for a day. */
export function risesPerMinute(cost: PastCost | undefined): number | null {
  const { rises, minutes = 0 } = cost ?? {};
  if (rises === undefined || minutes < 1440) return null;
  return rises / (fadingMinutes * (1 - Math.exp(-minutes / fadingMinutes)));
}

/** Demand as far as so many machines meet it. */
function within({ ends, peaks }: DemandHistory, most: number): Met {
  if (peaks.every((peak) => peak <= most)) return { ends, peaks };
  return { ends: ends.map((end) => Math.min(most, end)), peaks: peaks.map((peak) => Math.min(most, peak)) };
}

type Met = Pick<DemandHistory, 'ends' | 'peaks'>;

/** Machine minutes at no wait: the bound of bound.ts, by the minute. */
function neededIn({ ends, peaks }: Met, boot: number, minutes: number): number {
  const last = ends.length - 1;
  const end = ends[last] ?? 0;
  const peak = peaks[last] ?? 0;
  const before = ends[last - 1] ?? 0;
  let covered = before;
  // Demand changes in the middle of a minute, as far as anybody knows.
  let needed = (before + end + peak - Math.max(before, end)) / 2 + end * (minutes - 1);
  for (let age = 1; age < boot && covered < peak; age += 1) {
    const level = Math.min(peak, peaks[last - age] ?? 0);
    needed += Math.max(0, level - covered) * age;
    covered = Math.max(covered, level);
  }
  return needed + Math.max(0, peak - covered) * boot;
}

interface Sized {
  readonly worth: number;
  readonly keep: number;
  readonly make: number;
}

/** Machine minutes of one imagined pool; `unmet` are the boots that somebody waited for. */
function imagined(met: Met, before: number, { worth, keep, make }: Sized, boot: BootTimes, minutes: number) {
  const { ends, peaks } = met;
  const last = ends.length - 1;
  const end = ends[last] ?? 0;
  const peak = peaks[last] ?? 0;
  if (peak === end && before >= peak + make && before <= end + keep)
    return { minutes: before * minutes, unmet: 0, machines: before };
  let machines = Math.max(before, peak + make);
  const unmet = Math.max(0, peak - before);
  let counted = (unmet === 0 ? 0 : racingBoots(unmet, boot.spread, worth) * boot.minutes) - (machines - before) / 2;
  const idle = boot.minutes * (1 + worth) * idleShare;
  for (let minute = 0; minute < minutes; minute += 1) {
    let lately = minute > idle ? end : peak;
    for (let age = 1; age <= idle - minute; age += 1) lately = Math.max(lately, peaks[last - age] ?? 0);
    machines = Math.min(machines, Math.max(end + keep, lately));
    counted += machines;
  }
  return { minutes: counted, unmet, machines };
}

/**
 * The dearest worth that would have cost no more than `times` what the jobs needed, in steps of a twentieth, and never more than
 * `most`; the one that cost least where all cost more. A dearer worth may cost less: it keeps machines that cheaper ones boot anew.
 */
export function worthAt({ times: known }: PastCost, times: number, most: number): number {
  if (last?.known === known && last.times === times && last.most === most) return last.worth;
  const worth = newWorth(known, times, most);
  last = { known, times, most, worth };
  return worth;
}

/**
 * The highest price of a waiting minute: that of the preset, and beyond it the next one as long as more than half of the jobs
 * that came would still have found no machine at this one. So a dearer preset never has a lower one.
 */
export function highestWorth({ missed }: PastCost, usual: number): number {
  if (missed === undefined) return usual;
  if (highest?.missed === missed && highest.usual === usual) return highest.worth;
  let worth = usual;
  for (let place = 0; place < worths.length; place += 1) {
    const next = worths[place + 1] ?? 0;
    if (next <= worth) continue;
    if ((missed[place] ?? 0) <= 0.5) break;
    worth = next;
  }
  highest = { missed, usual, worth };
  return worth;
}

let highest: { readonly missed: readonly number[]; readonly usual: number; readonly worth: number } | null = null;

/** A pass asks several times, and what was paid changes every five minutes. */
let last: {
  readonly known: PastCost['times'];
  readonly times: number;
  readonly most: number;
  readonly worth: number;
} | null = null;

function newWorth(known: PastCost['times'], times: number, most: number): number {
  const costs = known.slice(0, Math.max(1, worths.findLastIndex((worth) => worth <= most) + 1));
  const place = costs.findLastIndex((one) => one <= times);
  if (place < 0) return inSteps(Math.log(worths[costs.indexOf(Math.min(...costs))] ?? most));
  const low = worths[place] ?? most;
  const high = worths[place + 1];
  const next = known[place + 1] ?? times;
  // Only the worth beyond `most` may be as cheap.
  if (high === undefined || next <= times) return Math.min(most, high ?? low);
  const cheap = known[place] ?? times;
  const log = Math.log(low) + ((times - cheap) / (next - cheap)) * Math.log(high / low);
  return Math.min(most, inSteps(log));
}

function inSteps(log: number): number {
  return Math.exp(Math.round(log * 20) / 20);
}
