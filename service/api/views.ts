// One pool as the hub shows it: the domain's picture in the contract's shapes. Each pass writes it, the API reads it.
import type { JobRequestView, PoolDetail, PoolState, PoolSummary } from '../../contract/api.ts';
import type { Banner } from '../../contract/nodes.ts';
import type { AgentProgress } from '../domain/agent-progress.ts';
import type { Diagnosis } from '../domain/diagnosis.ts';
import { agentsIn, factsIn, nearMissesIn } from '../domain/facts.ts';
import { jobRequestState, type JobRequest } from '../domain/job-request.ts';
import { bootingStates, busyStates, idleStates } from '../domain/machine-use.ts';
import { isNotFound, missingSetWords } from '../domain/missing-set.ts';
import type { Node } from '../domain/node.ts';
import type { Observation, Part } from '../domain/observation.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { withScheduledStandby } from '../domain/standby-schedule.ts';
import { wantedStandby } from '../domain/standby.ts';
import { iso, isoOrNull } from './instant.ts';
import { nodeView, operationsByNode } from './node-view.ts';
import { sentenceOf, withoutRemarks, type Counts } from './sentence.ts';

export interface DetailInput {
  readonly observation: Observation;
  readonly nodes: readonly Node[];
  readonly verdicts: readonly Diagnosis[];
  readonly settings: PoolSettings;
  readonly now: number;
  readonly scaleSetName: string;
  /** What keeps the pool from scaling out though the picture is whole, in words. */
  readonly problem?: string | null;
  /** Alarms that stand now. */
  readonly banners?: readonly Banner[];
  readonly agentRollouts?: readonly AgentProgress[];
}

/** Verdicts that say that the pool itself is not well, rather than one job. */
const poolIsIll: readonly string[] = [
  'noCapacity',
  'agentsDisabled',
  'imageFailing',
  'scaleSetContended',
  'scaleSetMissing',
  'panicStopped',
  'serviceDisagrees',
];

export function poolDetailOf(input: DetailInput): PoolDetail {
  const { observation, nodes, verdicts, now } = input;
  const byRequest = new Map(verdicts.map((verdict) => [verdict.requestId, verdict]));
  const all = [...(observation.finishedRequests ?? []), ...observation.jobRequests.value];
  const requests = new Map(all.map((request) => [request.requestId, request]));
  const agentNames = new Map(observation.agents.value.map((agent) => [agent.agentId, agent.name]));
  const problems = problemsOf(input);
  const nodeInput = { requests, operations: operationsByNode(observation.operations), settings: input.settings };
  return {
    now: iso(now),
    pool: summaryOf(input, problems),
    nodes: nodes
      .map((node) => nodeView(node, nodeInput))
      .sort((first, second) => byName.compare(first.name, second.name)),
    jobRequests: [...requests.values()]
      .sort((first, second) => first.requestId - second.requestId)
      .map((request) => requestView(request, byRequest.get(request.requestId) ?? null, agentNames, requests)),
    problems,
    ...(input.banners === undefined
      ? {}
      : { banners: input.banners.map((one) => ({ ...one, words: withoutRemarks(one.words) })) }),
    agentRollouts: (input.agentRollouts ?? []).map((one) => ({ ...one, startedAt: iso(one.startedAt) })),
  };
}

/** Made once: `localeCompare` makes one for every pair. */
const byName = new Intl.Collator('en', { numeric: true });

/** A pool at which no pass has looked yet, or whose picture was written by another version. */
export function unseenPool(settings: PoolSettings, now: number): PoolDetail {
  const none = { queued: 0, running: 0, agentsIdle: 0, agentsBusy: 0, agentsStarting: 0, instances: 0 };
  const pool: PoolSummary = {
    ...fixedPart(settings, settings.scaleSet.slice(settings.scaleSet.lastIndexOf('/') + 1), now),
    ...none,
    state: settings.paused ? 'paused' : 'starting',
    sentence: 'Weir has not looked at this pool yet',
    observedAt: null,
  };
  return { now: iso(now), pool, nodes: [], jobRequests: [], problems: [] };
}

function summaryOf(input: DetailInput, problems: readonly string[]): PoolSummary {
  const { observation, nodes, settings, verdicts, now } = input;
  const states = observation.jobRequests.value.map(jobRequestState);
  const counts: Counts = {
    queued: states.filter((state) => state === 'queued').length,
    running: states.filter((state) => state === 'running' || state === 'assigned').length,
    agentsIdle: nodes.filter((node) => idleStates.includes(node.state)).length,
    agentsBusy: nodes.filter((node) => busyStates.includes(node.state)).length,
    agentsStarting: nodes.filter((node) => bootingStates.includes(node.state)).length,
    instances: observation.lanes.reduce((sum, lane) => sum + lane.instances.value.length, 0),
  };
  const observedAt = observedAtOf(observation);
  const isEnding = observation.isEnding === true;
  const waiting = verdicts.filter((verdict) => verdict.position !== null);
  // No pool is healthy under a red banner; it says itself what is wrong.
  const alarm = input.banners?.find((one) => one.level === 'error')?.words ?? null;
  const faults = alarm === null ? problems : [alarm, ...problems];
  return {
    ...fixedPart(settings, input.scaleSetName, now),
    ...counts,
    state: stateOf(settings, counts, waiting, faults, observedAt, isEnding),
    sentence: sentenceOf({
      counts,
      waiting,
      isEnding,
      isPaused: settings.paused,
      observedAt,
      now,
      problem: faults[0] ?? null,
    }),
    observedAt: isoOrNull(observedAt),
  };
}

