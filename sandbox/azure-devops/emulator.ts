// Azure DevOps as an object: one organisation with its projects, pools, agents and job requests, at wire level, without
// sockets and timers. Written from the documented facts; what is not known of the real service is a rule that can be set.

import type { Emulator, HttpRequest, HttpResponse } from '../http-message.ts';
import { addRun } from './builds.ts';
import type { AzureDevOpsEvent } from './events.ts';
import { drawGuid } from './guid.ts';
import { invalid, poolNotFound } from './errors.ts';
import type { AgentPackage, JobTokenSigner, Organization, Rules, VerifySignature } from './organization.ts';
import { newPackages, offeredPackages } from './packages.ts';
import { createPool, type PoolChanges } from './pool.ts';
import { establishPool } from './pools.ts';
import { openQueue } from './queues.ts';
import { cancelJob, queueJob, type JobToQueue } from './queue-job.ts';
import { addPipeline, type PipelineToAdd } from './pipelines.ts';
import { addReleaseDefinition } from './releases.ts';
import { answer } from './router.ts';
import { readState, saveState, type SavedState } from './saved-state.ts';
import { nextDueAt, nextLateAnswerAt, passTime } from './schedule.ts';
import {
  emptyState,
  type AgentRecord,
  type ElasticPool,
  type ProjectRecord,
  type RequestRecord,
  type State,
} from './state.ts';

export interface AzureDevOpsOptions extends Partial<Rules> {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly verifySignature: VerifySignature;
  /** Left out: no job gets an OIDC token. */
  readonly jobTokens?: JobTokenSigner;
  readonly organization?: string;
  /** The name of the first project. */
  readonly project?: string;
  readonly packages?: readonly AgentPackage[];
  readonly onEvent?: (event: AzureDevOpsEvent) => void;
}

export interface AzureDevOpsEmulator extends Emulator {
  readonly organization: string;
  /** When the next answer comes that is kept back (throttling), or null: its client waits for nothing else. */
  nextAnswerAt(): number | null;
  /** `failed` holds the service's words when no registered agent meets the demands: the job has ended already. */
  queueJob(job: JobToQueue): { readonly requestId: number } | { readonly requestId: number; readonly failed: string };
  /** Throws when there is no such request, or when it has ended. */
  cancelJob(requestId: number): void;
  addProject(name: string): ProjectRecord;
  /** Opens a queue of the same name in every project. */
  addPool(pool: { readonly name: string; readonly elastic?: ElasticPool } & PoolChanges): {
    readonly id: number;
    readonly name: string;
  };
  /** A second one of that name changes the first. */
  addPipeline(pipeline: PipelineToAdd): { readonly id: number; readonly revision: number };
  /** A run of a branch (short name), which is all that is known of it. */
  addRun(pipelineId: number, branch: string, at: number): void;
  addReleaseDefinition(
    name: string,
    definition: Readonly<Record<string, unknown>>,
    project?: string,
  ): { readonly id: number };
  /** Jobs may ask for tokens that speak for it. */
  addServiceConnection(name: string): { readonly id: string };
  /** The newest agent from now on; `nature` is a word of the sandbox's machines that says what is wrong with it. */
  offerAgent(version: string, nature?: string): void;
  /** The truth, for checkers; nobody who plays a client may look here. */
  agents(): readonly Readonly<AgentRecord>[];
  requests(): readonly Readonly<RequestRecord>[];
  /** JSON-compatible. Long polls are not part of it. */
  exportState(): SavedState;
  /** Takes what `exportState` gave, perhaps from a file; throws on anything else. Open polls end as if their sessions had. */
  importState(document: unknown): void;
}

