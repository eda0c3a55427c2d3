// Keeps one placeholder agent for each admissible set of demands. Without a registered agent that matches, Azure DevOps fails
// a job at once, so a pool could not queue what it has no machine for yet.
import { capabilitiesOf, type Agent, type Capabilities } from './agent.ts';
import { agentsById } from './agents-by-id.ts';
import type { Decision, DecisionTarget } from './decision.ts';
import { meetsDemands, readCapability } from './demand.ts';
import { queuedRequests } from './fit.ts';
import type { JobRequest } from './job-request.ts';
import { mostPlaceholders } from './admission.ts';
import { lostPlaceholders, placeholderCapability } from './lost-placeholder.ts';
import type { Observation } from './observation.ts';
import { withDecisions, type Pass, type Plan } from './pass.ts';
import type { PoolSettings } from './pool.ts';
import { wantedPlaceholders, type WantedPlaceholder } from './wanted-placeholders.ts';
import { say } from './words.ts';
import { writingReader } from './writings.ts';

type Standing = Observation['placeholders'][number];

/** A pass must not stand still for minutes while two hundred agents are registered. */
const mostInOnePass = 50;
const nextPassMilliseconds = 1_000;

export function keepPlaceholders(pass: Pass, plan: Plan): Plan {
  // A picture without records cannot tell a placeholder from somebody's offline agent.
  const { observation, settings, trust } = pass;
  if (observation.ownsEverything || observation.agents.freshness !== 'fresh') return plan;
  const wanted = wantedPlaceholders(observation, settings);
  const agents = placeholderAgents(observation);
  const standing = standingByName(observation, agents);
  const waiting = once(() => distinctAsks(queuedRequests(observation)));
  const missing = wanted.filter((one) => !standing.has(one.name.toLowerCase()));
  const outdated = wanted.filter((one) => {
    const agent = standing.get(one.name.toLowerCase());
    if (agent === undefined || (isMarked(agent, settings) && !isOutdated(agent, one.capabilities))) return false;
    return !wouldStrand(agent, one.capabilities, waiting);
  });
  const isComing = observation.operations.some((one) => one.kind === 'registerPlaceholder');
  const lost = new Set(lostPlaceholders(observation, settings.name).map((agent) => agent.name.toLowerCase()));
  const [there, absent] = [true, false].map((isThere) =>
    missing.filter((one) => lost.has(one.name.toLowerCase()) === isThere),
  ) as [WantedPlaceholder[], WantedPlaceholder[]];
  const room = Math.max(0, mostPlaceholders - observation.placeholders.length - lost.size);
  const registrations = isComing
    ? []
    : [
        ...[...there, ...absent.slice(0, room)].map(register),
        ...outdated.map((one) => refresh(one, standing.get(one.name.toLowerCase()), settings)),
      ];
  const now = registrations.slice(0, mostInOnePass);
  const short = Math.max(0, Math.min(absent.length, mostInOnePass) - room);
  const removals = trust.canDestroy ? removalsOf(pass, wanted, standing, agents, waiting, short) : [];
  const isLeft = registrations.length > now.length || (short > 0 && removals.length > 0);
  const later = isLeft ? [pass.now + nextPassMilliseconds] : [];
  return withDecisions({ ...plan, dueAt: [...plan.dueAt, ...later] }, [...removals, ...now]);
}

/** In most passes every placeholder is as it should be, and nobody asks who waits. */
function once<T>(work: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => (known ??= { value: work() }).value;
}

/** One request for each writing of demands and list of matched agents: nothing else tells which agent it waits on. */
function distinctAsks(queue: readonly JobRequest[]): readonly JobRequest[] {
  const read = writingReader();
  const seen: Set<JobRequest['matchedAgentIds']>[] = [];
  return queue.filter(({ demands, matchedAgentIds }) => {
    const lists = (seen[read(demands)] ??= new Set());
    if (lists.has(matchedAgentIds)) return false;
    lists.add(matchedAgentIds);
    return true;
  });
}

/** By their ids. */
function placeholderAgents({ agents, placeholders }: Observation): ReadonlyMap<number, Agent> {
  const byId = agentsById(agents.value);
  const found = placeholders.flatMap(({ agentId }) => byId.get(agentId) ?? []);
  return new Map(found.map((agent) => [agent.agentId, agent]));
}

