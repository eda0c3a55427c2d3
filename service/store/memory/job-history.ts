// The finished jobs of a pool in memory: what job-history.ts does in SQL.
import type { PastJob } from '../../domain/past-job.ts';
import type { JobHistory } from '../../job-history.ts';
import { done, held, listIn, type Rows } from './rows.ts';

export function jobHistoryIn(rows: Rows): JobHistory {
  const inOrder = (pool: string) =>
    [...(rows.pastJobs.get(pool)?.values() ?? [])].sort(
      (first, second) => first.queuedAt - second.queuedAt || first.requestId - second.requestId,
    );
  return {
    noteJobs: (lease, jobs) =>
      done(() => {
        held(rows, lease);
        const table = listIn(rows.pastJobs, lease.pool, () => new Map<number, PastJob>());
        const before = table.size;
        for (const job of jobs) if (!table.has(job.requestId)) table.set(job.requestId, job);
        return table.size - before;
      }),
    listJobs: (pool, from, to, most) =>
      done(() =>
        inOrder(pool)
          .filter((job) => job.queuedAt >= from && job.queuedAt < to)
          .slice(-most),
      ),
    jobSpan: (pool) =>
      done(() => {
        const jobs = inOrder(pool);
        return { jobs: jobs.length, from: jobs[0]?.queuedAt ?? null, to: jobs.at(-1)?.queuedAt ?? null };
      }),
  };
}
