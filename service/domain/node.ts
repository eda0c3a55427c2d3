// Agent and instance together; either half may be missing. The join of what both clouds say with what Weir recorded.
import { capabilitiesOf, type Agent } from './agent.ts';
import { agentsById, byNumber, type ByNumber } from './agents-by-id.ts';
import { readCapability } from './demand.ts';
import type { Instance } from './instance.ts';
import { noteFormers, recordReader } from './known-record.ts';
import { machinesOf } from './machines.ts';
import type { Memory } from './memory.ts';
import { Facts } from './node-facts.ts';
import { findState, past, type NodeState, type StateFinding } from './node-state.ts';
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
  const formers: (StateRecord | undefined)[] = [];
  const build = nodeBuilder(observation, settings, memory, formers);
  const agents = agentsById(observation.agents.value);
  const { generations } = observation;
  const { instances, placeOf, newest } = machinesOf(observation.lanes, generations);
  const nodes: Node[] = [];
  for (let life = 0; life < generations.length; life += 1) {
    const generation = generations[life];
    if (generation === undefined) continue;
    // A reimage keeps the vmId: the instance belongs to the newest life, an older one has at most a registration left.
    const machine = placeOf[life] ?? -1;
    const instance = machine >= 0 && newest[machine] === life ? (instances[machine] ?? null) : null;
    const agent = generation.agentId === null ? null : (agents.get(generation.agentId) ?? null);
    nodes.push(build(generation, instance, agent));
  }
  const others = instances.filter((_, machine) => newest[machine] === -1);
  const byComputer = observation.ownsEverything ? agentsByComputer(observation, others) : null;
  for (const instance of others) nodes.push(build(null, instance, byComputer?.get(instance.vmId) ?? null));
  if (!isSorted(nodes)) return nodes.sort(byKey);
  noteFormers(nodes, memory.stateSince, formers);
  return nodes;
}

type StateRecord = Memory['stateSince'][string];

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

type Build = (generation: Generation | null, instance: Instance | null, agent: Agent | null) => Node;

/** `formers` gets for each node what the memory says of it. */
function nodeBuilder(
  observation: Observation,
  settings: PoolSettings,
  memory: Memory,
  formers: (StateRecord | undefined)[],
): Build {
  const { now, ownsEverything } = observation;
  const held = requestsByAgent(observation);
  const operations = operationsByMachine(observation.operations);
  const formerly = recordReader(memory.stateSince);
  const idleBefore = recordReader(memory.idleSince);
  const facts = new Facts({ now, memory, ownsEverything, isOneJob: settings.recycleAfterEachUse });
  return (generation, instance, agent) => {
    const key = generation?.generationId ?? instance?.vmId ?? `agent ${agent?.agentId ?? 0}`;
    const agentId = agent?.agentId ?? generation?.agentId ?? null;
    const reserved = agentId === null || speaksForItself(agent) ? undefined : held().get(agentId);
    const requestId = agent?.assignedRequestId ?? reserved?.requestId ?? null;
    const operation = operations.size === 0 ? null : operations.get(generation?.generationId ?? instance?.vmId ?? '');
    facts.look(generation, instance, agent, key, operation ?? null, requestId, reserved?.lockedUntil ?? null);
    const finding = findState(facts);
    const { state } = finding;
    const former = formerly(key);
    formers.push(former);
    return {
      key,
      name: instance?.name ?? nameOf(generation) ?? agent?.name ?? key,
      state,
      agent,
      instance,
      generation,
      scaleSetId: instance?.scaleSetId ?? generation?.scaleSetId ?? null,
      stateSince:
        state === 'idle' ? idleSince(facts, idleBefore(key), former !== undefined) : since(finding, former, now),
      deadlineAt: finding.deadlineAt,
      requestId,
    };
  };
}

/** Of an agent that is online and names its job itself nobody asks what the queue says of it. */
function speaksForItself(agent: Agent | null): boolean {
  return agent?.isOnline === true && agent.assignedRequestId !== null;
}

function since(finding: StateFinding, remembered: StateRecord | undefined, now: number): number {
  if (finding.since !== null) return finding.since;
  return remembered?.state === finding.state ? remembered.since : now;
}

/** Idle *without a break*: a job that came and went between two passes starts the time anew. */
function idleSince(facts: Facts, remembered: number | undefined, isKnown: boolean): number {
  const { now, agent, generation } = facts;
  const completedAt = past(now, agent?.lastCompletedAt ?? null) ?? 0;
  if (remembered !== undefined) return Math.max(remembered, completedAt);
  // It was something else a pass ago, so it became idle just now.
  if (isKnown) return Math.max(now, completedAt);
  const onlineAt = past(now, agent?.statusChangedAt ?? null) ?? 0;
  const latest = Math.max(completedAt, onlineAt, generation?.firstOnlineAt ?? 0);
  return latest === 0 ? now : latest;
}

interface Reserved {
  readonly requestId: number;
  readonly lockedUntil: number | null;
}

/** By the ids of the agents, gathered when somebody asks. */
function requestsByAgent(observation: Observation): () => ByNumber<Reserved> {
  let held: ByNumber<Reserved> | null = null;
  const gather = () => byNumber(requestsByState(observation.jobRequests.value).given, (one) => one.reservedAgentId);
  return () => (held ??= gather());
}

function operationsByMachine(operations: readonly OpenOperation[]): ReadonlyMap<string, OpenOperation> {
  const open = new Map<string, OpenOperation>();
  for (const operation of operations) {
    const machine = operation.generationId ?? operation.vmId;
    if (machine !== null && (operation.kind === 'delete' || operation.kind === 'reimage')) open.set(machine, operation);
  }
  return open;
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
