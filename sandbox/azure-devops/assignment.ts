// Azure DevOps picks the agent: it looks through the waiting requests in their order and gives each to an idle, enabled,
// online agent that it matches. When it looks is chance, and the worst moments are between a reader's read and write.

import { agentsOf } from './agent.ts';
import { issueToken } from './issued-token.ts';
import { assignJob } from './job.ts';
import { JOB_REQUEST, jobMessage } from './job-message.ts';
import { post } from './listener.ts';
import { matches } from './matching.ts';
import type { Organization } from './organization.ts';
import type { AgentRecord, PoolRecord, RequestRecord } from './state.ts';

/** Longer than any job: a job's token ends with the job. */
const JOB_TOKEN_MS = 48 * 3_600_000;

export function assignWaiting(organization: Organization, pool: PoolRecord, isAfterRead = false): void {
  pool.assignAt = null;
  const free = new Set(agentsOf(organization, pool.id).filter((agent) => isFree(organization, agent)));
  for (const request of waitingRequests(organization, pool.id)) {
    if (free.size === 0) return;
    const candidates = [...free].filter(matches(request));
    const chosen = candidates[Math.floor(organization.random() * candidates.length)];
    if (chosen === undefined) continue;
    free.delete(chosen);
    hand(organization, request, chosen, isAfterRead || !chosen.enabled);
  }
}

/** The adversary of every reader: after some answers, what was due anyway happens at once. */
export function maybeAssignAfterRead(organization: Organization, poolId: number): void {
  const pool = organization.state.pools.get(poolId);
  if (pool?.assignAt == null || organization.rules.assignAfterRead === 0) return;
  if (organization.random() < organization.rules.assignAfterRead) assignWaiting(organization, pool, true);
}

/** "Run next" is last in, first out; the rest goes by age (azure-devops-wire.md 3). */
function waitingRequests(organization: Organization, poolId: number): readonly RequestRecord[] {
  const { open, requests } = organization.state;
  const waiting: RequestRecord[] = [];
  for (const id of open) {
    const request = requests.get(id);
    if (request?.poolId === poolId && request.assignTime === null) waiting.push(request);
  }
  return waiting.sort((left, right) => right.bumped - left.bumped || left.id - right.id);
}

function isFree(organization: Organization, agent: AgentRecord): boolean {
  const stillCounts =
    agent.enabled || organization.now - agent.enabledChangedOn < organization.rules.assignAfterDisableMs;
  return stillCounts && agent.status === 'online' && agent.assignedRequestId === null && !agent.isShuttingDown;
}

function hand(organization: Organization, request: RequestRecord, agent: AgentRecord, isWorstMoment: boolean): void {
  const base = `${organization.origin}/${organization.name}`;
  assignJob(organization, request, agent, isWorstMoment);
  const token = issueToken(organization, 'job', agent.id, request.id, JOB_TOKEN_MS);
  request.accessToken = token;
  post(organization, agent.id, JOB_REQUEST, jobMessage(organization, request, base, token), request.id);
}
