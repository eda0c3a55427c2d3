// States of nodes, waits and boots in memory: what ../history.ts does in SQL.
import { addUp, type MachineCount } from '../../domain/machine-use.ts';
import type { Boot, BootTimes, History, JobStart, NodeSpan } from '../../history.ts';
import type { Sample } from '../../ports.ts';
import { byText, done, held, listIn, type Rows } from './rows.ts';

interface Tables {
  readonly spans: Map<string, Spans>;
  readonly starts: Map<string, Map<number, JobStart>>;
  readonly boots: Map<string, Map<string, Boot>>;
}

export interface HistoryInMemory extends History {
  readonly forgetHistory: (pool: string) => void;
  readonly pruneHistory: (before: number) => void;
}

export function historyIn(rows: Rows): HistoryInMemory {
  const tables: Tables = { spans: new Map(), starts: new Map(), boots: new Map() };
  return {
    ...nodeSpansIn(rows, tables),
    ...startsIn(rows, tables),
    ...bootsIn(rows, tables),
    readUse: useIn(rows),
    forgetHistory: (pool) => {
      for (const table of Object.values(tables) as Map<string, unknown>[]) table.delete(pool);
    },
    pruneHistory: (before) => {
      for (const spans of tables.spans.values()) pruneSpans(spans, before);
      for (const starts of tables.starts.values())
        for (const [id, one] of starts) if (one.startedAt < before) starts.delete(id);
      for (const boots of tables.boots.values())
        for (const [life, one] of boots) if (one.at < before) boots.delete(life);
    },
  };
}

interface Spans {
  over: NodeSpan[];
  readonly open: Map<string, NodeSpan>;
  /** Every node of which there is a span. */
  known: Set<string>;
}

function noSpans(): Spans {
  return { over: [], open: new Map(), known: new Set() };
}

function pruneSpans(spans: Spans, before: number): void {
  spans.over = spans.over.filter((one) => one.to === null || one.to >= before);
  spans.known = new Set([...spans.over.map((one) => one.node), ...spans.open.keys()]);
}

function nodeSpansIn(rows: Rows, { spans }: Tables): Pick<History, 'noteNodes' | 'listNodeSpans'> {
  return {
    noteNodes: (lease, now, nodes) =>
      done(() => {
        held(rows, lease);
        const { over, open, known } = listIn(spans, lease.pool, noSpans);
        const states = new Map(nodes.map((one) => [one.node, one.state]));
        for (const span of [...open.values()]) {
          if (states.get(span.node) === span.state) continue;
          over.push({ ...span, to: now });
          open.delete(span.node);
        }
        for (const { node, name, state, since } of nodes) {
          if (open.has(node)) continue;
          open.set(node, { node, name, state, from: known.has(node) ? now : Math.min(since, now), to: null });
          known.add(node);
        }
      }),
    listNodeSpans: (pool, from, to, limit) =>
      done(() => {
        const { over, open } = spans.get(pool) ?? noSpans();
        return [...over, ...open.values()]
          .filter((one) => one.from <= to && (one.to === null || one.to >= from))
          .sort((a, b) => b.from - a.from || byText(a.node, b.node))
          .slice(0, limit);
      }),
  };
}

function startsIn(rows: Rows, { starts }: Tables): Pick<History, 'noteStarts' | 'readWaits'> {
  return {
    noteStarts: (lease, added) =>
      done(() => {
        held(rows, lease);
        const table = listIn(starts, lease.pool, () => new Map<number, JobStart>());
        for (const one of added) if (!table.has(one.requestId)) table.set(one.requestId, one);
      }),
    readWaits: (pool, from, to) =>
      done(() => {
        const waits = [...(starts.get(pool)?.values() ?? [])]
          .filter((one) => one.startedAt >= from && one.startedAt <= to)
          .map((one) => Math.max(0, one.startedAt - one.queuedAt));
        if (waits.length === 0) return { jobs: 0, p50Ms: null, p95Ms: null };
        return { jobs: waits.length, p50Ms: quantile(waits, 0.5), p95Ms: quantile(waits, 0.95) };
      }),
  };
}

function bootsIn(rows: Rows, { boots }: Tables): Pick<History, 'noteBoots' | 'readBoots'> {
  return {
    noteBoots: (lease, added) =>
      done(() => {
        held(rows, lease);
        const table = listIn(boots, lease.pool, () => new Map<string, Boot>());
        for (const one of added) if (!table.has(one.life)) table.set(one.life, one);
      }),
    readBoots: (pool, from, to) =>
      done(() => {
        const groups = new Map<string, Boot[]>();
        for (const one of boots.get(pool)?.values() ?? [])
          if (one.at >= from && one.at <= to)
            listIn(groups, JSON.stringify([one.image, one.version, one.startedBy]), () => []).push(one);
        return [...groups.values()]
          .map(timesOf)
          .sort((a, b) => byText(a.image, b.image) || b.newestAt - a.newestAt || byText(a.startedBy, b.startedBy));
      }),
  };
}

function timesOf(group: readonly Boot[]): BootTimes {
  const [first] = group;
  if (first === undefined) throw new Error('A group has at least one boot.');
  const seconds = group.map((one) => one.seconds);
  return {
    image: first.image,
    version: first.version,
    startedBy: first.startedBy,
    boots: group.length,
    p50: quantile(seconds, 0.5),
    p90: quantile(seconds, 0.9),
    p95: quantile(seconds, 0.95),
    slowest: seconds.reduce((slow, one) => Math.max(slow, one), 0),
    newestAt: group.reduce((newest, one) => Math.max(newest, one.at), 0),
  };
}

function useIn(rows: Rows): History['readUse'] {
  return (pool, from, to, longestGapMs) =>
    done(() => {
      const samples = (rows.samples.get(pool) ?? []).filter((one) => one.at >= from && one.at <= to);
      const steps = samples.map((sample, index) => ({ sample, ms: (samples[index + 1]?.at ?? sample.at) - sample.at }));
      const known = steps.filter(({ ms }) => ms <= longestGapMs);
      const sum = (of: typeof steps, value: (sample: Sample) => number) =>
        of.reduce((total, { sample, ms }) => total + value(sample) * ms, 0);
      const knownMs = sum(known, () => 1);
      return {
        ...{ machineMs: sum(known, (one) => one.instances), busyMs: sum(known, (one) => one.agentsBusy) },
        ...{ knownMs, gapMs: sum(steps, () => 1) - knownMs },
        machines: addUp(known.map(({ sample, ms }) => ({ counts: countsOf(sample), ms }))),
      };
    });
}

function countsOf({ machines, instances, agentsBusy, agentsIdle, agentsStarting }: Sample): readonly MachineCount[] {
  const unknown = { size: null, image: null, machines: instances };
  return machines ?? [{ ...unknown, busy: agentsBusy, idle: agentsIdle, booting: agentsStarting }];
}

/** Between two values in proportion, as `percentile_cont` does. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low + (high - low) * (place - Math.floor(place));
}
