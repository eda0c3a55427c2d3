// Gives an agent other labels: disable, read it by id, PUT the whole set of user capabilities, read it back. Whoever decided
// it opens the agent after, by a decision of its own; one ledger row tells of an end in the middle.
import type { Agent, Capabilities } from '../domain/agent.ts';
import type { Decision } from '../domain/decision.ts';
import { equalsIgnoringCase, readCapability } from '../domain/demand.ts';
import { withLabels } from '../domain/labels.ts';
import type { Generation, Observation, OpenOperation } from '../domain/observation.ts';
import { priorityLabel } from '../domain/priority.ts';
import { tagLabel } from '../domain/tags.ts';
import { CloudError } from '../problem.ts';
import type { PoolContext } from './context.ts';
import { closeGate, openGate } from './gate-mark.ts';

/** Throws `CloudError` where it was not done: then the agent must stay closed. */
export async function relabel(context: PoolContext, observation: Observation, decision: Decision): Promise<string> {
  const { agentId, userCapabilities } = decision.target ?? {};
  const generation = observation.generations.find((one) => one.generationId === decision.target?.generationId);
  if (agentId == null || userCapabilities === undefined || generation === undefined) {
    throw notDone('the decision names no agent of ours');
  }
  const operation = await openRow(context, decision, generation);
  try {
    const isOpen = observation.agents.value.find((one) => one.agentId === agentId)?.isEnabled ?? true;
    const words = await changeLabels(context, generation, { agentId, isOpen, decision, userCapabilities });
    await close(context, operation, 'done', null);
    return words;
  } catch (error) {
    if (error instanceof CloudError) await close(context, operation, 'failed', error.message);
    throw error;
  }
}

/** A row that is open when a pass begins was left by a process that ended: the labels are decided anew, the gate opens. */
export async function closeRelabels(context: PoolContext, operations: readonly OpenOperation[]): Promise<void> {
  for (const operation of operations) {
    if (operation.kind !== 'relabel') continue;
    await close(context, operation, 'cancelled', 'The service ended before it was done; the labels are decided anew.');
  }
}

/** Only these are ours to change; everything else that people gave the agent stays as it is read last. */
const ours = [priorityLabel, tagLabel];

interface Wanted {
  readonly agentId: number;
  /** The agent was enabled when it was seen last. */
  readonly isOpen: boolean;
  readonly decision: Decision;
  readonly userCapabilities: Capabilities;
}

async function changeLabels(context: PoolContext, generation: Generation, wanted: Wanted): Promise<string> {
  const { agentId, isOpen, decision, userCapabilities } = wanted;
  const { poolId } = context.settings;
  if (isOpen && (await closeGate(context, generation, agentId)) === 'isOthers') {
    throw notDone('a person has disabled the agent meanwhile');
  }
  const agent = await readClosed(context, agentId);
  const isForIdle = decision.reason.code !== 'relabelledForNext';
  if (isForIdle && agent.assignedRequestId !== null) {
    if (isOpen) await openGate(context, generation, agentId);
    throw notDone(`agent ${agent.name} was given job request ${agent.assignedRequestId} meanwhile`);
  }
  const labels = Object.fromEntries(Object.entries(userCapabilities).filter(([name]) => isOurs(name)));
  const tag = readCapability(labels, tagLabel);
  // Recorded first: an agent never carries a tag of ours that the record does not know.
  if (tag !== null && tag !== (generation.tag ?? null)) {
    await context.store.changeGeneration(context.lease, generation.generationId, { tag });
  }
  await context.azureDevOps.putUserCapabilities(poolId, agentId, withLabels(agent, labels));
  const after = await readClosed(context, agentId);
  for (const [name, value] of Object.entries(labels)) {
    if (readCapability(after.userCapabilities, name) !== value) throw notDone(`${name} = ${value} was not kept`);
  }
  return `The agent has ${Object.entries(labels)
    .map(([name, value]) => `${name} = ${value}`)
    .join(' and ')} now.`;
}

async function readClosed(context: PoolContext, agentId: number): Promise<Agent> {
  const agent = await context.azureDevOps.readAgent(context.settings.poolId, agentId);
  if (agent === null) throw notDone('the agent is gone');
  if (agent.isEnabled) throw notDone(`agent ${agent.name} was enabled meanwhile`);
  return agent;
}

function isOurs(name: string): boolean {
  return ours.some((one) => equalsIgnoringCase(one, name));
}

function notDone(why: string): CloudError {
  return new CloudError('conflict', 'relabel', `The labels were not changed: ${why}.`);
}

async function openRow(context: PoolContext, decision: Decision, generation: Generation): Promise<OpenOperation> {
  const operation = await context.store.openOperation(context.lease, {
    kind: 'relabel',
    phase: 'intended',
    scaleSetId: decision.target?.scaleSetId ?? null,
    generationId: generation.generationId,
    instanceId: generation.instanceId,
    vmId: generation.vmId,
    agentId: decision.target?.agentId ?? null,
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: context.clock.now(),
    deadlineAt: null,
    reason: decision.reason,
  });
  if (operation === null) throw notDone('something else is under way with this agent');
  return operation;
}

async function close(
  context: PoolContext,
  operation: OpenOperation,
  phase: 'done' | 'failed' | 'cancelled',
  lastProblem: string | null,
): Promise<void> {
  await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
    phase,
    lastProblem,
  });
}
