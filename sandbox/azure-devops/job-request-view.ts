// A job request as the service writes it (azure-devops-wire.md 3). Demands are strings, though the typings say objects.

import { agentReference, agentReferenceText, agentsOf } from './agent.ts';
import { matchedAgents } from './matching.ts';
import { isoTime, type Organization } from './organization.ts';
import { definitionReference, ownerReference } from './run-reference.ts';
import type { AgentRecord, RequestRecord } from './state.ts';

export interface RequestViewOptions {
  /** The paged list leaves these out. */
  readonly matchedAgents: boolean;
  readonly status: boolean;
}

export function requestView(
  organization: Organization,
  request: RequestRecord,
  base: string,
  options: RequestViewOptions,
): unknown {
  const isMatched = options.matchedAgents && request.result === null;
  return {
    ...fieldsBefore(organization, request, base),
    ...(isMatched ? matchedView(organization, request, base) : {}),
    ...fieldsAfter(request, base),
    ...(options.status ? statusMessage(organization, request) : {}),
  };
}

/**
 * The same with matched agents as JSON, request by request: they are nearly all of the text of a list, so each agent is written once for
 * all lists, and all agents once for the requests with the same demands.
 */
export function requestTexts(
  organization: Organization,
  requests: readonly RequestRecord[],
  base: string,
): readonly string[] {
  const ofDemands = new Map<string, string>();
  return requests.map((request) => {
    const before = JSON.stringify(fieldsBefore(organization, request, base));
    const after = JSON.stringify(fieldsAfter(request, base));
    if (request.result !== null) return `${before.slice(0, -1)},${after.slice(1)}`;
    const key = request.matchedAtQueueTime === null ? `${request.poolId} ${request.demands.join('\n')}` : null;
    const known = key === null ? undefined : ofDemands.get(key);
    const matched = known ?? matchedText(organization, request, base);
    if (key !== null) ofDemands.set(key, matched);
    return `${before.slice(0, -1)},${matched},${after.slice(1)}`;
  });
}

function fieldsBefore(organization: Organization, request: RequestRecord, base: string) {
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
  };
}

function fieldsAfter(request: RequestRecord, base: string) {
  return {
    definition: definitionReference(request, base),
    owner: ownerReference(request, base),
    data: { ParallelismTag: 'Private', IsScheduledKey: 'False' },
    poolId: request.poolId,
    ...(request.queueId === null ? {} : { queueId: request.queueId }),
    orchestrationId: request.orchestrationId,
    priority: 0,
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

/** Absent when every agent matches: readers must not rely on the list. */
function matchedView(
  organization: Organization,
  request: RequestRecord,
  base: string,
): Readonly<Record<string, unknown>> {
  const agents = matchedIfNotAll(organization, request);
  if (agents === null) return { matchesAllAgentsInPool: true };
  return { matchesAllAgentsInPool: false, matchedAgents: agents.map((agent) => agentReference(agent, base)) };
}

function matchedText(organization: Organization, request: RequestRecord, base: string): string {
  const agents = matchedIfNotAll(organization, request);
  if (agents === null) return '"matchesAllAgentsInPool":true';
  const texts = agents.map((agent) => agentReferenceText(agent, base));
  return `"matchesAllAgentsInPool":false,"matchedAgents":[${texts.join(',')}]`;
}

function matchedIfNotAll(organization: Organization, request: RequestRecord): readonly AgentRecord[] | null {
  const agents = matchedAgents(organization, request);
  return agents.length === agentsOf(organization, request.poolId).length ? null : agents;
}

function statusMessage(organization: Organization, request: RequestRecord): Readonly<Record<string, string>> {
  if (request.failure !== null) return { statusMessage: request.failure };
  if (request.result !== null || request.assignTime !== null) return {};
  const isAnyUsable = matchedAgents(organization, request).some((agent) => agent.enabled && agent.status === 'online');
  return {
    statusMessage: isAnyUsable ? 'Waiting for an available agent' : 'All eligible agents are disabled or offline',
  };
}
