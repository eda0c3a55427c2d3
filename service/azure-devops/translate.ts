// What Azure DevOps says about job requests and agents, in our words (azure-devops-wire.md 2 and 3). The only place that
// knows its field names; adapters and the command line's snapshots both come through here.
import type { Agent } from '../domain/agent.ts';
import type { JobRequest, JobResult } from '../domain/job-request.ts';
import { listsApart, type SameLists } from '../domain/same-lists.ts';
import { asList, fieldsOf, type Fields } from '../wire.ts';
import { CloudError } from '../problem.ts';

/**
 * A request always has its number. One without `queueTime` counts from the first thing known of it; where nothing is
 * known it is the oldest of all (instant 0). `same`: of the read that it is a part of.
 */
export function translateJobRequest(raw: unknown, path: string, same: SameLists = listsApart): JobRequest {
  const request = fieldsOf(raw, path);
  const assignedAt = request.instant('assignTime');
  const receivedAt = request.instant('receiveTime');
  const finishedAt = request.instant('finishTime');
  const owner = request.object('owner');
  const matched = matchedIn(request);
  return {
    requestId: request.requiredWhole('requestId'),
    queuedAt: request.instant('queueTime') ?? assignedAt ?? receivedAt ?? finishedAt ?? 0,
    assignedAt,
    receivedAt,
    finishedAt,
    result: resultIn(request),
    lockedUntil: request.instant('lockedUntil'),
    demands: same.texts(request.texts('demands') ?? []),
    reservedAgentId: request.object('reservedAgent')?.whole('id') ?? null,
    matchedAgentIds: matched === null ? null : same.numbers(matched),
    jobName: request.text('jobName'),
    definitionName: request.object('definition')?.text('name') ?? null,
    runName: owner?.text('name') ?? null,
    runId: owner?.number('id') ?? null,
    projectId: request.text('scopeId'),
    statusMessage: request.text('statusMessage'),
  };
}

/** Many requests, and read after read, share one list of agents (queue-text.ts), which nobody changes: it is looked through once. */
const knownIds = new WeakMap<object, readonly number[]>();

function matchedIn(request: Fields): readonly number[] | null {
  const list = request.raw().matchedAgents;
  const known = Array.isArray(list) ? knownIds.get(list) : undefined;
  if (known !== undefined) return known;
  const ids = request.objects('matchedAgents')?.map((agent) => agent.requiredWhole('id')) ?? null;
  if (Array.isArray(list) && ids !== null) knownIds.set(list, ids);
  return ids;
}

export function translateAgent(raw: unknown, path: string): Agent {
  const agent = fieldsOf(raw, path);
  const last = agent.object('lastCompletedRequest');
  return {
    agentId: agent.requiredWhole('id'),
    name: agent.requiredText('name'),
    version: agent.text('version'),
    isEnabled: agent.flag('enabled') ?? true,
    isOnline: agent.text('status')?.toLowerCase() === 'online',
    ...(agent.object('pendingUpdate') === null ? {} : { isUpdating: true }),
    createdAt: agent.instant('createdOn'),
    statusChangedAt: agent.instant('statusChangedOn'),
    systemCapabilities: agent.textMap('systemCapabilities'),
    userCapabilities: agent.textMap('userCapabilities'),
    assignedRequestId: agent.object('assignedRequest')?.requiredWhole('requestId') ?? null,
    lastCompletedRequestId: last?.requiredWhole('requestId') ?? null,
    lastCompletedAt: last?.instant('finishTime') ?? null,
    lastCompletedResult: resultIn(last),
  };
}

/**
 * A bare list, or Azure DevOps' `{ count, value }`. A count that differs from the list is a page that lost its end, and
 * half a list of agents is worse than none.
 */
export function translateList(raw: unknown, path: string): readonly unknown[] {
  if (Array.isArray(raw)) return raw as readonly unknown[];
  const page = fieldsOf(raw, path);
  const value = asList(page.raw().value, `${path}.value`);
  const count = page.number('count');
  if (count !== null && count !== value.length) {
    throw new CloudError('unreadable', path, `${path}.count is ${count}, but the list has ${value.length} entries`);
  }
  return value;
}

const jobResults: ReadonlySet<string> = new Set<JobResult>([
  'succeeded',
  'succeededWithIssues',
  'failed',
  'canceled',
  'skipped',
  'abandoned',
  'manuallyQueued',
  'dependentOnManualQueue',
]);

function resultIn(request: Fields | null): JobResult | null {
  const text = request?.text('result') ?? null;
  if (text === null) return null;
  return jobResults.has(text) ? (text as JobResult) : 'unknown';
}
