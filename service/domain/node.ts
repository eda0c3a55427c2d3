// Agent and instance together; either half may be missing. The join of what both clouds say with what Weir recorded.
import { capabilitiesOf, type Agent } from './agent.ts';
import { agentsById } from './agents-by-id.ts';
import { bootingSince } from './booting-since.ts';
import { readCapability } from './demand.ts';
import type { Instance } from './instance.ts';
import type { Memory } from './memory.ts';
import { findState, past, type NodeFacts, type NodeState, type StateFinding } from './node-state.ts';
import type { Generation, Observation, OpenOperation } from './observation.ts';
import type { PoolSettings } from './pool.ts';
import { requestsByState } from './requests-by-state.ts';

export type { NodeState } from './node-state.ts';

export interface Node {
  /** Stable for one life of one machine: the generation id, else `vmId`, else the agent's id. */
  readonly key: string;
  readonly name: string;
  readonly state: NodeState;
  readonly agent: Agent | null;
  readonly instance: Instance | null;
  readonly generation: Generation | null;
  readonly scaleSetId: string | null;
  /** When the node entered its state, as far as the picture and the memory tell. */
  readonly stateSince: number;
  /** When Weir gives up waiting for the state to pass. */
  readonly deadlineAt: number | null;
  /** The job request that runs or is assigned here. */
  readonly requestId: number | null;
}

/**
 * Every node of the pool, ordered by key. Agents that are neither a generation's nor (with `ownsEverything`) an
 * instance's are somebody else's or placeholders: they make no node, so nothing is ever decided about them.
 */
export function nodesOf(observation: Observation, settings: PoolSettings, memory: Memory): readonly Node[] {
  const build = nodeBuilder(observation, settings, memory);
  const machines = new Map<string, Machine>();
  for (const lane of observation.lanes)
    for (const instance of lane.instances.value) machines.set(instance.vmId, { instance, newest: null });
  const agents = agentsById(observation.agents.value);
  const lives = observation.generations.map((generation) => {
    const machine = machines.get(generation.vmId);
    if (machine !== undefined && isNewer(generation, machine.newest)) machine.newest = generation;
    return machine;
  });
  const nodes = observation.generations.map((generation, index) => {
    // A reimage keeps the vmId: the instance belongs to the newest life, an older one has at most a registration left.
    const machine = lives[index];
    const instance = machine?.newest === generation ? machine.instance : null;
    const agent = generation.agentId === null ? null : (agents.get(generation.agentId) ?? null);
    return build({ generation, instance, agent });
  });
  const others: Instance[] = [];
  for (const { instance, newest } of machines.values()) if (newest === null) others.push(instance);
  const byComputer = observation.ownsEverything ? agentsByComputer(observation, others) : null;
  for (const instance of others) {
    nodes.push(build({ generation: null, instance, agent: byComputer?.get(instance.vmId) ?? null }));
  }
  return isSorted(nodes) ? nodes : nodes.sort(byKey);
}

/** Records come in the order of their ids, and to see that costs less than to sort. */
function isSorted(nodes: readonly Node[]): boolean {
  let last = '';
  for (const { key } of nodes) {
    if (key < last) return false;
    last = key;
  }
  return true;
}

function byKey(a: Node, b: Node): number {
  return compareText(a.key, b.key);
}

/** Disabled by a person: it is neither enabled nor reclaimed by us (I-16). */
export function isHeldByPerson(node: Node): boolean {
  return node.agent !== null && !node.agent.isEnabled && node.generation?.isDisabledByWeir !== true;
}

/** In order of UTF-16 units, the same on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** As Azure names the instances of a set, so that a node keeps its name when its instance is gone. */
function nameOf(generation: Generation | null): string | null {
  if (generation === null) return null;
  return `${generation.scaleSetId.slice(generation.scaleSetId.lastIndexOf('/') + 1)}_${generation.instanceId}`;
}

