// One node for each queued request: idle nodes first, then booting ones, and only then is a new one needed. A claim is
// accounting and no promise of Azure DevOps; with it nothing is counted twice and nothing is forgotten.
import { lateAt } from './boot-time.ts';
import { claimants, claimRecord, type Claimant } from './claimants.ts';
import { fits, groupRequests, mayServe, type Queue, type RequestGroup } from './fit.ts';
import { catalogOf, serves, type ImageCatalog } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import { fitsOnceLabelled } from './labels.ts';
import { leftWaiting, type Booked, type LeftWaiting } from './left-waiting.ts';
import { retiringOf, type Retiring } from './retiring.ts';
import type { LaneCapacity } from './lane-capacity.ts';
import type { Place } from './lane-place.ts';
import { matchInTurn } from './match-in-turn.ts';
import type { Memory } from './memory.ts';
import { compareText, isHeldByPerson, type Node, type NodeState } from './node.ts';
import { nodesIn, nodesInAny } from './nodes-by-state.ts';
import type { Observation } from './observation.ts';
import { ownPlace, placedClasses, placeOfLane, placeOfNode } from './placed-class.ts';
import type { PoolSettings } from './pool.ts';
import { allowsAlias, fixedAlias } from './alias-choice.ts';
import { allowsFolder, fixedFolder, namedWorkFolder, openChoice } from './work-folder-choice.ts';

export interface Claims extends LeftWaiting {
  readonly catalog: ImageCatalog;
  readonly groups: readonly RequestGroup[];
  /** All that a machine would help, with their groups. */
  readonly queue: Pick<Queue, 'requests' | 'groupAt'>;
  /** Capability names that some queued request asks for. */
  readonly names: readonly string[];
  /** Those that a machine would help. */
  readonly queuedCount: number;
  /** Request id → node key. */
  readonly byRequest: Readonly<Record<string, string>>;
  readonly byNode: ReadonlyMap<string, JobRequest>;
  readonly onIdleCount: number;
  /** On machines that boot, or that were asked for and are not listed yet. */
  readonly onBootingCount: number;
  /** Oldest idle first. */
  readonly spareIdle: readonly Node[];
  readonly spareBootingCount: number;
  /** The same by what the machines will be: how many of them are claimed, and how many are spare. */
  readonly boots: readonly BootingPlace[];
  /** Boots that take longer than they should: no supply, but part of the maximum. */
  readonly lateCount: number;
  readonly retiring: Retiring;
}

export interface BootingPlace {
  readonly place: Place;
  readonly used: number;
  readonly spare: number;
}

export function claim(
  observation: Observation,
  settings: PoolSettings,
  memory: Memory,
  nodes: readonly Node[],
  lanes: readonly LaneCapacity[],
): Claims {
  const catalog = catalogOf(observation, settings, memory);
  const queue = groupRequests(observation, settings, nodes, catalog);
  const { groups, names } = queue;
  const retiring = retiringOf(nodes, observation, settings);
  const idle = nodesIn(nodes, 'idle').filter((node) => isIdleSupply(node) && !retiring.now.has(node.key));
  const starting = nodesInAny(nodes, startingStates).filter((node) => isStarting(node));
  const booting = starting.filter((node) => (lateAt(node, memory, observation.now) ?? Infinity) > observation.now);
  const promised = lanes.reduce((sum, lane) => sum + lane.promised, 0);
  const kinds = kindsOf(idle, groups, names, catalog, settings);
  const boots = bootsOf(booting, lanes, catalog);
  const bootingColumn = kinds.length;
  const adjacent = groups.map((group, index) => [
    ...kinds.flatMap((kind, column) => (kind.groups.has(index) ? [column] : [])),
    ...kinds.flatMap((kind, column) => (kind.onceLabelled.has(index) ? [column] : [])),
    ...bootsFor(group, boots, catalog).map((column) => bootingColumn + column),
  ]);
  const columns: readonly Column[] = [
    ...kinds.map((kind) => ({ nodes: kind.nodes.toSorted(bySeniority), promised: 0 })),
    ...boots,
  ];
  const supply = columns.map((column) => column.nodes.length + column.promised);
  const flow = matchInTurn(queue, settings, supply, adjacent, bootingColumn);
  const booked = book(groups, columns, flow, claimants(queue, memory));
  const waiting = leftWaiting(queue, booked);
  const onIdleCount = total(flow, (column) => column < bootingColumn);
  const onBootingCount = total(flow, (column) => column >= bootingColumn);
  return {
    catalog,
    groups,
    names,
    queue,
    queuedCount: queue.requests.length,
    byRequest: claimRecord(booked.byNode, memory),
    byNode: booked.byNode,
    onIdleCount,
    onBootingCount,
    left: waiting.left,
    leftCount: waiting.leftCount,
    get withoutNode() {
      return waiting.withoutNode;
    },
    misfits: waiting.misfits,
    spareIdle: idle.filter((node) => !booked.byNode.has(node.key)).sort(bySeniority),
    spareBootingCount: booting.length + promised - onBootingCount,
    boots: bootingPlaces(boots, (index) => total(flow, (column) => column === bootingColumn + index)),
    lateCount: starting.length - booting.length,
    retiring,
  };
}

