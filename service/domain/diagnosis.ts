// Says of one job request why it is where it is: one verdict of the closed list, with evidence and what to do next.
import { admissionVerdict } from './admission-verdict.ts';
import { withinBudget } from './budget.ts';
import { capabilitiesOf, type Agent } from './agent.ts';
import { whollyHeld } from './blocker.ts';
import { claim } from './claims.ts';
import { meetsDemands, parseDemand, readCapability, type Demand, type DemandSyntaxFault } from './demand.ts';
import { declaredImages } from './declared-images.ts';
import { findDemandFault } from './demand-faults.ts';
import { endingVerdict } from './ending-verdict.ts';
import { queuedRequests } from './fit.ts';
import { jobRequestState, type JobRequest } from './job-request.ts';
import { laneCapacities } from './lane-capacity.ts';
import { laneVerdict } from './lane-verdict.ts';
import type { Memory } from './memory.ts';
import { noAgentMatches } from './near-miss.ts';
import type { Node } from './node.ts';
import type { Observation, Part } from './observation.ts';
import type { PoolSettings } from './pool.ts';
import { inServiceOrder } from './priority.ts';
import { servingOrder } from './serving-order.ts';
import { withScheduledStandby } from './standby-schedule.ts';
import { paused, supplyVerdict } from './supply-verdict.ts';
import { judge } from './trust.ts';
import { finding, type Finding } from './verdict.ts';
import { versionVerdict } from './version-verdict.ts';
import { agentWord, type Waiting } from './waiting.ts';
import { span } from './words.ts';

export type { Evidence, VerdictName } from './verdict.ts';

export interface Diagnosis extends Finding {
  readonly requestId: number;
  /** From 1, among the requests that wait; null for one that does not. */
  readonly position: number | null;
}

export function diagnose(
  request: JobRequest,
  observation: Observation,
  nodes: readonly Node[],
  settings: PoolSettings,
  memory: Memory,
): Diagnosis {
  return diagnoser(observation, nodes, settings, memory)(request);
}

/** For many requests of one picture: what they share is worked out once. */
export function diagnoser(
  observation: Observation,
  nodes: readonly Node[],
  written: PoolSettings,
  memory: Memory,
): (request: JobRequest) => Diagnosis {
  const settings = withinBudget(withScheduledStandby(written, observation.now), memory, observation.now);
  const queue = inServiceOrder(queuedRequests(observation), settings);
  const lanes = laneCapacities(observation, memory);
  const claims = claim(observation, settings, memory, nodes, lanes);
  const order = servingOrder(claims, nodes, settings);
  const trust = judge(observation, nodes);
  const reserved = new Map<number, JobRequest>();
  for (const one of observation.jobRequests.value) {
    if (one.reservedAgentId === null || jobRequestState(one) === 'finished') continue;
    reserved.set(one.reservedAgentId, one);
  }
  const placeholders = new Map(observation.placeholders.map((one) => [one.agentId, one.image]));
  const shared = { observation, nodes, settings, memory, queue, lanes, claims, order, trust, reserved, placeholders };
  return (request) => {
    const place = queue.findIndex((one) => one.requestId === request.requestId);
    const position = place < 0 ? null : place + 1;
    return { requestId: request.requestId, ...findVerdict({ ...shared, request, place }), position };
  };
}

/** In the order of what a person would have to mend first. */
function findVerdict(waiting: Waiting): Finding {
  const { request, observation, settings, claims } = waiting;
  const state = jobRequestState(request);
  if (state === 'finished') return finished(waiting);
  const holder = holderOf(waiting);
  if (state !== 'queued' || holder !== null) return taken(waiting, holder, state === 'running');
  const matching = matchingAgents(waiting);
  // Whatever else is wrong with it, no machine of this pool will run it.
  if (observation.isEnding === true) return endingVerdict(waiting, matching);
  // A placeholder lets the job wait, and no more.
  const matched = request.matchedAgentIds?.filter((agentId) => !waiting.placeholders.has(agentId)) ?? [];
  const isMatched = matching.length > 0 || matched.length > 0;
  const fault = findDemandFault(request.demands, settings) ?? versionVerdict(request.demands, claims.catalog, settings);
  // What passes by itself is no answer where something else has to be done all the same.
  if (fault !== null && !isMatched) return (fault.resolvesItself ? needsSomebody(waiting) : null) ?? fault;
  const limited = parallelJobLimit(request);
  if (limited !== null) return limited;
  const unread = unreadPart(observation);
  if (unread !== null) return unread;
  const tagged = taggedAgentBusy(waiting, matching);
  if (tagged !== null) return tagged;
  const isMisfit = claims.misfits.some((one) => one.requestId === request.requestId);
  const nowhere = isMisfit ? laneVerdict(waiting, 0) : null;
  if (nowhere?.verdict === 'scaleSetMissing') return nowhere;
  if (isMisfit && matching.length === 0) {
    return noAgentMatches(
      request,
      observation.agents.value,
      (agent) => agentWord(agent, waiting),
      (agent) => waiting.placeholders.get(agent.agentId) ?? null,
      declaredImages(request, observation, settings),
    );
  }
  return supplyVerdict(waiting, matching, isMisfit);
}

