// What is remembered of boots that fail in a row: plain JSON, a part of the memory.

export interface BreakerState {
  /** In a row, without a machine that came up. */
  readonly failures: number;
  readonly since: number;
  readonly lastAt: number;
  /** Until then no machine is tried; null while there are too few failures to tell. */
  readonly openUntil: number | null;
  /** How often a single machine was tried and failed. */
  readonly probes: number;
  /** Lives that were counted. */
  readonly counted: readonly string[];
  /** What the last one said of its failure, or empty. */
  readonly why: string;
}

export type Breakers = Readonly<Record<string, BreakerState>>;
