// A ledger that is older than the world (its database was restored from a backup) lacks what happened since, and the world
// is right (reliability-security.md I-21). A machine whose record names no agent may have one that runs a job, and a step of
// the protocol that was true then may be so no more.
import type { Agent } from '../domain/agent.ts';
import type { Instance } from '../domain/instance.ts';
import { enrolledOn } from '../domain/machine-agents.ts';
import type { Generation, Observation, OpenOperation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { PoolContext } from './context.ts';
import { claimMilliseconds, newGeneration } from './generations.ts';
import { lifeCapability } from './orphans.ts';

/** Takes agents that Weir enrolled and has no record of for the agents of the machines whose name they carry. */
export async function readopt(context: PoolContext, observation: Observation): Promise<Observation> {
  const { lanes, agents } = observation;
  const isWhole = lanes.length > 0 && lanes.every((lane) => lane.instances.freshness === 'fresh');
  if (!isWhole || agents.freshness !== 'fresh') return observation;
  let generations = observation.generations;
  for (const instance of lanes.flatMap((lane) => lane.instances.value)) {
    const life = newestLife(generations, instance.vmId);
    const [found] = enrolledOn(observation, instance).filter((agent) => !(lifeCapability in agent.systemCapabilities));
    if (life === null || found === undefined || !isWithoutAgent(life, observation)) continue;
    const adopted = await adopt(context, observation, life, instance, found);
    if (adopted === null) continue;
    context.line('warn', `Agent ${found.name} was not in the records; it is taken for the agent of its machine.`);
    generations = [...generations.filter((one) => one.generationId !== adopted.generationId), adopted];
  }
  return generations === observation.generations ? observation : { ...observation, generations };
}

function newestLife(generations: readonly Generation[], vmId: string): Generation | null {
  const lives = generations.filter((one) => one.vmId === vmId);
  return lives.toSorted((one, other) => one.startedAt - other.startedAt).at(-1) ?? null;
}

function isWithoutAgent({ agentId, claimedAt }: Generation, { now, agents }: Observation): boolean {
  if (agentId !== null) return agents.value.every((agent) => agent.agentId !== agentId);
  return claimedAt === null || now - claimedAt > claimMilliseconds;
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
    if (agent === null) return null;
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
 * `carried` and is not asked about again; of any other that is over the machine stays, and false where nobody can tell.
 */
export async function isStillWithoutAgent(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  carried: Set<string>,
): Promise<boolean> {
  if (carried.has(operation.operationId)) return true;
  if (observation.agents.freshness !== 'fresh') return false;
  try {
    for (const id of agentsSince(observation, operation)) {
      const agent = await context.azureDevOps.readAgent(context.settings.poolId, id);
      if (agent === null) continue;
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

/** The agent that was taken away, and those that came to the machine after it, as far as records and names tell. */
function agentsSince(observation: Observation, { agentId, vmId }: OpenOperation): readonly number[] {
  const listed = observation.lanes.flatMap((lane) => lane.instances.value);
  const machine = listed.find((instance) => instance.vmId === vmId);
  const lives = observation.generations.filter((one) => one.vmId === vmId).map((one) => one.agentId);
  const unknown = machine === undefined ? [] : enrolledOn(observation, machine).map((agent) => agent.agentId);
  return [...new Set([agentId, ...lives, ...unknown])].filter((id) => id !== null);
}

/** What the record or the operation names is registered no more, or there never was one. */
export async function isAgentGone(
  context: PoolContext,
  operation: OpenOperation,
  generation: Generation | null,
): Promise<boolean> {
  const agentId = generation?.agentId ?? operation.agentId;
  return agentId === null || (await context.azureDevOps.readAgent(context.settings.poolId, agentId)) === null;
}
