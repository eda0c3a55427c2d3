// The reclaim protocol R0–R9 of everything that destroys what is on an instance: disable, read twice, delete the
// registration (the server's refusal is the arbiter), and only then delete or reimage by instance id. Each call here
// moves one open operation as far as it may go in this pass; the ledger row is written before the call it announces.
import type { Agent } from '../domain/agent.ts';
import type { Generation, Observation, OpenOperation, OperationPhase } from '../domain/observation.ts';
import { stoodBefore } from '../domain/saved-nodes.ts';
import { settleMs } from '../never-connected.ts';
import { CloudError } from '../problem.ts';
import type { PoolContext } from './context.ts';
import { giveBack } from './give-back.ts';
import { noteShut } from './gate-mark.ts';
import { keepLease } from './lease.ts';
import { othersOfAdopted, othersOfLife, waitsForLists } from './other-registrations.ts';
import { followDestruction, requestDestruction, retryAt } from './destroy.ts';
import { agentIdOf, isAgentGone, isStillWithoutAgent } from './older-ledger.ts';
import { wantedForTag, type TagsAtChoice } from './wanted-tag.ts';

/** Between the two clean readings after the cordon (R4). It is measured within one process, so that no jump of a clock shortens it. */
export const settleMilliseconds = settleMs;

export async function advanceReclaims(
  context: PoolContext,
  observation: Observation,
  settling = new Map<string, number>(),
  isStopped = false,
  carried = new Set<string>(),
  chosenTags: TagsAtChoice = new Map(),
): Promise<void> {
  const open = observation.operations.filter(
    (operation) => operation.kind === 'delete' || operation.kind === 'reimage',
  );
  const ids = new Set(open.map((operation) => operation.operationId));
  for (const known of [settling, carried, chosenTags])
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
  const ready: OpenOperation[] = [];
  for (const operation of open) {
    if (!isKnown(observation, operation)) continue;
    // A panic stop, or another sizer, holds what is not decided yet; whose registration is gone can only be finished.
    if (isStopped && operation.phase !== 'deregistered' && operation.phase !== 'requested') continue;
    await keepLease(context);
    const advanced = await advanceOne(context, observation, operation, { settling, carried, chosenTags });
    // Only where the machine is in the picture can its name be compared with those of agents that no record knows.
    if (advanced.phase !== 'deregistered' || !isAzureKnown(observation)) continue;
    if (await isStillWithoutAgent(context, observation, advanced, carried)) ready.push(advanced);
  }
  if (ready.length > 0) await requestDestruction(context, ready);
}

/** A failed, resting or stale read forbids every destructive act (DESIGN fact 7), and spares a cloud that asked for rest. */
function isKnown(observation: Observation, operation: OpenOperation): boolean {
  if (operation.phase === 'requested' || operation.phase === 'deregistered') return isAzureKnown(observation);
  return observation.agents.freshness === 'fresh' && observation.jobRequests.freshness === 'fresh';
}

function isAzureKnown(observation: Observation): boolean {
  const { lanes } = observation;
  return (
    lanes.length > 0 &&
    lanes.every((lane) => lane.scaleSet.freshness === 'fresh' && lane.instances.freshness === 'fresh')
  );
}

/** What this process knows of operations by itself, by their ids. */
interface Own {
  /** Since when the agent settles. */
  readonly settling: Map<string, number>;
  /** It saw the agent disabled and free twice; what another process says of one may be older than the world. */
  readonly carried: Set<string>;
  readonly chosenTags: TagsAtChoice;
}

