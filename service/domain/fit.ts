// Which queued requests which nodes could serve. Requests with the same demands are one group, however many there are.
import { meetsAll, type AgentClass } from './agent-class.ts';
import { equalsIgnoringCase, parseDemand, type Demand } from './demand.ts';
import { serves, targetOf, type ImageCatalog, type Target } from './image-catalog.ts';
import { isHeldByParallelLimit, type JobRequest } from './job-request.ts';
import { newNodeFit } from './new-node-fit.ts';
import { compareText, type Node } from './node.ts';
import type { Observation } from './observation.ts';
import type { PlacedClass } from './placed-class.ts';
import type { PoolSettings } from './pool.ts';
import { columnsOf } from './queue-columns.ts';
import { requestsByState } from './requests-by-state.ts';
import { serviceQueue, type ServiceQueue } from './service-queue.ts';
import { tagSplitter } from './tags.ts';

export interface RequestGroup {
  /** Null where one of the demands does not parse: no agent meets it. */
  readonly demands: readonly Demand[] | null;
  /** In the order in which they are served. */
  readonly requests: readonly JobRequest[];
  /** Which machines it means; null for an image that nobody declared. */
  readonly target: Target | null;
  /** True where a node that Weir would make for it meets the demands. */
  readonly fitsNew: boolean;
  /** True while its requests wait for the agent that carries their tag, and for no other. */
  readonly waitsForTag?: boolean;
}

/** Queued requests, oldest first; one that an agent already names as its own is not queued any more, whatever the older list says. */
export function queuedRequests(observation: Observation): readonly JobRequest[] {
  const known = queues.get(observation);
  if (known !== undefined) return known;
  const queue = newQueue(observation);
  queues.set(observation, queue);
  return queue;
}

/** Several reasons of a pass ask. */
const queues = new WeakMap<Observation, readonly JobRequest[]>();

function newQueue(observation: Observation): readonly JobRequest[] {
  const { queued } = requestsByState(observation.jobRequests.value);
  const { isOrdered } = columnsOf(queued);
  const queue = withoutTaken(queued, isOrdered, takenBy(observation.agents.value));
  // Azure DevOps counts them up by age, so most lists are in order and have nobody twice.
  if (isOrdered) return queue;
  return [...new Map(queue.map((request) => [request.requestId, request])).values()].sort(byAge);
}

/** Jobs that run are older than those that wait, so of a list in order hardly any entry has to be looked at. */
function withoutTaken(
  queue: readonly JobRequest[],
  isOrdered: boolean,
  taken: readonly number[],
): readonly JobRequest[] {
  const first = queue[0]?.requestId ?? Infinity;
  const last = queue.at(-1)?.requestId ?? -Infinity;
  if (isOrdered && !taken.some((requestId) => requestId >= first && requestId <= last)) return queue;
  const isTaken = new Set(taken);
  return queue.some(({ requestId }) => isTaken.has(requestId))
    ? queue.filter(({ requestId }) => !isTaken.has(requestId))
    : queue;
}

/** Ids of the requests that agents name as their own; worked out once for each list. */
function takenBy(agents: Observation['agents']['value']): readonly number[] {
  const known = takings.get(agents);
  if (known !== undefined) return known;
  const taken: number[] = [];
  for (const { assignedRequestId } of agents) if (assignedRequestId !== null) taken.push(assignedRequestId);
  takings.set(agents, taken);
  return taken;
}

const takings = new WeakMap<Observation['agents']['value'], readonly number[]>();

/** Whom the limit of parallel jobs holds back no machine helps, so he takes none from those that may start. */
function mayStart(queue: readonly JobRequest[]): readonly JobRequest[] {
  return columnsOf(queue).holdsBack ? queue.filter((request) => !isHeldByParallelLimit(request)) : queue;
}

function byAge(a: JobRequest, b: JobRequest): number {
  return a.queuedAt - b.queuedAt || a.requestId - b.requestId;
}