function finished({ request, observation, settings }: Waiting): Finding {
  const result = request.result ?? 'unknown';
  const evidence = request.statusMessage === null ? [] : [{ kind: 'message' as const, text: request.statusMessage }];
  const isRefused = request.assignedAt === null && request.receivedAt === null && result === 'failed';
  if (!isRefused) return finding('finished', `The job is over: ${result}.`, { evidence });
  const refused = admissionVerdict(request, observation, settings);
  if (refused !== null) {
    const words = `Azure DevOps failed the job at once, for no registered agent matched. ${refused.words}`;
    return { ...refused, words, resolvesItself: false, evidence: [...refused.evidence, ...evidence] };
  }
  const words =
    'The job failed before an agent took it: Azure DevOps fails a job at once that no registered agent matches.';
  return finding('finished', words, { evidence, nextStep: 'Compare its demands with the capabilities of the agents.' });
}

function needsSomebody(waiting: Waiting): Finding | null {
  return waiting.settings.paused ? paused() : whollyHeld(waiting);
}

function holderOf({ request, observation }: Waiting): Agent | null {
  const byId = observation.agents.value.find((agent) => agent.agentId === request.reservedAgentId);
  return byId ?? observation.agents.value.find((agent) => agent.assignedRequestId === request.requestId) ?? null;
}

/** Also where only the list of agents, which is newer than the list of requests, says that one has it. */
function taken({ request, observation }: Waiting, holder: Agent | null, isRunning: boolean): Finding {
  const where = holder === null ? 'an agent' : `agent ${holder.name}`;
  const evidence = holder === null ? [] : [{ kind: 'agent' as const, agent: holder.name, state: onlineWord(holder) }];
  if (isRunning) {
    const words =
      request.receivedAt === null
        ? `It runs on ${where}.`
        : `It has run for ${span(Math.max(0, observation.now - request.receivedAt))} on ${where}.`;
    return finding('running', words, { evidence });
  }
  const isLost = holder?.isOnline === false;
  const words = isLost
    ? `It is assigned to ${where}, which is offline: Azure DevOps gives it up when the lock runs out.`
    : `It is assigned to ${where}, which picks it up within seconds.`;
  return finding('assigned', words, { evidence, estimatedStartSeconds: isLost ? null : 5 });
}

/** Agents that meet its demands and are no placeholders; what Azure DevOps itself names counts too. */
function matchingAgents({ request, observation, placeholders }: Waiting): readonly Agent[] {
  const named = new Set(request.matchedAgentIds ?? []);
  return observation.agents.value.filter((agent) => {
    if (placeholders.has(agent.agentId)) return false;
    return named.has(agent.agentId) || meetsDemands(request.demands, capabilitiesOf(agent));
  });
}

/** Azure DevOps' own words, such as "… the maximum number of requests that can run for parallelism type …". */
function parallelJobLimit(request: JobRequest): Finding | null {
  if (request.statusMessage === null || !/parallel/i.test(request.statusMessage)) return null;
  const words = 'The organisation runs as many jobs at once as it has paid for, so Azure DevOps holds this one back.';
  const nextStep = 'Wait for another job to end, or buy more self-hosted parallel jobs in the organisation settings.';
  return finding('parallelJobLimit', words, { nextStep, evidence: [{ kind: 'message', text: request.statusMessage }] });
}

function unreadPart(observation: Observation): Finding | null {
  const parts: readonly (readonly [string, Part<unknown>])[] = [
    ['agents', observation.agents],
    ['job requests', observation.jobRequests],
  ];
  for (const [part, { freshness, problem }] of parts) {
    if (freshness === 'fresh') continue;
    const words = `Azure DevOps did not answer when the ${part} were read, so Weir waits rather than guess.`;
    return finding('azureDevOpsUnknown', words, { evidence: [{ kind: 'reading', part, freshness, problem }] });
  }
  return null;
}

function taggedAgentBusy(waiting: Waiting, matching: readonly Agent[]): Finding | null {
  const { request, settings } = waiting;
  const tag = request.demands.map(parseDemand).find(isTag);
  if (settings.profile.kind !== 'stateful' || tag?.kind !== 'equals') return null;
  const tagged = matching.filter((agent) => readCapability(capabilitiesOf(agent), tag.name) !== null);
  const busy = tagged.find((agent) => agentWord(agent, waiting) === 'busy');
  const patientFor = request.queuedAt + settings.demands.tagWaitMinutes * 60_000 - waiting.observation.now;
  if (busy === undefined || patientFor <= 0 || tagged.some((agent) => agentWord(agent, waiting) === 'idle'))
    return null;
  const words = `Agent ${busy.name} carries the tag "${tag.value}" and runs another job; this one waits for it, for another ${span(patientFor)} at most, and then another agent is tagged.`;
  return finding('taggedAgentBusy', words, { evidence: [{ kind: 'agent', agent: busy.name, state: 'busy' }] });
}

function isTag(demand: Demand | DemandSyntaxFault): boolean {
  return demand.kind === 'equals' && demand.name.toLowerCase() === 'customcapabilities';
}

function onlineWord(agent: Agent): string {
  return agent.isOnline ? 'online' : 'offline';
}