function fixedPart(settings: PoolSettings, scaleSet: string, now: number) {
  const { name, organization, poolId, osType, maxCapacity, sizing } = settings;
  return {
    ...{ name, organization, poolId, scaleSet, osType },
    policy: sizing.policy,
    maximum: maxCapacity,
    // By the clock, where a schedule says so: what people read is what the pool is held to.
    standby: wantedStandby(withScheduledStandby(settings, now)),
  };
}

function stateOf(
  settings: PoolSettings,
  counts: Counts,
  waiting: readonly Diagnosis[],
  problems: readonly string[],
  observedAt: number | null,
  isEnding: boolean,
): PoolState {
  if (isEnding) return 'deleting';
  if (settings.paused) return 'paused';
  if (problems.length > 0 || waiting.some((one) => poolIsIll.includes(one.verdict))) return 'degraded';
  if (observedAt === null) return 'starting';
  return counts.queued > 0 && counts.instances >= settings.maxCapacity ? 'atMaximum' : 'healthy';
}

/** The oldest part tells how old the picture is; null until every part was read once. */
function observedAtOf(observation: Observation): number | null {
  const dates = partsOf(observation).map(([, part]) => part.readAt);
  if (observation.lanes.length === 0) return null;
  return dates.reduce((oldest, at) => (oldest === null || at === null ? null : Math.min(oldest, at)), Infinity);
}

function partsOf(observation: Observation): readonly (readonly [string, Part<unknown>])[] {
  return [
    ['job requests', observation.jobRequests],
    ['agents', observation.agents],
    ...observation.lanes.flatMap((lane): (readonly [string, Part<unknown>])[] => [
      ['scale set', lane.scaleSet],
      ['instances', lane.instances],
    ]),
  ];
}

function goneSet({ lanes, laneProblem }: Observation, name: string): string | null {
  const own = lanes.find((lane) => lane.key == null);
  const why =
    own === undefined ? (laneProblem ?? null) : own.scaleSet.freshness === 'fresh' ? null : own.scaleSet.problem;
  return why !== null && isNotFound(why) ? missingSetWords(name) : null;
}

function problemsOf({ observation, problem, scaleSetName }: DetailInput): string[] {
  const unread = partsOf(observation)
    .filter(([, part]) => part.freshness !== 'fresh')
    .map(([name, part]) => `The ${name} could not be read${part.problem === null ? '.' : `: ${part.problem}`}`);
  const gone = goneSet(observation, scaleSetName);
  // One cause, told once and in words: what Azure answered adds nothing to it.
  if (gone !== null) return [gone];
  return [problem, observation.laneProblem, ...unread].filter((words) => typeof words === 'string');
}

function requestView(
  request: JobRequest,
  verdict: Diagnosis | null,
  agentNames: ReadonlyMap<number, string>,
  requests: ReadonlyMap<number, JobRequest>,
): JobRequestView {
  const { requestId, reservedAgentId, result, demands, definitionName, runName } = request;
  const state = jobRequestState(request);
  return {
    ...{ requestId, state, definitionName, runName, result },
    jobName: nameOfRequest(request),
    queuedAt: iso(request.queuedAt),
    startedAt: isoOrNull(request.receivedAt),
    finishedAt: isoOrNull(request.finishedAt),
    agentName: reservedAgentId === null ? null : (agentNames.get(reservedAgentId) ?? null),
    demands: [...demands],
    verdict: verdict?.verdict ?? state,
    words: verdict?.words ?? '',
    nextStep: verdict?.nextStep ?? null,
    ...evidenceView(verdict, requests),
    runId: request.runId,
    projectId: request.projectId,
  };
}

/** What people call it. */
export function nameOfRequest({ jobName, requestId }: JobRequest): string {
  return jobName ?? `Job request ${requestId}`;
}

function evidenceView(verdict: Diagnosis | null, requests: ReadonlyMap<number, JobRequest>) {
  if (verdict === null) return {};
  const nameOf = (id: number): string => {
    const request = requests.get(id);
    return request === undefined ? `job request ${id}` : nameOfRequest(request);
  };
  return {
    resolvesItself: verdict.resolvesItself,
    position: verdict.position,
    estimatedStartSeconds: verdict.estimatedStartSeconds,
    nearMisses: nearMissesIn(verdict.evidence).map(({ of, name, state, fails }) => ({
      ...{ of, name, state },
      fails: [...fails],
    })),
    facts: [...factsIn(verdict.evidence, nameOf)],
    agents: [...agentsIn(verdict.evidence)],
  };
}
