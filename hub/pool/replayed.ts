// Whether a what-if is of the time that is looked at, and what is known of it.
import type { WhatIfView } from '../../contract/what-if.ts';
import { spanOf, type Past } from './past.ts';

const minuteMs = 60_000;

/**
 * A part of time must be that part. What ends now moves on with the clock: a replay of it stays of use until it has moved
 * on by half of itself, and says of which time it is.
 */
export function isOfTime({ from, to }: Pick<WhatIfView, 'from' | 'to'>, past: Past, now: string): boolean {
  if (from === null || to === null) return false;
  const asked = spanOf(past, now);
  const [begin, end] = [Date.parse(asked.from) - Date.parse(from), Date.parse(asked.to) - Date.parse(to)];
  // A link holds whole seconds.
  if (past.part !== null) return Math.abs(begin) <= 1000 && Math.abs(end) <= 1000;
  const length = Date.parse(asked.to) - Date.parse(asked.from);
  return Math.abs(begin - end) <= minuteMs && end >= -minuteMs && end <= length / 2;
}
