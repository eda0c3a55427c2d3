// What is refused again and again is told once, and again when it is another refusal: every transition, not every try.
import type { Clock } from '../ports.ts';
import { steadyNow } from '../steady.ts';

export interface ToldRefusal {
  readonly words: string;
  /** Of the last try, by `steadyNow`. */
  readonly at: number;
}

/** Longer than Weir lets pass between two tries: what is refused after that was not asked for in between. */
const sameForMilliseconds = 15 * 60_000;

export function isNewRefusal(
  before: ToldRefusal | undefined,
  words: string,
  clock: Pick<Clock, 'now' | 'elapsed'>,
): boolean {
  return before?.words !== words || steadyNow(clock) - before.at > sameForMilliseconds;
}
