// How long machines of this pool take from the create or the reimage until their agent is online: learned, else a default.
import { bootingSince } from './booting-since.ts';
import type { BootTimes } from './demand-history.ts';
import type { Memory } from './memory.ts';
import type { Node } from './node.ts';
import { normalQuantile } from './race.ts';

/** A boot older than this is late: it is no supply any more, so a machine that never comes up strands no job. */
export function lateAfterMs(memory: Memory, startedBy: 'create' | 'reimage'): number {
  return bootShape(memory, startedBy).lateMs;
}

/** The median of what was learned, else the default. */
export function usualBootMs(memory: Memory, startedBy: 'create' | 'reimage'): number {
  return bootShape(memory, startedBy).usualMs;
}

/** What is known of boots before and after anything was learned. */
export function bootTimes(memory: Memory): BootTimes {
  const { usualMs, spread } = bootShape(memory, 'create');
  return { minutes: usualMs / 60_000, spread: spread === 0 ? defaultSpread : spread };
}

export interface BootShape {
  readonly usualMs: number;
  /** Standard deviation of the logarithm of boot times; 0 until enough of them were seen to tell. */
  readonly spread: number;
  readonly lateMs: number;
}

export function bootShape(memory: Memory, startedBy: 'create' | 'reimage'): BootShape {
  const online = memory.boots[startedBy];
  const cancelled = startedBy === 'create' ? (memory.boots.cancelled ?? noneCancelled) : noneCancelled;
  const known = shapes.get(online);
  if (known?.cancelled === cancelled && known.startedBy === startedBy) return known.shape;
  const shape = startedBy === 'create' ? createShape(online, cancelled) : uncutShape(online, defaultSeconds.reimage);
  shapes.set(online, { startedBy, cancelled, shape });
  return shape;
}

type Cancelled = NonNullable<Memory['boots']['cancelled']>;
const noneCancelled: Cancelled = [];

/** Asked for every booting node of a pass, and the answer hangs on these lists alone. */
const shapes = new WeakMap<
  readonly number[],
  { readonly startedBy: string; readonly cancelled: Cancelled; readonly shape: BootShape }
>();

function createShape(online: readonly number[], cancelled: Cancelled): BootShape {
  if (online.length < learnedFrom || cancelled.length === 0) return uncutShape(online, defaultSeconds.create);
  const line = fitLine(online, cancelled);
  const spread = weighedSpread(online, line.slope);
  const middle = Math.exp(line.middle - spread * line.place);
  const known = online.length < spreadFrom ? 0 : spread;
  return { usualMs: middle * 1000, spread: known, lateMs: middle * Math.exp(spread * z95) * 1000 + slackMs };
}

/** The spread is worked out where somebody asks: nobody races a reimage, so hardly anybody does. */
function uncutShape(online: readonly number[], usual: number): BootShape {
  return {
    ...middleOf(online, usual),
    get spread() {
      return online.length < spreadFrom ? 0 : weighedSpread(online, fitLine(online, noneCancelled).slope);
    },
  };
}

/** Few boots tell little of their spread, so the usual one weighs in. */
function weighedSpread(online: readonly number[], slope: number): number {
  return (online.length * slope + fewBoots * defaultSpread) / (online.length + fewBoots);
}

function middleOf(online: readonly number[], usual: number): Pick<BootShape, 'usualMs' | 'lateMs'> {
  if (online.length < learnedFrom) return { usualMs: usual * 1000, lateMs: 2 * usual * 1000 };
  const sorted = Float64Array.from(online).sort();
  const middle = sorted[Math.floor(online.length / 2)] ?? usual;
  const slow = sorted[Math.ceil(online.length * 0.95) - 1] ?? middle;
  return { usualMs: middle * 1000, lateMs: slow * 1000 + slackMs };
}

/**
 * The line of least squares through the shares of boots that end by then, as lognormal boots would lie on it. Where some were
 * cancelled before their end their share is not known to be slow or quick (Kaplan and Meier): who only looks at those that
 * ended takes the winners of the races for all.
 */
function fitLine(online: readonly number[], cancelled: Cancelled) {
  let longest = 1;
  for (const seconds of online) longest = Math.max(longest, placeOf(seconds));
  // What was cancelled later than that is under way all along.
  const { ended, cut } = counts;
  ended.fill(0, 0, longest + 1);
  cut.fill(0, 0, longest + 1);
  for (const seconds of online) ended[placeOf(seconds)] = (ended[placeOf(seconds)] ?? 0) + 1;
  for (const { seconds } of cancelled) {
    const place = Math.min(longest, placeOf(seconds));
    cut[place] = (cut[place] ?? 0) + 1;
  }
  let under = online.length + cancelled.length;
  let surviving = 1;
  let [sum, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (let seconds = 1; seconds <= longest; seconds += 1) {
    const weight = ended[seconds] ?? 0;
    if (weight > 0) {
      const left = surviving * (1 - weight / under);
      const place = normalQuantile(1 - (surviving + left) / 2);
      const log = Math.log(seconds);
      sum += weight;
      x += weight * place;
      y += weight * log;
      xx += weight * place * place;
      xy += weight * place * log;
      surviving = left;
    }
    under -= weight + (cut[seconds] ?? 0);
  }
  const across = xx - (x * x) / sum;
  const slope = across <= 0 ? 0 : Math.max(0, (xy - (x * y) / sum) / across);
  return { place: x / sum, middle: y / sum, slope };
}

const longestBoot = 3600;
/** By second; emptied before each use, for a replay fits a line at every boot. */
const counts = { ended: new Uint16Array(longestBoot + 1), cut: new Uint16Array(longestBoot + 1) };

/** In whole seconds, at most an hour: no boot is waited for that long. */
function placeOf(seconds: number): number {
  return Math.min(longestBoot, Math.max(1, Math.round(seconds)));
}

/** When this booting node becomes late; null for one whose reimage has not begun. */
export function lateAt(node: Node, memory: Memory, now: number): number | null {
  if (node.state === 'pendingReimage') return null;
  // The old generation stands until the reimage is over, so the reimage's own time counts here.
  const isReimaging = node.state === 'reimagingCompute' || node.generation?.startedBy === 'reimage';
  const isOldLife = node.generation?.startedBy !== 'reimage' || node.generation.firstOnlineAt !== null;
  const began =
    node.state === 'reimagingCompute' && isOldLife
      ? node.stateSince
      : bootingSince(node.generation, node.instance, memory, node.key, now);
  return began + lateAfterMs(memory, isReimaging ? 'reimage' : 'create');
}

/** Medians that performance.md 2 assumes for Linux; what is learned replaces them. */
const defaultSeconds = { create: 150, reimage: 90 };
/** The 95th percentile of a standard normal. */
export const z95 = 1.645;
/** The 95th percentile is twice the median. */
const defaultSpread = Math.log(2) / z95;
/** Fewer boots than these say nothing about the slow ones. */
const learnedFrom = 5;
const fewBoots = 10;
/** Fewer tell nothing of their spread. */
const spreadFrom = 20;
/** Two polls: a machine that came online on time may not have been seen yet. */
const slackMs = 30_000;
