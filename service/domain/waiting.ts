// Everything that the verdict of one waiting request looks at: the picture, the queue, and who serves whom. A queue has thousands of
// requests, so what they share is worked out once for the picture, or once for all that write the same demands.
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

/** What all requests of one picture share. */
export interface Picture {
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
  readonly writingOf: (demands: readonly string[]) => Writing;
}

/** One object for all requests that write the same demands, and that Azure DevOps matches with the same further agents. */
export interface Writing {
  readonly demands: readonly string[];
  /** Agents, no placeholders, that do not meet the demands and that Azure DevOps names all the same. */
  readonly named: readonly number[];
}

/** What requests of one writing share. */
export interface Asking extends Picture {
  readonly writing: Writing;
}

export interface Waiting extends Asking {
  readonly request: JobRequest;
  /** Index in `queue`; -1 for a request that does not wait. */
  readonly place: number;
}

/** Claims are made anew for each picture that is looked at, so they stand for it. */
export function oncePerPicture<T>(work: (picture: Picture) => T): (picture: Picture) => T {
  return once(work, ({ claims }) => claims);
}

export function oncePerWriting<T>(work: (asking: Asking) => T): (asking: Asking) => T {
  return once(work, ({ writing }) => writing);
}

function once<S, T>(work: (given: S) => T, keyOf: (given: S) => object): (given: S) => T {
  const known = new WeakMap<object, { readonly value: T }>();
  return (given) => {
    const key = keyOf(given);
    const before = known.get(key);
    if (before !== undefined) return before.value;
    const value = work(given);
    known.set(key, { value });
    return value;
  };
}

export type AgentWord = 'busy' | 'disabled' | 'idle' | 'offline';

export function agentWord(agent: Agent, { reserved }: Pick<Picture, 'reserved'>): AgentWord {
  if (agent.assignedRequestId !== null || reserved.has(agent.agentId)) return 'busy';
  if (!agent.isEnabled) return 'disabled';
  return agent.isOnline ? 'idle' : 'offline';
}
