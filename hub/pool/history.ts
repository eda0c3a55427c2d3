// The history as a chart wants it and as a sentence says it.
import type { Series } from '../../contract/api.ts';
import { clockWords, dayWords } from '../time.ts';

/** Seconds since the epoch, then one column for each line. */
export interface History {
  readonly atSeconds: readonly number[];
  readonly queued: readonly number[];
  readonly agents: readonly number[];
  readonly machines: readonly number[];
}

export function historyOf(series: Series): History {
  return {
    atSeconds: series.at.map((at) => Date.parse(at) / 1000),
    queued: series.queued,
    agents: series.agentsBusy.map((busy, index) => busy + (series.agentsIdle[index] ?? 0)),
    machines: series.instances,
  };
}

/** What the picture shows, for whoever cannot see it. */
export function historyWords(history: History): string {
  const first = history.atSeconds.at(0) ?? 0;
  const last = history.atSeconds.at(-1) ?? 0;
  const lines = [
    ['queued jobs', history.queued],
    ['agents online', history.agents],
    ['machines', history.machines],
  ] as const;
  const words = lines.map(
    ([name, values]) => `${name} between ${lowest(values)} and ${highest(values)}, at the end ${values.at(-1) ?? 0}`,
  );
  return `From ${instantWords(first)} to ${instantWords(last)}: ${words.join('; ')}.`;
}

export interface HistoryRow {
  readonly index: number;
  readonly at: string;
}

/** The points at which something changed, newest first: the rest would only repeat them. */
export function changes(series: Series): readonly HistoryRow[] {
  const columns = [series.queued, series.agentsBusy, series.agentsIdle, series.agentsStarting, series.instances];
  return series.at
    .map((at, index) => ({ at, index }))
    .filter(({ index }) => index === 0 || columns.some((column) => column[index] !== column[index - 1]))
    .reverse();
}

function instantWords(seconds: number): string {
  return `${dayWords(seconds * 1000)}, ${clockWords(seconds * 1000)}`;
}

function lowest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), values[0] ?? 0);
}

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), values[0] ?? 0);
}