export interface Queue {
  /** Groups that no new node would fit come first: what exists is all that they can get. */
  readonly groups: readonly RequestGroup[];
  /** Capability names that some queued request asks for. */
  readonly names: readonly string[];
  /** All that a machine would help, in the order in which they are served (priority.ts). */
  readonly requests: readonly JobRequest[];
  /** The place of the group of the request that is served in this turn, counted from 0. */
  readonly groupAt: (turn: number) => number;
  /** True where their ids rise from one to the next. */
  readonly isOrdered: boolean;
}

export function groupRequests(
  observation: Observation,
  settings: PoolSettings,
  nodes: readonly Node[],
  catalog: ImageCatalog,
): Queue {
  const startable = mayStart(queuedRequests(observation));
  const queue = serviceQueue(startable, settings);
  const read = demandReader();
  const parsed = queue.groups.map((requests) => ({ demands: read(requests[0]?.demands ?? []), requests }));
  const names = namesOf(parsed, catalog);
  const fitsNew = newNodeFit(observation, settings, nodes, names, catalog);
  const groups = parsed.map((group): RequestGroup => {
    const meant = group.demands === null ? null : targetOf(group.demands, catalog);
    const target = meant?.target ?? null;
    return { ...group, target, fitsNew: meant?.fault == null && fitsNew(group.demands, group.requests, target) };
  });
  const split = tagSplitter(nodes, settings, observation.now);
  const settled = groups.map((group) => split(group));
  const parts = settled.flat();
  const ordered = [...parts.filter((group) => !group.fitsNew), ...parts.filter((group) => group.fitsNew)];
  const { requests } = queue;
  const isOrdered = requests === startable && columnsOf(requests).isOrdered;
  return { groups: ordered, names, requests, groupAt: placesIn(ordered, settled, queue), isOrdered };
}

/** A group that was split has its requests in its parts, in the same order as before. */
function placesIn(
  groups: readonly RequestGroup[],
  settled: readonly (readonly RequestGroup[])[],
  { requests, groupAt }: ServiceQueue,
): Queue['groupAt'] {
  const placeOf = new Map(groups.map((group, place) => [group, place]));
  const places = settled.map((parts) => parts.map((part) => placeOf.get(part) ?? 0));
  const alone = places.map(([place = 0]) => place);
  if (settled.every((parts) => parts.length < 2)) return (turn) => alone[groupAt(turn)] ?? 0;
  const next = groups.map(() => 0);
  const found = new Int32Array(requests.length);
  for (let turn = 0; turn < requests.length; turn += 1) {
    const among = places[groupAt(turn)] ?? [];
    const place = among.find((one) => groups[one]?.requests[next[one] ?? 0] === requests[turn]) ?? 0;
    next[place] = (next[place] ?? 0) + 1;
    found[turn] = place;
  }
  return (turn) => found[turn] ?? 0;
}

/** Azure DevOps gives a request to any agent that meets its demands. */
export function fits(group: RequestGroup, agentClass: AgentClass): boolean {
  return group.demands !== null && meetsAll(group.demands, agentClass.capabilities);
}

/** A request that names no image means the first one (demand-vectors.md M17), in the version that it stands for. */
export function mayServe(group: RequestGroup, { place, label }: PlacedClass, catalog: ImageCatalog): boolean {
  if (group.target !== null) return serves(place, group.target, catalog);
  // An image that is not declared any more may still have machines: they are what such a request names.
  return label !== null && group.demands?.some((demand) => isImage(demand, label)) === true;
}

function isImage(demand: Demand, alias: string): boolean {
  return (
    demand.kind === 'equals' &&
    equalsIgnoringCase(demand.name, 'ImageOverride') &&
    equalsIgnoringCase(demand.value, alias)
  );
}

function namesOf(
  groups: readonly { readonly demands: readonly Demand[] | null }[],
  { isOwnSet }: ImageCatalog,
): readonly string[] {
  const names = new Map<string, string>([['imageoverride', 'ImageOverride']]);
  if (!isOwnSet) names.set('imageversionoverride', 'ImageVersionOverride');
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
