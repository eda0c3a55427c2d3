// The demand of a pool, counted online: how soon it rose after each kind of moment, and what each worth of a waiting minute
// would have cost. No model, no parameters.
import { foresightAt, foretoldAt } from './clock-foresight.ts';
import { clockAfter, clockUpTo, slotMinutes, type ClockPast } from './clock-past.ts';
import { horizons, rises, type BootTimes, type DemandHistory, type Followed, type Paying } from './demand-history.ts';
import { kindOf, minutesOfSameNews, newsMinutes } from './moment-kind.ts';
import { pastCostAfter } from './past-cost.ts';

const columns = horizons.length;
const windowMinutes = 60;
const keptMinutes = windowMinutes + newsMinutes + 1;
/** Moments overlap, so one in five minutes tells nearly as much as five. */
const momentMinutes = 5;
/** A pool that nobody looked at for longer learns anew what comes by the clock; one night that was missed tells little. */
const restMinutes = 1440;
/** Four weeks; then every count is halved, so that the last weeks weigh most. */
const momentsKept = 8064;

/**
 * Takes in the demand of this instant, how much of it waits, and what the pool has been paying since the last; a pool that nobody
 * looked at kept its last demand. More machines than `most` cost nothing, for they are never there.
 */
export function noteDemand(
  history: DemandHistory | undefined,
  now: number,
  demand: number,
  boot: BootTimes,
  most: number,
  waiting = 0,
  paying?: Paying,
): DemandHistory {
  const known = noteChange(history, now, demand, { boot, most, paying });
  if ((known.waiting ?? 0) === waiting) return known;
  return { ...known, waiting };
}

interface CountedFor {
  readonly boot: BootTimes;
  readonly most: number;
  readonly paying: Paying | undefined;
}

function noteChange(history: DemandHistory | undefined, now: number, demand: number, pool: CountedFor): DemandHistory {
  const minute = Math.floor(now / 60_000);
  // A history of another form, or of a pool that rested for hours, begins anew and keeps what it can read.
  if (history?.seen === undefined || Math.abs(minute - history.minute) > 2 * windowMinutes)
    return begunAnew(history, minute, demand);
  if (minute < history.minute) return setBack(history, minute, demand);
  let later: Forwarded | null = null;
  while ((later ?? history).minute < minute) later = forward(later ?? history, minute, pool);
  const { ends, peaks } = later ?? history;
  const last = ends.length - 1;
  const peak = Math.max(peaks[last] ?? 0, demand);
  if (later !== null) {
    later.ends[last] = demand;
    later.peaks[last] = peak;
    return later;
  }
  if (ends[last] === demand && peaks[last] === peak) return history;
  return { ...history, ends: ends.with(last, demand), peaks: peaks.with(last, peak) };
}

function begunAnew(history: DemandHistory | undefined, minute: number, demand: number): DemandHistory {
  const { seen = {}, cost, clock } = history ?? {};
  // Nights that nobody saw would count as nights without a run, and days that lie ahead of the clock never come to an end.
  const rested = minute - (history?.minute ?? minute);
  const isKnown = clock !== undefined && rested >= 0 && rested <= restMinutes;
  return {
    ...{ minute, ends: [demand], peaks: [demand], seen },
    ...(cost === undefined ? {} : { cost }),
    ...(isKnown ? { clock: { ...clock, lately: [] } } : {}),
  };
}

/** The clock was set back by a little: the minutes since come again. */
function setBack(history: DemandHistory, minute: number, demand: number): DemandHistory {
  const again = history.minute - minute;
  const [ends, peaks] = [history.ends, history.peaks].map((list) => [...list.slice(0, -again - 1), demand]);
  const clock = history.clock === undefined ? {} : { clock: clockUpTo(history.clock, minute) };
  return { ...history, minute, ends: ends ?? [demand], peaks: peaks ?? [demand], ...clock };
}

/** Nobody else has seen its lists. */
interface Forwarded extends DemandHistory {
  readonly ends: number[];
  readonly peaks: number[];
}

/** While demand stays as it is the advice cannot change before this instant. */
export function adviceMayChangeAt(history: DemandHistory, boot: number): number {
  const { minute } = history;
  const moment = minute + momentMinutes - (minute % momentMinutes);
  const slot = Math.floor(minute / slotMinutes);
  const isByClock = foresightAt(history, slot, boot) !== foresightAt(history, slot + 1, boot);
  return Math.min(isByClock ? moment : moment + 1, minute + minutesOfSameNews(history)) * 60_000;
}

