// The verdict of a waiting request that some agent could serve: where its agent is to come from, and what holds it up.
import type { Agent } from './agent.ts';
import { findBlocker } from './blocker.ts';
import { bootingSince } from './booting-since.ts';
import { isStarting } from './claims.ts';
import { serves } from './image-catalog.ts';
import { targetOfWaiting } from './lane-verdict.ts';
import type { Node } from './node.ts';
import { offlineDeadlineMs } from './node-state.ts';
import { isUsedUp } from './recycle.ts';
import { placeOfNode } from './placed-class.ts';
import { placesWithoutNode } from './serving-order.ts';
import { finding, type Evidence, type Finding } from './verdict.ts';
import { idsThatMeet } from './matching-agents.ts';
import { agentWord, oncePerPicture, type AgentWord, type Asking, type Waiting, type Writing } from './waiting.ts';
import { wipedFor } from './wiped-for.ts';
import { count, span } from './words.ts';

/** `matching` are the agents that meet its demands; with `isMisfit` no machine that Weir could make would. */
export function supplyVerdict(waiting: Waiting, matching: readonly Agent[], isMisfit: boolean): Finding {
  const idle = idleOf(waiting, matching);
  const updating = updatingOf(waiting, matching, idle);
  if (updating !== null) return onUpdatingAgent(updating);
  if (isNext(waiting, idle)) {
    const told = onIdleAgent(waiting, idle);
    if (told.verdict !== 'serviceDisagrees' || !isServedAllTheSame(waiting, idle, isMisfit)) return told;
  }
  const claimed = waiting.order.nodes.get(waiting.request.requestId) ?? null;
  if (claimed === null && isMisfit) return onlyOthers(waiting, matching);
  if (waiting.settings.paused) return paused();
  if (claimed !== null) return onClaimedNode(waiting, claimed);
  const used = wipedFor(waiting).get(waiting.request);
  if (used !== undefined) return onUsedNode(waiting, used);
  return findBlocker(waiting, matching, typicalSeconds(waiting, false)) ?? onNewNode(waiting);
}

/** Agents of somebody else hold no machine back: where they alone are left idle beside a job, Weir serves it like any other. */
function isServedAllTheSame(waiting: Waiting, idle: readonly Agent[], isMisfit: boolean): boolean {
  if (isMisfit || waiting.settings.paused) return false;
  return !idle.some((agent) => nodesByAgent(waiting).has(agent.agentId));
}

/** `matching` is one list for all requests of one writing. */
function idleOf(asking: Asking, matching: readonly Agent[]): readonly Agent[] {
  const known = idleAmong.get(matching);
  if (known !== undefined) return known;
  const idle = matching.filter((agent) => agentWord(agent, asking) === 'idle' && mayServe(agent, asking));
  idleAmong.set(matching, idle);
  return idle;
}

const idleAmong = new WeakMap<readonly Agent[], readonly Agent[]>();

/** Where no other agent is idle: an agent takes no job while it changes, and goes offline for minutes. */
function updatingOf(waiting: Waiting, matching: readonly Agent[], idle: readonly Agent[]): Agent | null {
  if (idle.some((agent) => agent.isUpdating !== true)) return null;
  const isChanging = (agent: Agent): boolean => {
    if (agent.isUpdating !== true || !mayServe(agent, waiting)) return false;
    const word = agentWord(agent, waiting);
    // One that stays as it is beside a job for longer is not held by its update.
    const since = word === 'idle' ? waiting.request.queuedAt : (agent.statusChangedAt ?? 0);
    return (word === 'idle' || word === 'offline') && waiting.observation.now - since < offlineDeadlineMs;
  };
  return matching.find(isChanging) ?? null;
}

function onUpdatingAgent({ name }: Agent): Finding {
  const words = `Agent ${name} meets all of its demands and is being given another version of itself: it takes jobs again in minutes.`;
  return finding('agentUpdating', words, { evidence: [{ kind: 'agent', agent: name, state: 'updating' }] });
}

/**
 * An agent of another image may meet the demands of a job that names none, and still is not meant for it; and one that has
 * run its only job is wiped before the next.
 */
function mayServe(agent: Agent, waiting: Asking): boolean {
  const { claims } = waiting;
  const target = targetOfWaiting(waiting);
  const node = nodesByAgent(waiting).get(agent.agentId);
  if (node !== undefined && isUsedUp(node)) return false;
  if (node === undefined || target === null) return true;
  return serves(placeOfNode(node, claims.catalog), target, claims.catalog);
}

export function paused(): Finding {
  const words = 'The pool is paused, so Weir neither starts machines nor opens agents for jobs.';
  return finding('paused', words, { nextStep: 'Turn off "Pause the pool" (paused) in the settings of the pool.' });
}

/** By the id of its agent. */
export const nodesByAgent = oncePerPicture(({ nodes }): ReadonlyMap<number, Node> => {
  const known = new Map<number, Node>();
  for (const node of nodes)
    if (node.agent !== null && !known.has(node.agent.agentId)) known.set(node.agent.agentId, node);
  return known;
});

