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
  /**
   * Of createLane (its `scaleSet` is the name to create, at capacity 0, with `laneTagsOf(lane)`), of the scaleOut into that
   * lane in the same pass (`scaleSetId` is null until the lane was seen; skipped, the next pass asks again), of removeLane.
   */
  readonly lane?: LaneKey;
  /** Of relabel: the whole set of user capabilities that the agent is to have. */
  readonly userCapabilities?: Readonly<Record<string, string>>;
  /** Of registerPlaceholder: the labels that it promises. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** `drain` with a node disables its agent and nothing else: the gate closes again before a request that it may not serve. */
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
