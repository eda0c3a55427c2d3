// Who disabled an agent stands in a mark of the record, for Azure DevOps does not say. An agent that is disabled without
// the mark looks disabled by a person: nobody enables it and nobody reclaims it. So the mark is written around each
// disable, and it goes only for the disable that was looked at: another process may disable the agent meanwhile.
import type { Agent } from '../domain/agent.ts';
import type { Generation, Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { PoolContext } from './context.ts';

/** The mark is written again after the call: before it took effect another process may have found the agent enabled. */
export async function closeGate(context: PoolContext, generationId: string, agentId: number): Promise<void> {
  await context.store.changeGeneration(context.lease, generationId, { isDisabledByWeir: true });
  await context.azureDevOps.setAgentEnabled(context.settings.poolId, agentId, false);
  await context.store.changeGeneration(context.lease, generationId, { isDisabledByWeir: true });
}

/**
 * The mark goes last: without it a refused or lost call would leave an agent that looks disabled by a person. An enabled
 * agent that keeps the mark loses it in a later pass (`withoutMark`). False: there is no such agent.
 */
export async function openGate(
  context: PoolContext,
  { generationId, vmId }: Pick<Generation, 'generationId' | 'vmId'>,
  agentId: number,
): Promise<boolean> {
  const { poolId } = context.settings;
  // Read before the agent is: a disable that comes after both has another number.
  const record = (await context.store.findGeneration(vmId))?.generation;
  const agent = await context.azureDevOps.readAgent(poolId, agentId);
  if (agent === null) return false;
  if (!agent.isEnabled) await context.azureDevOps.setAgentEnabled(poolId, agentId, true);
  if (record?.generationId === generationId)
    await context.store.unmarkGate(context.lease, generationId, record.timesDisabled ?? 0);
  return true;
}

/** Enabled, so nobody keeps it disabled: a crash or a lost answer came between the call and the mark. */
export async function withoutMark(
  context: PoolContext,
  generation: Generation,
  observation: Observation,
  agents: ReadonlyMap<number, Agent>,
): Promise<Generation> {
  const listed = generation.agentId === null ? undefined : agents.get(generation.agentId);
  // One that is offline may be just enrolling: registered enabled, and disabled since the list was read.
  if (!generation.isDisabledByWeir || listed?.isEnabled !== true || !listed.isOnline) return generation;
  if (observation.operations.some((one) => one.generationId === generation.generationId)) return generation;
  if (!(await isEnabledNow(context, listed.agentId))) return generation;
  const isGone = await context.store.unmarkGate(context.lease, generation.generationId, generation.timesDisabled ?? 0);
  return isGone ? { ...generation, isDisabledByWeir: false } : generation;
}

/** Lists lag (D5): one from before a disable still says enabled. */
async function isEnabledNow(context: PoolContext, agentId: number): Promise<boolean> {
  try {
    return (await context.azureDevOps.readAgent(context.settings.poolId, agentId))?.isEnabled === true;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return false;
  }
}
