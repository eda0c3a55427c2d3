// In which order Azure DevOps serves the queue, as far as it is known, and where that has to be corrected. "Run next" puts a
// request before all others, the last one first; it is used only where another request would take what is not for it.
import { capabilitiesOf, type Capabilities } from './agent.ts';
import { meetsAll } from './agent-class.ts';
import type { Decision } from './decision.ts';
import type { Demand } from './demand.ts';
import { queuedRequests, type RequestGroup } from './fit.ts';
import type { JobRequest } from './job-request.ts';
import type { Memory } from './memory.ts';
import type { Node } from './node.ts';
import type { Pass, Plan } from './pass.ts';
import { priorityOf, servedAsOf, usesPriorities, type Priority } from './priority.ts';
import { namedTag } from './tags.ts';
import { namedWorkFolder } from './work-folder-choice.ts';
import { say, span } from './words.ts';

/** In which order Azure DevOps looks at them (azure-devops-wire.md 3): the one bumped last is first, the others by age. */
export function queueOrder(bumped: readonly number[]): (a: JobRequest, b: JobRequest) => number {
  const places = new Map(bumped.map((requestId, place) => [requestId, place]));
  return (a, b) => (places.get(b.requestId) ?? -1) - (places.get(a.requestId) ?? -1) || a.requestId - b.requestId;
}

/** Requests that were bumped and still wait, the last one at the end. */
export function bumpedAfter({ memory, observation }: Pass, plan: Plan): NonNullable<Memory['bumped']> {
  const now = plan.decisions.flatMap(({ kind, request }) =>
    kind === 'bump' && request !== undefined ? [request] : [],
  );
  const order = [...(memory.bumped ?? []), ...now];
  if (order.length === 0) return order;
  const waiting = new Set(queuedRequests(observation).map((request) => request.requestId));
  return order.filter((requestId, place) => waiting.has(requestId) && order.lastIndexOf(requestId) === place);
}

/**
 * Whom Azure DevOps would give a node with these capabilities before the request that is to have it, or null. Among jobs
 * of one priority the older one may have it, except where the machine was made or tagged for the other.
 */
export type FindRival = (request: JobRequest, capabilities: Capabilities | null) => JobRequest | null;

export function rivals(pass: Pass, plan: Plan): FindRival {
  const { claims, settings, nodes } = pass;
  const isSimple = !asksForPriorities(claims) && !claims.groups.some(({ demands }) => isSpecialGroup(demands));
  if (isSimple) return noRival;
  const compare = queueOrder(bumpedAfter(pass, plan));
  const served = new Set(nodes.flatMap((node) => (node.state === 'idle' ? [claims.byNode.get(node.key)] : [])));
  const groupOf = new Map(claims.groups.flatMap((group) => group.requests.map((request) => [request, group] as const)));
  let rows: readonly QueuedGroup[] | null = null;
  return (request, capabilities) => {
    rows ??= claims.groups.flatMap((group) => queuedGroup(group, compare));
    const own = groupOf.get(request);
    const isSpecial = own !== undefined && isSpecialGroup(own.demands);
    // Another node of the same kind is there for one that is served, so whoever takes whose is the same.
    const isAhead = (one: JobRequest): boolean =>
      isSpecial || (!served.has(one) && servedAsOf(request, settings) < servedAsOf(one, settings));
    const met = new Map<Demand, boolean>();
    const meets = (demand: Demand): boolean => {
      const isMet = met.get(demand) ?? meetsAll([demand], capabilities);
      met.set(demand, isMet);
      return isMet;
    };
    const priority = priorityOf(request);
    for (const { group, first, demands, requests, priority: others } of rows) {
      if (group === own || (!isSpecial && others === priority)) continue;
      // Whoever comes after it in the queue is no rival, and comparing demands with an agent is dear.
      if (compare(first, request) > 0 || !demands.every(meets)) continue;
      for (const other of requests) {
        if (compare(other, request) > 0) break;
        if (isAhead(other)) return other;
      }
    }
    return null;
  };
}

/** Where nothing but age decides. */
export const noRival: FindRival = () => null;

interface QueuedGroup {
  readonly group: RequestGroup;
  readonly demands: readonly Demand[];
  /** As Azure DevOps serves them. */
  readonly requests: readonly JobRequest[];
  readonly first: JobRequest;
  readonly priority: Priority;
}

