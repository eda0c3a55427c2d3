// A job enters the queue of a pool, or fails at once because no registered agent meets its demands; and a job is canceled.

import { distinctDemands, parseDemand } from './demand.ts';
import { invalid, jobNotFound } from './errors.ts';
import { drawGuid } from './guid.ts';
import { finishJob, jobNames } from './job.ts';
import { JOB_CANCELLATION } from './job-message.ts';
import { post } from './listener.ts';
import { agentsMeeting, noAgentFound } from './matching.ts';
import { tell, wakeAssignment, type Organization } from './organization.ts';
import { authorizePipeline, definitionId } from './pipelines.ts';
import { nextNumber, type PoolRecord, type PullRequest, type RequestRecord } from './state.ts';

export interface JobToQueue {
  readonly poolId: number;
  /** As in YAML, `Agent.Version` excepted: the service adds its own. */
  readonly demands: readonly string[];
  readonly jobName: string;
  readonly definitionName: string;
  /** The build number. */
  readonly runName: string;
  /** The organisation's first project when absent. */
  readonly projectId?: string;
  /** A run that has jobs already, and this is one more of it. A new run when absent. */
  readonly runId?: number;
  /** What the run builds; every job of a run says the same. */
  readonly pullRequest?: PullRequest;
  /** Travel to the agent in the job message. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Returns the request; when nothing matched it has failed already, and `failure` says why in the service's words. */
export function queueJob(organization: Organization, pool: PoolRecord, job: JobToQueue): RequestRecord {
  const demands = withAgentVersion(job.demands, organization.rules.minimumAgentVersion);
  const matched = agentsMeeting(organization, pool.id, demands);
  const request = newRequest(
    organization,
    pool,
    job,
    demands,
    organization.rules.matching === 'live' ? null : matched.map((agent) => agent.id),
  );
  organization.state.requests.set(request.id, request);
  if (request.queueId !== null) authorizePipeline(organization, request.queueId, request.definition.id);
  organization.state.open.add(request.id);
  tell(organization, { kind: 'jobQueued', ...jobNames(request), demands, isMatched: matched.length > 0 });
  if (matched.length === 0) finishJob(organization, request, 'failed', noAgentFound(organization, pool, demands));
  else wakeAssignment(organization, pool.id);
  return request;
}

/** A job that no agent received ends here; one that runs is told, and ends when its agent says so. */
export function cancelJob(organization: Organization, requestId: number): void {
  const request = organization.state.requests.get(requestId);
  if (request?.result !== null) throw jobNotFound(requestId);
  if (request.receiveTime === null || request.reservedAgent === null) {
    finishJob(organization, request, 'canceled');
    return;
  }
  if (request.cancelRequested) return;
  request.cancelRequested = true;
  post(
    organization,
    request.reservedAgent.id,
    JOB_CANCELLATION,
    { jobId: request.jobId, timeout: '00:01:00' },
    request.id,
  );
}

function withAgentVersion(demands: readonly string[], minimum: string): readonly string[] {
  const own = demands.some((text) => {
    const demand = parseDemand(text);
    return demand?.kind === 'minimumVersion' && demand.name.toLowerCase() === 'agent.version';
  });
  return distinctDemands(own ? demands : [...demands, `Agent.Version -gtVersion ${minimum}`]);
}

function newRequest(
  organization: Organization,
  pool: PoolRecord,
  job: JobToQueue,
  demands: readonly string[],
  matchedAtQueueTime: readonly number[] | null,
): RequestRecord {
  const { state, random } = organization;
  const projectId = job.projectId ?? [...state.projects.keys()][0];
  if (projectId === undefined || !state.projects.has(projectId))
    throw invalid('The job names no project of this organization.');
  const planId = drawGuid(random);
  const queue = [...state.queues.values()].find(
    (candidate) => candidate.poolId === pool.id && candidate.projectId === projectId,
  );
  return {
    id: nextNumber(state, 'request'),
    poolId: pool.id,
    queueId: queue?.id ?? null,
    projectId,
    planId,
    planType: 'Build',
    jobId: drawGuid(random),
    jobName: job.jobName,
    orchestrationId: `${planId}.${job.jobName.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '_')}.__default`,
    definition: { id: definitionId(organization, projectId, job.definitionName), name: job.definitionName },
    owner: { id: job.runId ?? nextNumber(state, 'build'), name: job.runName },
    demands,
    variables: job.variables,
    queueTime: organization.now,
    matchedAtQueueTime,
    assignTime: null,
    receiveTime: null,
    finishTime: null,
    lockedUntil: null,
    reservedAgent: null,
    result: null,
    failure: null,
    bumped: 0,
    cancelRequested: false,
    accessToken: null,
    ...(job.pullRequest === undefined ? {} : { pullRequest: job.pullRequest }),
  };
}