interface Halves {
  readonly generation: Generation | null;
  readonly instance: Instance | null;
  readonly agent: Agent | null;
}

function nodeBuilder(observation: Observation, settings: PoolSettings, memory: Memory): (halves: Halves) => Node {
  const { now } = observation;
  const held = requestsByAgent(observation);
  const operations = operationsByMachine(observation.operations);
  const { ownsEverything } = observation;
  const given: Given = { now, memory, ownsEverything, isOneJob: settings.recycleAfterEachUse };
  return (halves) => {
    const { generation, instance, agent } = halves;
    const key = generation?.generationId ?? instance?.vmId ?? `agent ${agent?.agentId ?? 0}`;
    const agentId = agent?.agentId ?? generation?.agentId ?? null;
    const reserved = agentId === null ? undefined : held.get(agentId);
    const requestId = agent?.assignedRequestId ?? reserved?.requestId ?? null;
    const machine = generation?.generationId ?? instance?.vmId ?? '';
    const operation = operations.size === 0 ? null : (operations.get(machine) ?? null);
    const facts = new Facts(halves, key, operation, requestId, reserved?.lockedUntil ?? null, given);
    const finding = findState(facts);
    return {
      key,
      name: instance?.name ?? nameOf(generation) ?? agent?.name ?? key,
      state: finding.state,
      agent,
      instance,
      generation,
      scaleSetId: instance?.scaleSetId ?? generation?.scaleSetId ?? null,
      stateSince: finding.state === 'idle' ? idleSince(facts, memory, key) : since(finding, memory, key, now),
      deadlineAt: finding.deadlineAt,
      requestId,
    };
  };
}

interface Given {
  readonly now: number;
  readonly memory: Memory;
  readonly ownsEverything: boolean;
  /** Machines run one job only. */
  readonly isOneJob: boolean;
}

/** Most nodes are at work, and of those hardly anything has to be known: the rest is looked for where it is asked for. */
class Facts implements NodeFacts {
  readonly now: number;
  readonly agent: Agent | null;
  readonly instance: Instance | null;
  readonly generation: Generation | null;
  readonly operation: OpenOperation | null;
  readonly requestId: number | null;
  readonly lockedUntil: number | null;
  readonly #halves: Halves;
  readonly #key: string;
  readonly #given: Given;

  constructor(
    halves: Halves,
    key: string,
    operation: OpenOperation | null,
    requestId: number | null,
    lockedUntil: number | null,
    given: Given,
  ) {
    this.now = given.now;
    this.agent = halves.agent;
    this.instance = halves.instance;
    this.generation = halves.generation;
    this.operation = operation;
    this.requestId = requestId;
    this.lockedUntil = lockedUntil;
    this.#halves = halves;
    this.#key = key;
    this.#given = given;
  }

  get isUsed(): boolean {
    return this.#given.isOneJob && this.agent !== null && hasRunJob(this.agent, this.#halves);
  }

