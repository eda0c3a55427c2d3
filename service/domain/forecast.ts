// How soon demand rose in moments like this one, counted online: no model, no parameters, and a few kilobytes of JSON. A
// moment's likeness is how large demand was and whether it had risen, for pipelines come in bursts (performance.md 5).

/** Demand is busy nodes and waiting requests together. All arrays are oldest first and one entry a minute. */
export interface DemandHistory {
  /** Minutes since 1970 of the last entry. */
  readonly minute: number;
  readonly ends: readonly number[];
  readonly peaks: readonly number[];
  /** State of a moment → what followed such moments. */
  readonly states: Readonly<Record<string, Followed>>;
}

export interface Followed {
  /** Moments seen, the older ones weighing less. */
  readonly moments: number;
  /** Row after row of `rises`, column after column of `horizons`: moments after which demand had risen so far so soon. */
  readonly rose: readonly number[];
}

/** Spares that pay, and what they are known from. */
export interface Advice {
  /** As many idle machines are worth their idling. */
  readonly keep: number;
  /** As many are worth even a boot. */
  readonly make: number;
  /** In how many of how many similar moments demand rose by `keep` within the hour. */
  readonly rose: number;
  readonly moments: number;
}

export const noAdvice: Advice = { keep: 0, make: 0, rose: 0, moments: 0 };

const rises = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];
const horizons = [1, 2, 4, 8, 15, 30, 60];
const windowMinutes = 60;
/** Demand that is above what it was this many minutes ago is rising. */
const risingMinutes = 10;
/** Moments overlap, so half a day of them is little knowledge. */
const momentsNeeded = 720;
/** After three weeks a moment weighs half. */
const fading = 0.5 ** (1 / (21 * 1440));

/** Takes in the demand of this instant; a pool that nobody looked at kept its last demand. */
export function noteDemand(history: DemandHistory | undefined, now: number, demand: number): DemandHistory {
  const minute = Math.floor(now / 60_000);
  if (history === undefined || minute - history.minute > 2 * windowMinutes || minute < history.minute) {
    return { minute, ends: [demand], peaks: [demand], states: history?.states ?? {} };
  }
  let current = history;
  while (current.minute < minute) current = nextMinute(current);
  const last = current.ends.length - 1;
  const peak = Math.max(current.peaks[last] ?? 0, demand);
  if (current.ends[last] === demand && current.peaks[last] === peak) return current;
  return { ...current, ends: current.ends.with(last, demand), peaks: current.peaks.with(last, peak) };
}

/** `boot` and `breakEven` in minutes; `worth` as the presets have it. */
export function advise(history: DemandHistory | undefined, boot: number, worth: number): Advice {
  if (history === undefined) return noAdvice;
  const state = stateOf(history.ends, history.ends.length - 1);
  const followed = history.states[state];
  if (followed === undefined || followed.moments < momentsNeeded) return noAdvice;
  let keep = -1;
  let make = -1;
  for (const row of rises.keys()) {
    const gain = bestGain(followed, row, boot, worth);
    if (gain.keep > 0) keep = row;
    if (gain.make > 0) make = row;
  }
  if (keep < 0) return noAdvice;
  return {
    keep: rises[keep] ?? 0,
    make: Math.min(rises[make] ?? 0, rises[keep] ?? 0),
    rose: Math.round(roseWithin(followed, keep, horizons.length - 1) * followed.moments),
    moments: Math.round(followed.moments),
  };
}

/** The best over all horizons: what using the spare saves, less what it costs until it is used or given up. */
function bestGain(followed: Followed, row: number, boot: number, worth: number) {
  let idle = 0;
  let before = 0;
  let chanceBefore = 0;
  const best = { keep: -Infinity, make: -Infinity };
  for (const [column, horizon] of horizons.entries()) {
    const chance = roseWithin(followed, row, column);
    idle += (horizon - before) * (1 - (chance + chanceBefore) / 2);
    before = horizon;
    chanceBefore = chance;
    best.keep = Math.max(best.keep, chance * boot * (1 + worth) - idle);
    best.make = Math.max(best.make, chance * boot * worth - boot - idle);
  }
  return best;
}

function roseWithin(followed: Followed, row: number, column: number): number {
  return (followed.rose[row * horizons.length + column] ?? 0) / followed.moments;
}

function nextMinute(history: DemandHistory): DemandHistory {
  const kept = windowMinutes + risingMinutes;
  const states = history.ends.length > kept ? learn(history) : history.states;
  const demand = history.ends.at(-1) ?? 0;
  return {
    minute: history.minute + 1,
    ends: [...history.ends.slice(-kept), demand],
    peaks: [...history.peaks.slice(-kept), demand],
    states,
  };
}

/** The moment an hour ago is over: now it is known what followed it. */
function learn(history: DemandHistory): DemandHistory['states'] {
  const { ends, peaks, states } = history;
  const moment = ends.length - 1 - windowMinutes;
  const state = stateOf(ends, moment);
  const known = states[state] ?? { moments: 0, rose: rises.flatMap(() => horizons.map(() => 0)) };
  const level = ends[moment] ?? 0;
  const highest: number[] = [];
  let top = 0;
  for (let later = 1; later <= windowMinutes; later += 1) {
    top = Math.max(top, (peaks[moment + later] ?? 0) - level);
    if (horizons.includes(later)) highest.push(top);
  }
  const rose = known.rose.map((seen, index) => {
    const rise = rises[Math.floor(index / horizons.length)] ?? Infinity;
    return seen * fading + ((highest[index % horizons.length] ?? 0) >= rise ? 1 : 0);
  });
  return { ...states, [state]: { moments: known.moments * fading + 1, rose } };
}

/** The power of two of demand, and whether it had risen. */
function stateOf(ends: readonly number[], moment: number): string {
  const level = ends[moment] ?? 0;
  const isRising = level > (ends[Math.max(0, moment - risingMinutes)] ?? level);
  return `${level === 0 ? 0 : 1 + Math.floor(Math.log2(level))}${isRising ? ' rising' : ''}`;
}

/** Enough of the past to trust: before, the idle delay alone decides. */
export function hasHistory(memory: { readonly demand?: DemandHistory }): boolean {
  if (memory.demand === undefined) return false;
  let moments = 0;
  for (const state in memory.demand.states) moments += memory.demand.states[state]?.moments ?? 0;
  return moments >= 7 * 1440;
}
