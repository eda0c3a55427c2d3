// The past of a pool: which node was in which state when, and what waits, use and boots add up to.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { Statistics, Timeline } from '../../contract/nodes.ts';
import { nodeRoutes } from '../../contract/routes.ts';
import type { BootTimes, NodeSpan } from '../history.ts';
import { poolOf } from './access.ts';
import { answers, secured } from './answers.ts';
import { askedSpan } from './asked-instant.ts';
import { iso, isoOrNull } from './instant.ts';
import type { ApiOptions } from './options.ts';

const day = 86_400_000;
const hour = 3_600_000;
/** So many states are drawn without stutter, and are a megabyte on the wire at most. */
const mostSpans = 10_000;
/** Samples come every 15 s, or at most every minute; a longer silence means that nobody looked. */
const longestGapMs = 300_000;

const instant = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }));
const PoolName = Type.Object({ pool: Type.String() });
const SpanQuery = Type.Object(
  { from: instant('A day before `to` unless given.'), to: instant('Now unless given.') },
  { additionalProperties: false },
);

/** Working out a month keeps a small database busy for a second; what it says changes little in a thousandth of the time. */
const shareKept = 1 / 1000;
const mostKept = 2000;

interface Kept {
  readonly at: number;
  readonly value: Statistics;
}

export function historyRoutes(fastify: FastifyInstance, options: ApiOptions): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { store, clock } = options;
  const read = { config: { access: 'read' as const } };
  const kept = new Map<string, Kept>();
  app.get(
    nodeRoutes.timeline,
    {
      ...read,
      schema: {
        summary: 'The states of every node over time',
        security: secured,
        params: PoolName,
        querystring: SpanQuery,
        response: answers(Timeline, 'Columns, newest first.'),
      },
    },
    async (request) => {
      const { from, to } = askedSpan(request.query, clock.now(), day);
      const spans = await store.listNodeSpans(poolOf(request).pool, from, to, mostSpans + 1);
      const shown = spans.slice(0, mostSpans);
      return {
        ...{ now: iso(clock.now()), from: iso(from), to: iso(to) },
        ...columns(shown),
        isCut: spans.length > mostSpans,
      };
    },
  );
  app.get(
    nodeRoutes.statistics,
    {
      ...read,
      schema: {
        summary: 'How long jobs waited, how much machines were used, and how long they took to boot',
        security: secured,
        params: PoolName,
        querystring: SpanQuery,
        response: answers(Statistics, 'Of that time.'),
      },
    },
    async (request) => {
      const { pool } = poolOf(request);
      const { from, to } = askedSpan(request.query, clock.now(), day);
      const now = clock.now();
      const key = `${Math.round((60 * (to - from)) / hour)} ${pool}`;
      const before = kept.get(key);
      // Only spans that end now are asked again and again; one that lies ahead is nobody's last day.
      const isLive = Math.abs(now - to) < hour / 60;
      if (isLive && before !== undefined && now - before.at < (to - from) * shareKept) return before.value;
      const value = await statisticsOf(options, pool, { from, to });
      if (isLive) kept.set(key, { at: now, value });
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return value;
    },
  );
}

async function statisticsOf(
  { store, clock }: ApiOptions,
  pool: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Statistics> {
  const [waits, use, boots] = await Promise.all([
    store.readWaits(pool, from, to),
    store.readUse(pool, from, to, longestGapMs),
    store.readBoots(pool, from, to),
  ]);
  return {
    ...{ now: iso(clock.now()), from: iso(from), to: iso(to) },
    waits: { jobs: waits.jobs, p50Seconds: inSeconds(waits.p50Ms), p95Seconds: inSeconds(waits.p95Ms) },
    machineHours: use.machineMs / hour,
    busyHours: use.busyMs / hour,
    knownHours: use.knownMs / hour,
    gapHours: use.gapMs / hour,
    machines: use.machines.map(({ size, image, ...ms }) => ({
      ...{ size, image, machineHours: ms.machineMs / hour },
      ...{ busyHours: ms.busyMs / hour, idleHours: ms.idleMs / hour, bootingHours: ms.bootingMs / hour },
    })),
    boots: boots.map(bootView),
  };
}

function columns(spans: readonly NodeSpan[]) {
  const nodes = new Map<string, { readonly place: number; readonly name: string }>();
  const states = new Map<string, number>();
  for (const { node, name, state } of spans) {
    if (!nodes.has(node)) nodes.set(node, { place: nodes.size, name });
    if (!states.has(state)) states.set(state, states.size);
  }
  return {
    nodes: [...nodes].map(([key, { name }]) => ({ key, name })),
    states: [...states.keys()],
    node: spans.map((one) => nodes.get(one.node)?.place ?? 0),
    state: spans.map((one) => states.get(one.state) ?? 0),
    start: spans.map((one) => iso(one.from)),
    end: spans.map((one) => isoOrNull(one.to)),
  };
}

function bootView({ image, version, startedBy, boots, p50, p90, p95, slowest, newestAt }: BootTimes) {
  return {
    ...{ image, version, startedBy, boots, p50Seconds: p50, p90Seconds: p90, p95Seconds: p95 },
    ...{ slowestSeconds: slowest, newestAt: iso(newestAt) },
  };
}

function inSeconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000;
}
