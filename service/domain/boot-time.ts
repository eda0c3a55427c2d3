// How long machines of this pool take from the create or the reimage until their agent is online: learned, else a default.
import type { Memory } from './memory.ts';
import { bootingSince, type Node } from './node.ts';
import { normalQuantile } from './race.ts';

/** A boot older than this is late: it is no supply any more, so a machine that never comes up strands no job. */
export function lateAfterMs(memory: Memory, startedBy: 'create' | 'reimage'): number {
  return bootShape(memory, startedBy).lateMs;
}

/** The median of what was learned, else the default. */
export function usualBootMs(memory: Memory, startedBy: 'create' | 'reimage'): number {
  return bootShape(memory, startedBy).usualMs;
}

export interface BootShape {
  readonly usualMs: number;
  /** Standard deviation of the logarithm of boot times; 0 until enough of them were seen to tell. */
  readonly spread: number;
  readonly lateMs: number;
}

export function bootShape(memory: Memory, startedBy: 'create' | 'reimage'): BootShape {
  const known = shapes.get(memory.boots)?.[startedBy];
  if (known !== undefined) return known;
  const cancelled = startedBy === 'create' ? (memory.boots.cancelled ?? []) : [];
  const shape = newShape(
    memory.boots[startedBy],
    cancelled.map((one) => one.seconds),
    defaultSeconds[startedBy],
  );
  shapes.set(memory.boots, { ...shapes.get(memory.boots), [startedBy]: shape });
  return shape;
}

/** Asked for every booting node of a pass, and the answer hangs on what was learned alone. */
const shapes = new WeakMap<Memory['boots'], { readonly create?: BootShape; readonly reimage?: BootShape }>();

function newShape(online: readonly number[], cancelled: readonly number[], usual: number): BootShape {
  if (online.length < learnedFrom) {
    return { usualMs: usual * 1000, spread: 0, lateMs: 2 * usual * 1000 };
  }
  const line = lineThrough(survived(online, cancelled));
  // Few boots tell little of their spread, so the usual one weighs in.
  const spread = (online.length * line.slope + fewBoots * defaultSpread) / (online.length + fewBoots);
  const known = online.length < spreadFrom ? 0 : spread;
  if (cancelled.length > 0) {
    const middle = Math.exp(line.middle - spread * line.place);
    return { usualMs: middle * 1000, spread: known, lateMs: middle * Math.exp(spread * z95) * 1000 + slackMs };
  }
  const sorted = online.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(online.length / 2)] ?? usual;
  const slow = sorted[Math.ceil(online.length * 0.95) - 1] ?? middle;
  return { usualMs: middle * 1000, spread: known, lateMs: slow * 1000 + slackMs };
}

interface Point {
  /** Logarithm of seconds. */
  readonly y: number;
  /** Standard normal quantile of the share of boots that end by then. */
  readonly x: number;
}

/**
 * Shares of boots that end by then where some were cancelled before their end (Kaplan and Meier): who only looks at those
 * that ended takes the winners of the races for all.
 */
function survived(online: readonly number[], cancelled: readonly number[]): readonly Point[] {
  const all = [
    ...online.map((seconds) => ({ seconds, isOnline: true })),
    ...cancelled.map((seconds) => ({ seconds, isOnline: false })),
  ].sort((a, b) => a.seconds - b.seconds || Number(b.isOnline) - Number(a.isOnline));
  let surviving = 1;
  return all.flatMap(({ seconds, isOnline }, index) => {
    if (!isOnline) return [];
    const before = surviving;
    surviving *= 1 - 1 / (all.length - index);
    return [{ y: Math.log(Math.max(1, seconds)), x: normalQuantile(1 - (before + surviving) / 2) }];
  });
}

/** The straight line of least squares; boot times are near enough to lognormal for the part that races never see. */
function lineThrough(points: readonly Point[]) {
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const place = mean((point) => point.x);
  const middle = mean((point) => point.y);
  const across = mean((point) => (point.x - place) ** 2);
  const slope = across === 0 ? 0 : mean((point) => (point.x - place) * (point.y - middle)) / across;
  return { place, middle, slope: Math.max(0, slope) };
}

/** When this booting node becomes late; null for one whose reimage has not begun. */
export function lateAt(node: Node, memory: Memory, now: number): number | null {
  if (node.state === 'pendingReimage') return null;
  // The old generation stands until the reimage is over, so the reimage's own time counts here.
  const isReimaging = node.state === 'reimagingCompute' || node.generation?.startedBy === 'reimage';
  const began =
    node.state === 'reimagingCompute' && node.generation?.startedBy !== 'reimage'
      ? node.stateSince
      : bootingSince(node.generation, node.instance, memory, node.key, now);
  return began + lateAfterMs(memory, isReimaging ? 'reimage' : 'create');
}

/** Medians that performance.md 2 assumes for Linux; what is learned replaces them. */
const defaultSeconds = { create: 150, reimage: 90 };
const z95 = 1.645;
/** The 95th percentile is twice the median. */
const defaultSpread = Math.log(2) / z95;
/** Fewer boots than these say nothing about the slow ones. */
const learnedFrom = 5;
const fewBoots = 10;
/** Fewer tell nothing of their spread. */
const spreadFrom = 20;
/** Two polls: a machine that came online on time may not have been seen yet. */
const slackMs = 30_000;
