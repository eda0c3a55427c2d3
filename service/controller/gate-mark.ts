// Who disabled an agent stands in a mark of the record, for Azure DevOps does not say. An agent that is disabled without
// the mark looks disabled by a person: nobody enables it and nobody reclaims it. So the mark is written around each
// disable, and it goes only for the disable that was looked at: another process may disable the agent meanwhile.
//
// Reads lag (D5), and an agent has no version by which one could be dated. So the record says, too, whether that disable was
// answered and no enable was asked for since (`isKnownShut`): then a read that says enabled is older than the disable, or a
// person enabled the agent. Once reads cannot be that old any more it was a person. Where an enable was asked for, what is read is
// believed at once. Where the process ended before the answer to the disable, or none came, no read tells whether it took effect:
// it is asked for again, pass by pass, until there is an answer (`isShutAsked`).
import type { Agent } from '../domain/agent.ts';
import type { Generation, Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import { mayBeOlder, type AnsweredDisables } from './answered-disables.ts';
import type { PoolContext } from './context.ts';

/**
 * The picture may be minutes old, and a person may have disabled the agent since: then nothing is written and nothing asked for, so
 * that their disable never looks like Weir's. `isOthers`: that was so. `gone`: there is no such agent.
 */
export async function closeGate(
  context: PoolContext,
  { generationId, vmId }: Pick<Generation, 'generationId' | 'vmId'>,
  agentId: number,
): Promise<'closed' | 'isOthers' | 'gone'> {
  const agent = await context.azureDevOps.readAgent(context.settings.poolId, agentId);
  if (agent === null) return 'gone';
  // Read after the agent: the mark is written before Weir disables one, so it stands there if that one was Weir's.
  const found = agent.isEnabled ? null : ((await context.store.findGeneration(vmId))?.generation ?? null);
  const isUnmarked = found?.generationId === generationId && !found.isDisabledByWeir && !isShut(found);
  if (isUnmarked) return 'isOthers';
  await shut(context, generationId, agentId);
  return 'closed';
}

/** The mark is written again after the call: before it took effect another process may have found the agent enabled. */
async function shut(context: PoolContext, generationId: string, agentId: number): Promise<void> {
  await context.store.changeGeneration(context.lease, generationId, { isDisabledByWeir: true, isShutAsked: true });
  await context.azureDevOps.setAgentEnabled(context.settings.poolId, agentId, false);
  await noteShut(context, generationId);
}

/** The agent is disabled, as Azure DevOps answered. */
export async function noteShut({ store, lease }: PoolContext, generationId: string): Promise<void> {
  await store.changeGeneration(lease, generationId, { isDisabledByWeir: true, isKnownShut: true });
}

/**
 * The mark goes last: without it a refused or lost call would leave an agent that looks disabled by a person. An enabled
 * agent that keeps the mark loses it in a later pass (`withoutMark`). `looksOpen`: it was not enabled, for it reads enabled, and
 * perhaps from before its disable. `isOthers`: another process opened it since the picture, and then a person closed it.
 */
export async function openGate(
  context: PoolContext,
  { generationId, vmId }: Pick<Generation, 'generationId' | 'vmId'>,
  agentId: number,
): Promise<'open' | 'looksOpen' | 'isOthers' | 'gone'> {
  const { lease, store, azureDevOps, settings } = context;
  // Read before the agent is: a disable that comes after both has another number.
  const found = (await store.findGeneration(vmId))?.generation;
  const record = found?.generationId === generationId ? found : null;
  const agent = await azureDevOps.readAgent(settings.poolId, agentId);
  if (agent === null) return 'gone';
  if (agent.isEnabled) {
    // Perhaps it was read from before its disable: then the next pass finds it disabled, and by Weir.
    if (isShut(record)) return 'looksOpen';
  } else {
    if (record?.isDisabledByWeir === false) return 'isOthers';
    if (isShut(record)) await store.changeGeneration(lease, generationId, { isKnownShut: false, isShutAsked: false });
    await enableOrSee(context, agentId);
  }
  if (record !== null) await store.unmarkGate(lease, generationId, record.timesDisabled ?? 0);
  return 'open';
}

function isShut(record: Generation | null): boolean {
  return record?.isKnownShut === true || record?.isShutAsked === true;
}

/** Where no answer comes it is looked at once: whoever disables it before the next pass would be taken for Weir (I-16). */
async function enableOrSee(context: PoolContext, agentId: number): Promise<void> {
  try {
    await context.azureDevOps.setAgentEnabled(context.settings.poolId, agentId, true);
  } catch (error) {
    const isLost = error instanceof CloudError && (error.kind === 'unavailable' || error.kind === 'unreadable');
    if (!isLost || !(await isEnabledNow(context, agentId))) throw error;
  }
}

/** Enabled, so nobody keeps it disabled: a person enabled it, or a crash or a lost answer came between the call and the mark. */
export async function withoutMark(
  context: PoolContext,
  generation: Generation,
  observation: Observation,
  agents: ReadonlyMap<number, Agent>,
  answered: AnsweredDisables,
): Promise<Generation> {
  const isBusy = observation.operations.some((one) => one.generationId === generation.generationId);
  if (generation.isShutAsked === true && !isBusy) return await shutAgain(context, generation);
  const isInDoubt = mayBeOlder(context.clock, generation, answered);
  const listed = generation.agentId === null ? undefined : agents.get(generation.agentId);
  // One that is offline may be just enrolling: registered enabled, and disabled since the list was read.
  if (!generation.isDisabledByWeir || listed?.isEnabled !== true || !listed.isOnline || isInDoubt) return generation;
  if (isBusy) return generation;
  if (!(await isEnabledNow(context, listed.agentId))) return generation;
  const isGone = await context.store.unmarkGate(context.lease, generation.generationId, generation.timesDisabled ?? 0);
  return isGone ? { ...generation, isDisabledByWeir: false } : generation;
}

/** It changes nothing where it took effect; where the gate is to be open by now it opens in the next pass. */
async function shutAgain(context: PoolContext, generation: Generation): Promise<Generation> {
  const { generationId, agentId } = generation;
  if (agentId === null) return generation;
  try {
    await shut(context, generationId, agentId);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (error.kind !== 'notFound') {
      const who = generation.agentName ?? String(agentId);
      context.line('info', `Agent ${who} could not be disabled for certain: ${error.message}`);
      return generation;
    }
    // An agent that is gone takes no job: that is an answer, too.
    await noteShut(context, generationId);
  }
  return { ...generation, isDisabledByWeir: true, isKnownShut: true, isShutAsked: false };
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
