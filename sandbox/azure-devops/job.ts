// One job request's life after it was queued: assigned, received, renewed, finished or lost. Every way to end it is here.

import { jobLockLost, jobNotFound } from './errors.ts';
import { tell, wakeAssignment, type Organization } from './organization.ts';
import type { AgentRecord, RequestRecord } from './state.ts';

/** The lock that an agent renews every minute (azure-devops-wire.md 2). */
const LOCK_MS = 10 * 60_000;

/** `isWorstMoment`: the adversary's choice, and not when or to whom it would have been given by itself. */
export function assignJob(
  organization: Organization,
  request: RequestRecord,
  agent: AgentRecord,
  isWorstMoment: boolean,
): void {
  request.assignTime = organization.now;
  request.lockedUntil = organization.now + LOCK_MS;
  request.reservedAgent = { id: agent.id, name: agent.name };
  agent.assignedRequestId = request.id;
  const names = { ...jobNames(request), agentId: agent.id, agentName: agent.name };
  tell(organization, { kind: 'jobAssigned', ...names, isWorstMoment });
}

export function receiveJob(organization: Organization, request: RequestRecord): void {
  if (request.receiveTime !== null || request.reservedAgent === null) return;
  request.receiveTime = organization.now;
  request.lockedUntil = organization.now + LOCK_MS;
  tell(organization, {
    kind: 'jobStarted',
    ...jobNames(request),
    agentId: request.reservedAgent.id,
    agentName: request.reservedAgent.name,
  });
}

export function renewJob(organization: Organization, request: RequestRecord): void {
  if (request.result === 'abandoned') throw jobLockLost(request.id);
  if (request.result !== null || request.reservedAgent === null) throw jobNotFound(request.id);
  request.lockedUntil = organization.now + LOCK_MS;
}

export function finishJob(
  organization: Organization,
  request: RequestRecord,
  result: string,
  message: string | null = null,
): void {
  close(organization, request, result, message);
  const { id, name } = request.reservedAgent ?? { id: null, name: null };
  tell(organization, { kind: 'jobFinished', ...jobNames(request), result, agentId: id, agentName: name, message });
}

/** Nobody renewed the lock: the job fails with the text of azure-devops-wire.md 2. */
export function loseJob(organization: Organization, request: RequestRecord): void {
  const agent = request.reservedAgent;
  if (agent === null) return;
  close(
    organization,
    request,
    'abandoned',
    `We stopped hearing from agent ${agent.name}. Verify the agent machine is running and has a healthy network connection.`,
  );
  const cause = organization.state.agents.has(agent.id) ? 'lockLost' : 'agentDeleted';
  tell(organization, { kind: 'jobLost', ...jobNames(request), agentId: agent.id, agentName: agent.name, cause });
}

export const jobNames = (request: RequestRecord): { readonly poolId: number; readonly requestId: number } => ({
  poolId: request.poolId,
  requestId: request.id,
});

function close(organization: Organization, request: RequestRecord, result: string, message: string | null): void {
  const { agents, messages, open, tokens } = organization.state;
  request.result = result;
  request.finishTime = organization.now;
  request.failure = message;
  open.delete(request.id);
  for (const letter of messages.values()) if (letter.requestId === request.id) messages.delete(letter.id);
  const issued = request.accessToken === null ? undefined : tokens.get(request.accessToken);
  if (issued !== undefined) tokens.set(issued.token, { ...issued, expiresAt: organization.now });
  const agent = request.reservedAgent === null ? undefined : agents.get(request.reservedAgent.id);
  if (agent?.assignedRequestId !== request.id) return;
  agent.assignedRequestId = null;
  agent.lastCompletedRequestId = request.id;
  wakeAssignment(organization, request.poolId);
}