/** Azure DevOps takes the oldest first, so an idle agent is his only when the ones ahead leave one over. */
function isNext(waiting: Waiting, idle: readonly Agent[]): boolean {
  return idle.length > 0 && waiting.place <= lastNext(waiting, idle);
}

/** Up to which place of the queue the ones ahead leave one over. */
function lastNext(waiting: Waiting, idle: readonly Agent[]): number {
  const known = lastPlaces.get(idle);
  if (known !== undefined) return known;
  const { observation } = waiting;
  const takes = new Map<Writing, boolean>();
  let ahead = 0;
  let place = 0;
  for (const writing of writingsInQueue(waiting)) {
    let isTaking = takes.get(writing);
    if (isTaking === undefined) {
      const met = idsThatMeet(writing, observation.agents.value);
      isTaking = idle.some((agent) => met.has(agent.agentId));
      takes.set(writing, isTaking);
    }
    if (isTaking) ahead += 1;
    if (ahead >= idle.length) break;
    place += 1;
  }
  lastPlaces.set(idle, place);
  return place;
}

const lastPlaces = new WeakMap<readonly Agent[], number>();

const writingsInQueue = oncePerPicture(({ queue, writingOf }) => queue.map(({ demands }) => writingOf(demands)));

/** Azure DevOps assigns within seconds; the agent asks for work at least each 15 s (azure-devops-wire.md 2). */
function onIdleAgent(waiting: Waiting, idle: readonly Agent[]): Finding {
  const { request, observation, memory } = waiting;
  const nodes = nodesByAgent(waiting);
  const freeFor = (agent: Agent): number => {
    const key = nodes.get(agent.agentId)?.key ?? '';
    const since = Math.max(agent.statusChangedAt ?? 0, agent.lastCompletedAt ?? 0, memory.idleSince[key] ?? 0);
    return observation.now - Math.max(request.queuedAt, since);
  };
  const agent = freeLongest(idle, freeFor);
  const name = agent?.name ?? '';
  const evidence: readonly Evidence[] = [{ kind: 'agent', agent: name, state: 'idle' }];
  const waited = agent === undefined ? 0 : freeFor(agent);
  if (waited < patienceMs) {
    const words = `Agent ${name} is idle and meets all of its demands; Azure DevOps assigns it within seconds.`;
    return finding('starting', words, { evidence, estimatedStartSeconds: 5 });
  }
  const words =
    `All demands are met by agent ${name}, which has been idle beside this job for ${span(waited)}, ` +
    'and Azure DevOps still does not assign it.';
  const nextStep = 'Look at the checks, approvals and permissions of the pipeline, or run the job anew.';
  return finding('serviceDisagrees', words, { evidence, nextStep });
}

/** The one with the lower id, where two are free for as long. */
function freeLongest(idle: readonly Agent[], freeFor: (agent: Agent) => number): Agent | undefined {
  let longest = -Infinity;
  let found: Agent | undefined;
  for (const agent of idle) {
    const time = freeFor(agent);
    if (found !== undefined && (time < longest || (time === longest && agent.agentId > found.agentId))) continue;
    longest = time;
    found = agent;
  }
  return found;
}

/** Longer than any assignment that was seen, shorter than a person's patience. */
const patienceMs = 60_000;

function onClaimedNode(waiting: Waiting, node: Node): Finding {
  const { observation, memory } = waiting;
  if (!isStarting(node)) {
    const words = `Agent ${node.agent?.name ?? node.name} is ready for it and is opened within a minute.`;
    return finding('starting', words, { estimatedStartSeconds: 15, evidence: evidenceOf(waiting, node) });
  }
  const isReimage =
    node.state === 'pendingReimage' || node.state === 'reimagingCompute' || node.generation?.startedBy === 'reimage';
  const since = bootingSince(node.generation, node.instance, memory, node.key, observation.now);
  const elapsed = node.state === 'pendingReimage' ? 0 : Math.max(0, observation.now - since) / 1000;
  const estimatedStartSeconds = Math.round(
    Math.max(5, typicalSeconds(waiting, isReimage) - elapsed) + assignmentSeconds,
  );
  const doing = isReimage ? 'is wiped for it' : 'boots for it';
  const words = `Machine ${node.name} ${doing} and is ready in about ${estimatedStartSeconds} s.`;
  const evidence = [...evidenceOf(waiting, node), bootTimeOf(waiting, isReimage)];
  return finding(isReimage ? 'nodeReimaging' : 'nodeBooting', words, { estimatedStartSeconds, evidence });
}

/** The next pass wipes it, which takes less time than a new machine. */
function onUsedNode(waiting: Waiting, node: Node): Finding {
  const seconds = typicalSeconds(waiting, true);
  const estimatedStartSeconds = Math.round(seconds + passSeconds + assignmentSeconds);
  const words = `Machine ${node.name} has run its job and is wiped for it within a minute, which takes about ${Math.round(seconds)} s until its agent is online again.`;
  const evidence = [...evidenceOf(waiting, node), bootTimeOf(waiting, true)];
  return finding('nodeReimaging', words, { estimatedStartSeconds, evidence });
}

