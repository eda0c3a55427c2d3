// The finished jobs of a pool, kept as long as its charts look back: a what-if replays them with other settings.
import type { PastJob } from './domain/past-job.ts';
import type { Fence } from './records.ts';

export interface JobSpan {
  readonly jobs: number;
  /** When the first of them was queued; null where there is none. */
  readonly from: number | null;
  /** When the last of them was queued. */
  readonly to: number | null;
}

export interface JobHistory {
  /** Known ones stay as they are; gives how many were new. */
  noteJobs(lease: Fence, jobs: readonly PastJob[]): Promise<number>;
  /** Queued from `from` on and before `to`, oldest first; of more than `most` the newest. */
  listJobs(pool: string, from: number, to: number, most: number): Promise<readonly PastJob[]>;
  jobSpan(pool: string): Promise<JobSpan>;
}
