// How reasons say their numbers: sentences that a person reads in the log.
import type { Reason } from './decision.ts';

export function say(code: string, words: string): Reason {
  return { code, words };
}

/** "1 job request", "3 job requests". */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** "45 s", "12 min", "3.5 h". */
export function span(milliseconds: number): string {
  if (milliseconds < 120_000) return `${Math.round(milliseconds / 1000)} s`;
  if (milliseconds < 7_200_000) return `${Math.round(milliseconds / 60_000)} min`;
  return `${Math.round(milliseconds / 360_000) / 10} h`;
}

/** "2026-01-05": the day in UTC. */
export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
