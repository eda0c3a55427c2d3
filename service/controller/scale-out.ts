// Scaling out: an absolute capacity, upwards only, clamped twice, after the pool's row has reserved the machines.
import { contentionsOf } from '../domain/contention.ts';
import type { Decision } from '../domain/decision.ts';
import type { ScaleSet } from '../domain/instance.ts';
import type { Lane, Observation, OpenOperation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { PoolContext } from './context.ts';
import { isChanging, isSameId } from './lanes.ts';
import { keepLease } from './lease.ts';
import { mostMore } from './trial-share.ts';

/** A scale-out that Azure has not finished after this long is judged by the instance list alone. */
const deadlineMilliseconds = 20 * 60_000;

export async function scaleOut(context: PoolContext, observation: Observation, decision: Decision): Promise<string> {
  const id = decision.target?.scaleSetId ?? null;
  if (id === null && decision.target?.lane !== undefined) return 'The scale set is made first.';
  const lane = observation.lanes.find((one) => isSameId(one.scaleSet.value.id, id ?? ''));
  if (lane === undefined || decision.to === undefined) return 'The scale set is not known any more.';
  if (isChanging(observation, lane.scaleSet.value.id)) return 'The scale set is still being made, or removed.';
  // The capacity is absolute and has other writers, so it is read again right before it is written.
  const scaleSet = await context.azure.readScaleSet(lane.scaleSet.value.id);
  const [contended] = contentionsOf(scaleSet);
  if (contended !== undefined) return `Not taken: ${contended.words}`;
  const existing = await machinesOf(context, observation);
  const more = await mostMore(context, observation, lane, scaleSet);
  if (more === 0) return 'Not taken: as many machines as are wanted try the other agent already.';
  const wanted = Math.min(
    decision.to,
    scaleSet.capacity + more,
    scaleSet.capacity + context.settings.maxCapacity - existing,
  );
  const isAgain = decision.reason.code === 'phantomCapacity' && wanted === scaleSet.capacity;
  if (scaleSet.capacity > decision.to || (scaleSet.capacity === decision.to && !isAgain)) {
    return `The scale set already asks for ${scaleSet.capacity}.`;
  }
  if (wanted <= scaleSet.capacity && !isAgain) {
    return `Not taken: ${existing} machines exist or are on their way, of at most ${context.settings.maxCapacity}.`;
  }
  return await askForLessAndLess(context, observation, decision, scaleSet, existing, wanted, least(lane, scaleSet));
}

/**
 * How many more it is worth to ask for: none, where the capacity has more than there are machines. The same capacity sent
 * again makes those, and there may be room for just them (DESIGN, fact 6).
 */
function least(lane: Lane, scaleSet: ScaleSet): 0 | 1 {
  const live = lane.instances.value.filter((instance) => instance.provisioningState !== 'deleting').length;
  return scaleSet.capacity > live ? 0 : 1;
}

/** Azure refuses a target for want of quota as a whole, so half as many more are asked for, down to the least (azure-wire.md fact 9). */
async function askForLessAndLess(
  context: PoolContext,
  observation: Observation,
  decision: Decision,
  scaleSet: ScaleSet,
  existing: number,
  wanted: number,
  fewest: number,
): Promise<string> {
  for (let more = wanted - scaleSet.capacity; ; more = Math.floor(more / 2)) {
    try {
      return await ask(context, observation, decision, scaleSet, existing, scaleSet.capacity + more);
    } catch (error) {
      const isShort = error instanceof CloudError && error.kind === 'outOfCapacity';
      if (!isShort || more <= fewest) throw error;
    }
  }
}

async function ask(
  context: PoolContext,
  observation: Observation,
  decision: Decision,
  scaleSet: ScaleSet,
  existing: number,
  wanted: number,
): Promise<string> {
  const reserved = Math.max(0, wanted - scaleSet.capacity);
  if (!(await context.store.reserveMachines(context.lease, reserved, existing, context.settings.maxCapacity))) {
    return tooMany(existing, reserved, context.settings.maxCapacity);
  }
  const now = context.clock.now();
  const operation = await context.store.openOperation(context.lease, {
    kind: 'scaleOut',
    phase: 'intended',
    scaleSetId: scaleSet.id,
    generationId: null,
    instanceId: null,
    vmId: null,
    agentId: null,
    fromCapacity: scaleSet.capacity,
    toCapacity: wanted,
    operationUrl: null,
    startedAt: now,
    deadlineAt: now + deadlineMilliseconds,
    reason: decision.reason,
  });
  if (operation === null) return 'Not taken: another operation on the scale set is open.';
  const counted = observation.lanes.length < 2 ? 0 : await countAgain(context, observation, operation, scaleSet);
  if (counted + reserved > context.settings.maxCapacity) {
    await close(context, operation, 'failed', 'Another lane was given the machines meanwhile.');
    return tooMany(counted, reserved, context.settings.maxCapacity);
  }
  return await patch(context, operation, scaleSet, wanted);
}

function tooMany(existing: number, more: number, most: number): string {
  return `Not taken: ${existing} machines and ${more} more would pass the maximum of ${most}.`;
}

/**
 * Two processes may lead for a moment, and the etag of one scale set does not guard the others. Each writes its row first
 * and counts then, with the capacities as they are now: whichever of the two counts last sees the other's machines.
 */
async function countAgain(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  scaleSet: ScaleSet,
): Promise<number> {
  try {
    const lanes: Lane[] = [];
    for (const lane of observation.lanes) {
      const isOwn = isSameId(lane.scaleSet.value.id, scaleSet.id);
      const value = isOwn ? scaleSet : await context.azure.readScaleSet(lane.scaleSet.value.id);
      lanes.push({ ...lane, scaleSet: { ...lane.scaleSet, value } });
    }
    return await machinesOf(context, { ...observation, lanes }, operation.operationId);
  } catch (error) {
    if (error instanceof CloudError) await close(context, operation, 'failed', error.message);
    throw error;
  }
}

/** Of the whole pool: the maximum holds across lanes. */
async function machinesOf(context: PoolContext, observation: Observation, but?: string): Promise<number> {
  const all = await context.store.listOpenOperations(context.pool);
  const open = all.filter((one) => one.operationId !== but);
  const listed = observation.lanes.reduce((sum, lane) => sum + machinesIn(lane, open, context.clock.now()), 0);
  return listed + (await unlisted(context, observation));
}

/**
 * A machine that is being deleted has left the capacity and still exists, and one that was asked for may not be listed
 * yet: both count, or the maximum would be passed for the minutes that a delete takes.
 */
function machinesIn(lane: Lane, open: readonly OpenOperation[], now: number): number {
  const live = lane.instances.value.length;
  const deleting = lane.instances.value.filter((instance) => instance.provisioningState === 'deleting').length;
  const { id, capacity } = lane.scaleSet.value;
  const asked = open.filter(
    (one) => one.kind === 'scaleOut' && isSameId(one.scaleSetId ?? '', id) && isUnseen(one, now),
  );
  const highest = Math.max(capacity, ...asked.map((one) => one.toCapacity ?? 0));
  return live + Math.max(0, highest - (live - deleting));
}

/** Asked for since the picture was made, or by a call whose answer was lost: the capacity that was read may not have it yet. */
function isUnseen(operation: OpenOperation, now: number): boolean {
  return operation.operationUrl === null || now - operation.phaseSince < unseenMilliseconds;
}

const unseenMilliseconds = 30_000;

/**
 * A list may be old or lack an item (A22, A23), most of all one that is on its way out and has left the capacity. What
 * the records know and the lists do not is asked for by its id.
 */
async function unlisted(context: PoolContext, observation: Observation): Promise<number> {
  const listed = new Set(observation.lanes.flatMap((lane) => lane.instances.value.map((instance) => instance.vmId)));
  const missing = new Map(observation.generations.filter((one) => !listed.has(one.vmId)).map((one) => [one.vmId, one]));
  let found = 0;
  for (const { vmId, scaleSetId, instanceId } of missing.values())
    if ((await context.azure.readInstance(scaleSetId, instanceId))?.vmId === vmId) found += 1;
  return found;
}

async function patch(
  context: PoolContext,
  operation: OpenOperation,
  scaleSet: ScaleSet,
  wanted: number,
): Promise<string> {
  try {
    await keepLease(context);
    const accepted = await context.azure.setCapacity(scaleSet, wanted);
    await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
      phase: 'requested',
      operationUrl: accepted.operationUrl,
    });
    return `Capacity ${scaleSet.capacity} → ${wanted}.`;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    // With no answer the PATCH may have been taken: the row stays open and the next pictures tell.
    const isUnknown = error.kind === 'unavailable' || error.kind === 'unreadable';
    await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
      phase: isUnknown ? 'requested' : 'failed',
      lastProblem: error.message,
    });
    throw error;
  }
}