/** Starts with one project and the two pools that every organisation has: Default, and the hosted one. */
export function createAzureDevOpsEmulator(options: AzureDevOpsOptions): AzureDevOpsEmulator {
  const organization = found(options);
  establish(organization, options.project ?? 'Fabrikam');
  return {
    organization: organization.name,
    handle: (request: HttpRequest): Promise<HttpResponse> => answer(organization, request),
    advance: (now) => passTime(organization, now),
    nextEventAt: () => nextDueAt(organization),
    nextAnswerAt: () => nextLateAnswerAt(organization),
    queueJob: (job) => {
      const pool = organization.state.pools.get(job.poolId);
      if (pool === undefined) throw poolNotFound(job.poolId);
      if (pool.isHosted) throw invalid(`Pool ${pool.name} is hosted: this emulator runs no jobs there.`);
      const request = queueJob(organization, pool, job);
      return request.failure === null ? { requestId: request.id } : { requestId: request.id, failed: request.failure };
    },
    cancelJob: (requestId) => cancelJob(organization, requestId),
    addProject: (name) => addProject(organization, name),
    addPool: ({ name, elastic, ...changes }) => {
      const made = elastic === undefined ? {} : { elastic, options: 'elasticPool' };
      const { id } = establishPool(organization, name, { autoProvision: true, ...changes, ...made });
      return { id, name };
    },
    addPipeline: (pipeline) => addPipeline(organization, pipeline),
    addRun: (pipelineId, branch, at) => {
      addRun(organization, pipelineId, branch, at);
    },
    addReleaseDefinition: (name, definition, project) => addReleaseDefinition(organization, name, definition, project),
    addServiceConnection: (name) => {
      const connection = { id: drawGuid(organization.random), name };
      organization.state.serviceConnections.set(connection.id, connection);
      return { id: connection.id };
    },
    offerAgent: (version, nature) => {
      const added = newPackages(version, nature ?? null, organization.now, organization.random);
      organization.packages = [...added, ...organization.packages];
    },
    agents: () => [...organization.state.agents.values()],
    requests: () => [...organization.state.requests.values()],
    exportState: () => saveState(organization.state, organization.now),
    importState: (document) => {
      const { state, now } = readState(document);
      for (const poll of [...organization.polls]) poll.settle('ended');
      for (const answer of [...organization.late]) answer.give();
      organization.state = state;
      organization.now = now;
    },
  };
}

function found(options: AzureDevOpsOptions): Organization {
  const { now, random } = options;
  return {
    name: options.organization ?? 'fabrikam',
    rules: { ...STANDARD_RULES, ...given(options) },
    state: emptyState(drawGuid(random)),
    polls: new Set(),
    late: new Set(),
    packages: options.packages ?? offeredPackages(random, now),
    random,
    verifySignature: options.verifySignature,
    jobTokens: options.jobTokens ?? null,
    onEvent: options.onEvent ?? (() => undefined),
    now,
    origin: 'https://dev.azure.com',
  };
}

/** An option that is there but undefined is one that was left out. */
function given(options: AzureDevOpsOptions): Partial<Rules> {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => name in STANDARD_RULES && value !== undefined),
  );
}

const STANDARD_RULES: Rules = {
  matching: 'live',
  assignDelayMs: [0, 3_000],
  assignAfterRead: 0,
  assignAfterDisableMs: 0,
  deleteRefusal: 'assigned',
  assignedRequestLateMs: 0,
  sessionTimeoutMs: 120_000,
  registrationKeepsEnabled: true,
  registrationKeepsUserCapabilities: true,
  minimumAgentVersion: '3.218.0',
  jobTokenNamesRun: true,
  answersPermissionBatch: true,
  strictTokens: false,
  tokens: {},
  recognise: () => null,
  throttle: () => null,
};

function establish(organization: Organization, projectName: string): void {
  const project = addProject(organization, projectName);
  for (const pool of [
    createPool(organization, 'Default', { autoProvision: true }),
    createPool(organization, 'Azure Pipelines', { autoProvision: true, isHosted: true }),
  ]) {
    openQueue(organization, project, pool, pool.name);
  }
}

function addProject(organization: Organization, name: string): ProjectRecord {
  const { projects, pools }: State = organization.state;
  if ([...projects.values()].some((project) => project.name.toLowerCase() === name.toLowerCase()))
    throw invalid(`The project ${name} already exists.`);
  const project: ProjectRecord = { id: drawGuid(organization.random), name };
  projects.set(project.id, project);
  for (const pool of pools.values()) if (pool.autoProvision) openQueue(organization, project, pool, pool.name);
  return project;
}
