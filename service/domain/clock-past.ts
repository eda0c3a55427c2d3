// What a pool remembers of its demand by the clock: the steepest rises of the last weeks, each under the five minutes of the
// day in which it began. Nightly runs and jobs of each full hour come again at the same minute, and no level of demand tells of them.

/** Two days of each name. */
export const daysKept = 15;
export const slotMinutes = 5;
export const slotsOfDay = 1440 / slotMinutes;
/** Small rises of a busy pool tell nothing, and would fill the memory. */
const keptOfAnHour = 2;
/** The hour is over, and what began in its last minute too. */
const settledMinutes = slotMinutes;
const latelyMinutes = 130;

export interface ClockPast {
  /** Slots since 1970: from here on nothing was missed. */
  readonly since: number;
  /** Slot of the day → days since 1970, each followed by how far demand rose then; the oldest first. */
  readonly rises: Readonly<Record<number, readonly number[]>>;
  /** Rises of the last two hours, the oldest first. */
  readonly lately: readonly LateRise[];
}

export interface LateRise {
  /** Since 1970: when it began. */
  readonly minute: number;
  readonly level: number;
  readonly top: number;
  /** So much of it the clock had told. */
  readonly foretold: number;
}

/** Of a pool's demand: its arrays are oldest first and have one entry a minute, the last one that of `minute`. */
interface RecentDemand {
  /** Minutes since 1970. */
  readonly minute: number;
  readonly ends: readonly number[];
  readonly peaks: readonly number[];
  readonly clock?: ClockPast;
}

/** Takes in the last minute of the history, which is over; up to `until` demand stays as it is. `foretold` is asked for a new rise. */
export function clockAfter(history: RecentDemand, until: number, foretold: () => number): ClockPast {
  const { minute, clock } = history;
  const known = clock ?? { since: Math.ceil(minute / slotMinutes), rises: {}, lately: [] };
  const risen = withRise(known, history, foretold);
  const hour = Math.floor((minute - settledMinutes) / 60);
  return hour === Math.floor((until - settledMinutes) / 60) ? risen : withHour(risen, hour, until);
}

function withRise(known: ClockPast, { ends, peaks, minute }: RecentDemand, foretold: () => number): ClockPast {
  const before = ends.at(-2);
  const peak = peaks.at(-1) ?? 0;
  if (before === undefined || peak <= before) return known;
  const { lately } = known;
  const last = lately.at(-1);
  if (last === undefined || minute - last.minute >= slotMinutes)
    return { ...known, lately: [...lately, { minute, level: before, top: peak, foretold: foretold() }] };
  return peak <= last.top ? known : { ...known, lately: lately.with(-1, { ...last, top: peak }) };
}

/** The steepest rises of an hour that is over. */
function withHour(known: ClockPast, hour: number, now: number): ClockPast {
  if (known.lately.length === 0) return known;
  const rises = { ...known.rises };
  known.lately
    .filter(({ minute }) => Math.floor(minute / 60) === hour)
    .sort((one, other) => other.top - other.level - (one.top - one.level))
    .slice(0, keptOfAnHour)
    .forEach(({ minute, level, top }) => {
      const day = Math.floor(minute / 1440);
      const slot = Math.floor((minute % 1440) / slotMinutes);
      rises[slot] = [...notOlder(rises[slot] ?? [], day - daysKept), day, top - level];
    });
  return { ...known, rises, lately: known.lately.filter(({ minute }) => now - minute < latelyMinutes) };
}

/**
 * As it was at `minute`, where the clock was set back to it: what began later comes again. The hours that come to their end again
 * are counted then.
 */
export function clockUpTo({ since, rises, lately }: ClockPast, minute: number): ClockPast {
  const uncounted = Math.floor((minute - settledMinutes) / 60) * 60;
  const kept: Record<number, readonly number[]> = {};
  for (const [slot, pairs] of Object.entries(rises)) {
    const isCounted = (day: number) => day * 1440 + Number(slot) * slotMinutes < uncounted;
    const days = pairs.flatMap((day, place) => (place % 2 === 0 && isCounted(day) ? [day, pairs[place + 1] ?? 0] : []));
    if (days.length > 0) kept[Number(slot)] = days;
  }
  return { since, rises: kept, lately: lately.filter((rise) => rise.minute < minute) };
}

function notOlder(pairs: readonly number[], day: number): readonly number[] {
  let first = 0;
  while (first < pairs.length && (pairs[first] ?? 0) < day) first += 2;
  return first === 0 ? pairs : pairs.slice(first);
}
