// How many spares pay, from what followed moments like this one. What few moments of one kind tell leans on what the broader
// kinds tell: all moments, those of the same hours of the day, of the same day of the week too, and those of the same level of
// demand, as long after its last rise.
import { foresightAt, type Foresight } from './clock-foresight.ts';
import { slotMinutes } from './clock-past.ts';
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
  /** Where the clock told of the last of them: the minute of the day, on how many of the days before it came, and how near to it. */
  readonly clock: (Pick<Foresight, 'at' | 'days' | 'within'> & { readonly rose: number }) | null;
}

export const noAdvice: Advice = { keep: 0, make: 0, rose: 0, moments: 0, clock: null };

const columns = horizons.length;
/** Half a day: less is little knowledge. */
const momentsNeeded = 144;
/** A broader kind counts like so many moments of the narrower one. */
const broaderWeight = 120;
/** So many standard deviations may be chance: there are dozens of kinds, rises and horizons, and some are always odd. */
const deviations = 3;
/** Those of one hour see nearly the same hour follow, so they are one witness. */
const momentsAtOnce = 12;

/** `boot` in minutes; `worth` in machine minutes for a waiting minute; `now` in milliseconds, a little later than the history. */
export function advise(history: DemandHistory | undefined, boot: number, worth: number, now: number): Advice {
  if (history?.seen === undefined) return noAdvice;
  const slot = Math.floor(now / (60_000 * slotMinutes));
  if (last?.history === history && last.boot === boot && last.worth === worth && last.slot === slot) return last.advice;
  const [advice = noAdvice] = remembered(history, boot, [worth], slot);
  last = { history, boot, worth, slot, advice };
  return advice;
}

/** While demand stays as it is passes ask with the same history. */
let last: {
  readonly history: DemandHistory;
  readonly boot: number;
  readonly worth: number;
  readonly slot: number;
  readonly advice: Advice;
} | null = null;

/** One for each worth, which stand in rising order. */
export function adviceForEach(history: DemandHistory, boot: number, worths: readonly number[]): readonly Advice[] {
  return remembered(history, boot, worths, Math.floor(history.minute / slotMinutes));
}

/** What followed moments of one kind, and the answers that were found in it. */
interface Known {
  readonly code: number;
  readonly clock: Foresight | null;
  /** Broad kinds of moments first; null: too little is known. */
  readonly followed: readonly Followed[] | null;
  /** Of the narrowest kind. */
  readonly moments: number;
  /** By row, as far as somebody asked. */
  readonly chances: (readonly number[])[];
  readonly answers: {
    readonly boot: number;
    readonly worths: readonly number[];
    readonly advices: readonly Advice[];
  }[];
}

function remembered(history: DemandHistory, boot: number, worths: readonly number[], slot: number): readonly Advice[] {
  const kind = kindOf(history, history.ends.length - 1);
  const known = knownOf(history.seen, kind, foresightAt(history, slot, boot));
  for (const answer of known.answers) if (answer.boot === boot && isSame(answer.worths, worths)) return answer.advices;
  const advices = newAdvices(known, boot, worths);
  known.answers.push({ boot, worths, advices });
  return advices;
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one === other || (one.length === 1 && other.length === 1 && one[0] === other[0]);
}

function knownOf(seen: DemandHistory['seen'], kind: MomentKind, clock: Foresight | null): Known {
  if (lastKnown.seen !== seen) lastKnown = { seen, kinds: [] };
  const { kinds } = lastKnown;
  for (const one of kinds) if (one.code === kind.code && one.clock === clock) return one;
  const all = seen.all?.own;
  const isKnown = all !== undefined && all.moments >= momentsNeeded;
  const { moments } = seen[kind.hours]?.[kind.state] ?? all ?? { moments: 0 };
  const followed = isKnown ? followedOf(seen, kind) : null;
  const known: Known = { code: kind.code, clock, followed, moments, chances: [], answers: [] };
  kinds.push(known);
  return known;
}

/** What was seen changes only every five minutes, and passes ask more often. */
let lastKnown: { readonly seen: DemandHistory['seen']; readonly kinds: Known[] } = { seen: {}, kinds: [] };

