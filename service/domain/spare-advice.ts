// How many spares pay, from what followed moments like this one. What few moments of one kind tell leans on what the broader
// kinds tell: all moments, those of the same hours of the day, of the same day of the week too, and those of the same level of
// demand, as long after its last rise.
import { horizons, rises, type DemandHistory, type Followed } from './demand-history.ts';
import { kindOf, type MomentKind } from './moment-kind.ts';

/** Spares that pay, and what they are known from. */
export interface Advice {
  /** As many idle machines are worth their idling. */
  readonly keep: number;
  /** As many are worth even a boot. */
  readonly make: number;
  /** Of so many moments like this one demand rose by `keep` within the hour, as far as broader kinds of moments agree. */
  readonly rose: number;
  readonly moments: number;
}

export const noAdvice: Advice = { keep: 0, make: 0, rose: 0, moments: 0 };

const columns = horizons.length;
/** Half a day: less is little knowledge. */
const momentsNeeded = 144;
/** A broader kind counts like so many moments of the narrower one. */
const broaderWeight = 120;

/** `boot` in minutes; `worth` in machine minutes for a waiting minute. */
export function advise(history: DemandHistory | undefined, boot: number, worth: number): Advice {
  if (history?.seen === undefined) return noAdvice;
  const last = lastAdvices.get(history);
  if (last?.boot === boot && last.worth === worth) return last.advice;
  const [advice = noAdvice] = remembered(history, boot, [worth]);
  lastAdvices.set(history, { boot, worth, advice });
  return advice;
}

/** While demand stays as it is passes ask with the same history. */
const lastAdvices = new WeakMap<
  DemandHistory,
  { readonly boot: number; readonly worth: number; readonly advice: Advice }
>();

/** One for each worth, which stand in rising order. */
export function adviceForEach(history: DemandHistory, boot: number, worths: readonly number[]): readonly Advice[] {
  return remembered(history, boot, worths);
}

interface Known {
  readonly boot: number;
  readonly worths: readonly number[];
  readonly byKind: Map<string, readonly Advice[]>;
}

function remembered(history: DemandHistory, boot: number, worths: readonly number[]): readonly Advice[] {
  const kind = kindOf(history, history.ends.length - 1);
  let known = advices.get(history.seen);
  if (known === undefined) advices.set(history.seen, (known = []));
  let own = known.find((one) => one.boot === boot && isSame(one.worths, worths));
  if (own === undefined) known.push((own = { boot, worths, byKind: new Map() }));
  const name = kind.hours + kind.day + kind.state;
  const before = own.byKind.get(name);
  if (before !== undefined) return before;
  const found = newAdvices(history.seen, kind, boot, worths);
  own.byKind.set(name, found);
  return found;
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one === other || (one.length === 1 && other.length === 1 && one[0] === other[0]);
}

/** What was seen changes only every five minutes, and passes ask more often. */
const advices = new WeakMap<DemandHistory['seen'], Known[]>();

function newAdvices(
  seen: DemandHistory['seen'],
  kind: MomentKind,
  boot: number,
  worths: readonly number[],
): readonly Advice[] {
  const found: Advice[] = worths.map(() => noAdvice);
  const all = seen.all?.own;
  if (all === undefined || all.moments < momentsNeeded) return found;
  const followed = followedOf(seen, kind);
  const { moments } = seen[kind.hours]?.[kind.state] ?? all;
  let first = 0;
  for (let row = 0; row * columns < all.rose.length && first < worths.length; row += 1) {
    const chances = chancesOf(followed, row);
    const rise = rises[row] ?? 0;
    // A higher rise is seldomer and a lower worth pays less: where one spare does not pay, the next does not either.
    while (first < worths.length && gainOf(chances, boot, worths[first] ?? 0).keep <= 0) first += 1;
    for (let place = first; place < worths.length; place += 1) {
      const isMade = gainOf(chances, boot, worths[place] ?? 0).make > 0;
      const make = isMade ? rise : (found[place]?.make ?? 0);
      found[place] = { keep: rise, make, rose: Math.round((chances[columns - 1] ?? 0) * moments), moments };
    }
  }
  return found;
}

/** Broad kinds of moments first. */
function followedOf(seen: DemandHistory['seen'], kind: MomentKind): readonly Followed[] {
  const ofHours = seen[kind.hours];
  const kinds = [seen.all?.own, ofHours?.own, ofHours?.[kind.day], ofHours?.[kind.state]];
  return kinds.filter((one) => one !== undefined);
}

/** By horizon; what the broader kinds tell counts like some moments of the narrower one. */
function chancesOf(followed: readonly Followed[], row: number): readonly number[] {
  return horizons.map((_, column) => {
    const index = row * columns + column;
    let chance = -1;
    for (const { rose, moments } of followed) {
      const count = rose[index] ?? 0;
      chance = chance < 0 ? count / moments : (count + broaderWeight * chance) / (moments + broaderWeight);
    }
    return chance;
  });
}

/** The best over all horizons: what using the spare saves, less what it costs until it is used or given up. */
function gainOf(chances: readonly number[], boot: number, worth: number) {
  let idle = 0;
  let before = 0;
  let chanceBefore = 0;
  let keep = -Infinity;
  let make = -Infinity;
  for (let column = 0; column < columns; column += 1) {
    const chance = chances[column] ?? 0;
    const horizon = horizons[column] ?? 0;
    idle += (horizon - before) * (1 - (chance + chanceBefore) / 2);
    before = horizon;
    chanceBefore = chance;
    keep = Math.max(keep, chance * boot * (1 + worth) - idle);
    make = Math.max(make, chance * boot * worth - boot - idle);
  }
  return { keep, make };
}
