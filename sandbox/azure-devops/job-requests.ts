// The whole view of the queue (azure-devops-wire.md 3): every query variant, renewal, "run next", and the two writes that
// queue and end a request. The resource is undocumented; its traps are kept on purpose.

import type { HttpResponse } from '../http-message.ts';
import { asBody, flag, integer, object, optional, RESULTS, text, textMap, word, type Body } from './body.ts';
import {
  commaList,
  isAsked,
  list,
  listOfTexts,
  noContent,
  ok,
  parameter,
  query,
  type Call,
  type Handler,
} from './call.ts';
import { accessDenied, invalid, jobNotFound } from './errors.ts';
import { hasRights, managedPool, RIGHTS, visiblePool } from './identity.ts';
import { finishJob, renewJob } from './job.ts';
import { requestTexts, requestView } from './job-request-view.ts';
import type { Organization } from './organization.ts';
import { queueJob, type JobToQueue } from './queue-job.ts';
import { visibleQueue } from './queues.ts';
import { nextNumber, type RequestRecord } from './state.ts';

/** Whatever the client asks for, a page has no more (azure-devops-wire.md fact 4). */
const PAGE_MOST = 200;
/** How many finished requests come when the client names no number; unproved. */
const COMPLETED_DEFAULT = 25;

export const listJobRequests: Handler = (organization, call) => {
  const pool = visiblePool(organization, call.caller, parameter(call, 'poolId'));
  const { open, requests } = organization.state;
  const inPool = (request: RequestRecord): boolean => request.poolId === pool.id;
  if (query(call, '$top') !== undefined) return page(organization, call, [...requests.values()].filter(inPool));
  const planId = query(call, 'planId')?.toLowerCase();
  const completed =
    planId === undefined ? (wholeNumber(call, 'completedRequestCount') ?? COMPLETED_DEFAULT) : requests.size;
  const isAskedFor = askedFor(call, planId);
  const unfinished = [...open].flatMap((id) => requests.get(id) ?? []);
  // The history of a long day is only read where somebody asks for it.
  const finished = completed === 0 ? [] : [...requests.values()].filter((request) => request.result !== null);
  const latest = finished
    .filter((request) => inPool(request) && isAskedFor(request))
    .sort((left, right) => (right.finishTime ?? 0) - (left.finishTime ?? 0))
    .slice(0, completed);
  const shown = [...unfinished.filter((request) => inPool(request) && isAskedFor(request)), ...latest];
  return listOfTexts(requestTexts(organization, shown, call.base));
};

function askedFor(call: Call, planId: string | undefined): (request: RequestRecord) => boolean {
  const agentIds = commaList(call, 'agentIds') ?? commaList(call, 'agentId');
  const jobId = query(call, 'jobId')?.toLowerCase();
  return ({ reservedAgent, planId: ofPlan, jobId: ofJob }) =>
    (agentIds === undefined || (reservedAgent !== null && agentIds.includes(String(reservedAgent.id)))) &&
    (planId === undefined || ofPlan === planId) &&
    (jobId === undefined || ofJob === jobId);
}

export const listQueueRequests: Handler = (organization, call) => {
  const queue = visibleQueue(organization, call);
  const requests = [...organization.state.requests.values()].filter(
    (request) => request.poolId === queue.poolId && request.projectId === queue.projectId,
  );
  return page(organization, call, requests);
};

export const getJobRequest: Handler = (organization, call) => {
  const pool = visiblePool(organization, call.caller, parameter(call, 'poolId'));
  const request = findRequest(organization, pool.id, call);
  return ok(
    requestView(organization, request, call.base, { matchedAgents: true, status: isAsked(call, 'includeStatus') }),
  );
};

/** The control surface of the sandbox: the real service keeps this for itself. */
export const addJobRequest: Handler = (organization, call) => {
  const pool = managedPool(organization, call.caller, parameter(call, 'poolId'));
  if (pool.isHosted) throw invalid(`Pool ${pool.name} is hosted: this emulator runs no jobs there.`);
  const body = asBody(call.body());
  const named = (field: string): string | undefined => optional(optional(body, field, object) ?? {}, 'name', text);
  const request = queueJob(organization, pool, {
    poolId: pool.id,
    demands: optional(body, 'demands', demandTexts) ?? [],
    jobName: optional(body, 'jobName', text) ?? 'Job',
    definitionName: optional(body, 'definitionName', text) ?? named('definition') ?? 'Sandbox',
    runName: optional(body, 'runName', text) ?? named('owner') ?? `${nextNumber(organization.state, 'run')}`,
    ...optionalProject(body),
    ...runAsked(organization, body),
    variables: optional(body, 'variables', textMap) ?? {},
  });
  return ok(requestView(organization, request, call.base, { matchedAgents: true, status: true }));
};

