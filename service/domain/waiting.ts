// Everything that the verdict of one waiting request looks at: the picture, the queue, and who serves whom.
import type { Agent } from './agent.ts';
import type { Claims } from './claims.ts';
import type { JobRequest } from './job-request.ts';
import type { LaneCapacity } from './lane-capacity.ts';
import type { Memory } from './memory.ts';
import type { Node } from './node.ts';
import type { Observation } from './observation.ts';
import type { PoolSettings } from './pool.ts';
import type { ServingOrder } from './serving-order.ts';
import type { Trust } from './trust.ts';

export interface Waiting {
  readonly request: JobRequest;
  /** Index in `queue`; -1 for a request that does not wait. */
  readonly place: number;
  readonly observation: Observation;
  readonly nodes: readonly Node[];
  readonly settings: PoolSettings;
  readonly memory: Memory;
  /** In the order in which they are served. */
  readonly queue: readonly JobRequest[];
  readonly lanes: readonly LaneCapacity[];
  readonly claims: Claims;
  readonly order: ServingOrder;
  readonly trust: Trust;
  /** Agent id → the unfinished request that Azure DevOps gave it. */
  readonly reserved: ReadonlyMap<number, JobRequest>;
  /** Agent id → the image that the placeholder stands for. */
  readonly placeholders: ReadonlyMap<number, string>;
}

export type AgentWord = 'busy' | 'disabled' | 'idle' | 'offline';

export function agentWord(agent: Agent, { reserved }: Pick<Waiting, 'reserved'>): AgentWord {
  if (agent.assignedRequestId !== null || reserved.has(agent.agentId)) return 'busy';
  if (!agent.isEnabled) return 'disabled';
  return agent.isOnline ? 'idle' : 'offline';
}