/** None for demands that no agent meets. */
function queuedGroup(group: RequestGroup, compare: ReturnType<typeof queueOrder>): readonly QueuedGroup[] {
  const requests = group.requests.toSorted(compare);
  const [first] = requests;
  const { demands } = group;
  return first === undefined || demands === null
    ? []
    : [{ group, demands, requests, first, priority: priorityOf(first) }];
}

/** Its machine is made or tagged for it, and another would have to be. */
function isSpecialGroup(demands: RequestGroup['demands']): boolean {
  return (namedTag(demands) ?? namedWorkFolder(demands)) !== null;
}

/** Whoever is served first comes last, for the request that is bumped last is first in the queue. */
export function lastServedFirst<One extends Node>(nodes: readonly One[], { claims, settings }: Pass): readonly One[] {
  const places = nodes.map((node) => {
    const request = claims.byNode.get(node.key);
    return { node, at: request === undefined ? Infinity : servedAsOf(request, settings) };
  });
  return places.sort((a, b) => (a.at === b.at ? 0 : b.at - a.at)).map(({ node }) => node);
}

/** The bump that has to come before the node is opened for the request, if any. */
export function first(
  request: JobRequest | undefined,
  node: Node,
  find: FindRival,
  capabilities: Capabilities | null,
): readonly Decision[] {
  const rival = request === undefined ? null : find(request, capabilities);
  if (request === undefined || rival === null) return [];
  const words = `Job request ${request.requestId} goes first: ${node.name} is its node, and job request ${rival.requestId} would be given it before.`;
  const bump: Decision = {
    kind: 'bump',
    reason: say('servedFirst', words),
    request: request.requestId,
    node: node.name,
  };
  return [bump];
}

/** These bumps before everything else, for the one bump that guards an image (gate.ts) has to be the last. */
export function bumpsFirst(decisions: readonly Decision[], { observation, settings }: Pass): readonly Decision[] {
  const bumps = decisions.filter(({ reason }) => reason.code === 'servedFirst');
  if (bumps.length === 0) return decisions;
  const requests = new Map(observation.jobRequests.value.map((request) => [request.requestId, request]));
  const place = ({ request }: Decision): number => {
    const one = requests.get(request ?? 0);
    return one === undefined ? 0 : servedAsOf(one, settings);
  };
  const sorted = bumps.toSorted((a, b) => place(b) - place(a));
  return [...sorted, ...decisions.filter((decision) => !bumps.includes(decision))];
}

/** The same for the node as it is, and the request that is to have it. */
export function firstOn(node: Node, { claims }: Pass, find: FindRival): readonly Decision[] {
  // To join the capabilities of an agent is dear.
  if (node.agent === null || find === noRival) return [];
  return first(claims.byNode.get(node.key), node, find, capabilitiesOf(node.agent));
}

/**
 * Until when a job waits for higher ones that are queued together with it, or null: only where jobs ask for priorities, it
 * is not High itself, and no node would be left for them.
 */
export function batchEndsAt({ claims, settings, now }: Pass, request: JobRequest | undefined): number | null {
  if (request === undefined || claims.spareIdle.length > 0) return null;
  // Of a long queue hardly any were queued just now.
  const until = request.queuedAt + settings.priority.batchSeconds * 1000;
  if (until <= now || priorityOf(request) === 'High') return null;
  return asksForPriorities(claims) ? until : null;
}

/** True where some request names a priority; asked for each node and each request of a pass. */
export function asksForPriorities(claims: Pass['claims']): boolean {
  const known = asking.get(claims);
  if (known !== undefined) return known;
  const isAsked = claims.groups.some((group) => usesPriorities(group.requests.slice(0, 1)));
  asking.set(claims, isAsked);
  return isAsked;
}

const asking = new WeakMap<Pass['claims'], boolean>();

export function batching(node: Node, request: JobRequest | undefined, forMs: number): Decision {
  const id = request?.requestId ?? 0;
  const words = `${node.name} is kept for another ${span(forMs)}: a higher job that is queued together with job request ${id} comes before it.`;
  return { kind: 'wait', reason: say('batching', words), node: node.name, request: id };
}
