// A job request as the service writes it (azure-devops-wire.md 3). Demands are strings, though the typings say objects.

import { agentReference, agentsOf } from './agent.ts';
import { matchedAgents } from './matching.ts';
import { isoTime, type Organization } from './organization.ts';
import { definitionReference, ownerReference } from './run-reference.ts';
import type { RequestRecord } from './state.ts';

export interface RequestViewOptions {
  /** The paged list leaves these out. */
  readonly matchedAgents: boolean;
  readonly status: boolean;
  /** For a list: who matches is the same for all requests with the same demands, so it is worked out once for each. */
  readonly matchedByDemands?: Map<string, Readonly<Record<string, unknown>>>;
}

export function requestView(
  organization: Organization,
  request: RequestRecord,
  base: string,
  options: RequestViewOptions,
): unknown {
  return {
    requestId: request.id,
    ...(request.result === null ? {} : { result: request.result }),
    queueTime: isoTime(request.queueTime),
    ...time('assignTime', request.assignTime),
    ...time('receiveTime', request.receiveTime),
    ...time('finishTime', request.finishTime),
    ...time('lockedUntil', request.lockedUntil),
    serviceOwner: '00025394-6065-48ca-87d9-7f5672854ef7',
    hostId: organization.state.organizationId,
    scopeId: request.projectId,
    planType: request.planType,
    planId: request.planId,
    jobId: request.jobId,
    jobName: request.jobName,
    demands: request.demands,
    ...reserved(organization, request, base),
    ...(options.matchedAgents && request.result === null ? matched(organization, request, base, options) : {}),
    definition: definitionReference(request, base),
    owner: ownerReference(request, base),
    data: { ParallelismTag: 'Private', IsScheduledKey: 'False' },
    poolId: request.poolId,
    ...(request.queueId === null ? {} : { queueId: request.queueId }),
    orchestrationId: request.orchestrationId,
    priority: 0,
    ...(options.status ? statusMessage(organization, request) : {}),
  };
}

const time = (name: string, instant: number | null): Readonly<Record<string, string>> =>
  instant === null ? {} : { [name]: isoTime(instant) };

/** Once the registration is gone, only its id and name are still known. */
function reserved(organization: Organization, request: RequestRecord, base: string): Readonly<Record<string, unknown>> {
  if (request.reservedAgent === null) return {};
  const agent = organization.state.agents.get(request.reservedAgent.id);
  return { reservedAgent: agent === undefined ? request.reservedAgent : agentReference(agent, base) };
}

function matched(
  organization: Organization,
  request: RequestRecord,
  base: string,
  { matchedByDemands }: RequestViewOptions,
): Readonly<Record<string, unknown>> {
  if (matchedByDemands === undefined || request.matchedAtQueueTime !== null)
    return matchedView(organization, request, base);
  const key = `${request.poolId} ${request.demands.join('\n')}`;
  const known = matchedByDemands.get(key) ?? matchedView(organization, request, base);
  matchedByDemands.set(key, known);
  return known;
}

/** Absent when every agent matches: readers must not rely on the list. */
function matchedView(
  organization: Organization,
  request: RequestRecord,
  base: string,
): Readonly<Record<string, unknown>> {
  const agents = matchedAgents(organization, request);
  if (agents.length === agentsOf(organization, request.poolId).length) return { matchesAllAgentsInPool: true };
  return { matchesAllAgentsInPool: false, matchedAgents: agents.map((agent) => agentReference(agent, base)) };
}

function statusMessage(organization: Organization, request: RequestRecord): Readonly<Record<string, string>> {
  if (request.failure !== null) return { statusMessage: request.failure };
  if (request.result !== null || request.assignTime !== null) return {};
  const isAnyUsable = matchedAgents(organization, request).some((agent) => agent.enabled && agent.status === 'online');
  return {
    statusMessage: isAnyUsable ? 'Waiting for an available agent' : 'All eligible agents are disabled or offline',
  };
}
