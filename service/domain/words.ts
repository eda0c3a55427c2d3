// How reasons say their numbers: sentences that a person reads in the log.
import type { Reason } from './decision.ts';
import type { JobRequest } from './job-request.ts';

export function say(code: string, words: string): Reason {
  return { code, words };
}

/** "1 job request", "3 job requests". */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** `job "build / tests" (request 100)`, or `job request 100` where nobody told its name. */
export function jobWord(request: Pick<JobRequest, 'requestId' | 'jobName' | 'definitionName'>): string {
  const names = [request.definitionName, request.jobName].filter((name) => name !== null && name !== '');
  if (names.length === 0) return `job request ${request.requestId}`;
  const name = names.join(' / ').replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, '\ufffd');
  return `job "${name.length <= 80 ? name : `${name.slice(0, 79)}…`}" (request ${request.requestId})`;
}

/** With a capital at its beginning. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "84 s", "12 min", "1 h 24 min", "2 d 4 h": as the pages write it, where both may stand side by side. */
export function span(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? twoParts(hours, 'h', minutes % 60, 'min')
    : twoParts(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function twoParts(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** "2026-01-05": the day in UTC. */
export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** "2026-01-05 10:05 UTC". */
export function minute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** "07:30": of a minute of the day. */
export function hourOfDay(minuteOfDay: number): string {
  return minute(minuteOfDay * 60_000).slice(11, 16);
}
