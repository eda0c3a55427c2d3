// Registrations that no machine holds. The claim was cut short between Azure DevOps' answer and our record of it: then the
// registration says which life it was made for, and the agent's first connection replaces what it says, so that an agent
// that still says it has never connected. Or the machine came and went while the records were others (a restored
// database): then only the name says whose agent it was, so it is looked for in two pictures that are some time apart.
import type { Agent } from '../domain/agent.ts';
import { laneIdNamed } from '../domain/lane-owner.ts';
import { isLeftOver, placeIn, setNameIn } from '../domain/machine-agents.ts';
import type { Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import { removeNeverConnected, type FreeSince } from '../never-connected.ts';
import { steadyNow } from '../steady.ts';
import type { PoolContext } from './context.ts';
import { keepLease } from './lease.ts';

/** The name of the capability; enrolment writes it into every registration. */
export const lifeCapability = 'Weir.Generation';

/** A claim takes less than two minutes, so what is older and unknown will never be anybody's. */
const orphanAfterMilliseconds = 10 * 60_000;
/** Longer than lists lag behind. */
const betweenSightsMilliseconds = 5 * 60_000;

/** A registration that a machine took over is old from the first moment; its life is known, and waits for its agent. */
function isBeingClaimed({ systemCapabilities }: Agent, { generations }: Observation): boolean {
  return generations.some((one) => one.agentId === null && one.generationId === systemCapabilities[lifeCapability]);
}

/**
 * `seen`: agents that had no machine → since when, by `Clock.elapsed` where there is one. `isStopped`: a panic stop, or another
 * sizer, holds what destroys (I-18), and nobody is disabled then either.
 */
export async function sweepOrphans(
  context: PoolContext,
  observation: Observation,
  seen = new Map<number, number>(),
  isStopped = false,
  freeSince: FreeSince = new Map(),
): Promise<void> {
  if (observation.agents.freshness !== 'fresh') return;
  const leftover = leftovers(context, observation);
  for (const id of seen.keys()) if (leftover !== null && !leftover.has(id)) seen.delete(id);
  // When all agents look offline at once, it is the picture that is wrong and not the agents.
  if (isStopped) return;
  // What was given back waits for its next machine, whatever life it still says that it was for.
  const held = new Set([...observation.generations, ...observation.placeholders].map((one) => one.agentId));
  for (const agent of observation.agents.value) {
    const isOld = observation.now - (agent.createdAt ?? observation.now) > orphanAfterMilliseconds;
    if (agent.isOnline || !isOld || held.has(agent.agentId) || isBeingClaimed(agent, observation)) continue;
    if (agent.systemCapabilities[lifeCapability] !== undefined) await sweepUnclaimed(context, agent, freeSince);
    else if (leftover?.has(agent.agentId) === true) await sweepLeftover(context, observation, agent, seen);
  }
}

/**
 * Agents of the pool's scale sets whose instance does not exist, or was made after them; null where that is not known. A lane
 * may be gone before its agents are: no record of a machine keeps it.
 */
function leftovers(
  { settings }: PoolContext,
  { agents, lanes, placeholders }: Observation,
): ReadonlySet<number> | null {
  if (lanes.length === 0 || lanes.some((lane) => lane.instances.freshness !== 'fresh')) return null;
  const sets = new Set(lanes.map((lane) => setNameIn(lane.scaleSet.value.id)));
  const madeAt = new Map(
    lanes
      .flatMap((lane) => lane.instances.value)
      .map((one) => [`${setNameIn(one.scaleSetId)} ${one.instanceId}`, one.createdAt] as const),
  );
  const standing = new Set(placeholders.map((one) => one.agentId));
  const found = agents.value.filter((agent) => {
    const place = placeIn(agent.name);
    if (place === null || standing.has(agent.agentId)) return false;
    if (!sets.has(place.scaleSet) && laneIdNamed(settings, place.scaleSet) === null) return false;
    const made = madeAt.get(`${place.scaleSet} ${place.instanceId}`);
    return made === undefined || isLeftOver(agent, made);
  });
  return new Set(found.map((agent) => agent.agentId));
}

/** Disabled at the first sight, and removed at a later one: like every agent, though this one can hardly get a job. */
async function sweepLeftover(
  context: PoolContext,
  observation: Observation,
  agent: Agent,
  seen: Map<number, number>,
): Promise<void> {
  const { azureDevOps, clock, settings } = context;
  const now = steadyNow(clock);
  const since = seen.get(agent.agentId);
  try {
    if (since === undefined) {
      if (await isInUnlistedLane(context, observation, agent)) return;
      if (agent.isEnabled) await azureDevOps.setAgentEnabled(settings.poolId, agent.agentId, false);
      seen.set(agent.agentId, now);
      return;
    }
    if (now - since < betweenSightsMilliseconds) return;
    const latest = await azureDevOps.readAgent(settings.poolId, agent.agentId);
    const isFree = latest !== null && !latest.isEnabled && !latest.isOnline && latest.assignedRequestId === null;
    if (!isFree || (await isInUnlistedLane(context, observation, agent))) seen.delete(agent.agentId);
    else await remove(context, agent, 'is left of a machine that no record knows');
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    context.line('warn', `Agent ${agent.name} could not be looked at: ${error.message}`);
  }
}

/** A list of lanes that lags lacks one with all its machines, so the machine is asked for by its id. */
async function isInUnlistedLane(
  { azure, settings }: PoolContext,
  { lanes }: Observation,
  { name }: Agent,
): Promise<boolean> {
  const place = placeIn(name);
  if (place === null || lanes.some((lane) => setNameIn(lane.scaleSet.value.id) === place.scaleSet)) return false;
  const scaleSetId = laneIdNamed(settings, place.scaleSet);
  return scaleSetId !== null && (await azure.readInstance(scaleSetId, place.instanceId)) !== null;
}

async function sweepUnclaimed(context: PoolContext, agent: Agent, freeSince: FreeSince): Promise<void> {
  const { azureDevOps, clock, settings } = context;
  const parts = { azureDevOps, clock, keepLease: () => keepLease(context) };
  try {
    const answer = await removeNeverConnected(parts, settings.poolId, agent.agentId, lifeCapability, freeSince);
    if (answer === 'deleted')
      context.line('info', `Agent ${agent.name} was registered and never claimed; it is removed.`);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    context.line('warn', `Agent ${agent.name} could not be removed: ${error.message}`);
  }
}

async function remove(context: PoolContext, agent: Agent, why: string): Promise<void> {
  try {
    await keepLease(context);
    const answer = await context.azureDevOps.deleteAgent(context.settings.poolId, agent.agentId);
    if (answer === 'deleted') context.line('info', `Agent ${agent.name} ${why}; it is removed.`);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    context.line('warn', `Agent ${agent.name} could not be removed: ${error.message}`);
  }
}
