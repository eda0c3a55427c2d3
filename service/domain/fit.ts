// Which queued requests which nodes could serve. Requests with the same demands are one group, however many there are.
import type { Agent } from './agent.ts';
import { classesOf, lens, meetsAll, type AgentClass } from './agent-class.ts';
import { equalsIgnoringCase, parseDemand, readCapability, type Demand } from './demand.ts';
import { jobRequestState, type JobRequest } from './job-request.ts';
import { compareText, type Node } from './node.ts';
import type { Observation } from './observation.ts';
import type { PoolSettings } from './pool.ts';
import { inServiceOrder } from './priority.ts';

export interface RequestGroup {
  /** Null where one of the demands does not parse: no agent meets it. */
  readonly demands: readonly Demand[] | null;
  /** In the order in which they are served. */
  readonly requests: readonly JobRequest[];
  /** True where a node that Weir would make for it meets the demands. */
  readonly fitsNew: boolean;
}

/** Queued requests, oldest first; one that an agent already names as its own is not queued any more, whatever the older list says. */
export function queuedRequests(observation: Observation): readonly JobRequest[] {
  const taken = new Set(observation.agents.value.map((agent) => agent.assignedRequestId));
  const once = new Map<number, JobRequest>();
  for (const request of observation.jobRequests.value) {
    if (jobRequestState(request) === 'queued' && !taken.has(request.requestId)) once.set(request.requestId, request);
  }
  // Azure DevOps lists them by age, so this is one look in order; whoever groups them keeps the order.
  return [...once.values()].sort(byAge);
}

function byAge(a: JobRequest, b: JobRequest): number {
  return a.queuedAt - b.queuedAt || a.requestId - b.requestId;
}

export interface Queue {
  /** Groups that no new node would fit come first: what exists is all that they can get. */
  readonly groups: readonly RequestGroup[];
  /** Capability names that some queued request asks for. */
  readonly names: readonly string[];
  /** All of them, in the order in which they are served (priority.ts). */
  readonly requests: readonly JobRequest[];
}

export function groupRequests(observation: Observation, settings: PoolSettings, nodes: readonly Node[]): Queue {
  const bySignature = new Map<string, JobRequest[]>();
  const queue = inServiceOrder(queuedRequests(observation), settings);
  const groupOf = writingReader(bySignature);
  for (const request of queue) groupOf(request.demands).push(request);
  const read = demandReader();
  const parsed = [...bySignature]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, requests]) => ({
      demands: read(requests[0]?.demands ?? []),
      requests,
    }));
  const names = namesOf(parsed);
  const fitsNew = newNodeFit(observation, settings, nodes, names);
  const groups = parsed.map((group) => ({ ...group, fitsNew: fitsNew(group.demands, group.requests) }));
  return {
    groups: [...groups.filter((group) => !group.fitsNew), ...groups.filter((group) => group.fitsNew)],
    names,
    requests: queue,
  };
}

interface Writing {
  readonly then: Map<string, Writing>;
  requests: JobRequest[] | null;
}

/** Most requests write the same demands in the same order: the sorted signature is made once for each such writing. */
function writingReader(bySignature: Map<string, JobRequest[]>): (demands: readonly string[]) => JobRequest[] {
  const root: Writing = { then: new Map(), requests: null };
  return (demands) => {
    let writing = root;
    for (const demand of demands) {
      let next = writing.then.get(demand);
      if (next === undefined) {
        next = { then: new Map(), requests: null };
        writing.then.set(demand, next);
      }
      writing = next;
    }
    if (writing.requests !== null) return writing.requests;
    const signature = demands.toSorted(compareText).join('\n');
    writing.requests = bySignature.get(signature) ?? [];
    bySignature.set(signature, writing.requests);
    return writing.requests;
  };
}

/** Azure DevOps gives a request to any agent that meets its demands. */
export function fits(group: RequestGroup, agentClass: AgentClass): boolean {
  return group.demands !== null && meetsAll(group.demands, agentClass.capabilities);
}

/** A request that names no image means the first one (demand-vectors.md M17). A node without a label has the first one. */
export function mayServe(group: RequestGroup, agentClass: AgentClass, settings: PoolSettings): boolean {
  const label = readCapability(agentClass.capabilities ?? {}, 'ImageOverride');
  const asked = group.demands?.find(isImageDemand);
  const wanted = asked === undefined ? 0 : imageIndex(asked.value, settings);
  const own = label === null ? 0 : imageIndex(label, settings);
  return wanted === own;
}

