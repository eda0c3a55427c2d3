// The time series of a pool, and the choice of as many samples as a chart has room for.
import type { Sample, Store } from '../ports.ts';
import { fenced } from './fence.ts';
import { writeMix } from './machine-mix.ts';
import { numberIn, type Sql, type SqlRow } from './sql.ts';

export function samplesOf(sql: Sql): Pick<Store, 'appendSample' | 'listSamples'> {
  return {
    appendSample: async (lease, sample) => {
      await fenced(
        sql,
        lease,
        `insert into weir.sample (pool, at, queued, running, agents_idle, agents_busy, agents_starting, instances, machines)
         select held.pool, $4::double precision, $5::int, $6::int, $7::int, $8::int, $9::int, $10::int, $11::json
         from held
         on conflict (pool, at) do update set queued = excluded.queued, running = excluded.running,
           agents_idle = excluded.agents_idle, agents_busy = excluded.agents_busy,
           agents_starting = excluded.agents_starting, instances = excluded.instances,
           machines = excluded.machines
         returning 1 as wrote`,
        [
          sample.at,
          sample.queued,
          sample.running,
          sample.agentsIdle,
          sample.agentsBusy,
          sample.agentsStarting,
          sample.instances,
          sample.machines === undefined ? null : writeMix(sample.machines),
        ],
      );
    },
    listSamples: async (pool, from, to, maximumPoints) =>
      (await sql.query(samplesByBucket, [pool, from, to, maximumPoints])).map(sampleOf),
  };
}

/**
 * Where there are more samples than points, the span between the first and the last is cut into equal buckets, and
 * each gives the sample with the most queued jobs (of equals the latest): a picture that was, never a mean of several.
 * Arrays compare part by part, so the peaks are found without sorting a month of samples.
 */
const samplesByBucket = `
  with span as (
    select count(*) as samples, min(at) as first, max(at) as last from weir.sample
    where pool = $1 and at between $2::double precision and $3::double precision
  ), peak as (
    select max(array[queued::double precision, at]) as best from weir.sample, span
    where pool = $1 and at between $2::double precision and $3::double precision
    group by case
      when span.samples <= $4::int or span.last = span.first then at
      else least(floor((at - span.first) / (span.last - span.first) * $4::int), $4::int - 1)
    end
  )
  select sample.* from peak, lateral (
    -- Looked up one by one: joined, all samples of all pools would be read.
    select * from weir.sample where pool = $1 and at = peak.best[2] offset 0
  ) sample order by sample.at`;

function sampleOf(row: SqlRow): Sample {
  return {
    at: numberIn(row, 'at'),
    queued: numberIn(row, 'queued'),
    running: numberIn(row, 'running'),
    agentsIdle: numberIn(row, 'agents_idle'),
    agentsBusy: numberIn(row, 'agents_busy'),
    agentsStarting: numberIn(row, 'agents_starting'),
    instances: numberIn(row, 'instances'),
  };
}
