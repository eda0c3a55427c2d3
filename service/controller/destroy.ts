// R7-R9: the call that destroys, by instance id and only for the vmId that the ledger names, and following it to its end.
import type { Instance } from '../domain/instance.ts';
import type { Generation, Observation, OpenOperation, OperationPhase } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { NonEmpty } from '../ports.ts';
import type { PoolContext } from './context.ts';
import { keepLease } from './lease.ts';
import { newGeneration } from './generations.ts';
import { bringNear } from './near-deadline.ts';

const backOffMilliseconds = 15_000;
/** Where Azure asks for a longer rest it is asked again after this one. */
const longestRestMs = 3_600_000;

/** With each refusal of Azure the next try waits longer, at most ten minutes: updates of a set are four a minute. */
export function retryAt(now: number, refusals: number): number {
  return now + Math.min(600_000, backOffMilliseconds * 2 ** Math.min(refusals - 1, 6));
}

/** Deletes of one scale set go out in one call: parallel deletes conflict, and updates are four a minute. */
export async function requestDestruction(context: PoolContext, ready: readonly OpenOperation[]): Promise<void> {
  const now = context.clock.now();
  // A rest that is longer than any that is ever written: the clock was set back since.
  const isDue = (at: number): boolean => now >= at || at - now > longestRestMs;
  const due = ready.filter((operation) => isDue(operation.deadlineAt ?? 0));
  const deletes: { operation: OpenOperation; scaleSetId: string; instanceId: string }[] = [];
  for (const operation of due) {
    const target = await stillThere(context, operation);
    if (target === null) continue;
    if (operation.kind === 'reimage') await requestReimage(context, operation, target);
    else deletes.push({ operation, scaleSetId: target.scaleSetId, instanceId: target.instanceId });
  }
  for (const scaleSetId of new Set(deletes.map((one) => one.scaleSetId))) {
    const batch = deletes.filter((one) => one.scaleSetId === scaleSetId);
    await requestDelete(context, scaleSetId, batch);
  }
}

/** R7: the instance is read once more; another vmId under the same id is another machine, and not ours to destroy. */
async function stillThere(context: PoolContext, operation: OpenOperation): Promise<Instance | null> {
  if (operation.scaleSetId === null || operation.instanceId === null) {
    await close(context, operation, 'done');
    return null;
  }
  const instance = await attempt(context, operation, (scaleSetId, instanceId) =>
    context.azure.readInstance(scaleSetId, instanceId),
  );
  if (instance === 'failed') return null;
  if (instance?.vmId !== operation.vmId) {
    await close(context, operation, 'done');
    return null;
  }
  return instance;
}

async function requestReimage(context: PoolContext, operation: OpenOperation, instance: Instance): Promise<void> {
  await keepLease(context);
  const accepted = await attempt(context, operation, (scaleSetId, instanceId) =>
    context.azure.reimageInstance(scaleSetId, instanceId),
  );
  if (accepted === 'failed') return;
  await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
    phase: 'requested',
    operationUrl: accepted.operationUrl,
    deadlineAt: null,
  });
  context.line('info', `Reimage of ${instance.name} was asked for.`);
}

async function requestDelete(
  context: PoolContext,
  scaleSetId: string,
  batch: readonly { operation: OpenOperation; instanceId: string }[],
): Promise<void> {
  const [first, ...others] = batch.map((one) => one.instanceId);
  if (first === undefined) return;
  const ids: NonEmpty<string> = [first, ...others];
  await keepLease(context);
  try {
    const accepted = await context.azure.deleteInstances(scaleSetId, ids);
    for (const { operation } of batch) {
      await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
        phase: 'requested',
        operationUrl: accepted.operationUrl,
        deadlineAt: null,
      });
    }
  } catch (error) {
    for (const { operation } of batch) await noteFailure(context, operation, error, isLost(error));
  }
}

async function attempt<T>(
  context: PoolContext,
  operation: OpenOperation,
  call: (scaleSetId: string, instanceId: string) => Promise<T>,
): Promise<T | 'failed'> {
  if (operation.scaleSetId === null || operation.instanceId === null) return 'failed';
  try {
    return await call(operation.scaleSetId, operation.instanceId);
  } catch (error) {
    await noteFailure(context, operation, error);
    return 'failed';
  }
}

/** Azure may have taken what it did not answer. */
function isLost(error: unknown): boolean {
  return error instanceof CloudError && (error.kind === 'unavailable' || error.kind === 'unreadable');
}

/** A doubt stays: what is refused later says nothing of the call before. */
async function noteFailure(
  context: PoolContext,
  operation: OpenOperation,
  error: unknown,
  isInDoubt = false,
): Promise<void> {
  if (!(error instanceof CloudError)) throw error;
  const now = context.clock.now();
  const askedFor = Math.min(longestRestMs, error.retryAfterMs ?? 0);
  await context.store.changeOperation(context.lease, operation.operationId, now, {
    phase: 'deregistered',
    attempts: operation.attempts + 1,
    deadlineAt: Math.max(retryAt(now, operation.attempts + 1), now + askedFor),
    lastProblem: error.message,
    ...(isInDoubt ? { isInDoubt } : {}),
  });
}

/** R8: the long-running operation is a hint; the instance list decides whether a delete is done. */
export async function followDestruction(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  generation: Generation | null,
): Promise<OperationPhase> {
  await bringNear(context, operation);
  if (operation.kind === 'delete') return await followDelete(context, observation, operation);
  return await followReimage(context, observation, operation, generation);
}

