// Keeps our record of machine lives in step with what Azure lists: a new vmId begins a generation, and a generation
// ends when neither its instance nor its agent is there any more.
import type { Agent } from '../domain/agent.ts';
import type { Instance } from '../domain/instance.ts';
import type { Generation, Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import { isDueAgain } from '../steady.ts';
import type { PoolContext } from './context.ts';
import type { AnsweredDisables } from './answered-disables.ts';
import { withoutMark } from './gate-mark.ts';
import { lifeCapability } from './orphans.ts';

/** `answered`: what this process remembers of Weir's disables. */
export async function keepGenerations(
  context: PoolContext,
  observation: Observation,
  answered: AnsweredDisables = new Map(),
): Promise<Observation> {
  const { lanes } = observation;
  const isWhole = lanes.length > 0 && lanes.every((lane) => lane.instances.freshness === 'fresh');
  if (observation.agents.freshness !== 'fresh') return observation;
  const agents = new Map(observation.agents.value.map((agent) => [agent.agentId, agent]));
  const living = new Set(observation.generations.map((one) => one.generationId));
  for (const id of answered.keys()) if (!living.has(id)) answered.delete(id);
  if (!isWhole) return await withoutMarks(context, observation, agents, answered);
  const listed = lanes.flatMap((lane) => lane.instances.value);
  const instances = new Map(listed.map((instance) => [instance.vmId, instance]));
  const begun = await beginNew(context, observation, instances);
  const kept: Generation[] = [];
  for (const generation of observation.generations) {
    if (await isOver(context, generation, observation, instances, agents)) continue;
    const claimed = await withAgent(context, generation, observation);
    const seen = await withFirstOnline(context, claimed, agents, observation.now);
    kept.push(await withoutMark(context, seen, observation, agents, answered));
  }
  return { ...observation, generations: [...kept, ...begun] };
}

/** Azure has no say in who disabled an agent: a mark that stays while it is away makes a person's disable look like ours. */
async function withoutMarks(
  context: PoolContext,
  observation: Observation,
  agents: ReadonlyMap<number, Agent>,
  answered: AnsweredDisables,
): Promise<Observation> {
  const generations: Generation[] = [];
  for (const life of observation.generations)
    generations.push(await withoutMark(context, life, observation, agents, answered));
  return { ...observation, generations };
}

async function beginNew(
  context: PoolContext,
  observation: Observation,
  instances: ReadonlyMap<string, Instance>,
): Promise<readonly Generation[]> {
  const known = new Set(observation.generations.map((generation) => generation.vmId));
  const begun: Generation[] = [];
  for (const instance of instances.values()) {
    if (known.has(instance.vmId)) continue;
    const generation = newGeneration(context, instance, observation, 'create');
    await context.store.startGeneration(context.lease, generation);
    begun.push(generation);
  }
  return begun;
}

export function newGeneration(
  context: PoolContext,
  instance: Pick<Instance, 'scaleSetId' | 'instanceId' | 'vmId' | 'createdAt'>,
  { now, lanes }: Pick<Observation, 'now' | 'lanes'>,
  startedBy: 'create' | 'reimage',
): Generation {
  const key = lanes.find((lane) => lane.scaleSet.value.id === instance.scaleSetId)?.key;
  const startedAt = startedBy === 'create' ? Math.min(now, instance.createdAt ?? now) : now;
  return {
    generationId: context.newId(),
    scaleSetId: instance.scaleSetId,
    instanceId: instance.instanceId,
    vmId: instance.vmId,
    startedAt,
    startedBy,
    agentId: null,
    agentName: null,
    claimedAt: null,
    firstOnlineAt: null,
    isDisabledByWeir: true,
    isSaved: false,
    // A reimage is the same image again (DESIGN fact 5), so both lives have what their lane is made for.
    image: key?.image ?? null,
    version: key?.version ?? null,
  };
}

/** The ledger outlives the generation it names, so a generation with an open operation is never ended here. */
async function isOver(
  context: PoolContext,
  generation: Generation,
  observation: Observation,
  instances: ReadonlyMap<string, Instance>,
  agents: ReadonlyMap<number, Agent>,
): Promise<boolean> {
  if (instances.has(generation.vmId) && !isFollowed(generation, observation.generations)) return false;
  if (generation.agentId !== null && agents.has(generation.agentId)) return false;
  if (observation.operations.some((operation) => operation.generationId === generation.generationId)) return false;
  if (!(await areBothGone(context, generation, observation))) return false;
  await context.store.endGeneration(context.lease, generation.generationId);
  return true;
}

/**
 * A record that ends too early is not got back: the machine would look like one that was never claimed, and would be
 * destroyed under its agent. Lists lag and lose items (A22, A23, D5), so both halves are asked for by their ids.
 */
async function areBothGone(context: PoolContext, generation: Generation, observation: Observation): Promise<boolean> {
  const { scaleSetId, instanceId, vmId, agentId, claimedAt } = generation;
  // Its agent is being registered at this moment, perhaps.
  const isClaiming =
    agentId === null && claimedAt !== null && !isDueAgain(claimedAt, claimMilliseconds, observation.now);
  if (isClaiming) return false;
  try {
    if (!isFollowed(generation, observation.generations)) {
      const instance = await context.azure.readInstance(scaleSetId, instanceId);
      if (instance?.vmId === vmId) return false;
    }
    return agentId === null || (await context.azureDevOps.readAgent(context.settings.poolId, agentId)) === null;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return false;
  }
}

/** From the compare-and-set of a claim to the end of its registration, and until lists that lag show it (D5). */
export const claimMilliseconds = 5 * 60_000;

/**
 * A claim that broke off after the registration leaves an agent that only says itself for which life it was made. It is
 * taken for that life's agent, so that it goes the way of all agents before its machine goes.
 */
async function withAgent(context: PoolContext, generation: Generation, observation: Observation): Promise<Generation> {
  if (generation.agentId !== null || generation.claimedAt === null) return generation;
  const made = observation.agents.value.find(
    (agent) => agent.systemCapabilities[lifeCapability] === generation.generationId,
  );
  if (made === undefined) return generation;
  const change = { agentId: made.agentId, agentName: made.name };
  await context.store.changeGeneration(context.lease, generation.generationId, change);
  return { ...generation, ...change };
}

/** A reimage keeps the vmId: the machine belongs to its newest life, and an older one has no claim to it any more. */
function isFollowed(generation: Generation, all: readonly Generation[]): boolean {
  const latest = startsIn(all).get(generation.vmId);
  return latest !== undefined && latest > generation.startedAt;
}

/** vmId → when its newest life began; a pool has thousands, and each of them asks. */
function startsIn(all: readonly Generation[]): ReadonlyMap<string, number> {
  const known = starts.get(all);
  if (known !== undefined) return known;
  const latest = new Map<string, number>();
  for (const { vmId, startedAt } of all) latest.set(vmId, Math.max(latest.get(vmId) ?? startedAt, startedAt));
  starts.set(all, latest);
  return latest;
}

const starts = new WeakMap<readonly Generation[], ReadonlyMap<string, number>>();

async function withFirstOnline(
  context: PoolContext,
  generation: Generation,
  agents: ReadonlyMap<number, Agent>,
  now: number,
): Promise<Generation> {
  const agent = generation.agentId === null ? undefined : agents.get(generation.agentId);
  if (generation.firstOnlineAt !== null || agent?.isOnline !== true) return generation;
  await context.store.changeGeneration(context.lease, generation.generationId, { firstOnlineAt: now });
  return { ...generation, firstOnlineAt: now };
}