/** Online, free and not kept away by a person; a node behind the gate counts, for the gate opens for what it claims. */
export function isIdleSupply(node: Node): boolean {
  return node.state === 'idle' && !isHeldByPerson(node);
}

export function isStarting(node: Node): boolean {
  return startingStates.has(node.state) && (node.state !== 'pendingReimage' || node.requestId === null);
}

/** No node in another state is starting. */
export const startingStates: ReadonlySet<NodeState> = new Set<NodeState>([
  ...(['new', 'creatingCompute', 'startingAgent'] as const),
  ...(['reimagingCompute', 'restartingAgent', 'pendingReimage'] as const),
]);

export function bySeniority(a: Node, b: Node): number {
  return a.stateSince - b.stateSince || compareText(a.key, b.key);
}

function canBoot(group: RequestGroup, { place, folder, alias }: Boot, catalog: ImageCatalog): boolean {
  const isMeant = group.fitsNew && group.target !== null && serves(place, group.target, catalog);
  return isMeant && allowsFolder(group.demands, folder) && allowsAlias(group.demands, alias);
}

/** Columns of what may boot for the group: first what is made for its folder, last what is made for another one's. */
function bootsFor(group: RequestGroup, boots: readonly Boot[], catalog: ImageCatalog): readonly number[] {
  const wanted = namedWorkFolder(group.demands)?.toLowerCase() ?? null;
  const distance = ({ folder, chosen }: Boot): number => {
    const made = (folder ?? chosen)?.toLowerCase() ?? null;
    return made === wanted ? 0 : made === null ? 1 : 2;
  };
  return [...boots.entries()]
    .filter(([, boot]) => canBoot(group, boot, catalog))
    .sort(([a, left], [b, right]) => distance(left) - distance(right) || a - b)
    .map(([column]) => column);
}

interface Boot extends Column {
  readonly place: Place;
  /** What the machines have claimed as their work folder; null while that is open. */
  readonly folder: string | null;
  /** The folder that was chosen for them, as long as it may still be changed. */
  readonly chosen: string | null;
  /** Which alias of their image they have claimed; null while that is open. */
  readonly alias: string | null;
}

/** Each place once, whatever folders its machines have. */
function bootingPlaces(boots: readonly Boot[], usedOf: (index: number) => number): readonly BootingPlace[] {
  const byPlace = new Map<string, BootingPlace>();
  for (const [index, { place, nodes, promised }] of boots.entries()) {
    const key = `${place.image} ${place.version} ${place.isDraining}`;
    const before = byPlace.get(key) ?? { place, used: 0, spare: 0 };
    const used = usedOf(index);
    byPlace.set(key, { place, used: before.used + used, spare: before.spare + nodes.length + promised - used });
  }
  return [...byPlace.values()];
}

const unmade = { folder: null, chosen: null, alias: null };

/** What boots or was asked for, by what it will be; on the customer's own set all of it is one. */
function bootsOf(booting: readonly Node[], lanes: readonly LaneCapacity[], catalog: ImageCatalog): readonly Boot[] {
  const found = new Map<string, Boot & { readonly nodes: Node[]; promised: number }>();
  const at = (place: Place, made: Pick<Boot, 'folder' | 'chosen' | 'alias'> = unmade) => {
    const labels = [made.folder, made.chosen, made.alias].map((one) => one?.toLowerCase() ?? '').join(' ');
    const key = `${place.image} ${place.version} ${place.isDraining} ${labels}`;
    const known = found.get(key) ?? { place, ...made, nodes: [], promised: 0 };
    found.set(key, known);
    return known;
  };
  if (catalog.isOwnSet) at(ownPlace);
  // Most boots are for anybody, and the machines of one lane have one place.
  const plain = new Map<Place, ReturnType<typeof at>>();
  for (const node of booting) {
    const place = placeOfNode(node, catalog);
    const made = { folder: fixedFolder(node), chosen: openChoice(node), alias: fixedAlias(node) };
    const isPlain = made.folder === null && made.chosen === null && made.alias === null;
    const boot = (isPlain ? plain.get(place) : undefined) ?? at(place, made);
    if (isPlain) plain.set(place, boot);
    boot.nodes.push(node);
  }
  for (const lane of lanes) {
    at(placeOfLane(lane.scaleSetId, catalog)).promised += lane.promised;
  }
  return [...found]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, one]) => ({ ...one, nodes: one.nodes.toSorted(bySeniority) }));
}

