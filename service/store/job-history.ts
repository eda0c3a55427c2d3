// The finished jobs of a pool as rows.
import type { PastJob } from '../domain/past-job.ts';
import type { JobHistory } from '../job-history.ts';
import { fenced } from './fence.ts';
import { numberIn, numberOrNullIn, textIn, type Sql, type SqlRow } from './sql.ts';

export function jobHistoryOf(sql: Sql): JobHistory {
  return {
    noteJobs: async (lease, jobs) => {
      const written = await fenced(
        sql,
        lease,
        `insert into weir.past_job (pool, request_id, queued_at, started_at, finished_at, image)
         select held.pool, job.* from held, unnest($4::bigint[], $5::double precision[], $6::double precision[],
           $7::double precision[], $8::text[]) as job (request_id, queued_at, started_at, finished_at, image)
         on conflict (pool, request_id) do nothing returning 1 as wrote`,
        [
          jobs.map((job) => job.requestId),
          jobs.map((job) => job.queuedAt),
          jobs.map((job) => job.startedAt),
          jobs.map((job) => job.finishedAt),
          // NUL cannot be stored, and no alias has it.
          jobs.map((job) => job.image.replaceAll('\0', '\uFFFD')),
        ],
      );
      return written.length;
    },
    listJobs: async (pool, from, to, most) => {
      const rows = await sql.query(
        `select * from weir.past_job where pool = $1 and queued_at >= $2::double precision
           and queued_at < $3::double precision order by queued_at desc, request_id desc limit $4::int`,
        [pool, from, to, most],
      );
      return rows.map(jobOf).reverse();
    },
    jobSpan: async (pool) => {
      const [row] = await sql.query(
        `select count(*)::int as jobs, min(queued_at) as first, max(queued_at) as last
         from weir.past_job where pool = $1`,
        [pool],
      );
      if (row === undefined) return { jobs: 0, from: null, to: null };
      return { jobs: numberIn(row, 'jobs'), from: numberOrNullIn(row, 'first'), to: numberOrNullIn(row, 'last') };
    },
  };
}

function jobOf(row: SqlRow): PastJob {
  return {
    requestId: numberIn(row, 'request_id'),
    queuedAt: numberIn(row, 'queued_at'),
    startedAt: numberIn(row, 'started_at'),
    finishedAt: numberIn(row, 'finished_at'),
    image: textIn(row, 'image'),
  };
}
