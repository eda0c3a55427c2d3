// Carries out what people asked of single nodes, through the same ledger and the same protocol as everything else. A wish
// stays open until it is written down what became of it, so neither a crash nor a lost lease loses one.
import { askedWords, type NodeAction } from '../domain/node-action.ts';
import type { DecisionKind } from '../domain/decision.ts';
import type { Generation, Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import { readOpenWishes, wishEnd, type KeptWish } from '../node-wishes.ts';
import type { PoolContext } from './context.ts';

/** The picture with what is kept from now on, so that the same pass decides nothing about it. */
export async function obeyPeople(context: PoolContext, observation: Observation): Promise<Observation> {
  let picture = observation;
  for (const wish of await readOpenWishes(context.store, context.pool)) {
    const generation = picture.generations.find((one) => one.generationId === wish.value.generationId);
    const outcome = generation === undefined ? 'It is gone already.' : await obey(context, picture, wish, generation);
    if (outcome === null) continue;
    await note(context, wish, generation, outcome);
    if (wish.value.action !== 'save' || generation === undefined) continue;
    const kept = { ...generation, isSaved: true, isDisabledByWeir: true };
    picture = { ...picture, generations: picture.generations.map((one) => (one === generation ? kept : one)) };
  }
  return picture;
}

/** Null: it waits for the next pass. */
async function obey(
  context: PoolContext,
  observation: Observation,
  { value }: KeptWish,
  generation: Generation,
): Promise<string | null> {
  const agent = observation.agents.value.find((one) => one.agentId === generation.agentId);
  // Whoever asks for it takes the node out of the hands of whoever disabled its agent (I-16).
  if (agent?.isEnabled === false && !generation.isDisabledByWeir)
    await context.store.changeGeneration(context.lease, generation.generationId, { isDisabledByWeir: true });
  if (value.action === 'save') return await keep(context, generation);
  return await openReclaim(
    context,
    value.action,
    askedWords(value.action, value.node, value.by, value.reason),
    generation,
  );
}

async function openReclaim(
  context: PoolContext,
  action: NodeAction,
  words: string,
  generation: Generation,
): Promise<string> {
  const { scaleSetId, generationId, instanceId, vmId, agentId } = generation;
  const operation = await context.store.openOperation(context.lease, {
    ...{ scaleSetId, generationId, instanceId, vmId, agentId },
    kind: action === 'reimage' ? 'reimage' : 'delete',
    phase: 'intended',
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: context.clock.now(),
    deadlineAt: null,
    reason: { code: codes[action], words },
  });
  return operation === null
    ? 'Something is under way with it already.'
    : 'The agent is disabled first; the machine follows once no job can reach it.';
}

/** Kept only when it runs no job: a saved node counts for nothing, and its job would not be seen any more. */
async function keep(context: PoolContext, generation: Generation): Promise<string | null> {
  const { agentId, generationId } = generation;
  try {
    if (agentId !== null) {
      await context.store.changeGeneration(context.lease, generationId, { isDisabledByWeir: true });
      const agent = await context.azureDevOps.readAgent(context.settings.poolId, agentId);
      if (agent?.isEnabled === true) await context.azureDevOps.setAgentEnabled(context.settings.poolId, agentId, false);
      // Read after the agent was disabled: between an earlier look and now a job may have come.
      const closed = agent === null ? null : await context.azureDevOps.readAgent(context.settings.poolId, agentId);
      if (closed !== null && (closed.isEnabled || closed.assignedRequestId !== null)) return null;
    }
    await context.store.changeGeneration(context.lease, generationId, { isSaved: true });
    return 'Kept until somebody deletes it.';
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    context.line('warn', `A node could not be kept yet: ${error.message}`, { operation: error.operation });
    return null;
  }
}

async function note(
  context: PoolContext,
  wish: KeptWish,
  generation: Generation | undefined,
  outcome: string,
): Promise<void> {
  const { action, node, by, reason } = wish.value;
  const { scaleSetId = null, generationId = null, instanceId = null, vmId = null, agentId = null } = generation ?? {};
  const words = askedWords(action, node, by, reason);
  const decision = {
    ...{ kind: kinds[action], node, reason: { code: codes[action], words } },
    target: { scaleSetId, instanceId, vmId, generationId, agentId },
  };
  await context.store.appendLog(context.lease, [{ at: context.clock.now(), level: 'info', decision, outcome }]);
  await context.store.writeRecords([wishEnd(context.pool, wish, outcome)], context.lease);
}

const kinds: Readonly<Record<NodeAction, DecisionKind>> = {
  drain: 'drain',
  delete: 'reclaim',
  save: 'save',
  reimage: 'reimage',
};

const codes: Readonly<Record<NodeAction, string>> = {
  drain: 'drainedByPerson',
  delete: 'deletedByPerson',
  save: 'savedByPerson',
  reimage: 'reimagedByPerson',
};
