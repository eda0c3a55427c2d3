// The pools as people see them: the list, one pool, its log and its time series.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { LogPage, PoolDetail, PoolList, Series, type LogEntryView } from '../../contract/api.ts';
import { routes } from '../../contract/routes.ts';
import type { LogEntry, PoolRecord, Sample, Store } from '../ports.ts';
import { askerOf, isOf, poolOf } from './access.ts';
import { answers, secured } from './answers.ts';
import { askedSpan } from './asked-instant.ts';
import { iso } from './instant.ts';
import type { ApiOptions } from './options.ts';
import type { Asker, Rights } from './rights.ts';
import { createSummaries } from './pool-summaries.ts';
import { newestDetail } from './stored-view.ts';

const PoolName = Type.Object({ pool: Type.String({ description: 'Its name in the settings.' }) });
/** Plain digits: `1e3`, `0x1` and `-1` are numbers to a lenient reader, and no id of ours. */
const digits = (description: string) =>
  Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,14}$', description, examples: ['50'] }));
const LogQuery = Type.Object(
  { before: digits('`next` of the page before.'), limit: digits('At most 200; 50 unless given.') },
  { additionalProperties: false },
);
const instant = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }));
const SeriesQuery = Type.Object(
  {
    from: instant('A day before `to` unless given.'),
    to: instant('Now unless given.'),
    points: digits('At most 2,000; 300 unless given.'),
  },
  { additionalProperties: false },
);
const day = 86_400_000;

export function poolRoutes(fastify: FastifyInstance, options: ApiOptions, rights: Rights): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { store, clock } = options;
  const summaries = createSummaries(store);
  const read = { config: { access: 'read' as const } };
  app.get(
    routes.pools,
    {
      config: { access: 'user' },
      schema: { summary: 'The pools that you may see', security: secured, response: answers(PoolList, 'By name.') },
    },
    async (request) => {
      const pools = await visiblePools(store, askerOf(request), rights);
      return { now: iso(clock.now()), pools: [...(await summaries(pools, clock.now()))] };
    },
  );
  app.get(
    routes.pool,
    {
      ...read,
      schema: {
        summary: 'One pool with its nodes and job requests',
        security: secured,
        params: PoolName,
        response: answers(PoolDetail, 'As the newest pass saw it.'),
      },
    },
    async (request) => await newestDetail(store, poolOf(request), clock.now()),
  );
  app.get(
    routes.log,
    {
      ...read,
      schema: {
        summary: 'What was decided, newest first',
        security: secured,
        params: PoolName,
        querystring: LogQuery,
        response: answers(LogPage, 'One page.'),
      },
    },
    async (request) => {
      const { before, limit } = request.query;
      const size = Math.min(200, Number(limit ?? 50));
      const entries = await store.listLog(poolOf(request).pool, size, before === undefined ? null : Number(before));
      const last = entries.length < size ? undefined : entries.at(-1);
      return { entries: entries.map(entryView), next: last?.id ?? null };
    },
  );
  app.get(
    routes.series,
    {
      ...read,
      schema: {
        summary: 'Queued jobs, agents and machines over time',
        security: secured,
        params: PoolName,
        querystring: SeriesQuery,
        response: answers(Series, 'Columns of equal length, oldest first.'),
      },
    },
    async (request) => {
      const { from, to } = askedSpan(request.query, clock.now(), day);
      const points = Math.min(2000, Number(request.query.points ?? 300));
      return columns(await store.listSamples(poolOf(request).pool, from, to, points));
    },
  );
}

/** One silent answer of Azure DevOps refuses the list: a shorter list would look like pools that are gone. */
export async function visiblePools(store: Store, asker: Asker, rights: Rights): Promise<readonly PoolRecord[]> {
  const theirs = (await store.listPools()).filter((record) => isOf(record, asker));
  const seen = await rights.mayReadOf(
    asker,
    theirs.map((record) => record.settings.poolId),
  );
  return theirs.filter((record) => seen.has(record.settings.poolId));
}

function entryView({ id, at, level, decision, outcome }: LogEntry & { readonly id: number }): LogEntryView {
  const { kind, reason, node, request } = decision;
  return { id, at: iso(at), level, kind, reason, node: node ?? null, request: request ?? null, outcome };
}

function columns(samples: readonly Sample[]): Series {
  return {
    at: samples.map((sample) => iso(sample.at)),
    queued: samples.map((sample) => sample.queued),
    agentsBusy: samples.map((sample) => sample.agentsBusy),
    agentsIdle: samples.map((sample) => sample.agentsIdle),
    agentsStarting: samples.map((sample) => sample.agentsStarting),
    instances: samples.map((sample) => sample.instances),
  };
}
