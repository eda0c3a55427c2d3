// One pass: the order of reasons is the list in this file. Pure, total, deterministic.
import type { Decision } from './decision.ts';
import type { Memory } from './memory.ts';
import type { Node } from './node.ts';
import type { Observation } from './observation.ts';
import type { PoolSettings } from './pool.ts';

export interface Verdict {
  readonly decisions: readonly Decision[];
  readonly memory: Memory;
  readonly nodes: readonly Node[];
  /** Machines asked for requests or standby beyond those that exist or boot. */
  readonly newNodes: number;
  /** Races and forecast spares. */
  readonly extraNodes: number;
  /** The earliest instant at which something is due by itself, or null. */
  readonly nextDueAt: number | null;
}

export type Decide = (observation: Observation, settings: PoolSettings, memory: Memory) => Verdict;
