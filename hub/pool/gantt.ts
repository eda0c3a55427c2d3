// The states of all nodes over time as rows of a picture: machines that were not there at the same time share a row.
import type { Timeline } from '../../contract/nodes.ts';
import { nodeStateWords, type NodeGroup } from '../node-state.ts';
import { clockWords, dayWords, spanWords } from '../time.ts';

/** Milliseconds since the epoch; `start` and `end` are the edges of the picture where the state goes beyond them. */
export interface Bar {
  readonly name: string;
  readonly state: string;
  readonly group: NodeGroup;
  readonly start: number;
  readonly end: number;
  /** When the state truly began and ended; the service's now where it lasts. */
  readonly began: number;
  readonly ended: number;
  readonly lasts: boolean;
}

export interface Gantt {
  readonly from: number;
  readonly to: number;
  /** Each in order of time, none over another. */
  readonly rows: readonly (readonly Bar[])[];
}

const leastMs = 10 * 60_000;

export function ganttOf(timeline: Timeline): Gantt {
  const to = Date.parse(timeline.to);
  // What was before the first machine that is known would be an empty picture.
  const first = timeline.start.reduce((least, start) => Math.min(least, Date.parse(start)), to - leastMs);
  const from = Math.max(Date.parse(timeline.from), first);
  const lives = new Map<number, Bar[]>();
  // The newest come first, and a picture is painted from the left.
  for (let place = timeline.start.length - 1; place >= 0; place -= 1) {
    const node = timeline.node[place] ?? 0;
    const state = timeline.states[timeline.state[place] ?? 0] ?? '';
    const end = timeline.end[place] ?? null;
    const began = Date.parse(timeline.start[place] ?? '');
    const ended = Date.parse(end ?? timeline.now);
    const bar: Bar = {
      ...{ name: timeline.nodes[node]?.name ?? '', state, group: nodeStateWords(state).group, lasts: end === null },
      ...{ began, ended, start: Math.max(from, began) },
      // In a part of the past a state may last beyond the edge.
      end: end === null ? to : Math.min(to, ended),
    };
    const life = lives.get(node);
    if (life === undefined) lives.set(node, [bar]);
    else life.push(bar);
  }
  return { from, to, rows: packed([...lives.values()]) };
}

/** Each life goes into the first row that is free when it begins: as many rows as there were machines at once. */
function packed(lives: readonly (readonly Bar[])[]): readonly (readonly Bar[])[] {
  const sorted = [...lives].sort((a, b) => (a[0]?.start ?? 0) - (b[0]?.start ?? 0));
  const rows: Bar[][] = [];
  for (const life of sorted) {
    const begin = life[0]?.start ?? 0;
    const free = rows.find((row) => (row.at(-1)?.end ?? 0) <= begin);
    if (free === undefined) rows.push([...life]);
    else free.push(...life);
  }
  return rows;
}

/** What stands at a place of the picture; null where nothing does. */
export function barAt({ rows }: Gantt, row: number, at: number): Bar | null {
  return rows[row]?.find((bar) => bar.start <= at && at <= bar.end) ?? null;
}

/** Of the whole state, also where the picture shows only a part of it. */
export function barWords({ name, state, began, ended, lasts }: Bar): string {
  const isOneDay = dayWords(began) === dayWords(ended);
  const words = (at: number): string => (isOneDay ? clockWords(at) : `${dayWords(at)}, ${clockWords(at)}`);
  const until = lasts ? 'now' : words(ended);
  return `${name}: ${nodeStateWords(state).words}, ${words(began)} to ${until}, ${spanWords(ended - began)}`;
}

/** For whoever cannot see it. */
export function ganttWords({ rows }: Gantt, count: (group: NodeGroup) => string): string {
  const bars = rows.flat();
  const hours = new Map<NodeGroup, number>();
  for (const bar of bars) hours.set(bar.group, (hours.get(bar.group) ?? 0) + (bar.end - bar.start) / 3_600_000);
  const parts = [...hours].map(([group, sum]) => `${sum.toFixed(1)} machine hours ${count(group)}`);
  return `At most ${rows.length} machines at once: ${parts.join(', ')}. The table has every state.`;
}