interface IdleKind {
  readonly groups: ReadonlySet<number>;
  /** Groups whose requests would fit if the nodes got other labels. */
  readonly onceLabelled: ReadonlySet<number>;
  readonly nodes: Node[];
}

/** Idle nodes that the same groups of requests fit are one kind, whatever else tells them apart. */
function kindsOf(
  idle: readonly Node[],
  groups: readonly RequestGroup[],
  names: readonly string[],
  catalog: ImageCatalog,
  settings: PoolSettings,
) {
  const kinds = new Map<string, IdleKind>();
  for (const one of placedClasses(idle, names, catalog)) {
    const served = groups.flatMap((group, index) => (mayServe(group, one, catalog) ? [index] : []));
    const fitting = served.filter((index) => groups[index] !== undefined && fits(groups[index], one));
    const onceLabelled = served.filter((index) => {
      const group = groups[index];
      if (group === undefined || group.waitsForTag === true || fits(group, one)) return false;
      return fitsOnceLabelled(group.demands, one.capabilities, settings);
    });
    const key = `${fitting.join(' ')}|${onceLabelled.join(' ')}`;
    const kind = kinds.get(key);
    if (kind === undefined)
      kinds.set(key, { groups: new Set(fitting), onceLabelled: new Set(onceLabelled), nodes: [...one.nodes] });
    else kind.nodes.push(...one.nodes);
  }
  return [...kinds].sort(([a], [b]) => compareText(a, b)).map(([, kind]) => kind);
}

interface Column {
  /** In the order in which they are taken. */
  readonly nodes: readonly Node[];
  /** Places without a name, taken last: machines that were asked for and are not listed yet. */
  readonly promised: number;
}

/** Gives the counted places to requests by name: who had a node keeps it, the oldest take what is left. */
function book(
  groups: readonly RequestGroup[],
  columns: readonly Column[],
  flow: readonly ReadonlyMap<number, number>[],
  before: ReadonlyMap<string, Claimant>,
): Booked & { readonly byNode: ReadonlyMap<string, JobRequest> } {
  const byNode = new Map<string, JobRequest>();
  const taken = new Set<JobRequest>();
  const takenOf = groups.map(() => 0);
  const take = (request: JobRequest, group: number): void => {
    taken.add(request);
    takenOf[group] = (takenOf[group] ?? 0) + 1;
  };
  const places = flow.map((row) => new Map(row));
  const next = groups.map(() => 0);
  for (const [column, { nodes }] of columns.entries()) {
    for (const node of nodes) {
      const claimant = before.get(node.key);
      if (claimant === undefined) continue;
      const wanted = places[claimant.group]?.get(column) ?? 0;
      if (wanted === 0 || taken.has(claimant.request)) continue;
      byNode.set(node.key, claimant.request);
      take(claimant.request, claimant.group);
      places[claimant.group]?.set(column, wanted - 1);
    }
    // Mostly everybody keeps his node, and nobody asks who else is free.
    let free: Iterator<Node, undefined> | null = null;
    const nextFree = () => (free ??= nodes.filter((node) => !byNode.has(node.key)).values()).next().value;
    for (const [index, { requests }] of groups.entries()) {
      for (let wanted = places[index]?.get(column) ?? 0; wanted > 0;) {
        const request = requests[next[index] ?? 0];
        if (request === undefined) break;
        next[index] = (next[index] ?? 0) + 1;
        if (taken.has(request)) continue;
        take(request, index);
        wanted -= 1;
        const node = nextFree();
        if (node !== undefined) byNode.set(node.key, request);
      }
    }
  }
  return { byNode, taken, takenOf };
}

function total(flow: readonly ReadonlyMap<number, number>[], isCounted: (column: number) => boolean): number {
  let sum = 0;
  for (const places of flow) for (const [column, number] of places) if (isCounted(column)) sum += number;
  return sum;
}
