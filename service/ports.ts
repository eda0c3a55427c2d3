// What the controller needs of the world. Adapters implement these; tests and the world put others in their place.
import type { Agent, Capabilities } from './domain/agent.ts';
import type { Decision } from './domain/decision.ts';
import type { ImageState } from './domain/image-state.ts';
import type { Instance, ScaleSet, ScaleSetExtension } from './domain/instance.ts';
import type { LaneRecord } from './domain/lane.ts';
import type { MachineCount } from './domain/machine-use.ts';
import type { JobRequest } from './domain/job-request.ts';
import type { ImageQuery, NewScaleSet } from './domain/new-scale-set.ts';
import type { Generation, OpenOperation } from './domain/observation.ts';
import type { PoolSettings } from './domain/pool.ts';
import type { JobHistory } from './job-history.ts';
import type { History } from './history.ts';
import type { PlaceholderRows } from './placeholder-rows.ts';
import type { Records } from './records.ts';

/** Instants are milliseconds since the epoch. The sandbox runs faster than the wall. */
export interface Clock {
  now(): number;
  /** Milliseconds since some instant of this process, whatever is done to the clock; absent: `now` itself never jumps. */
  elapsed?(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Never follows a redirect. Rejects only where no whole response came. */
export type Send = (request: HttpRequest, signal?: AbortSignal) => Promise<HttpResponse>;

export type NonEmpty<T> = readonly [T, ...T[]];

/** A mutation that Azure took. The operation is followed by later passes through its URL. */
export interface Accepted {
  readonly operationUrl: string | null;
  /** Of a delete: ids that Azure no longer knew, and that count as deleted. */
  readonly absentInstanceIds?: readonly string[];
}

export type OperationStatus =
  | { readonly status: 'running' }
  | { readonly status: 'succeeded' }
  | { readonly status: 'failed'; readonly code: string; readonly message: string; readonly isOutOfCapacity: boolean }
  | { readonly status: 'unknown' };

/** Every call throws `CloudError`. Scale set ids are ARM ids; instance ids are never optional. */
export interface AzurePort {
  readScaleSet(scaleSetId: string): Promise<ScaleSet>;
  /** All pages, with instance views. Throws rather than return a part of the list. */
  listInstances(scaleSetId: string): Promise<readonly Instance[]>;
  readInstance(scaleSetId: string, instanceId: string): Promise<Instance | null>;
  /** PATCH to an absolute target with `If-Match`. */
  setCapacity(scaleSet: ScaleSet, capacity: number): Promise<Accepted>;
  deleteInstances(scaleSetId: string, instanceIds: NonEmpty<string>): Promise<Accepted>;
  reimageInstance(scaleSetId: string, instanceId: string): Promise<Accepted>;
  putExtension(scaleSetId: string, extension: ScaleSetExtension): Promise<Accepted>;
  /** Every scale set of the resource group, all pages. */
  listScaleSets(resourceGroupId: string): Promise<readonly ScaleSet[]>;
  /** Capacity 0. `conflict` where a scale set of that name stands; `invalid` where the template cannot be taken over. */
  createScaleSet(lane: NewScaleSet): Promise<Accepted>;
  /** The whole set, with whatever is in it: its emptiness is the caller's to prove. */
  deleteScaleSet(scaleSetId: string): Promise<Accepted>;
  /**
   * Newest first. Replication is read for the versions asked for, and from the newest on until one may be deployed;
   * `unknown` for the others. An image without versions is only looked for.
   */
  listImageVersions(query: ImageQuery): Promise<Pick<ImageState, 'kind' | 'versions'>>;
  /** `about`: the scale set that it works on, for the looks at all operations of one set may be counted together. */
  followOperation(operationUrl: string, about?: string): Promise<OperationStatus>;
}

export interface AgentRegistration {
  readonly name: string;
  readonly version: string;
  readonly osDescription: string;
  readonly systemCapabilities: Capabilities;
  /** Base64 of big-endian bytes. */
  readonly publicKey: { readonly modulus: string; readonly exponent: string };
}

export interface AgentReplacement extends AgentRegistration {
  readonly isEnabled: boolean;
}

export interface RegisteredAgent {
  readonly agentId: number;
  readonly name: string;
  readonly clientId: string;
  readonly authorizationUrl: string;
  readonly serverUrl: string | null;
}

export interface AgentPackage {
  readonly version: string;
  readonly downloadUrl: string;
  readonly fileName: string;
  /** 64 hex digits. */
  readonly sha256: string;
}

export interface AgentPool {
  readonly poolId: number;
  readonly name: string;
  readonly isHosted: boolean;
  readonly poolType: 'automation' | 'deployment';
  readonly isElastic: boolean;
}

/** Every call throws `CloudError`; a redirect or a page of HTML is `denied`. */
export interface AzureDevOpsPort {
  readPool(poolId: number): Promise<AgentPool>;
  /** Unfinished requests of the whole pool (`completedRequestCount=0`). */
  listJobRequests(poolId: number): Promise<readonly JobRequest[]>;
  /** Unfinished requests that name this agent; never truncated by a busy pool. */
  listAgentJobRequests(poolId: number, agentId: number): Promise<readonly JobRequest[]>;
  /** Recently finished requests, newest first. */
  listFinishedJobRequests(poolId: number, count: number): Promise<readonly JobRequest[]>;
  listAgents(poolId: number): Promise<readonly Agent[]>;
  readAgent(poolId: number, agentId: number): Promise<Agent | null>;
  registerAgent(poolId: number, registration: AgentRegistration): Promise<RegisteredAgent>;
  /** PUT of the whole agent: the same id with another key, name and capabilities; its user capabilities go. */
  replaceAgent(poolId: number, agentId: number, registration: AgentReplacement): Promise<RegisteredAgent>;
  setAgentEnabled(poolId: number, agentId: number, isEnabled: boolean): Promise<void>;
  /** `busy` is the server's refusal: the arbiter of the reclaim protocol. */
  deleteAgent(poolId: number, agentId: number): Promise<'deleted' | 'absent' | 'busy'>;
  putUserCapabilities(poolId: number, agentId: number, capabilities: Capabilities): Promise<void>;
  /** "Run next": the last bumped request is first. */
  bumpJobRequest(poolId: number, requestId: number): Promise<void>;
  /** Platform such as `linux-x64`; version `latest` or exact. */
  readAgentPackage(platform: string, version: string): Promise<AgentPackage>;
}

/** Asks Azure DevOps with the user's own token; throws `CloudError` where it does not answer (never allow then). */
export interface UserRights {
  /** Null where the token is not valid for the organisation. */
  whoIs(organization: string, token: string): Promise<{ readonly id: string; readonly name: string } | null>;
  may(organization: string, poolId: number, token: string, right: 'read' | 'manage'): Promise<boolean>;
  /** Those of the pools that the user may see, at a few calls for a thousand of them. */
  mayReadOf(organization: string, poolIds: readonly number[], token: string): Promise<ReadonlySet<number>>;
}

/** Right to work one pool. Every write names the epoch; a stale epoch throws `LeaseLost` and writes nothing. */
export interface Lease {
  readonly pool: string;
  readonly owner: string;
  readonly epoch: number;
}

/** `pool` is the name in the settings, unique in one service. `revision` grows with each saved change. */
export interface PoolRecord {
  readonly pool: string;
  readonly settings: PoolSettings;
  readonly revision: number;
  readonly isManagedByFile: boolean;
  /** Of this revision; null where no person made it, or a release before wrote it. */
  readonly author: SettingsAuthor | null;
}

/** `by` as Azure DevOps names them, `at` on the clock of the service. */
export interface SettingsAuthor {
  readonly by: string;
  readonly at: number;
}

export interface LogEntry {
  readonly at: number;
  readonly level: 'error' | 'warning' | 'info';
  readonly decision: Decision;
  /** What became of it: taken, refused by the cloud and why, or nothing to do. */
  readonly outcome: string;
}

/** One point of the time series. */
export interface Sample {
  readonly at: number;
  readonly queued: number;
  readonly running: number;
  readonly agentsIdle: number;
  readonly agentsBusy: number;
  readonly agentsStarting: number;
  readonly instances: number;
  /** The same instances by size and image; absent on samples from before they were counted. */
  readonly machines?: readonly MachineCount[];
}

/** The newest picture of a pool for the hub, written by each pass; `document` is the contract's PoolDetail as JSON. */
export interface PoolView {
  readonly at: number;
  readonly document: string;
}

type Changeable = 'phase' | 'toCapacity' | 'operationUrl' | 'deadlineAt' | 'attempts' | 'lastProblem' | 'isInDoubt';
export type OperationChange = Partial<Pick<OpenOperation, Changeable>>;

export type NewOperation = Omit<OpenOperation, 'operationId' | 'phaseSince' | 'attempts' | 'lastProblem' | 'isInDoubt'>;

export interface Store extends Records, PlaceholderRows, JobHistory, History {
  close(): Promise<void>;
  /** Throws where the database does not answer. */
  ping(): Promise<void>;

  listPools(): Promise<readonly PoolRecord[]>;
  readPool(pool: string): Promise<PoolRecord | null>;
  /** `expectedRevision` null creates; a mismatch throws UserProblem `STALE_REVISION` with the current one. */
  savePool(
    settings: PoolSettings,
    expectedRevision: number | null,
    isManagedByFile: boolean,
    author?: SettingsAuthor,
  ): Promise<PoolRecord>;
  deletePool(pool: string): Promise<void>;

  /** Takes or renews; null where somebody else holds it. Leases live on the database's own clock. */
  acquireLease(pool: string, owner: string, forMilliseconds: number): Promise<Lease | null>;
  releaseLease(lease: Lease): Promise<void>;
  /** Throws `LeaseLost` where the epoch is stale: asked immediately before each destructive call. */
  confirmLease(lease: Lease): Promise<void>;

  readMemory(pool: string): Promise<unknown>;
  writeMemory(lease: Lease, memory: unknown): Promise<void>;

  /** One row per pool holds the machines promised but not yet seen. False where live + reserved would pass `maximum`. */
  reserveMachines(lease: Lease, reserved: number, live: number, maximum: number): Promise<boolean>;

  listOpenOperations(pool: string): Promise<readonly OpenOperation[]>;
  /** Null where another operation on the same generation is open. */
  openOperation(lease: Lease, operation: NewOperation): Promise<OpenOperation | null>;
  /** Phases `done`, `failed` and `cancelled` close the row. None has begun after `now`, whatever a clock that was set back wrote. */
  changeOperation(lease: Lease, operationId: string, now: number, change: OperationChange): Promise<void>;

  listLanes(pool: string): Promise<readonly LaneRecord[]>;
  /** Again with the same id: the record stays as it is. */
  saveLane(lease: Lease, lane: LaneRecord): Promise<void>;
  forgetLane(lease: Lease, scaleSetId: string): Promise<void>;

  listGenerations(pool: string): Promise<readonly Generation[]>;
  startGeneration(lease: Lease, generation: Generation): Promise<void>;
  changeGeneration(
    lease: Lease,
    generationId: string,
    change: Partial<
      Pick<
        Generation,
        | ('firstOnlineAt' | 'isDisabledByWeir' | 'isKnownShut' | 'isShutAsked' | 'agentId' | 'agentName')
        | ('workFolder' | 'alias' | 'tag' | 'isSaved' | 'savedUntil' | 'savedBecause' | 'savedFor')
      >
    >,
  ): Promise<void>;
  /**
   * `isDisabledByWeir` becomes false, unless it was written again since `timesDisabled` was read or the life has ended:
   * then false, and nothing is changed.
   */
  unmarkGate(lease: Lease, generationId: string, timesDisabled: number): Promise<boolean>;
  endGeneration(lease: Lease, generationId: string): Promise<void>;
  /** Enrolment works without the lease: the one row that a booting machine may claim, by its vmId. */
  findGeneration(vmId: string): Promise<{ readonly pool: string; readonly generation: Generation } | null>;
  /** Compare-and-set from unclaimed to claimed; false for every later try. */
  claimGeneration(generationId: string, now: number): Promise<boolean>;
  /** `formerRequestId`: the last job of a registration that was taken over, which ran before this life. */
  completeClaim(generationId: string, agentId: number, name: string, formerRequestId?: number | null): Promise<void>;
  /** Of a claim, `now` by the clock; the last one stands. A life that has ended is left alone. */
  noteLostRegistration(generationId: string, now: number): Promise<void>;
  /** Single use, short lived (wall clock). */
  issueNonce(nonce: string, forMilliseconds: number): Promise<void>;
  useNonce(nonce: string): Promise<boolean>;

  appendLog(lease: Lease, entries: readonly LogEntry[]): Promise<void>;
  /** Newest first, older than `before` (an id from an earlier page). */
  listLog(pool: string, limit: number, before: number | null): Promise<readonly (LogEntry & { readonly id: number })[]>;
  appendSample(lease: Lease, sample: Sample): Promise<void>;
  /** At most `maximumPoints`, oldest first. */
  listSamples(pool: string, from: number, to: number, maximumPoints: number): Promise<readonly Sample[]>;
  writeView(lease: Lease, view: PoolView): Promise<void>;
  readView(pool: string): Promise<PoolView | null>;
  /** When the newest view of each pool was written: what whoever follows pools looks at first. */
  listViewTimes(): Promise<ReadonlyMap<string, number>>;
  /** The whole picture that a pass worked with, for questions that no view answers; `document` is JSON. */
  writePicture(lease: Lease, picture: PoolView): Promise<void>;
  readPicture(pool: string): Promise<PoolView | null>;
  /** Prunes log, samples, finished jobs, closed operations and nonces older than the given instant (sandbox clock). */
  prune(before: number): Promise<void>;
}
