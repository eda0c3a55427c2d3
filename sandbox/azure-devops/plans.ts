// What a running job tells the service: the event that ends it, and its timeline and logs, which are kept and can be read.

import { asBody, flag, integer, optional, RESULTS, text, word, type Body } from './body.ts';
import { list, noContent, ok, parameter, type Call, type Handler } from './call.ts';
import { accessDenied, invalid, jobNotFound, planNotFound, VssError } from './errors.ts';
import { finishJob, receiveJob } from './job.ts';
import { isoTime, type Organization } from './organization.ts';
import { findProject } from './projects.ts';
import { nextNumber, type PlanRecord, type RequestRecord } from './state.ts';

/** JobCompleted ends the job of plans from version 8 on; JobAssigned and JobStarted are heard and change nothing. */
export const raisePlanEvent: Handler = (organization, call) => {
  const requests = planRequests(organization, call);
  const body = asBody(call.body());
  const name = text(body, 'name');
  if (name === 'JobStarted' || name === 'JobAssigned') return noContent();
  if (name !== 'JobCompleted') throw invalid(`The plan event ${name} is not built in this emulator.`);
  const jobId = text(body, 'jobId').toLowerCase();
  const requestId = optional(body, 'requestId', integer);
  const request = requests.find(
    (candidate) => candidate.jobId === jobId && (requestId === undefined || candidate.id === requestId),
  );
  if (request?.result !== null) throw jobNotFound(requestId ?? jobId);
  const agent = request.reservedAgent === null ? undefined : organization.state.agents.get(request.reservedAgent.id);
  if (agent !== undefined && optional(body, 'agentShuttingDown', flag) === true) agent.isShuttingDown = true;
  receiveJob(organization, request);
  finishJob(organization, request, word(RESULTS)(body, 'result'));
  return noContent();
};

export const updateRecords: Handler = (organization, call) => {
  const timeline = timelineOf(organization, call);
  const sent = asBody(call.body()).value;
  if (!Array.isArray(sent)) throw invalid('value must be a list of timeline records.');
  const changeId = nextNumber(organization.state, 'change');
  const records = sent.map((item: unknown) => {
    const record = asBody(item);
    const id = text(record, 'id').toLowerCase();
    const merged: Body = { ...timeline[id], ...record, id, changeId, lastModified: isoTime(organization.now) };
    timeline[id] = merged;
    return merged;
  });
  return list(records);
};

export const getTimeline: Handler = (organization, call) =>
  ok({
    id: parameter(call, 'timelineId'),
    changeId: organization.state.counters.change,
    location: null,
    records: Object.values(timelineOf(organization, call)),
  });

export const getRecords: Handler = (organization, call) => list(Object.values(timelineOf(organization, call)));

/** Lines for whoever watches the run live: nobody does, so they are checked and dropped, as the log brings them again. */
export const appendFeed: Handler = (organization, call) => {
  planOf(organization, call);
  if (!Array.isArray(asBody(call.body()).value)) throw invalid('value must be a list of lines.');
  return noContent();
};

export const createLog: Handler = (organization, call) => {
  const plan = planOf(organization, call);
  const log = {
    id: nextNumber(organization.state, 'log'),
    path: optional(asBody(call.body()), 'path', text) ?? '',
    createdOn: organization.now,
    text: '',
  };
  plan.logs.push(log);
  return ok(logView(log, call));
};

export const appendLog: Handler = (organization, call) => {
  const log = logOf(organization, call);
  log.text += call.request.body ?? '';
  return ok(logView(log, call));
};

export const listLogs: Handler = (organization, call) =>
  list(planOf(organization, call).logs.map((log) => logView(log, call)));

export const getLog: Handler = (organization, call) => {
  const lines = logOf(organization, call).text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return list(lines);
};

type Log = PlanRecord['logs'][number];

function logOf(organization: Organization, call: Call): Log {
  const log = planOf(organization, call).logs.find((candidate) => String(candidate.id) === parameter(call, 'logId'));
  if (log === undefined)
    throw new VssError(
      404,
      'TaskOrchestrationPlanLogNotFoundException',
      `The log ${parameter(call, 'logId')} was not found.`,
    );
  return log;
}

const logView = (log: Log, call: Call): unknown => ({
  id: log.id,
  path: log.path,
  createdOn: isoTime(log.createdOn),
  lineCount: log.text.split('\n').length - 1,
  location: `${call.base}/${parameter(call, 'scope')}/_apis/distributedtask/hubs/${parameter(call, 'hub')}/plans/${parameter(call, 'planId')}/logs/${log.id}`,
});

function timelineOf(organization: Organization, call: Call): Record<string, Body> {
  const timelineId = parameter(call, 'timelineId').toLowerCase();
  const { timelines } = planOf(organization, call);
  return (timelines[timelineId] ??= {});
}

function planOf(organization: Organization, call: Call): PlanRecord {
  planRequests(organization, call);
  const planId = parameter(call, 'planId').toLowerCase();
  const plan = organization.state.plans.get(planId) ?? { planId, timelines: {}, logs: [] };
  organization.state.plans.set(planId, plan);
  return plan;
}

/** The requests of one plan, for the job's own token, its agent, or an administrator. */
export function planRequests(organization: Organization, call: Call): readonly RequestRecord[] {
  const project = findProject(organization, parameter(call, 'scope'));
  const planId = parameter(call, 'planId').toLowerCase();
  const hub = parameter(call, 'hub').toLowerCase();
  const found = [...organization.state.requests.values()].filter(
    (request) =>
      request.planId === planId && request.projectId === project.id && request.planType.toLowerCase() === hub,
  );
  if (found.length === 0) throw planNotFound(planId);
  const { agentId, requestId, name } = call.caller;
  const isOwn = found.some(
    (request) => request.id === requestId || (agentId !== null && request.reservedAgent?.id === agentId),
  );
  if ((agentId !== null || requestId !== null) && !isOwn) throw accessDenied(name, 'Manage', `plan ${planId}`);
  return found;
}
