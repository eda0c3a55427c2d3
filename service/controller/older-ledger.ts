// A ledger that is older than the world (its database was restored from a backup) lacks what happened since, and the world
// is right (reliability-security.md I-21). A machine whose record names no agent may have one that runs a job, and a step of
// the protocol that was true then may be so no more.
import type { Agent } from '../domain/agent.ts';
import type { Instance } from '../domain/instance.ts';
import { enrolments, placeIn, setNameIn, type EnrolledOn } from '../domain/machine-agents.ts';
import type { Generation, Observation, OpenOperation } from '../domain/observation.ts';
import { stoodBefore } from '../domain/saved-nodes.ts';
import { CloudError } from '../problem.ts';
import { isDueAgain } from '../steady.ts';
import type { PoolContext } from './context.ts';
import { claimMilliseconds, newGeneration } from './generations.ts';
import { lifeCapability } from './orphans.ts';

/** Takes agents that Weir enrolled and has no record of for the agents of the machines whose name they carry. */
export async function readopt(context: PoolContext, given: Observation): Promise<Observation> {
  const { lanes, agents } = given;
  const isWhole = lanes.length > 0 && lanes.every((lane) => lane.instances.freshness === 'fresh');
  if (!isWhole || agents.freshness !== 'fresh') return given;
  const observation = await withoutTaken(context, given);
  const newest = newestLives(observation.generations);
  const listed = new Set(agents.value.map((agent) => agent.agentId));
  let enrolledOn: EnrolledOn | null = null;
  let generations = observation.generations;
  for (const instance of lanes.flatMap((lane) => lane.instances.value)) {
    const life = newest.get(instance.vmId);
    if (life === undefined || !isWithoutAgent(life, listed, observation.now)) continue;
    enrolledOn ??= enrolments(observation);
    const found = enrolledOn(instance).find((agent) => !(lifeCapability in agent.systemCapabilities));
    const adopted = found === undefined ? null : await adopt(context, observation, life, instance, found);
    if (adopted === null) continue;
    const words = `Agent ${adopted.agentName} was not in the records; it is taken for the agent of its machine.`;
    context.line('warn', words);
    const others = await withoutAgent(context, generations, adopted);
    generations = [...others.filter((one) => one.generationId !== adopted.generationId), adopted];
  }
  return generations === observation.generations ? observation : { ...observation, generations };
}

/**
 * A placeholder that carries the name of a machine by now was taken over by it after the records were written. Told anew as a
 * placeholder it would lose its job. Lists lag, and one that was just given back has its old name there, so it is asked for.
 */
async function withoutTaken(context: PoolContext, observation: Observation): Promise<Observation> {
  const rows = new Set(observation.placeholders.map((one) => one.agentId));
  const taken = new Set<number>();
  for (const { agentId, name } of rows.size === 0 ? [] : observation.agents.value) {
    if (!rows.has(agentId) || placeOf(name, observation) === null) continue;
    try {
      const agent = await context.azureDevOps.readAgent(context.settings.poolId, agentId);
      if (agent === null || placeOf(agent.name, observation) === null) continue;
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      continue;
    }
    await context.store.removePlaceholder(context.lease, agentId);
    taken.add(agentId);
  }
  if (taken.size === 0) return observation;
  return { ...observation, placeholders: observation.placeholders.filter((one) => !taken.has(one.agentId)) };
}

/** The machine of one of the pool's scale sets that an agent says in its name, or null. */
function placeOf(agentName: string, { lanes }: Observation): ReturnType<typeof placeIn> {
  const place = placeIn(agentName);
  const isOurs = lanes.some((lane) => setNameIn(lane.scaleSet.value.id) === place?.scaleSet);
  return isOurs ? place : null;
}

/** By machine. */
function newestLives(generations: readonly Generation[]): ReadonlyMap<string, Generation> {
  return new Map(
    generations.toSorted((one, other) => one.startedAt - other.startedAt).map((life) => [life.vmId, life] as const),
  );
}

function isWithoutAgent({ agentId, claimedAt }: Generation, listed: ReadonlySet<number>, now: number): boolean {
  if (agentId !== null) return !listed.has(agentId);
  return isDueAgain(claimedAt, claimMilliseconds, now);
}

/** A life of another machine that had the agent before it was given back and taken over has it no more. */
async function withoutAgent(
  context: PoolContext,
  generations: readonly Generation[],
  { generationId, agentId }: Generation,
): Promise<readonly Generation[]> {
  const lost = { agentId: null, agentName: null };
  const former = generations.filter((one) => one.agentId === agentId && one.generationId !== generationId);
  for (const life of former) await context.store.changeGeneration(context.lease, life.generationId, lost);
  return generations.map((one) => (former.includes(one) ? { ...one, ...lost } : one));
}

