// Says of one job request why it is where it is: one verdict of the closed list, with evidence and what to do next.
import { admissionVerdict } from './admission-verdict.ts';
import { withinBudget } from './budget.ts';
import { capabilitiesOf, type Agent } from './agent.ts';
import { whollyHeld } from './blocker.ts';
import { claim } from './claims.ts';
import { parseDemand, readCapability, type Demand, type DemandSyntaxFault } from './demand.ts';
import { declaredImages } from './declared-images.ts';
import { findDemandFault } from './demand-faults.ts';
import { endingVerdict } from './ending-verdict.ts';
import { queuedRequests } from './fit.ts';
import { isHeldByParallelLimit, jobRequestState, type JobRequest } from './job-request.ts';
import { laneCapacities } from './lane-capacity.ts';
import { laneVerdict } from './lane-verdict.ts';
import type { Memory } from './memory.ts';
import { noAgentMatches } from './near-miss.ts';
import { withEvidence } from './plain-evidence.ts';
import type { Node } from './node.ts';
import type { Observation, Part } from './observation.ts';
import type { PoolSettings } from './pool.ts';
import { inServiceOrder } from './priority.ts';
import { hasServingAgent } from './serving-agents.ts';
import { servingOrder } from './serving-order.ts';
import { withScheduledStandby } from './standby-schedule.ts';
import { paused, supplyVerdict } from './supply-verdict.ts';
import { judge } from './trust.ts';
import { finding, type Finding } from './verdict.ts';
import { versionVerdict } from './version-verdict.ts';
import { agentWord, oncePerPicture, oncePerWriting, type Picture, type Waiting } from './waiting.ts';
import { idsThatMeet, matchingAgents, namedWritings, writingsOf } from './matching-agents.ts';
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
  const writingOf = writingsOf();
  const writingFor = namedWritings(observation, placeholders, writingOf);
  const picture: Picture = {
    ...{ observation, nodes, settings, memory, queue, lanes, claims, order, trust, reserved, placeholders, writingOf },
  };
  const places = new Map(queue.map((one, place) => [one.requestId, place]));
  return (request) => {
    const place = places.get(request.requestId) ?? -1;
    const position = place < 0 ? null : place + 1;
    const waiting = { ...picture, request, place, writing: writingFor(request) };
    return { requestId: request.requestId, ...withEvidence(findVerdict(waiting), waiting), position };
  };
}

/** In the order of what a person would have to mend first. */
function findVerdict(waiting: Waiting): Finding {
  const { request, observation } = waiting;
  const state = jobRequestState(request);
  if (state === 'finished') return finished(waiting);
  const holder = holderOf(waiting);
  if (state !== 'queued' || holder !== null) return taken(waiting, holder, state === 'running');
  const matching = matchingAgents(waiting);
  // Whatever else is wrong with it, no machine of this pool will run it.
  if (observation.isEnding === true) return endingVerdict(waiting);
  const fault = faultOf(waiting);
  // What passes by itself is no answer where something else has to be done all the same.
  if (fault !== null && !hasServingAgent(waiting))
    return (fault.resolvesItself ? needsSomebody(waiting) : null) ?? fault;
  const limited = parallelJobLimit(request);
  if (limited !== null) return limited;
  const unread = unreadPart(observation);
  if (unread !== null) return unread;
  const tagged = taggedAgentBusy(waiting);
  if (tagged !== null) return tagged;
  const isMisfit = misfits(waiting).has(request.requestId);
  const nowhere = isMisfit ? laneVerdict(waiting, 0) : null;
  if (nowhere?.verdict === 'scaleSetMissing') return nowhere;
  return isMisfit && matching.length === 0 ? nearMisses(waiting) : supplyVerdict(waiting, matching, isMisfit);
}

const faultOf = oncePerWriting(
  ({ writing: { demands }, settings, claims }) =>
    findDemandFault(demands, settings) ?? versionVerdict(demands, claims.catalog, settings),
);

const misfits = oncePerPicture(({ claims }) => new Set(claims.misfits.map((one) => one.requestId)));

const nearMisses = oncePerWriting((asking) =>
  noAgentMatches(
    asking.writing,
    asking.observation.agents.value,
    (agent) => agentWord(agent, asking),
    (agent) => asking.placeholders.get(agent.agentId) ?? null,
    declaredImages(asking.writing, asking.observation, asking.settings),
  ),
);