  get wasOnline(): boolean {
    return wasOnline(this.#halves);
  }

  get bootingSince(): number {
    return bootingSince(this.generation, this.instance, this.#given.memory, this.#key, this.now);
  }

  get isRecorded(): boolean {
    return this.generation !== null || this.#given.ownsEverything;
  }
}

function since(finding: StateFinding, memory: Memory, key: string, now: number): number {
  if (finding.since !== null) return finding.since;
  const remembered = memory.stateSince[key];
  return remembered?.state === finding.state ? remembered.since : now;
}

/** Idle *without a break*: a job that came and went between two passes starts the time anew. */
function idleSince(facts: Pick<NodeFacts, 'now' | 'agent' | 'generation'>, memory: Memory, key: string): number {
  const { now, agent, generation } = facts;
  const remembered = memory.idleSince[key];
  const completedAt = past(now, agent?.lastCompletedAt ?? null) ?? 0;
  if (remembered !== undefined) return Math.max(remembered, completedAt);
  // It was something else a pass ago, so it became idle just now.
  if (memory.stateSince[key] !== undefined) return Math.max(now, completedAt);
  const onlineAt = past(now, agent?.statusChangedAt ?? null) ?? 0;
  const latest = Math.max(completedAt, onlineAt, generation?.firstOnlineAt ?? 0);
  return latest === 0 ? now : latest;
}

/** In a picture without records an agent that came online after its last job is on a machine that was wiped since. */
function hasRunJob(agent: Agent, halves: Halves): boolean {
  if (agent.lastCompletedRequestId === null || isBeingWiped(halves)) return false;
  if (halves.generation !== null || !agent.isOnline) return true;
  return (agent.statusChangedAt ?? 0) <= (agent.lastCompletedAt ?? 0);
}

function isBeingWiped({ generation, instance }: Halves): boolean {
  return (
    generation === null && (instance?.provisioningState === 'updating' || instance?.provisioningState === 'creating')
  );
}

function wasOnline(halves: Halves): boolean {
  const { generation, instance, agent } = halves;
  if (generation !== null) return generation.firstOnlineAt !== null;
  if (agent === null || isBeingWiped(halves)) return false;
  if (agent.lastCompletedRequestId !== null) return true;
  // Without a record: a status that changed well after the registration went through online at least once.
  const bornAt = agent.createdAt ?? instance?.createdAt ?? null;
  return bornAt !== null && agent.statusChangedAt !== null && agent.statusChangedAt - bornAt > 60_000;
}

function requestsByAgent(observation: Observation) {
  const held = new Map<number, { readonly requestId: number; readonly lockedUntil: number | null }>();
  for (const request of requestsByState(observation.jobRequests.value).given) {
    if (request.reservedAgentId !== null) held.set(request.reservedAgentId, request);
  }
  return held;
}

function operationsByMachine(operations: readonly OpenOperation[]): ReadonlyMap<string, OpenOperation> {
  const open = new Map<string, OpenOperation>();
  for (const operation of operations) {
    const machine = operation.generationId ?? operation.vmId;
    if (machine !== null && (operation.kind === 'delete' || operation.kind === 'reimage')) open.set(machine, operation);
  }
  return open;
}

interface Machine {
  readonly instance: Instance;
  newest: Generation | null;
}

function isNewer(one: Generation, other: Generation | null): boolean {
  if (other === null) return true;
  if (one.startedAt !== other.startedAt) return one.startedAt > other.startedAt;
  return compareText(one.generationId, other.generationId) > 0;
}

/** vmId → agent, by `Agent.ComputerName`, else by the agent's name, ignoring case. */
function agentsByComputer(observation: Observation, instances: readonly Instance[]): ReadonlyMap<string, Agent> {
  const vmIds = new Map<string, string>();
  for (const instance of instances) vmIds.set(instance.computerName.toLowerCase(), instance.vmId);
  const placeholders = new Set(observation.placeholders.map((placeholder) => placeholder.agentId));
  const joined = new Map<string, Agent>();
  for (const agent of observation.agents.value) {
    if (placeholders.has(agent.agentId)) continue;
    const computer = readCapability(capabilitiesOf(agent), 'Agent.ComputerName');
    const vmId = vmIds.get(computer?.toLowerCase() ?? '') ?? vmIds.get(agent.name.toLowerCase());
    if (vmId === undefined) continue;
    const rival = joined.get(vmId);
    if (rival === undefined || isLikelier(agent, rival)) joined.set(vmId, agent);
  }
  return joined;
}

/** Of two registrations under one computer name the living one, else the newer one, is the machine's. */
function isLikelier(agent: Agent, rival: Agent): boolean {
  if (agent.isOnline !== rival.isOnline) return agent.isOnline;
  if ((agent.assignedRequestId === null) !== (rival.assignedRequestId === null))
    return agent.assignedRequestId !== null;
  return agent.agentId > rival.agentId;
}