async function advanceOne(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  own: Own,
): Promise<OpenOperation> {
  let current = operation;
  try {
    // Bounded by the number of phases: every step either moves on or stays.
    for (let step = 0; step < 6; step += 1) {
      const phase = await oneStep(context, observation, current, own);
      // What was seen of its agent before vouches for nothing that comes after.
      if (phase === 'draining' || phase === 'cancelled') own.carried.delete(operation.operationId);
      if (phase === current.phase) return current;
      // The settle time runs from this moment, and refusals of Azure are counted from none.
      const now = context.clock.now();
      const attempts = current.phase === 'requested' ? current.attempts + 1 : 0;
      const deadlineAt = attempts > 0 ? retryAt(now, attempts) : null;
      current = { ...current, phase, phaseSince: now, attempts, deadlineAt };
    }
    return current;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    // Unknown is not an answer: stay where we are and ask again in the next pass.
    await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
      attempts: current.attempts + 1,
      lastProblem: error.message,
    });
    return current;
  }
}

async function oneStep(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  own: Own,
): Promise<OperationPhase> {
  const generation = observation.generations.find((one) => one.generationId === operation.generationId) ?? null;
  switch (operation.phase) {
    case 'intended':
      return await cordon(context, operation, generation);
    case 'cordoning':
    case 'draining':
      return await readOnce(context, operation, generation);
    case 'settling':
      // Before the second reading, so that nothing comes between it and the end of the registration.
      if (await waitsForLists(context, operation, generation?.registrationLostAt)) return 'settling';
      if (!isSettled(context, operation, own.settling)) return 'settling';
      return await readTwice(context, observation, operation, generation, own);
    case 'deregistering':
      if (own.carried.has(operation.operationId) || (await isAgentGone(context, operation, generation)))
        return await deregister(context, observation, operation, generation);
      // Another process disabled it, perhaps before the records were set back: it is read twice again.
      return await move(context, operation, 'settling');
    case 'requested':
      return await followDestruction(context, observation, operation, generation);
    case 'deregistered':
    case 'done':
    case 'failed':
    case 'cancelled':
      return operation.phase;
  }
}

async function cordon(
  context: PoolContext,
  operation: OpenOperation,
  generation: Generation | null,
): Promise<OperationPhase> {
  const agentId = agentIdOf(operation, generation);
  if (agentId === null) {
    if (await waitsForLists(context, operation, generation?.claimedAt)) return operation.phase;
    return await move(context, operation, 'deregistering');
  }
  const agent = await context.azureDevOps.readAgent(context.settings.poolId, agentId);
  if (agent?.isEnabled === false && generation?.isDisabledByWeir === false) {
    // Between the decision and now; our own PATCH would change nothing, and nobody could tell whose it was (I-16).
    await move(context, operation, 'cancelled');
    context.line('info', `Agent ${agent.name} was disabled by a person, so its reclaim is given up.`);
    return 'cancelled';
  }
  await move(context, operation, 'cordoning');
  await disable(context, agentId, generation);
  return 'cordoning';
}

async function disable(context: PoolContext, agentId: number, generation: Generation | null): Promise<void> {
  // Also where the picture has the mark: another process may have taken it away since.
  if (generation !== null) {
    await context.store.changeGeneration(context.lease, generation.generationId, { isDisabledByWeir: true });
  }
  try {
    await context.azureDevOps.setAgentEnabled(context.settings.poolId, agentId, false);
    if (generation !== null) await noteShut(context, generation.generationId);
  } catch (error) {
    // Gone already: the readings that follow see it.
    if (!(error instanceof CloudError) || error.kind !== 'notFound') throw error;
  }
}

async function readOnce(
  context: PoolContext,
  operation: OpenOperation,
  generation: Generation | null,
): Promise<OperationPhase> {
  const agentId = agentIdOf(operation, generation);
  const agent = agentId === null ? null : await context.azureDevOps.readAgent(context.settings.poolId, agentId);
  if (agent === null) return await move(context, operation, 'deregistering');
  if (agent.isEnabled) return await enabledAgain(context, operation, agent, generation);
  if (cameUpAfterAll(operation, agent)) return await keep(context, operation, agent);
  return await move(context, operation, agent.assignedRequestId === null ? 'settling' : 'draining');
}

/** Late success is not failure (I-10): what was given up because it did not come up, and did, is worth a boot. */
function cameUpAfterAll(operation: OpenOperation, agent: Agent): boolean {
  return startFailures.has(operation.reason.code) && agent.isOnline;
}

