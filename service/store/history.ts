// States of nodes, waits and boots in SQL; quantiles and integrals are the database's work, so that a month costs one row.
import type { BootTimes, History, NodeSpan } from '../history.ts';
import { addUp } from '../domain/machine-use.ts';
import { fenced } from './fence.ts';
import { readMix } from './machine-mix.ts';
import { booleanIn, numberIn, numberOrNullIn, textIn, textOrNullIn, type Sql, type SqlRow } from './sql.ts';

export function historyOf(sql: Sql): History {
  return { ...nodeSpansOf(sql), ...startsOf(sql), ...bootsOf(sql), readUse: useOf(sql) };
}

function nodeSpansOf(sql: Sql): Pick<History, 'noteNodes' | 'listNodeSpans'> {
  return {
    noteNodes: async (lease, now, nodes) => {
      const keys = nodes.map((one) => one.node);
      const states = nodes.map((one) => one.state);
      await fenced(
        sql,
        lease,
        `update weir.node_span as span set to_at = $4::double precision from held
         where span.pool = held.pool and span.to_at is null and not exists (
           select 1 from unnest($5::text[], $6::text[]) as seen (node, state)
           where seen.node = span.node and seen.state = span.state)
         returning 1 as wrote`,
        [now, keys, states],
      );
      // Of a node that was seen before, the new state began after the old one; of a new one the picture tells since when.
      await fenced(
        sql,
        lease,
        `insert into weir.node_span (pool, node, name, state, from_at)
         select held.pool, seen.node, seen.name, seen.state, case
           when exists (select 1 from weir.node_span old where old.pool = held.pool and old.node = seen.node)
             then $4::double precision
           else least(seen.since, $4::double precision)
         end
         from held, unnest($5::text[], $6::text[], $7::text[], $8::double precision[]) as seen (node, state, name, since)
         where not exists (
           select 1 from weir.node_span open
           where open.pool = held.pool and open.node = seen.node and open.to_at is null)
         returning 1 as wrote`,
        [now, keys, states, nodes.map((one) => one.name), nodes.map((one) => one.since)],
      );
    },
    listNodeSpans: async (pool, from, to, limit) =>
      (
        await sql.query(
          `select node, name, state, from_at, to_at from weir.node_span
           where pool = $1 and from_at <= $3::double precision and (to_at is null or to_at >= $2::double precision)
           order by from_at desc, node collate "C" limit $4::int`,
          [pool, from, to, limit],
        )
      ).map(spanOf),
  };
}

function startsOf(sql: Sql): Pick<History, 'noteStarts' | 'readWaits'> {
  return {
    noteStarts: async (lease, starts) => {
      await fenced(
        sql,
        lease,
        `insert into weir.job_start (pool, request_id, queued_at, started_at)
         select held.pool, job.request_id, job.queued_at, job.started_at
         from held, unnest($4::double precision[], $5::double precision[], $6::double precision[])
           as job (request_id, queued_at, started_at)
         on conflict (pool, request_id) do nothing returning 1 as wrote`,
        [starts.map((one) => one.requestId), starts.map((one) => one.queuedAt), starts.map((one) => one.startedAt)],
      );
    },
    readWaits: async (pool, from, to) => {
      const [row] = await sql.query(
        `select count(*)::int as jobs,
           percentile_cont(0.5) within group (order by greatest(0, started_at - queued_at)) as p50,
           percentile_cont(0.95) within group (order by greatest(0, started_at - queued_at)) as p95
         from weir.job_start
         where pool = $1 and started_at between $2::double precision and $3::double precision`,
        [pool, from, to],
      );
      if (row === undefined) return { jobs: 0, p50Ms: null, p95Ms: null };
      return { jobs: numberIn(row, 'jobs'), p50Ms: numberOrNullIn(row, 'p50'), p95Ms: numberOrNullIn(row, 'p95') };
    },
  };
}

function bootsOf(sql: Sql): Pick<History, 'noteBoots' | 'readBoots'> {
  return {
    noteBoots: async (lease, boots) => {
      for (const { life, image, version, startedBy, at, seconds } of boots)
        await fenced(
          sql,
          lease,
          `insert into weir.boot (pool, life, image, version, started_by, at, seconds)
           select held.pool, $4, $5, $6, $7, $8::double precision, $9::double precision from held
           on conflict (pool, life) do nothing returning 1 as wrote`,
          [life, image, version, startedBy, at, seconds],
        );
    },
    readBoots: async (pool, from, to) =>
      (
        await sql.query(
          `select image, version, started_by, count(*)::int as boots, max(seconds) as slowest, max(at) as newest_at,
             percentile_cont(0.5) within group (order by seconds) as p50,
             percentile_cont(0.9) within group (order by seconds) as p90,
             percentile_cont(0.95) within group (order by seconds) as p95
           from weir.boot where pool = $1 and at between $2::double precision and $3::double precision
           group by image, version, started_by
           order by image collate "C", max(at) desc, started_by collate "C"`,
          [pool, from, to],
        )
      ).map(bootTimesOf),
  };
}

/** Samples that follow each other mostly tell the same machines: equal ones are one row, so a month is a few. */
function useOf(sql: Sql): History['readUse'] {
  return async (pool, from, to, longestGapMs) => {
    const rows = await sql.query(
      `with step as (
         select instances, agents_busy, agents_idle, agents_starting, machines::text as mix,
           lead(at) over (order by at) - at as span
         from weir.sample
         where pool = $1 and at between $2::double precision and $3::double precision
       )
       select mix, span <= $4::double precision as is_known, sum(span) as ms,
         sum(instances * span) as machine, sum(agents_busy * span) as busy, sum(agents_idle * span) as idle,
         sum(agents_starting * span) as starting
       from step where span is not null
       group by mix, is_known`,
      [pool, from, to, longestGapMs],
    );
    const known = rows.filter((row) => booleanIn(row, 'is_known'));
    const sum = (of: readonly SqlRow[], column: string) => of.reduce((total, row) => total + numberIn(row, column), 0);
    const all = sum(rows, 'ms');
    const knownMs = sum(known, 'ms');
    return {
      ...{ machineMs: sum(known, 'machine'), busyMs: sum(known, 'busy'), knownMs, gapMs: all - knownMs },
      machines: addUp(known.map(mixOf)),
    };
  };
}

/** What was counted without sizes has been added up by the database already. */
function mixOf(row: SqlRow) {
  const mix = textOrNullIn(row, 'mix');
  if (mix !== null) return { counts: readMix(mix), ms: numberIn(row, 'ms') };
  const [machines, busy] = [numberIn(row, 'machine'), numberIn(row, 'busy')];
  const [idle, booting] = [numberIn(row, 'idle'), numberIn(row, 'starting')];
  return { counts: [{ size: null, image: null, machines, busy, idle, booting }], ms: 1 };
}

function spanOf(row: SqlRow): NodeSpan {
  return {
    node: textIn(row, 'node'),
    name: textIn(row, 'name'),
    state: textIn(row, 'state'),
    from: numberIn(row, 'from_at'),
    to: numberOrNullIn(row, 'to_at'),
  };
}

function bootTimesOf(row: SqlRow): BootTimes {
  return {
    image: textIn(row, 'image'),
    version: textOrNullIn(row, 'version'),
    startedBy: textIn(row, 'started_by') as BootTimes['startedBy'],
    boots: numberIn(row, 'boots'),
    p50: numberIn(row, 'p50'),
    p90: numberIn(row, 'p90'),
    p95: numberIn(row, 'p95'),
    slowest: numberIn(row, 'slowest'),
    newestAt: numberIn(row, 'newest_at'),
  };
}