/** Demand stays as it was up to `minute`, or up to the next minute after which there is something to learn. */
function forward(history: DemandHistory, minute: number, { boot, most, paying }: CountedFor): Forwarded {
  const isWhole = history.ends.length >= keptMinutes && isMoment(history.minute - windowMinutes);
  let until = history.minute + 1;
  while (until < minute && !isMoment(until - windowMinutes)) until += 1;
  const passed = until - history.minute;
  const demand = history.ends.at(-1) ?? 0;
  const ends = longer(history.ends, passed, demand);
  const peaks = longer(history.peaks, passed, demand);
  const cost = pastCostAfter(history, boot, passed, isMoment(history.minute), most, paying);
  const slot = Math.floor(history.minute / slotMinutes);
  const clock = clockAfter(history, until, () => foretoldAt(history, slot, boot.minutes));
  const seen = isWhole ? learn(history, clock) : history.seen;
  // Field by field: to spread the history costs as much as to learn from it.
  const { waiting } = history;
  return waiting === undefined
    ? { minute: until, ends, peaks, seen, cost, clock }
    : { minute: until, ends, peaks, seen, cost, clock, waiting };
}

/** The last `keptMinutes` of the list with as many more entries. */
function longer(list: readonly number[], by: number, entry: number): number[] {
  const first = Math.max(0, list.length + by - keptMinutes);
  const length = list.length + by - first;
  const kept = length - by;
  // A list that is as long as it may be keeps its length: to shift a copy of it costs less than to let one grow.
  const next = list.slice(0, length);
  if (first > 0) for (let place = 0; place < kept; place += 1) next[place] = list[place + first] ?? 0;
  for (let place = kept; place < length; place += 1) next[place] = entry;
  return next;
}

function isMoment(minute: number): boolean {
  return minute % momentMinutes === 0;
}

/** The moment an hour ago is over: now it is known what followed it. */
function learn(history: DemandHistory, clock: ClockPast): DemandHistory['seen'] {
  const moment = history.ends.length - 1 - windowMinutes;
  const { hours, day, state } = kindOf(history, moment);
  const highest = highestAfter(history, moment, clock);
  const { seen } = history;
  const ofHours = seen[hours] ?? {};
  return {
    ...seen,
    all: { own: followedBy(seen.all?.own, highest) },
    [hours]: {
      ...ofHours,
      own: followedBy(ofHours.own, highest),
      [day]: followedBy(ofHours[day], highest),
      [state]: followedBy(ofHours[state], highest),
    },
  };
}

/** How far demand rose above its level within each horizon, but for what the clock had told. */
function highestAfter({ ends, peaks, minute }: DemandHistory, moment: number, clock: ClockPast): readonly number[] {
  const level = ends[moment] ?? 0;
  const first = minute - (ends.length - 1 - moment) + 1;
  const told = clock.lately.some((rise) => rise.foretold > 0 && rise.minute >= first) ? clock.lately : [];
  const highest: number[] = [];
  let top = 0;
  let later = 0;
  let foretold = 0;
  for (const horizon of horizons) {
    for (; later < horizon; later += 1) {
      const place = moment + 1 + later;
      if (told.length > 0) {
        const fell = (ends[place - 1] ?? 0) - (ends[place] ?? 0);
        for (const rise of told)
          if (rise.minute === first + later) foretold += Math.min(rise.foretold, rise.top - rise.level);
        top = Math.max(top, (peaks[place] ?? 0) - level - foretold);
        foretold = Math.max(0, foretold - Math.max(0, fell));
      } else top = Math.max(top, (peaks[place] ?? 0) - level);
    }
    highest.push(top);
  }
  return highest;
}

/** Rows that nothing ever reached are left out: most pools are small. */
function followedBy(known: Followed | undefined, highest: readonly number[]): Followed {
  const isFull = known !== undefined && known.moments >= momentsKept;
  const moments = known?.moments ?? 0;
  const top = highest.at(-1) ?? 0;
  // Where nothing rose the counts stay as they are.
  if (known !== undefined && !isFull && top <= 0) return { moments: moments + 1, rose: known.rose };
  const rose = isFull ? known.rose.map((count) => count >> 1) : (known?.rose.slice() ?? []);
  for (let row = 0; (rises[row] ?? Infinity) <= top; row += 1) {
    const rise = rises[row] ?? Infinity;
    for (let column = 0; column < columns; column += 1) {
      const index = row * columns + column;
      rose[index] = (rose[index] ?? 0) + ((highest[column] ?? 0) >= rise ? 1 : 0);
    }
  }
  return { moments: (isFull ? moments >> 1 : moments) + 1, rose };
}

/** Enough of the past to trust: before, the idle delay alone decides. */
export function hasHistory(memory: { readonly demand?: DemandHistory }): boolean {
  return daysKnown(memory) >= 1;
}

/** Of the last weeks. */
export function daysKnown({ demand }: { readonly demand?: DemandHistory }): number {
  if (demand?.seen === undefined) return 0;
  return ((demand.seen.all?.own?.moments ?? 0) * momentMinutes) / 1440;
}
