// Everything the organisation remembers, as plain data: it can be written to a file and read back. Instants are
// milliseconds since the epoch. Open long polls are not part of it; a client simply asks again.

import type { Capabilities } from './demand.ts';

export interface ProjectRecord {
  readonly id: string;
  readonly name: string;
}

export interface PoolRecord {
  readonly id: number;
  readonly scope: string;
  readonly createdOn: number;
  readonly isHosted: boolean;
  name: string;
  poolType: 'automation' | 'deployment';
  options: string;
  autoProvision: boolean;
  autoUpdate: boolean;
  autoSize: boolean;
  targetSize: number | null;
  metadata: string | null;
  elastic: ElasticPool | null;
  /** When the service next looks for an agent for the waiting requests; null while nothing changed. */
  assignAt: number | null;
}

export interface ElasticPool {
  readonly azureId: string;
  readonly serviceEndpointId: string;
  readonly serviceEndpointScope: string;
  readonly osType: 'windows' | 'linux';
  readonly orchestrationType: 'uniform' | 'flexible';
  readonly maxCapacity: number;
  readonly desiredIdle: number;
  readonly recycleAfterEachUse: boolean;
  readonly maxSavedNodeCount: number;
  readonly timeToLiveMinutes: number;
  readonly agentInteractiveUI: boolean;
  readonly state: 'online' | 'offline' | 'unhealthy' | 'new';
  /** What its sizing wrote, newest first; absent: nothing. */
  readonly log?: readonly string[];
}

export interface QueueRecord {
  readonly id: number;
  readonly projectId: string;
  readonly poolId: number;
  readonly name: string;
}

export interface PublicKey {
  /** Both base64, big-endian, no sign byte. */
  readonly exponent: string;
  readonly modulus: string;
}

export interface AgentRecord {
  readonly id: number;
  readonly poolId: number;
  readonly createdOn: number;
  name: string;
  version: string;
  osDescription: string;
  maxParallelism: number;
  provisioningState: string;
  enabled: boolean;
  /** The last change of `enabled`: an assignment already on its way may still land shortly after. */
  enabledChangedOn: number;
  status: 'offline' | 'online';
  statusChangedOn: number;
  clientId: string | null;
  authorizationUrl: string | null;
  publicKey: PublicKey | null;
  systemCapabilities: Readonly<Record<string, string>>;
  userCapabilities: Readonly<Record<string, string>>;
  /** Both sets together, names in lower case. */
  capabilities: Capabilities;
  assignedRequestId: number | null;
  lastCompletedRequestId: number | null;
  /** A one-job agent said with its last JobCompleted that it ends; it gets no job before its next session. */
  isShuttingDown: boolean;
  updateState: string | null;
}

export interface SessionRecord {
  readonly id: string;
  readonly poolId: number;
  readonly agentId: number;
  readonly ownerName: string;
  lastContactAt: number;
}

export interface MessageRecord {
  readonly id: number;
  readonly agentId: number;
  readonly type: string;
  readonly body: string;
  /** The job request whose first delivery is its start. */
  readonly requestId: number | null;
}

export interface RequestRecord {
  readonly id: number;
  readonly poolId: number;
  readonly queueId: number | null;
  readonly projectId: string;
  readonly planId: string;
  readonly planType: string;
  readonly jobId: string;
  readonly jobName: string;
  readonly orchestrationId: string;
  readonly definition: { readonly id: number; readonly name: string };
  readonly owner: { readonly id: number; readonly name: string };
  readonly demands: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly queueTime: number;
  /** Frozen at queue time when the organisation matches only then; else null and matched anew each time. */
  readonly matchedAtQueueTime: readonly number[] | null;
  assignTime: number | null;
  receiveTime: number | null;
  finishTime: number | null;
  lockedUntil: number | null;
  reservedAgent: { readonly id: number; readonly name: string } | null;
  result: string | null;
  failure: string | null;
  /** 0 = never; a later "run next" has the greater number and goes first. */
  bumped: number;
  cancelRequested: boolean;
  accessToken: string | null;
  /** Absent: the run was begun by something else. */
  readonly pullRequest?: PullRequest;
}