function newAdvices(known: Known, boot: number, worths: readonly number[]): readonly Advice[] {
  const { followed, moments, clock } = known;
  const [broadest] = followed ?? [];
  if (followed === null || broadest === undefined) return worths.map(() => noAdvice);
  const keptRow = worths.map(() => -1);
  const madeRow = worths.map(() => -1);
  let first = 0;
  const rows = Math.max(broadest.rose.length / columns, clock?.chances.length ?? 0);
  for (let row = 0; row < rows && first < worths.length; row += 1) {
    const chances = (known.chances[row] ??=
      clock === null ? chancesOf(followed, row) : withClock(chancesOf(followed, row), clock.chances[row]));
    // A higher rise is seldomer and a lower worth pays less: where one spare does not pay, the next does not either.
    while (first < worths.length && !pays(chances, boot, 1 + (worths[first] ?? 0), 0)) first += 1;
    for (let place = first; place < worths.length; place += 1) {
      keptRow[place] = row;
      if (pays(chances, boot, worths[place] ?? 0, boot)) madeRow[place] = row;
    }
  }
  return worths.map((_, place) => {
    const row = keptRow[place] ?? -1;
    if (row < 0) return noAdvice;
    const rose = Math.round((known.chances[row]?.[columns - 1] ?? 0) * moments);
    const told = clock === null ? null : toldBy(clock, row, known.chances[row] ?? []);
    return { keep: rises[row] ?? 0, make: rises[madeRow[place] ?? -1] ?? 0, rose, moments, clock: told };
  });
}

/** Null where demand itself tells more. */
function toldBy({ at, days, within, rose, chances }: Foresight, row: number, all: readonly number[]): Advice['clock'] {
  const told = chances[row] ?? [];
  const first = told.findIndex((chance) => chance > 0);
  return first >= 0 && told[first] === all[first] ? { at, rose: rose[row] ?? 0, days, within } : null;
}

/** Whichever tells more: what comes by the clock does not follow from demand. */
function withClock(chances: readonly number[], told: readonly number[] | undefined): readonly number[] {
  return told === undefined ? chances : chances.map((chance, column) => Math.max(chance, told[column] ?? 0));
}

/** Broad kinds of moments first. */
function followedOf(seen: DemandHistory['seen'], kind: MomentKind): readonly Followed[] {
  const ofHours = seen[kind.hours];
  const kinds = [seen.all?.own, ofHours?.own, ofHours?.[kind.day], ofHours?.[kind.state]];
  return kinds.filter((one) => one !== undefined);
}

/** By horizon; what the broader kinds tell counts like some moments of the narrower one, and less where chance cannot explain how far it is from them. */
function chancesOf(followed: readonly Followed[], row: number): readonly number[] {
  const chances: number[] = [];
  const first = row * columns;
  for (const { rose, moments } of followed) {
    const isBroadest = chances.length === 0;
    const trust = isBroadest
      ? 1
      : Math.max(moments / (moments + broaderWeight), trustIn(rose, moments, first, chances));
    for (let column = 0; column < columns; column += 1) {
      const broader = chances[column] ?? 0;
      chances[column] = broader + trust * ((rose[first + column] ?? 0) / moments - broader);
    }
  }
  return chances;
}

/** How much of what is told apart from the broader kinds is no chance, at the horizon that tells most; 0 or less: all may be chance. */
function trustIn(rose: readonly number[], moments: number, first: number, broader: readonly number[]): number {
  let most = 0;
  for (let column = 0; column < columns; column += 1) {
    const chance = broader[column] ?? 0;
    if (chance <= 0 || chance >= 1) continue;
    const apart = (rose[first + column] ?? 0) / moments - chance;
    most = Math.max(most, (apart * apart * moments) / (momentsAtOnce * chance * (1 - chance)));
  }
  return most === 0 ? 0 : 1 - (deviations * deviations) / most;
}

/**
 * Whether for some horizon what using the spare saves (`saved` for each boot that it spares) is more than its `price` and what it
 * costs until it is used or given up.
 */
function pays(chances: readonly number[], boot: number, saved: number, price: number): boolean {
  let idle = 0;
  let before = 0;
  let chanceBefore = 0;
  for (let column = 0; column < columns; column += 1) {
    const chance = chances[column] ?? 0;
    const horizon = horizons[column] ?? 0;
    idle += (horizon - before) * (1 - (chance + chanceBefore) / 2);
    before = horizon;
    chanceBefore = chance;
    if (chance * boot * saved - price - idle > 0) return true;
  }
  return false;
}
