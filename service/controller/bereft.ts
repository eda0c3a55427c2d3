// Registrations of machines that are gone, whose agents a person had disabled. Weir neither enables nor reclaims what a person
// disabled (I-16), for that says that no job is to run on this machine, and that somebody may want to look at it. A machine that
// is gone runs nothing, and there is nothing to look at; but its record would keep its lane for ever.
import type { Agent } from '../domain/agent.ts';
import type { Generation, Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import type { PoolContext } from './context.ts';
import { keepLease } from './lease.ts';

/** Lists of Azure lag up to ten minutes behind (A23). */
export const bereftMilliseconds = 15 * 60_000;

/**
 * `seen`: generation → since when no list has its machine, by `Clock.elapsed` where there is one. `isStopped`: a panic stop, or
 * another sizer, holds what destroys; it is only looked at then.
 */
export async function sweepBereft(
  context: PoolContext,
  observation: Observation,
  seen = new Map<string, number>(),
  isStopped = false,
): Promise<void> {
  const bereft = bereftIn(observation);
  if (bereft === null) return;
  for (const id of seen.keys()) if (!bereft.has(id)) seen.delete(id);
  const now = steadyNow(context.clock);
  for (const [id, generation] of bereft) {
    const since = seen.get(id) ?? now;
    seen.set(id, since);
    if (!isStopped && now - since >= bereftMilliseconds) await removeAgent(context, generation);
  }
}

/** By generation id; null where somebody's answer is missing. */
function bereftIn({ agents, lanes, generations, operations }: Observation): ReadonlyMap<string, Generation> | null {
  const isWhole = lanes.length > 0 && lanes.every((lane) => lane.instances.freshness === 'fresh');
  if (!isWhole || agents.freshness !== 'fresh') return null;
  const listed = new Set(lanes.flatMap((lane) => lane.instances.value).map((one) => one.vmId));
  const byId = new Map(agents.value.map((agent) => [agent.agentId, agent]));
  const found = generations.filter((one) => {
    if (one.isDisabledByWeir || one.agentId === null || listed.has(one.vmId) || !isIdle(byId.get(one.agentId)))
      return false;
    // A registration that another machine took over is that machine's.
    const isShared = generations.some((other) => other !== one && other.agentId === one.agentId);
    return !isShared && !operations.some((open) => open.generationId === one.generationId);
  });
  return new Map(found.map((one) => [one.generationId, one]));
}

function isIdle(agent: Agent | null | undefined): agent is Agent {
  return agent != null && !agent.isEnabled && !agent.isOnline && agent.assignedRequestId === null;
}

/** Both halves are asked for by their ids first, and Azure DevOps refuses where the agent still has a job. */
async function removeAgent(context: PoolContext, generation: Generation): Promise<void> {
  const { scaleSetId, instanceId, vmId, agentId } = generation;
  const { azure, azureDevOps, settings } = context;
  if (agentId === null) return;
  try {
    if ((await azure.readInstance(scaleSetId, instanceId))?.vmId === vmId) return;
    const agent = await azureDevOps.readAgent(settings.poolId, agentId);
    if (!isIdle(agent)) return;
    await keepLease(context);
    const answer = await azureDevOps.deleteAgent(settings.poolId, agentId);
    const words = `Agent ${agent.name}, which a person had disabled, is left of a machine that is gone; it is removed.`;
    if (answer === 'deleted') context.line('info', words);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    context.line('warn', `What is left of a machine could not be removed: ${error.message}`);
  }
}
