// What a pass decided: one thing to do, to one target, for one reason that a person can read.
import type { LaneKey } from './lane.ts';

export type DecisionKind =
  | 'scaleOut'
  | 'createLane'
  | 'removeLane'
  | 'drain'
  | 'reclaim'
  | 'reimage'
  | 'enable'
  | 'relabel'
  | 'bump'
  | 'registerPlaceholder'
  | 'removePlaceholder'
  | 'save'
  | 'wait'
  | 'alarm';

export interface Reason {
  readonly code: string;
  readonly words: string;
}

/** Ids that `act` needs; never printed. */
export interface DecisionTarget {
  readonly scaleSetId: string | null;
  readonly instanceId: string | null;
  readonly vmId: string | null;
  readonly generationId: string | null;
  readonly agentId: number | null;
  /** Of createLane and of a scaleOut into a lane that is being created. */
  readonly lane?: LaneKey;
  /** Of relabel: the whole set of user capabilities that the agent is to have. */
  readonly userCapabilities?: Readonly<Record<string, string>>;
  /** Of registerPlaceholder: the labels that it promises. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Decision {
  readonly kind: DecisionKind;
  readonly reason: Reason;
  /** Instance or agent name. */
  readonly node?: string;
  readonly scaleSet?: string;
  readonly request?: number;
  readonly placeholder?: string;
  readonly from?: number;
  readonly to?: number;
  readonly target?: DecisionTarget;
}
