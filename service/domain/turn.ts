// When a job's turn has come before another's (decision 0033).
import type { JobRequest } from './job-request.ts';
import type { Pass } from './pass.ts';
import { servedAsOf } from './priority.ts';

/** To delete a machine and boot another takes minutes, in which nobody is served: jobs of about the same age take what is there. */
const turnMs = 10 * 60_000;

export function goesBefore(one: JobRequest, other: JobRequest, { settings }: Pick<Pass, 'settings'>): boolean {
  return servedAsOf(one, settings) + turnMs <= servedAsOf(other, settings);
}