export interface CapacityRefusal {
  readonly scaleSetId: string;
  readonly words: string;
}

/** Follows open scale-outs through their URL; returns the scale sets that Azure has no capacity for. */
export async function followScaleOuts(
  context: PoolContext,
  observation: Observation,
): Promise<readonly CapacityRefusal[]> {
  const refusals: CapacityRefusal[] = [];
  const newest = new Map<string, OpenOperation>();
  for (const operation of observation.operations.filter((one) => one.kind === 'scaleOut')) {
    const earlier = newest.get(operation.scaleSetId ?? '');
    if (earlier !== undefined) await close(context, earlier, 'done', 'A later scale-out asks for more.');
    newest.set(operation.scaleSetId ?? '', operation);
  }
  for (const operation of newest.values()) {
    const refusal = await follow(context, observation, operation);
    if (refusal !== null) refusals.push(refusal);
  }
  return refusals;
}

async function follow(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
): Promise<CapacityRefusal | null> {
  if (observation.now > (operation.deadlineAt ?? Number.POSITIVE_INFINITY)) {
    await close(context, operation, 'failed', 'Azure did not finish it in time.');
    return null;
  }
  if (operation.operationUrl === null) return null;
  try {
    const status = await context.azure.followOperation(operation.operationUrl, operation.scaleSetId ?? '');
    if (status.status === 'running' || status.status === 'unknown') return null;
    if (status.status === 'succeeded') {
      await close(context, operation, 'done', null);
      return null;
    }
    await close(context, operation, 'failed', status.message);
    context.line('warn', `Azure could not scale out: ${status.message}`, { code: status.code });
    return status.isOutOfCapacity ? { scaleSetId: operation.scaleSetId ?? '', words: status.message } : null;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    context.line('warn', `A scale-out could not be followed: ${error.message}`, { operation: error.operation });
    return null;
  }
}

async function close(
  context: PoolContext,
  operation: OpenOperation,
  phase: 'done' | 'failed',
  problem: string | null,
): Promise<void> {
  await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
    phase,
    lastProblem: problem,
  });
}