export interface PullRequest {
  readonly number: number;
  readonly isFork: boolean;
}

export interface IssuedToken {
  readonly token: string;
  readonly kind: 'agent' | 'job';
  readonly agentId: number;
  readonly requestId: number | null;
  readonly expiresAt: number;
}

export interface PlanRecord {
  readonly planId: string;
  readonly timelines: Record<string, Record<string, Readonly<Record<string, unknown>>>>;
  readonly logs: { readonly id: number; readonly path: string; readonly createdOn: number; text: string }[];
}

export interface PipelineRecord {
  readonly id: number;
  readonly projectId: string;
  readonly name: string;
  readonly folder: string;
  readonly revision: number;
  readonly file: string;
  readonly defaultBranch: string;
  /** Final YAML by short name of the branch, or the message that a preview fails with. */
  readonly yaml: Readonly<Record<string, string | { readonly error: string }>>;
  /** Null for a YAML pipeline. */
  readonly classic: Readonly<Record<string, unknown>> | null;
  readonly queueStatus: 'enabled' | 'paused' | 'disabled';
  readonly quality: 'definition' | 'draft';
}

export interface ReleaseDefinitionRecord {
  readonly id: number;
  readonly projectId: string;
  readonly name: string;
  readonly revision: number;
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface RunRecord {
  readonly id: number;
  readonly pipelineId: number;
  readonly branch: string;
  readonly at: number;
}

export interface ServiceConnection {
  readonly id: string;
  readonly name: string;
}

export interface QueuePermissions {
  readonly queueId: number;
  readonly isOpenToAll: boolean;
  readonly pipelineIds: readonly number[];
}

export interface State {
  readonly organizationId: string;
  /** The last number given, by what it numbers. */
  readonly counters: Record<Counter, number>;
  readonly projects: Map<string, ProjectRecord>;
  readonly pools: Map<number, PoolRecord>;
  readonly queues: Map<number, QueueRecord>;
  readonly agents: Map<number, AgentRecord>;
  readonly sessions: Map<string, SessionRecord>;
  readonly messages: Map<number, MessageRecord>;
  readonly requests: Map<number, RequestRecord>;
  /** Ids of the requests without a result, so that a long history costs nothing. */
  readonly open: Set<number>;
  readonly tokens: Map<string, IssuedToken>;
  readonly plans: Map<string, PlanRecord>;
  /** Ids of pipelines, by project and name: also of those of which nothing but their jobs is known. */
  readonly definitions: Map<string, { readonly key: string; readonly id: number }>;
  readonly pipelines: Map<number, PipelineRecord>;
  readonly releaseDefinitions: Map<number, ReleaseDefinitionRecord>;
  readonly runs: Map<number, RunRecord>;
  readonly queuePermissions: Map<number, QueuePermissions>;
  readonly serviceConnections: Map<string, ServiceConnection>;
}

type Counter =
  'pool' | 'queue' | 'agent' | 'request' | 'message' | 'build' | 'definition' | 'log' | 'bump' | 'change' | 'run';

export function emptyState(organizationId: string): State {
  return {
    organizationId,
    counters: {
      pool: 0,
      queue: 0,
      agent: 0,
      request: 0,
      message: 0,
      build: 0,
      definition: 0,
      log: 0,
      bump: 0,
      change: 0,
      run: 0,
    },
    projects: new Map(),
    pools: new Map(),
    queues: new Map(),
    agents: new Map(),
    sessions: new Map(),
    messages: new Map(),
    requests: new Map(),
    open: new Set(),
    tokens: new Map(),
    plans: new Map(),
    definitions: new Map(),
    pipelines: new Map(),
    releaseDefinitions: new Map(),
    runs: new Map(),
    queuePermissions: new Map(),
    serviceConnections: new Map(),
  };
}

export function nextNumber(state: State, counter: Counter): number {
  state.counters[counter] += 1;
  return state.counters[counter];
}