function evidenceOf({ observation }: Waiting, node: Node): readonly Evidence[] {
  const sinceSeconds = Math.max(0, Math.round((observation.now - node.stateSince) / 1000));
  return [{ kind: 'node', node: node.name, state: node.state, sinceSeconds }];
}

/** No machine of Weir's would do, and the agents that would are somebody else's, or held. */
function onlyOthers(waiting: Waiting, matching: readonly Agent[]): Finding {
  const { names, words, evidence } = wordsOf(waiting, matching);
  if (words.has('busy') || words.has('idle')) {
    const sentence = `Only ${names} can run it, and no machine that Weir could start; it waits until that agent is free.`;
    return finding('queuedBehind', sentence, { evidence: [...evidence, ahead(waiting)] });
  }
  const isDisabled = words.has('disabled');
  const sentence = `Only ${names} can run it, which ${isDisabled ? 'somebody disabled' : 'is offline and which Weir cannot start'}.`;
  const nextStep = `${isDisabled ? 'Enable' : 'Bring online'} ${names}, or change the demands of the job.`;
  return finding(isDisabled ? 'agentsDisabled' : 'noAgentMatches', sentence, { nextStep, evidence });
}

interface Others {
  readonly names: string;
  readonly words: ReadonlySet<AgentWord>;
  readonly evidence: readonly Evidence[];
}

/** Likewise the same for all requests of one writing. */
function wordsOf(asking: Asking, matching: readonly Agent[]): Others {
  const known = othersAmong.get(matching);
  if (known !== undefined) return known;
  const names = matching.slice(0, 5).map((agent) => agent.name);
  const evidence = matching
    .slice(0, 20)
    .map((agent) => ({ kind: 'agent' as const, agent: agent.name, state: agentWord(agent, asking) }));
  const words = new Set(matching.map((agent) => agentWord(agent, asking)));
  const others = { names: names.join(', '), words, evidence };
  othersAmong.set(matching, others);
  return others;
}

const othersAmong = new WeakMap<readonly Agent[], Others>();

function onNewNode(waiting: Waiting): Finding {
  const { request, order, settings } = waiting;
  const seconds = typicalSeconds(waiting, false);
  const evidence = [bootTimeOf(waiting, false)];
  const isAskedFor = !placesWithoutNode(order).has(request.requestId);
  if (isAskedFor && waiting.place >= 0) {
    const started = startOfScaleOut(waiting);
    const elapsed = started === undefined ? 0 : Math.max(0, waiting.observation.now - started) / 1000;
    const estimatedStartSeconds = Math.round(Math.max(5, seconds - elapsed) + assignmentSeconds);
    const words = `A machine has been asked for; it is ready in about ${estimatedStartSeconds} s.`;
    return finding('starting', words, { estimatedStartSeconds, evidence });
  }
  const isSampled = settings.sizing.policy === 'sampled';
  const delay = isSampled ? settings.sizing.sampleMinutes * 60 : passSeconds;
  const asks = isSampled
    ? `The next sample (each ${count(settings.sizing.sampleMinutes, 'minute')}) asks`
    : 'Within a minute Weir asks';
  const estimatedStartSeconds = Math.round(seconds + delay + assignmentSeconds);
  const words = `${asks} for a machine; one takes about ${Math.round(seconds)} s until its agent is online.`;
  return finding('starting', words, { estimatedStartSeconds, evidence });
}

/** Of the lane that makes its machines. */
function startOfScaleOut(waiting: Waiting): number | undefined {
  const { observation, claims } = waiting;
  const target = targetOfWaiting(waiting);
  return observation.operations.find(({ kind, scaleSetId }) => {
    const place = claims.catalog.places.get(scaleSetId?.toLowerCase() ?? '');
    return kind === 'scaleOut' && (target === null || place === undefined || serves(place, target, claims.catalog));
  })?.startedAt;
}

/** The median of what was seen, else what performance.md 2 assumes. */
function typicalSeconds(waiting: Waiting, isReimage: boolean): number {
  const { memory, settings } = waiting;
  const seen = (isReimage ? memory.boots.reimage : memory.boots.create).toSorted((a, b) => a - b);
  const median = seen[Math.floor(seen.length / 2)];
  const osType = settings.images[targetOfWaiting(waiting)?.image ?? 0]?.osType ?? settings.osType;
  const assumed = osType === 'windows' ? { create: 270, reimage: 180 } : { create: 150, reimage: 90 };
  return median ?? (isReimage ? assumed.reimage : assumed.create);
}

function bootTimeOf(waiting: Waiting, isReimage: boolean): Evidence {
  const of = isReimage ? 'reimage' : 'create';
  const usualSeconds = Math.round(typicalSeconds(waiting, isReimage));
  return { kind: 'bootTime', of, usualSeconds, boots: waiting.memory.boots[of].length };
}

const assignmentSeconds = 5;
const passSeconds = 10;

function ahead({ queue, place }: Pick<Waiting, 'queue' | 'place'>): Evidence {
  return {
    kind: 'ahead',
    requestIds: queue.slice(Math.max(0, place - 20), Math.max(0, place)).map((one) => one.requestId),
  };
}
