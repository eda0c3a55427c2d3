// How far a new version of an image has come in a pool.

export interface RolloutState {
  readonly phase: 'canary' | 'rollingOut' | 'done' | 'stopped';
  readonly version: string;
  /** What the pool ran before; it goes back there. */
  readonly from: string | null;
  readonly startedAt: number;
  readonly phaseSince: number;
  /** Lives of machines of the new version that came online, and that failed to. */
  readonly booted: readonly string[];
  readonly failed: readonly string[];
}
