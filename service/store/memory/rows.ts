// The tables of the store in memory, and the fence that every write passes.
import type { Generation, OpenOperation } from '../../domain/observation.ts';
import type { LaneRecord } from '../../domain/lane.ts';
import type { PastJob } from '../../domain/past-job.ts';
import type { Lease, LogEntry, PoolRecord, PoolView, Sample } from '../../ports.ts';
import type { PlaceholderRow } from '../../placeholder-rows.ts';
import { LeaseLost } from '../../problem.ts';

export interface LeaseRow {
  owner: string | null;
  epoch: number;
  until: number;
  reserved: number;
  memory: unknown;
}

export type OperationRow = OpenOperation & { readonly pool: string };
export type Placeholder = PlaceholderRow & { readonly takenAt: number | null };

export interface Rows {
  readonly pools: Map<string, PoolRecord>;
  readonly leases: Map<string, LeaseRow>;
  /** Open ones only: nobody reads a closed row in a simulation. */
  readonly operations: Map<string, OperationRow>;
  nextOperation: number;
  readonly generations: Map<string, Generation & { readonly pool: string }>;
  readonly lanes: Map<string, Map<string, LaneRecord>>;
  readonly nonces: Map<string, number>;
  readonly placeholders: Map<string, Map<number, Placeholder>>;
  readonly logs: Map<string, (LogEntry & { readonly id: number })[]>;
  nextLog: number;
  readonly samples: Map<string, Sample[]>;
  readonly views: Map<string, PoolView>;
  readonly pictures: Map<string, PoolView>;
  readonly pastJobs: Map<string, Map<number, PastJob>>;
}

export function emptyRows(): Rows {
  return {
    pools: new Map(),
    leases: new Map(),
    operations: new Map(),
    nextOperation: 1,
    generations: new Map(),
    lanes: new Map(),
    nonces: new Map(),
    placeholders: new Map(),
    logs: new Map(),
    nextLog: 1,
    samples: new Map(),
    views: new Map(),
    pictures: new Map(),
    pastJobs: new Map(),
  };
}

/** Everything as it is now; what is changed later does not reach the copy. */
export function copyOf(rows: Rows): Rows {
  return structuredClone(rows);
}

/** Makes the tables what they were when the copy was made, for whoever holds them. */
export function putBack(rows: Rows, copy: Rows): void {
  Object.assign(rows, structuredClone(copy));
}

export function done<T>(work: () => T): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Throws where the epoch is stale; every write begins with it. */
export function held(rows: Rows, lease: Lease): LeaseRow {
  const row = rows.leases.get(lease.pool);
  if (row?.epoch !== lease.epoch || row.owner !== lease.owner) throw new LeaseLost(lease.pool);
  return row;
}

export function byText(first: string, second: string): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/** As in SQL, a field that is undefined is left as it is. */
export function given<T extends object>(change: T): Partial<T> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export function listIn<T>(table: Map<string, T>, pool: string, empty: () => T): T {
  const found = table.get(pool);
  if (found !== undefined) return found;
  const made = empty();
  table.set(pool, made);
  return made;
}
