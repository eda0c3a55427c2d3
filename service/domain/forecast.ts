// How soon demand rose after moments like this one, counted online: no model, no parameters, and some kilobytes of JSON.
// What few moments of one kind tell leans on what the broader kinds tell: all moments, those of the same hours of the day,
// of the same day of the week too, and those of the same level of demand, as long after its last rise.

/** Demand is busy nodes and waiting requests together. The arrays are oldest first and have one entry a minute. */
export interface DemandHistory {
  /** Minutes since 1970 of the last entry. */
  readonly minute: number;
  readonly ends: readonly number[];
  readonly peaks: readonly number[];
  /** Hours of the day (or `all`) → kind of moment → what followed such moments. */
  readonly seen: Readonly<Record<string, Readonly<Record<string, Followed>>>>;
}

export interface Followed {
  /** Moments seen, one each five minutes; the old ones weigh less. */
  readonly moments: number;
  /** Row after row of `rises`, column after column of `horizons`: how many were followed by such a rise so soon. */
  readonly rose: readonly number[];
}

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

const rises = [1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 256];
const horizons = [1, 2, 4, 8, 15, 30, 60];
const columns = horizons.length;
const windowMinutes = 60;
/** Longer ago than this a rise is no news. */
const newsMinutes = 60;
const keptMinutes = windowMinutes + newsMinutes + 1;
/** Moments overlap, so one in five minutes tells nearly as much as five. */
const momentMinutes = 5;
/** Half a day: less is little knowledge. */
const momentsNeeded = 144;
/** Four weeks; then every count is halved, so that the last weeks weigh most. */
const momentsKept = 8064;
/** A broader kind counts like so many moments of the narrower one. */
const broaderWeight = 120;

/** Takes in the demand of this instant; a pool that nobody looked at kept its last demand. */
export function noteDemand(history: DemandHistory | undefined, now: number, demand: number): DemandHistory {
  const minute = Math.floor(now / 60_000);
  // A history of another form, or of a pool that rested for hours, begins anew and keeps what it can read.
  if (history?.seen === undefined || minute - history.minute > 2 * windowMinutes || minute < history.minute) {
    return { minute, ends: [demand], peaks: [demand], seen: history?.seen ?? {} };
  }
  let current = history;
  while (current.minute < minute) current = forward(current, minute);
  const last = current.ends.length - 1;
  const peak = Math.max(current.peaks[last] ?? 0, demand);
  if (current.ends[last] === demand && current.peaks[last] === peak) return current;
  return { ...current, ends: current.ends.with(last, demand), peaks: current.peaks.with(last, peak) };
}

/** While demand stays as it is the advice cannot change before this instant. */
export function adviceMayChangeAt(history: DemandHistory): number {
  const { minute, ends } = history;
  const age = ageOfNews(ends, ends.length - 1);
  const older = newsAges.find((limit) => limit > age) ?? Infinity;
  const moment = minute + momentMinutes - (minute % momentMinutes) + 1;
  return Math.min(moment, minute + older - age) * 60_000;
}

/** `boot` in minutes; `worth` as the presets have it. */
export function advise(history: DemandHistory | undefined, boot: number, worth: number): Advice {
  if (history?.seen === undefined) return noAdvice;
  const last = lastAdvices.get(history);
  if (last?.boot === boot && last.worth === worth) return last.advice;
  const advice = adviceNow(history, boot, worth);
  lastAdvices.set(history, { boot, worth, advice });
  return advice;
}

/** While demand stays as it is passes ask with the same history. */
const lastAdvices = new WeakMap<
  DemandHistory,
  { readonly boot: number; readonly worth: number; readonly advice: Advice }
>();

function adviceNow(history: DemandHistory, boot: number, worth: number): Advice {
  const kind = kindOf(history, history.ends.length - 1);
  const known = advices.get(history.seen) ?? new Map<string, Advice>();
  advices.set(history.seen, known);
  const name = `${kind.hours} ${kind.day} ${kind.state} ${boot} ${worth}`;
  const before = known.get(name);
  if (before !== undefined) return before;
  const advice = newAdvice(history.seen, kind, boot, worth);
  known.set(name, advice);
  return advice;
}

/** What was seen changes only every five minutes, and passes ask more often. */
const advices = new WeakMap<DemandHistory['seen'], Map<string, Advice>>();

function newAdvice(seen: DemandHistory['seen'], kind: Kind, boot: number, worth: number): Advice {
  const all = seen.all?.own;
  if (all === undefined || all.moments < momentsNeeded) return noAdvice;
  const ofHours = seen[kind.hours];
  const narrowest = ofHours?.[kind.state];
  const chances = all.rose.map((rose) => rose / all.moments);
  for (const narrower of [ofHours?.own, ofHours?.[kind.day], narrowest]) {
    if (narrower !== undefined) leanOn(chances, narrower);
  }
  let keep = -1;
  let make = -1;
  for (let row = 0; row * columns < chances.length; row += 1) {
    const gain = bestGain(chances, row, boot, worth);
    if (gain.keep > 0) keep = row;
    if (gain.make > 0) make = row;
  }
  if (keep < 0) return noAdvice;
  const { moments } = narrowest ?? all;
  return {
    keep: rises[keep] ?? 0,
    make: Math.min(rises[make] ?? 0, rises[keep] ?? 0),
    rose: Math.round((chances[keep * columns + columns - 1] ?? 0) * moments),
    moments,
  };
}

