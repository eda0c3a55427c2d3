// What the reasons of one pass share: the picture they read, and the plan to which each adds what it decides.
import type { Claims } from './claims.ts';
import type { Decision, DecisionTarget, Reason } from './decision.ts';
import type { LaneCapacity } from './lane-capacity.ts';
import type { Memory } from './memory.ts';
import type { Target } from './image-catalog.ts';
import type { Need } from './needs.ts';
import type { Node } from './node.ts';
import type { Observation } from './observation.ts';
import type { PoolSettings } from './pool.ts';
import type { Trust } from './trust.ts';

export interface Pass {
  readonly now: number;
  readonly observation: Observation;
  readonly settings: PoolSettings;
  readonly memory: Memory;
  readonly nodes: readonly Node[];
  readonly lanes: readonly LaneCapacity[];
  readonly claims: Claims;
  readonly trust: Trust;
}

export interface Plan {
  readonly decisions: readonly Decision[];
  /** Keys of the nodes that this pass sends away, wipes or keeps for investigation. */
  readonly leaving: ReadonlySet<string>;
  /** What is still to be found, by the machines that would do; `unmet` and `standbyShort` are their sums. */
  readonly needs: readonly Need[];
  /** Requests wait for machines of it, and the pool has as many lanes as it may: one has to go. */
  readonly laneShort: Target | null;
  /** Keys of nodes whose labels this pass changes: it opens them itself or leaves them closed. */
  readonly relabelled?: ReadonlySet<string>;
  /** Queued requests for which nothing exists, boots or was asked for so far. */
  readonly unmet: number;
  /** Nodes that the standby lacks so far. */
  readonly standbyShort: number;
  readonly isAtMaximum: boolean;
  readonly newNodes: number;
  /** Races and forecast spares. */
  readonly extraNodes: number;
  /** What this pass wants remembered beyond what every pass remembers. */
  readonly remember: Partial<
    Pick<Memory, 'sampled' | 'phantom' | 'broughtVersions' | 'emptyLanes' | 'unwell' | 'triedAgents' | 'shortages'>
  >;
  readonly dueAt: readonly number[];
}

/** One reason to act; the order of reasons is the list in decide.ts. */
export type Step = (pass: Pass, plan: Plan) => Plan;

export function withDecisions(plan: Plan, decisions: readonly Decision[], leaving: readonly Node[] = []): Plan {
  if (decisions.length === 0) return plan;
  return {
    ...plan,
    decisions: [...plan.decisions, ...decisions],
    leaving: leaving.length === 0 ? plan.leaving : new Set([...plan.leaving, ...leaving.map((node) => node.key)]),
  };
}

export function withNeeds(plan: Plan, needs: readonly Need[]): Plan {
  const unmet = needs.reduce((sum, need) => sum + need.requests.length, 0);
  return { ...plan, needs, unmet, standbyShort: needs.reduce((sum, need) => sum + need.standbyShort, 0) };
}

export function decideNode(
  kind: 'reclaim' | 'reimage' | 'enable' | 'drain' | 'save',
  node: Node,
  reason: Reason,
): Decision {
  return { kind, reason, node: node.name, target: targetOf(node) };
}

/** Without its instance only the registration is left to be removed, so no instance is named. */
function targetOf(node: Node): DecisionTarget {
  return {
    scaleSetId: node.instance?.scaleSetId ?? null,
    instanceId: node.instance?.instanceId ?? null,
    vmId: node.instance?.vmId ?? null,
    generationId: node.generation?.generationId ?? null,
    agentId: node.agent?.agentId ?? null,
  };
}