/** By name, in small letters. Of two under one name the older is the placeholder. */
function standingByName(observation: Observation, agents: ReadonlyMap<number, Agent>): ReadonlyMap<string, Agent> {
  const standing = new Map<string, Agent>();
  for (const one of observation.placeholders.toSorted((a, b) => a.agentId - b.agentId)) {
    const agent = agents.get(one.agentId);
    const key = one.name.toLowerCase();
    if (agent !== undefined && !standing.has(key)) standing.set(key, agent);
  }
  return standing;
}

/** What is promised must be there word for word; what else the agent says is what an older look at the image knew. */
function isOutdated(agent: Agent, promised: Capabilities): boolean {
  const has = capabilitiesOf(agent);
  const isPromised = Object.entries(promised).every(([name, value]) => readCapability(has, name) === value);
  return !isPromised || Object.keys(agent.userCapabilities).length > 0;
}

/** One that was registered before placeholders had a mark would not be found again if its record were lost. */
function isMarked({ systemCapabilities }: Agent, { name }: PoolSettings): boolean {
  return systemCapabilities[placeholderCapability] === name;
}

/** A job that waits on it for what it would not promise any more would wait for nothing. */
function wouldStrand(agent: Agent, promised: Capabilities, waiting: () => readonly JobRequest[]): boolean {
  return waiting().some((request) => waitsOn(request, agent) && !meetsDemands(request.demands, promised));
}

function waitsOn(request: JobRequest, agent: Agent): boolean {
  if (request.matchedAgentIds !== null) return request.matchedAgentIds.includes(agent.agentId);
  return meetsDemands(request.demands, capabilitiesOf(agent));
}

/**
 * What is not wanted any more goes after all that is wanted is there, and never while a job waits on it. Where there is no
 * room for `short` of what is wanted, so many go before.
 */
function removalsOf(
  { observation }: Pass,
  wanted: readonly WantedPlaceholder[],
  standing: ReadonlyMap<string, Agent>,
  agents: ReadonlyMap<number, Agent>,
  waiting: () => readonly JobRequest[],
  short: number,
): readonly Decision[] {
  let before = short;
  const kept = new Set(wanted.map((one) => standing.get(one.name.toLowerCase())?.agentId));
  const isComplete = wanted.every((one) => standing.has(one.name.toLowerCase()));
  const removing = new Set(
    observation.operations.filter((one) => one.kind === 'removePlaceholder').map((one) => one.agentId),
  );
  return observation.placeholders
    .filter((one) => !kept.has(one.agentId) && !removing.has(one.agentId))
    .flatMap((one) => {
      const agent = agents.get(one.agentId);
      if (agent === undefined) return [remove(one, 'placeholderGone')];
      if ((!isComplete && before === 0) || waiting().some((request) => waitsOn(request, agent))) return [];
      before = Math.max(0, before - 1);
      return [remove(one, 'placeholderNotNeeded')];
    });
}

function remove(one: Standing, code: 'placeholderGone' | 'placeholderNotNeeded'): Decision {
  const words =
    code === 'placeholderGone'
      ? `Placeholder ${one.name} is not registered any more.`
      : `Placeholder ${one.name} is for something that the pool does not admit any more, or is one too many.`;
  return { kind: 'removePlaceholder', reason: say(code, words), placeholder: one.name, target: targetOf(one.agentId) };
}

function register({ name, set }: WantedPlaceholder): Decision {
  const words = `No placeholder agent stands for ${labelWords(set.labels)}, so Azure DevOps would fail a job instead of letting it wait.`;
  const target = { ...targetOf(null), labels: set.labels };
  return { kind: 'registerPlaceholder', reason: say('placeholderMissing', words), placeholder: name, target };
}

function refresh({ name, set, capabilities }: WantedPlaceholder, agent: Agent | undefined, of: PoolSettings): Decision {
  const isTrue = agent !== undefined && !isOutdated(agent, capabilities);
  const why = isTrue
    ? `does not say that it is one of the pool ${of.name}`
    : 'says of its image what is not so any more';
  const words = `Placeholder ${name} ${why}: it is told anew.`;
  const target = { ...targetOf(agent?.agentId ?? null), labels: set.labels };
  return { kind: 'registerPlaceholder', reason: say('placeholderOutdated', words), placeholder: name, target };
}

function targetOf(agentId: number | null): DecisionTarget {
  return { scaleSetId: null, instanceId: null, vmId: null, generationId: null, agentId };
}

function labelWords(labels: Readonly<Record<string, string>>): string {
  const { ImageOverride: image, ...others } = labels;
  const rest = Object.entries(others).map(([name, value]) => `${name} ${value}`);
  return [image === undefined ? 'the pool' : `image ${image}`, ...rest].join(', ');
}
