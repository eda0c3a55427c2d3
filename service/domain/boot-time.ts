// How long machines of this pool take from the create or the reimage until their agent is online: learned, else a default.
import type { Memory } from './memory.ts';
import { bootingSince, type Node } from './node.ts';

/** A boot older than this is late: it is no supply any more, so a machine that never comes up strands no job. */
export function lateAfterMs(memory: Memory, startedBy: 'create' | 'reimage'): number {
  const learned = memory.boots[startedBy];
  if (learned.length < learnedFrom) return 2 * defaultSeconds[startedBy] * 1000;
  // Asked for every booting node of a pass, and the answer hangs on the list alone.
  const known = lateAfter.get(learned);
  if (known !== undefined) return known;
  const sorted = learned.toSorted((a, b) => a - b);
  const late = (sorted[Math.ceil(learned.length * 0.95) - 1] ?? 0) * 1000 + slackMs;
  lateAfter.set(learned, late);
  return late;
}

const lateAfter = new WeakMap<readonly number[], number>();

/** The median of what was learned, else the default. */
export function usualBootMs(memory: Memory, startedBy: 'create' | 'reimage'): number {
  const learned = memory.boots[startedBy];
  const middle = learned.toSorted((a, b) => a - b)[Math.floor(learned.length / 2)];
  return (learned.length < learnedFrom || middle === undefined ? defaultSeconds[startedBy] : middle) * 1000;
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
/** Fewer boots than these say nothing about the slow ones. */
const learnedFrom = 5;
/** Two polls: a machine that came online on time may not have been seen yet. */
const slackMs = 30_000;
