// What the API needs to replay jobs with other settings without standing still itself.
import type { PoolSettings } from './domain/pool.ts';
import type { BootProfile } from './domain/replay-machines.ts';
import type { ReplayWindow } from './domain/replay-window.ts';
import type { ReplayResult } from './domain/replay.ts';
import type { TraceJob } from './domain/trace.ts';

export interface ReplayOrder {
  readonly jobs: readonly TraceJob[];
  /** Seconds of the jobs; earlier ones are only learned from. */
  readonly from: number;
  readonly to: number;
  readonly window: ReplayWindow;
  readonly profile: BootProfile;
  readonly bootSeed: number;
  /** As `ReplayOptions` has it. */
  readonly isOneGroup?: boolean;
  /** One replay for each, in this order. */
  readonly settings: readonly PoolSettings[];
}

export interface ReplayRun {
  /** Resolves after the last result, and after `stop`; rejects where a replay fails or takes too long. */
  readonly done: Promise<void>;
  /** At once, in the middle of a replay too. */
  stop(): void;
}

export type StartReplays = (order: ReplayOrder, onResult: (result: ReplayResult) => void) => ReplayRun;