function namesOf(groups: readonly { readonly demands: readonly Demand[] | null }[]): readonly string[] {
  const names = new Map<string, string>([['imageoverride', 'ImageOverride']]);
  for (const group of groups) {
    for (const demand of group.demands ?? []) {
      const folded = demand.name.toLowerCase();
      if (!names.has(folded)) names.set(folded, demand.name);
    }
  }
  return [...names.values()].sort(compareText);
}

function demandReader(): (texts: readonly string[]) => readonly Demand[] | null {
  const known = new Map<string, Demand | null>();
  const readOne = (text: string) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const demand = parseDemand(text);
    const usable = demand.kind === 'fault' ? null : demand;
    known.set(text, usable);
    return usable;
  };
  return (texts) => {
    const demands = texts.map(readOne);
    return demands.every((demand) => demand !== null) ? demands : null;
  };
}

/**
 * What a machine that does not exist yet will be able to do is what the placeholder promises, else what its siblings can
 * do. Where neither is known, Azure DevOps let the request wait, so some agent of the pool's kind met it.
 */
function newNodeFit(
  observation: Observation,
  settings: PoolSettings,
  nodes: readonly Node[],
  names: readonly string[],
) {
  const placeholderIds = new Set(observation.placeholders.map((placeholder) => placeholder.agentId));
  const placeholders = observation.agents.value.filter((agent) => placeholderIds.has(agent.agentId));
  const templates =
    placeholders.length > 0
      ? placeholders.map(lens(names))
      : [
          ...classesOf(nodes, names).map((one) => one.capabilities),
          ...strangersOf(observation, nodes).map(lens(names)),
        ];
  const aliases = settings.images.flatMap((image) => image.aliases);
  const isGiven = (demand: Demand): boolean => {
    // A new machine runs the newest agent, and without a placeholder its image label is known from the settings alone.
    if (demand.kind === 'gtVersion') return equalsIgnoringCase(demand.name, 'Agent.Version');
    if (placeholders.length > 0 || demand.kind !== 'equals' || !equalsIgnoringCase(demand.name, 'ImageOverride'))
      return false;
    return aliases.some((alias) => equalsIgnoringCase(alias, demand.value));
  };
  const isForeignImage = (demand: Demand): boolean =>
    equalsIgnoringCase(demand.name, 'ImageOverride') &&
    demand.kind === 'equals' &&
    aliases.length > 0 &&
    !isGiven(demand);
  return (demands: readonly Demand[] | null, requests: readonly JobRequest[]): boolean => {
    if (demands === null) return false;
    if (requests.some((request) => request.matchedAgentIds?.some((id) => placeholderIds.has(id)) === true)) return true;
    if (templates.length === 0) return !demands.some(isForeignImage);
    const asked = demands.filter((demand) => !isGiven(demand));
    return templates.some((capabilities) => meetsAll(asked, capabilities));
  };
}

/**
 * A snapshot without memory does not say which agents are placeholders. One that is offline and has no machine may be;
 * and where no agent has a machine, all of them are what is known of the pool.
 */
function strangersOf(observation: Observation, nodes: readonly Node[]): readonly Agent[] {
  if (!observation.ownsEverything) return [];
  const joined = new Set(nodes.flatMap((node) => (node.agent === null ? [] : [node.agent.agentId])));
  const strangers = observation.agents.value.filter((agent) => !joined.has(agent.agentId));
  return joined.size === 0 ? strangers : strangers.filter((agent) => !agent.isOnline && agent.isEnabled);
}

function isImageDemand(demand: Demand): demand is Extract<Demand, { kind: 'equals' }> {
  return demand.kind === 'equals' && equalsIgnoringCase(demand.name, 'ImageOverride');
}

/** An alias that is not declared is nobody's image, except where there is only one: then it is that one's old name. */
function imageIndex(alias: string, settings: PoolSettings): number {
  if (settings.images.length < 2) return 0;
  return settings.images.findIndex((image) => image.aliases.some((one) => equalsIgnoringCase(one, alias)));
}
