// What a pool leaves behind for charts and cards: the states of its nodes, the waits of its jobs, the boots of its machines.
// Instants are milliseconds since the epoch on the clock of observations.
import type { MachineUse } from './domain/machine-use.ts';
import type { Fence } from './records.ts';

/** A node as one pass sees it; `node` is its key, one for each life of a machine. */
export interface NodeNow {
  readonly node: string;
  readonly name: string;
  readonly state: string;
  readonly since: number;
}

/** One node in one state; `to` is null while it lasts. */
export interface NodeSpan {
  readonly node: string;
  readonly name: string;
  readonly state: string;
  readonly from: number;
  readonly to: number | null;
}

/**
 * Kept apart from the finished jobs of a what-if (job-history.ts), though most jobs come to stand in both: a start is known while
 * its job still runs, and the waits of the last hour are those of the jobs that started in it, not of those that ended in it.
 */
export interface JobStart {
  readonly requestId: number;
  readonly queuedAt: number;
  readonly startedAt: number;
}

/** A boot that ended with an agent online; `life` is the generation, which boots once. */
export interface Boot {
  readonly life: string;
  readonly image: string;
  readonly version: string | null;
  readonly startedBy: 'create' | 'reimage';
  readonly at: number;
  readonly seconds: number;
}

/** Null quantiles where no job started. */
export interface Waits {
  readonly jobs: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** Integrals over the samples: machines times milliseconds. Gaps longer than the caller allows are counted apart. */
export interface Use {
  readonly machineMs: number;
  readonly busyMs: number;
  readonly knownMs: number;
  readonly gapMs: number;
  /** `machineMs` by size and image; samples that do not tell count under null and null. */
  readonly machines: readonly MachineUse[];
}

export interface BootTimes {
  readonly image: string;
  readonly version: string | null;
  readonly startedBy: 'create' | 'reimage';
  readonly boots: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly slowest: number;
  readonly newestAt: number;
}

/** Writes throw `LeaseLost` where the epoch is stale. */
export interface History {
  /** The whole list of now: what is not in it, or in another state, ends at `now`. */
  noteNodes(lease: Fence, now: number, nodes: readonly NodeNow[]): Promise<void>;
  /** Newest first, at most `limit`, of those that touch the span between both instants. */
  listNodeSpans(pool: string, from: number, to: number, limit: number): Promise<readonly NodeSpan[]>;
  /** A request that is noted already stays as it is; so does a boot. */
  noteStarts(lease: Fence, starts: readonly JobStart[]): Promise<void>;
  readWaits(pool: string, from: number, to: number): Promise<Waits>;
  noteBoots(lease: Fence, boots: readonly Boot[]): Promise<void>;
  /** Of boots that ended between both instants, by image, version and how they began; the newest version of an image first. */
  readBoots(pool: string, from: number, to: number): Promise<readonly BootTimes[]>;
  readUse(pool: string, from: number, to: number, longestGapMs: number): Promise<Use>;
}