/** Lists lag, so both agents are asked for by their ids; null where the records are right after all, or nobody can tell. */
async function adopt(
  context: PoolContext,
  observation: Observation,
  life: Generation,
  instance: Instance,
  listed: Agent,
): Promise<Generation | null> {
  const { poolId } = context.settings;
  try {
    const agent = await context.azureDevOps.readAgent(poolId, listed.agentId);
    if (agent?.name !== listed.name) return null;
    // A claim may have ended since the picture, and what it recorded is the truth.
    const recorded = (await context.store.listGenerations(context.pool)).find(
      ({ generationId }) => generationId === life.generationId,
    );
    if (recorded?.agentId !== life.agentId) return null;
    const { agentId, name: agentName } = agent;
    const change = { agentId, agentName, isDisabledByWeir: isAsRegistered(agent) };
    if (life.agentId === null) {
      await context.store.changeGeneration(context.lease, life.generationId, change);
      return { ...life, ...change };
    }
    if ((await context.azureDevOps.readAgent(poolId, life.agentId)) !== null) return null;
    // The machine was wiped and enrolled again since: that is another life of it.
    const next = { ...newGeneration(context, instance, observation, 'reimage'), ...change, claimedAt: observation.now };
    await context.store.startGeneration(context.lease, next);
    return next;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return null;
  }
}

/** Enrolment leaves an agent disabled until its first job; of one that was used already a person may have disabled it (I-16). */
function isAsRegistered(agent: Agent): boolean {
  return !agent.isEnabled && agent.lastCompletedRequestId === null && agent.assignedRequestId === null;
}

/**
 * Whether no agent can be on the machine any more, as the operation says. One that this process brought there itself is in
 * `carried` and is not asked about again, as long as no other life of its machine has an agent; of any other that is over the machine stays, and false where nobody can tell.
 */
export async function isStillWithoutAgent(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  carried: Set<string>,
): Promise<boolean> {
  if (carried.has(operation.operationId) && !hasOtherLife(observation, operation)) return true;
  if (observation.agents.freshness !== 'fresh') return false;
  try {
    for (const id of agentsSince(observation, operation)) {
      const agent = await context.azureDevOps.readAgent(context.settings.poolId, id);
      if (agent === null || isElsewhere(agent, observation, operation)) continue;
      const change = { phase: 'cancelled', lastProblem: `Agent ${agent.name} is on the machine.` } as const;
      await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), change);
      context.line('warn', `The records are older than the world: agent ${agent.name} is on a machine that was to go.`);
      return false;
    }
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return false;
  }
  carried.add(operation.operationId);
  return true;
}

function hasOtherLife({ generations }: Observation, { vmId, generationId }: OpenOperation): boolean {
  return generations.some((one) => one.vmId === vmId && one.generationId !== generationId && one.agentId !== null);
}

/** The agent that was taken away, and those that came to the machine after it, as far as records and names tell. */
function agentsSince(observation: Observation, operation: OpenOperation): readonly number[] {
  const { agentId, vmId, scaleSetId, instanceId } = operation;
  const listed = observation.lanes.flatMap((lane) => lane.instances.value);
  // Lists lag, and what this one lacks may run a job: then nobody knows since when, and every agent of its name counts.
  const unlisted = scaleSetId === null || instanceId === null ? null : { scaleSetId, instanceId, createdAt: null };
  const machine = listed.find((instance) => instance.vmId === vmId) ?? unlisted;
  const lives = observation.generations.filter((one) => one.vmId === vmId).map((one) => one.agentId);
  const unknown = machine === null ? [] : enrolments(observation)(machine).map((agent) => agent.agentId);
  return [...new Set([agentId, ...lives, ...unknown])].filter((id) => id !== null);
}

/** What was given back stands as a placeholder under its old id, until another machine takes it over. */
function isElsewhere(agent: Agent, observation: Observation, { scaleSetId, instanceId }: OpenOperation): boolean {
  const place = placeOf(agent.name, observation);
  if (place === null) return observation.placeholders.some((one) => one.agentId === agent.agentId);
  return scaleSetId !== null && (place.scaleSet !== setNameIn(scaleSetId) || place.instanceId !== instanceId);
}

/**
 * The agent that has to go before the machine does. A record that names none any more has given it back (give-back.ts): the one
 * that the operation still names may be another machine's by now. What somebody else enrolled never stands in a record.
 */
export function agentIdOf({ agentId, reason }: OpenOperation, generation: Generation | null): number | null {
  if (generation === null || reason.code === stoodBefore) return generation?.agentId ?? agentId;
  return generation.agentId;
}

/** What the record or the operation names is registered no more, or there never was one. */
export async function isAgentGone(
  context: PoolContext,
  operation: OpenOperation,
  generation: Generation | null,
): Promise<boolean> {
  const agentId = agentIdOf(operation, generation);
  return agentId === null || (await context.azureDevOps.readAgent(context.settings.poolId, agentId)) === null;
}