function finished(waiting: Waiting): Finding {
  const { request, observation, settings } = waiting;
  const { result } = request;
  const evidence = request.statusMessage === null ? [] : [{ kind: 'message' as const, text: request.statusMessage }];
  const isRefused = request.assignedAt === null && request.receivedAt === null && result === 'failed';
  if (!isRefused) return finding('finished', `The job is over${resultWords(result)}.`, { evidence });
  const refused = admissionVerdict(request, observation, settings);
  if (refused !== null) {
    const words = `Azure DevOps failed the job at once, for no registered agent matched. ${refused.words}`;
    return { ...refused, words, resolvesItself: false, evidence: [...refused.evidence, ...evidence] };
  }
  const words =
    'The job failed before an agent took it: Azure DevOps fails a job at once that no registered agent matches.';
  const missed = nearMisses(waiting);
  const [nearest] = missed.evidence;
  if (nearest?.kind === 'nearMiss' && nearest.fails.length > 0)
    return { ...missed, words: `${words} ${missed.words}`, evidence: [...missed.evidence, ...evidence] };
  const isMet = idsThatMeet(waiting.writing, observation.agents.value).size > 0;
  const nextStep = isMet
    ? 'Run the job again: an agent that meets its demands is registered by now.'
    : 'Compare its demands with the capabilities of the agents.';
  return finding('finished', words, { evidence, nextStep });
}

/** Azure DevOps may have a word for it that is newer than this list, or none. */
function resultWords(result: JobRequest['result']): string {
  return result === null || result === 'unknown' ? '' : `: ${result}`;
}

function needsSomebody(waiting: Waiting): Finding | null {
  return waiting.settings.paused ? paused() : whollyHeld(waiting);
}

function holderOf(waiting: Waiting): Agent | null {
  const { byId, byRequest } = holders(waiting);
  const { reservedAgentId, requestId } = waiting.request;
  const reserved = reservedAgentId === null ? undefined : byId.get(reservedAgentId);
  return reserved ?? byRequest.get(requestId) ?? null;
}

const holders = oncePerPicture(({ observation }) => {
  const byId = new Map<number, Agent>();
  const byRequest = new Map<number, Agent>();
  for (const agent of observation.agents.value) {
    if (!byId.has(agent.agentId)) byId.set(agent.agentId, agent);
    const { assignedRequestId } = agent;
    if (assignedRequestId !== null && !byRequest.has(assignedRequestId)) byRequest.set(assignedRequestId, agent);
  }
  return { byId, byRequest };
});

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

function parallelJobLimit(request: JobRequest): Finding | null {
  if (request.statusMessage === null || !isHeldByParallelLimit(request)) return null;
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

function taggedAgentBusy(waiting: Waiting): Finding | null {
  const { request, settings } = waiting;
  const found = busyWithTag(waiting);
  if (found === null) return null;
  const { busy, tag } = found;
  const patientFor = request.queuedAt + settings.demands.tagWaitMinutes * 60_000 - waiting.observation.now;
  if (patientFor <= 0) return null;
  const words = `Agent ${busy.name} carries the tag "${tag}" and runs another job; this one waits for it, for another ${span(patientFor)} at most, and then another agent is tagged.`;
  return finding('taggedAgentBusy', words, { evidence: [{ kind: 'agent', agent: busy.name, state: 'busy' }] });
}

/** Null as well where an agent with the tag is idle. */
const busyWithTag = oncePerWriting((asking) => {
  const tag = asking.writing.demands.map(parseDemand).find(isTag);
  if (asking.settings.profile.kind !== 'stateful' || tag?.kind !== 'equals') return null;
  const tagged = matchingAgents(asking).filter((agent) => readCapability(capabilitiesOf(agent), tag.name) !== null);
  const busy = tagged.find((agent) => agentWord(agent, asking) === 'busy');
  if (busy === undefined || tagged.some((agent) => agentWord(agent, asking) === 'idle')) return null;
  return { busy, tag: tag.value };
});

function isTag(demand: Demand | DemandSyntaxFault): boolean {
  return demand.kind === 'equals' && demand.name.toLowerCase() === 'customcapabilities';
}

function onlineWord(agent: Agent): string {
  return agent.isOnline ? 'online' : 'offline';
}