/** What the broader kinds tell counts like some moments of the narrower one. */
function leanOn(chances: number[], narrower: Followed): void {
  const weight = narrower.moments + broaderWeight;
  for (let index = 0; index < chances.length; index += 1)
    chances[index] = ((narrower.rose[index] ?? 0) + broaderWeight * (chances[index] ?? 0)) / weight;
}

/** The best over all horizons: what using the spare saves, less what it costs until it is used or given up. */
function bestGain(chances: readonly number[], row: number, boot: number, worth: number) {
  let idle = 0;
  let before = 0;
  let chanceBefore = 0;
  const best = { keep: -Infinity, make: -Infinity };
  for (const [column, horizon] of horizons.entries()) {
    const chance = chances[row * columns + column] ?? 0;
    idle += (horizon - before) * (1 - (chance + chanceBefore) / 2);
    before = horizon;
    chanceBefore = chance;
    best.keep = Math.max(best.keep, chance * boot * (1 + worth) - idle);
    best.make = Math.max(best.make, chance * boot * worth - boot - idle);
  }
  return best;
}

/** Demand stays as it was up to `minute`, or up to the next minute after which there is something to learn. */
function forward(history: DemandHistory, minute: number): DemandHistory {
  const isWhole = history.ends.length >= keptMinutes && isMoment(history.minute - windowMinutes);
  const seen = isWhole ? learn(history) : history.seen;
  let until = history.minute + 1;
  while (until < minute && !isMoment(until - windowMinutes)) until += 1;
  const passed = until - history.minute;
  const demand = history.ends.at(-1) ?? 0;
  const first = Math.max(0, history.ends.length + passed - keptMinutes);
  const ends = history.ends.slice(first);
  const peaks = history.peaks.slice(first);
  for (let left = passed; left > 0; left -= 1) {
    ends.push(demand);
    peaks.push(demand);
  }
  return { minute: until, ends, peaks, seen };
}

function isMoment(minute: number): boolean {
  return minute % momentMinutes === 0;
}

/** The moment an hour ago is over: now it is known what followed it. */
function learn(history: DemandHistory): DemandHistory['seen'] {
  const moment = history.ends.length - 1 - windowMinutes;
  const { hours, day, state } = kindOf(history, moment);
  const highest = highestAfter(history, moment);
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

/** How far demand rose above its level within each horizon. */
function highestAfter({ ends, peaks }: DemandHistory, moment: number): readonly number[] {
  const level = ends[moment] ?? 0;
  const highest: number[] = [];
  let top = 0;
  let later = 0;
  for (const horizon of horizons) {
    for (; later < horizon; later += 1) top = Math.max(top, (peaks[moment + 1 + later] ?? 0) - level);
    highest.push(top);
  }
  return highest;
}

/** Rows that nothing ever reached are left out: most pools are small. */
function followedBy(known: Followed | undefined, highest: readonly number[]): Followed {
  const isFull = known !== undefined && known.moments >= momentsKept;
  const moments = known?.moments ?? 0;
  const rose = isFull ? known.rose.map((count) => count >> 1) : (known?.rose.slice() ?? []);
  const top = highest.at(-1) ?? 0;
  for (let row = 0; (rises[row] ?? Infinity) <= top; row += 1) {
    const rise = rises[row] ?? Infinity;
    for (let column = 0; column < columns; column += 1) {
      const index = row * columns + column;
      rose[index] = (rose[index] ?? 0) + ((highest[column] ?? 0) >= rise ? 1 : 0);
    }
  }
  return { moments: (isFull ? moments >> 1 : moments) + 1, rose };
}

interface Kind {
  readonly hours: string;
  readonly day: string;
  readonly state: string;
}

/** Four hours of the day, the day of the week, and the power of two of demand with the time since it last rose. */
function kindOf({ ends, minute }: DemandHistory, moment: number): Kind {
  const at = minute - (ends.length - 1 - moment);
  const level = ends[moment] ?? 0;
  const size = level === 0 ? 0 : 1 + Math.floor(Math.log2(level));
  return {
    hours: `h${Math.floor((at % 1440) / 240)}`,
    day: `d${Math.floor(at / 1440) % 7}`,
    state: `s${size} ${newsOf(ends, moment)}`,
  };
}

function newsOf(ends: readonly number[], moment: number): number {
  const age = ageOfNews(ends, moment);
  return newsAges.findIndex((limit) => age < limit);
}

/** Minutes since demand last rose, at most `newsMinutes`. */
function ageOfNews(ends: readonly number[], moment: number): number {
  let age = 0;
  while (age < newsMinutes && (ends[moment - age] ?? 0) <= (ends[moment - age - 1] ?? Infinity)) age += 1;
  return age;
}

const newsAges = [10, 30, newsMinutes, Infinity];

/** Enough of the past to trust: before, the idle delay alone decides. */
export function hasHistory(memory: { readonly demand?: DemandHistory }): boolean {
  if (memory.demand?.seen === undefined) return false;
  return (memory.demand.seen.all?.own?.moments ?? 0) >= 1440 / momentMinutes;
}