/** One address, three meanings: run next, finish (older plans), or renew the lock. */
export const updateJobRequest: Handler = (organization, call) => {
  const poolId = Number(parameter(call, 'poolId'));
  const request = findRequest(organization, poolId, call);
  const body = asBody(call.body());
  const asked = optional(body, 'requestId', integer) ?? request.id;
  if (asked !== request.id) throw invalid('The requestId in the body is not the one in the address.');
  if (query(call, 'updateOptions') !== undefined && isBump(call)) {
    managedPool(organization, call.caller, String(poolId));
    if (request.result !== null || request.assignTime !== null)
      throw invalid(`Job request ${request.id} is not queued: only queued requests can be run next.`);
    request.bumped = nextNumber(organization.state, 'bump');
  } else {
    refuseStranger(organization, call, request);
    const result = optional(body, 'result', word(RESULTS));
    renewJob(organization, request);
    if (result !== undefined) finishJob(organization, request, result);
  }
  return ok(requestView(organization, request, call.base, { matchedAgents: false, status: false }));
};

export const deleteJobRequest: Handler = (organization, call) => {
  const request = findRequest(organization, Number(parameter(call, 'poolId')), call);
  refuseStranger(organization, call, request);
  if (request.result !== null) throw jobNotFound(request.id);
  const asked = query(call, 'result');
  const agent = request.reservedAgent === null ? undefined : organization.state.agents.get(request.reservedAgent.id);
  if (agent !== undefined && isAsked(call, 'agentShuttingDown')) agent.isShuttingDown = true;
  finishJob(organization, request, asked === undefined ? 'canceled' : word(RESULTS)({ result: asked }, 'result'));
  return noContent();
};

/** The paged list is another JSON: newest first, finished ones mixed in, and no matched agents. */
function page(organization: Organization, call: Call, requests: readonly RequestRecord[]): HttpResponse {
  if (query(call, 'completedRequestCount') !== undefined)
    throw invalid('$top cannot be combined with completedRequestCount.');
  const top = Math.min(wholeNumber(call, '$top') ?? PAGE_MOST, PAGE_MOST);
  const token = query(call, 'continuationToken');
  const rest = requests
    .filter((request) => token === undefined || request.id <= Number(token))
    .sort((left, right) => right.id - left.id);
  const next = rest[top];
  const views = rest
    .slice(0, top)
    .map((request) => requestView(organization, request, call.base, { matchedAgents: false, status: false }));
  return list(views, next === undefined ? {} : { 'x-ms-continuationtoken': String(next.id) });
}

function findRequest(organization: Organization, poolId: number, call: Call): RequestRecord {
  const requestId = parameter(call, 'requestId');
  const request = organization.state.requests.get(Number(requestId));
  if (request?.poolId !== poolId) throw jobNotFound(requestId);
  return request;
}

/** A request is renewed and ended by the agent that holds it, or by an administrator of the pool. */
function refuseStranger(organization: Organization, call: Call, request: RequestRecord): void {
  if (
    call.caller.agentId === null
      ? hasRights(call.caller, request.poolId, RIGHTS.manage)
      : request.reservedAgent?.id === call.caller.agentId
  )
    return;
  throw accessDenied(
    call.caller.name,
    'Manage',
    `pool ${organization.state.pools.get(request.poolId)?.name ?? request.poolId}`,
  );
}

const UPDATE_OPTIONS = { none: 0, bumpRequestToTop: 1 } as const;
const isBump = (call: Call): boolean =>
  word(UPDATE_OPTIONS)({ updateOptions: query(call, 'updateOptions') }, 'updateOptions') === 'bumpRequestToTop';

function wholeNumber(call: Call, name: string): number | undefined {
  const asked = query(call, name);
  if (asked === undefined) return undefined;
  const value = Number(asked);
  if (!Number.isSafeInteger(value) || value < 0) throw invalid(`${name} must be a whole number.`);
  return value;
}

/** Strings, or the objects that the typed clients make of them. */
function demandTexts(body: Body, field: string): readonly string[] {
  const demands = body[field];
  if (!Array.isArray(demands)) throw invalid(`${field} must be a list.`);
  return demands.map((demand: unknown) => {
    if (typeof demand === 'string') return demand;
    const { name, value } = asBody(demand);
    if (typeof name !== 'string') throw invalid(`${field} must hold strings.`);
    return typeof value === 'string' ? `${name} -equals ${value}` : name;
  });
}

function optionalProject(body: Body): { readonly projectId?: string } {
  const projectId = optional(body, 'projectId', text) ?? optional(body, 'scopeId', text);
  return projectId === undefined ? {} : { projectId };
}

/** Of the control surface: the run that the job is one more of, and the pull request that began it. */
function runAsked(organization: Organization, body: Body): Pick<JobToQueue, 'runId' | 'pullRequest'> {
  const runId = optional(body, 'runId', integer);
  const began = optional(body, 'pullRequest', object);
  if (runId !== undefined && ![...organization.state.requests.values()].some(({ owner }) => owner.id === runId))
    throw invalid(`runId must name a run that has jobs already, and ${runId} has none.`);
  return {
    ...(runId === undefined ? {} : { runId }),
    ...(began === undefined
      ? {}
      : { pullRequest: { number: integer(began, 'number'), isFork: optional(began, 'isFork', flag) ?? false } }),
  };
}