const startFailures: ReadonlySet<string> = new Set(['provisioningFailed', 'extensionFailed', 'bootDeadlinePassed']);

/** It stays disabled by Weir, so the gate opens it like any other node. */
async function keep(
  context: PoolContext,
  operation: OpenOperation,
  agent: Agent,
  why = 'came online after all',
): Promise<OperationPhase> {
  context.line('info', `Agent ${agent.name} ${why}, so its reclaim is given up.`);
  return await move(context, operation, 'cancelled');
}

/**
 * A lost PATCH is repeated; an agent that we saw disabled and that is enabled now was enabled by a person (I-16), or was read
 * from before the disable (D5). Both give the reclaim up, and the mark stays until later reads tell which (gate-mark.ts).
 */
async function enabledAgain(
  context: PoolContext,
  operation: OpenOperation,
  agent: Agent,
  generation: Generation | null,
): Promise<OperationPhase> {
  // A machine that was given up is no machine of the pool: kept, it would look like one that never got an agent.
  if (operation.phase === 'cordoning' || operation.reason.code === stoodBefore) {
    await disable(context, agent.agentId, generation);
    return await move(context, operation, 'cordoning');
  }
  await move(context, operation, 'cancelled');
  context.line('info', `Agent ${agent.name} was enabled by a person, so its reclaim is given up.`);
  return 'cancelled';
}

/** Where the time of a process is kept apart from the clock, the settling begins anew in each process. */
function isSettled({ clock }: PoolContext, operation: OpenOperation, settling: Map<string, number>): boolean {
  if (clock.elapsed === undefined) return clock.now() - operation.phaseSince >= settleMilliseconds;
  const elapsed = clock.elapsed();
  const since = settling.get(operation.operationId) ?? elapsed;
  settling.set(operation.operationId, since);
  if (elapsed - since < settleMilliseconds) return false;
  settling.delete(operation.operationId);
  return true;
}

async function readTwice(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  generation: Generation | null,
  { carried, chosenTags }: Own,
): Promise<OperationPhase> {
  const agentId = agentIdOf(operation, generation);
  const agent = agentId === null ? null : await context.azureDevOps.readAgent(context.settings.poolId, agentId);
  if (agent === null) return await move(context, operation, 'deregistering');
  if (agent.isEnabled) return await enabledAgain(context, operation, agent, generation);
  if (cameUpAfterAll(operation, agent)) return await keep(context, operation, agent);
  const wanted = wantedForTag(observation, operation, agent, generation, chosenTags);
  if (wanted !== null) return await keep(context, operation, agent, wanted);
  if (agent.assignedRequestId !== null) return await move(context, operation, 'draining');
  const unfinished = await context.azureDevOps.listAgentJobRequests(context.settings.poolId, agent.agentId);
  const holdsJob = unfinished.some((request) => request.reservedAgentId === agent.agentId && request.result === null);
  if (!holdsJob) carried.add(operation.operationId);
  return await move(context, operation, holdsJob ? 'draining' : 'deregistering');
}

async function deregister(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  generation: Generation | null,
): Promise<OperationPhase> {
  if (await waitsForLists(context, operation, generation?.registrationLostAt)) return operation.phase;
  const agentId = agentIdOf(operation, generation);
  const others = [
    ...othersOfLife(observation, generation, agentId),
    ...othersOfAdopted(observation, operation, agentId),
  ];
  for (const id of agentId === null ? others : [...others, agentId]) {
    await keepLease(context);
    const given = id === agentId ? await giveBack(context, id, generation) : null;
    const answer = given ?? (await context.azureDevOps.deleteAgent(context.settings.poolId, id));
    if (answer === 'busy') return await move(context, operation, 'draining');
  }
  return await move(context, operation, 'deregistered');
}

async function move(context: PoolContext, operation: OpenOperation, phase: OperationPhase): Promise<OperationPhase> {
  if (phase !== operation.phase) {
    await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
      phase,
      attempts: 0,
    });
  }
  return phase;
}
