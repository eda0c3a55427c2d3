// Agent and instance together; either half may be missing. The states are the 23 of Azure DevOps' ElasticNodeState.
import type { Agent } from './agent.ts';
import type { Instance } from './instance.ts';
import type { Generation } from './observation.ts';

export type NodeState =
  | 'none'
  | 'new'
  | 'creatingCompute'
  | 'startingAgent'
  | 'idle'
  | 'assigned'
  | 'offline'
  | 'pendingReimage'
  | 'pendingDelete'
  | 'saved'
  | 'deletingCompute'
  | 'deleted'
  | 'lost'
  | 'reimagingCompute'
  | 'restartingAgent'
  | 'failedToStartPendingDelete'
  | 'failedToRestartPendingDelete'
  | 'failedVMPendingDelete'
  | 'assignedPendingDelete'
  | 'retryDelete'
  | 'unhealthyVm'
  | 'unhealthyVmPendingDelete'
  | 'pendingReimageCandidate';

export interface Node {
  /** Stable for one life of one machine: the generation id, else `vmId`, else the agent's id. */
  readonly key: string;
  readonly name: string;
  readonly state: NodeState;
  readonly agent: Agent | null;
  readonly instance: Instance | null;
  readonly generation: Generation | null;
  readonly scaleSetId: string | null;
  /** When the node entered its state, as far as the picture and the memory tell. */
  readonly stateSince: number;
  /** When Weir gives up waiting for the state to pass. */
  readonly deadlineAt: number | null;
  /** The job request that runs or is assigned here. */
  readonly requestId: number | null;
}