async function followDelete(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
): Promise<OperationPhase> {
  // ARM may write the id of the set in other letters than the settings, which is where an instance has it from.
  const scaleSetId = operation.scaleSetId?.toLowerCase();
  const instances = observation.lanes.find((lane) => lane.scaleSet.value.id.toLowerCase() === scaleSetId)?.instances;
  if (instances?.freshness !== 'fresh') return operation.phase;
  const listed = instances.value.find((instance) => instance.vmId === operation.vmId);
  if (listed === undefined) {
    // A list may lag behind, so the instance itself has the last word.
    const instance = await context.azure.readInstance(operation.scaleSetId ?? '', operation.instanceId ?? '');
    if (instance?.vmId !== operation.vmId) return await close(context, operation, 'done');
    return operation.phase;
  }
  if (listed.provisioningState === 'deleting') return operation.phase;
  const status = await statusOf(context, operation);
  if (status.status !== 'failed' && !isOverdue(context, operation, unknownMilliseconds)) return operation.phase;
  await again(
    context,
    operation,
    status.status === 'failed' ? status.message : 'Azure took the delete and did not do it.',
    status.status !== 'failed',
  );
  return 'deregistered';
}

/**
 * Only a success that Azure reports, of an instance at rest, is proof of a wipe. Where the answer was lost the reimage is
 * asked for again: it wipes again, and nothing may claim the machine meanwhile (I-3). What fails or takes too long, or
 * cannot be proven in a few tries, goes by delete.
 */
async function followReimage(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  generation: Generation | null,
): Promise<OperationPhase> {
  const status = await statusOf(context, operation);
  const instance = await context.azure.readInstance(operation.scaleSetId ?? '', operation.instanceId ?? '');
  if (instance?.vmId !== operation.vmId) return await close(context, operation, 'done');
  if (status.status === 'failed') return await deleteInstead(context, operation, status.message);
  if (instance.provisioningState === 'failed') return await deleteInstead(context, operation, 'The instance failed.');
  if (status.status === 'succeeded' && instance.provisioningState === 'succeeded')
    return await beginNewLife(context, observation, operation, instance, generation);
  if (!isOverdue(context, operation, status.status === 'running' ? slowMilliseconds : unknownMilliseconds))
    return operation.phase;
  if (operation.attempts >= mostReimages) return await deleteInstead(context, operation, 'It could not be proven.');
  await again(context, operation, 'Azure did not say in time that the machine was wiped.');
  return 'deregistered';
}

/** So often is one wipe asked for before the machine is deleted. */
const mostReimages = 2;

async function beginNewLife(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  instance: Instance,
  generation: Generation | null,
): Promise<OperationPhase> {
  // The new life is written first, and once: between the two writes a machine without a record would look like one that
  // was created long ago and never came up.
  const { generationId, startedAt, phaseSince } = operation;
  // The life that ends may lie ahead, for the clock was set back since it began: it is no new one.
  const isBegun = observation.generations.some(
    (one) =>
      one.vmId === instance.vmId &&
      one.generationId !== generationId &&
      one.startedAt >= Math.min(startedAt, phaseSince),
  );
  if (!isBegun) {
    // Its folder and alias were chosen while it was being wiped, on the record of the life before; the tag ends with that life.
    const { workFolder, alias } = generation ?? {};
    const life = { ...newGeneration(context, instance, observation, 'reimage'), workFolder, alias };
    await context.store.startGeneration(context.lease, life);
  }
  if (generation !== null) await context.store.endGeneration(context.lease, generation.generationId);
  return await close(context, operation, 'done');
}

/**
 * The registration is gone already, so the delete begins where the reimage stood. A process that ends between the two
 * writes leaves a machine without an agent, which upkeep finds.
 */
async function deleteInstead(context: PoolContext, operation: OpenOperation, problem: string): Promise<OperationPhase> {
  await close(context, operation, 'failed', problem);
  const now = context.clock.now();
  const { scaleSetId, generationId, instanceId, vmId, agentId } = operation;
  await context.store.openOperation(context.lease, {
    ...{ scaleSetId, generationId, instanceId, vmId, agentId },
    kind: 'delete',
    phase: 'deregistered',
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: now,
    deadlineAt: null,
    reason: { code: 'reimageFailed', words: `The reimage did not succeed, so the machine is deleted: ${problem}` },
  });
  context.line('warn', `The reimage of instance ${instanceId ?? '?'} did not succeed: ${problem}`);
  return 'failed';
}

async function statusOf(context: PoolContext, operation: OpenOperation) {
  if (operation.operationUrl === null) return { status: 'unknown' as const };
  return await context.azure.followOperation(operation.operationUrl, operation.scaleSetId ?? '');
}

/** An operation of which Azure says nothing, and one that it says is running, are given up after so long. */
const unknownMilliseconds = 10 * 60_000;
const slowMilliseconds = 30 * 60_000;

function isOverdue(context: PoolContext, operation: OpenOperation, after: number): boolean {
  return context.clock.now() - operation.phaseSince > after;
}

async function again(
  context: PoolContext,
  operation: OpenOperation,
  problem: string,
  isInDoubt = false,
): Promise<void> {
  const now = context.clock.now();
  await context.store.changeOperation(context.lease, operation.operationId, now, {
    phase: 'deregistered',
    operationUrl: null,
    attempts: operation.attempts + 1,
    deadlineAt: retryAt(now, operation.attempts + 1),
    lastProblem: problem,
    ...(isInDoubt ? { isInDoubt } : {}),
  });
}

async function close(
  context: PoolContext,
  operation: OpenOperation,
  phase: 'done' | 'failed',
  problem: string | null = null,
): Promise<OperationPhase> {
  await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
    phase,
    lastProblem: problem,
  });
  return phase;
}
