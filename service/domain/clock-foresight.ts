// What the clock tells: how likely demand rises in the minutes that one boot needs, from what happened in the same minutes of the
// days before. Nothing is told of later minutes: a spare for them would only stand idle before it is needed.
import { evidentRow, sums, weights, type KnownRises } from './clock-evidence.ts';
import { daysKept, slotMinutes, slotsOfDay, type ClockPast } from './clock-past.ts';
import { horizons, rises, type DemandHistory } from './demand-history.ts';

/** Demand is about to rise by the clock. */
export interface Foresight {
  /** By row of `rises`, then by column of `horizons`; no row stands beyond what ever came. */
  readonly chances: readonly (readonly number[])[];
  /** By row: on so many of the days before it rose as far. */
  readonly rose: readonly number[];
  readonly days: number;
  /** Minute of the day at which it began on most of them, in fives. */
  readonly at: number;
  /** Minutes, from these five on, in which it began on all of them. */
  readonly within: number;
}

/** A spare is made for the next five minutes, or for those after them too where machines boot for longer. */
function slotsAhead(boot: number): number {
  return Math.max(1, Math.round((2 * boot) / slotMinutes));
}

/** `slot` in slots since 1970, `boot` in minutes. Null where the clock tells nothing. */
export function foresightAt(history: DemandHistory, slot: number, boot: number): Foresight | null {
  const { clock } = history;
  if (clock === undefined) return null;
  // What rose a moment ago only takes away from what is to come.
  const ahead = slotsAhead(boot);
  const whole = remembered(clock, slot, ahead, 0);
  if (whole === null) return null;
  const risen = risenLately(history, slot);
  return risen === 0 ? whole : remembered(clock, slot, ahead, risen);
}

/** How far demand was to rise in these five minutes, more likely than not. */
export function foretoldAt({ clock }: DemandHistory, slot: number, boot: number): number {
  const foresight = clock === undefined ? null : remembered(clock, slot, slotsAhead(boot), 0);
  if (foresight === null) return 0;
  return rises[foresight.chances.findLastIndex((row) => (row.at(-1) ?? 0) >= 0.5)] ?? 0;
}

/** In the slot so far and the one before it. */
function risenLately({ ends, peaks, minute }: DemandHistory, slot: number): number {
  const from = Math.max(1, ends.length - 1 - (minute - (slot - 1) * slotMinutes));
  const level = ends[from - 1] ?? 0;
  let risen = 0;
  for (let place = from; place < ends.length; place += 1) risen = Math.max(risen, (peaks[place] ?? 0) - level);
  return risen;
}

/** Each pass of the same five minutes asks, so the last answers are kept. `risen`: so far demand rose in these minutes today. */
function remembered({ rises: known, since }: ClockPast, slot: number, ahead: number, risen: number): Foresight | null {
  if (last.known !== known || last.ahead !== ahead) last = newAnswers(known, ahead);
  const place = slot % last.slots.length;
  let answers = last.slots[place];
  if (answers?.slot !== slot) last.slots[place] = answers = { slot, whole: undefined, byRisen: null };
  const answer = risen === 0 ? answers.whole : answers.byRisen?.get(risen);
  if (answer !== undefined) return answer;
  const foresight = foresightOf({ rises: known, since }, slot, ahead, risen);
  if (risen === 0) answers.whole = foresight;
  else (answers.byRisen ??= new Map()).set(risen, foresight);
  return foresight;
}

/** Those before, these, and the next. */
const slotsAsked = 4;

interface Answers {
  readonly known: ClockPast['rises'] | null;
  readonly ahead: number;
  readonly slots: (OfSlot | undefined)[];
}

interface OfSlot {
  readonly slot: number;
  /** Where nothing rose yet, as nearly always. */
  whole: Foresight | null | undefined;
  byRisen: Map<number, Foresight | null> | null;
}

function newAnswers(known: Answers['known'], ahead: number): Answers {
  return { known, ahead, slots: Array.from({ length: slotsAsked }, () => undefined) };
}

let last = newAnswers(null, 0);

/** One of the days before: how far demand rose in each slot, from the one before this on. */
interface Day {
  readonly age: number;
  readonly rises: number[];
}

function foresightOf(clock: KnownRises, slot: number, ahead: number, risen: number): Foresight | null {
  const known = Math.min(daysKept, Math.floor((slot - clock.since) / slotsOfDay));
  if (known < 2) return null;
  const evident = evidentRow(clock, slot, ahead, known);
  if (evident < 0) return null;
  const days = daysBefore(clock, slot, ahead, known);
  for (const day of days) takeAway(day, risen);
  const all = sums[known] ?? 1;
  const chances: (readonly number[])[] = [];
  const rose: number[] = [];
  for (let row = 0; row <= evident; row += 1) {
    const rise = rises[row] ?? Infinity;
    const count = days.filter((day) => highest(day) >= rise).length;
    if (count < 2) break;
    chances.push(byColumn(days, rise, ahead, all));
    rose.push(count);
  }
  if (chances.length === 0) return null;
  return { chances, rose, days: known, at: usualMinute(days, slot), within: (ahead + 1) * slotMinutes };
}

function daysBefore({ rises: known }: KnownRises, slot: number, ahead: number, most: number): readonly Day[] {
  const days: Day[] = [];
  for (let later = -1; later <= ahead; later += 1) {
    const pairs = known[(slot + later) % slotsOfDay];
    if (pairs === undefined) continue;
    const today = Math.floor((slot + later) / slotsOfDay);
    for (let place = 0; place < pairs.length; place += 2) {
      const age = today - (pairs[place] ?? 0);
      if (age < 1 || age > most) continue;
      let day = days.find((one) => one.age === age);
      if (day === undefined) days.push((day = { age, rises: Array.from({ length: ahead + 2 }, () => 0) }));
      day.rises[later + 1] = Math.max(day.rises[later + 1] ?? 0, pairs[place + 1] ?? 0);
    }
  }
  return days;
}

/** What rose today in the last minutes is the first of what rose on that day about this time. */
function takeAway({ rises: left }: Day, risen: number): void {
  const first = left.findIndex((rise) => rise > 0);
  const rise = left[first] ?? 0;
  if (risen > 0 && first >= 0) left[first] = risen >= 0.75 * rise ? 0 : rise - risen;
  left[0] = 0;
}

function highest({ rises: left }: Day): number {
  let top = 0;
  for (const rise of left) top = Math.max(top, rise);
  return top;
}

/** Of the days on which demand rose so far. */
function weightOf(days: readonly Day[], rise: number): number {
  let sum = 0;
  for (const day of days) if (highest(day) >= rise) sum += weights[day.age] ?? 0;
  return sum;
}

function byColumn(days: readonly Day[], rise: number, ahead: number, all: number): readonly number[] {
  const shares: number[] = [];
  for (let later = 0; later <= ahead; later += 1)
    shares.push(
      weightOf(
        days.filter((day) => day.rises.findIndex((one) => one >= rise) <= later + 1),
        rise,
      ) / all,
    );
  // What comes in these five minutes comes within three on the whole, what comes in the next within eight.
  return horizons.map((horizon) => shares[Math.min(ahead, Math.floor((horizon - 3) / slotMinutes))] ?? 0);
}

function usualMinute(days: readonly Day[], slot: number): number {
  const counts: number[] = [];
  for (const day of days) {
    const place = day.rises.indexOf(highest(day));
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const most = counts.reduce((best, count, place) => (count > (counts[best] ?? 0) ? place : best), 0);
  return ((slot + Math.max(0, most - 1)) % slotsOfDay) * slotMinutes;
}
