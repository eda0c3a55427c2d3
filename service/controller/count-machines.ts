// How many machines a pool has or has asked for, as far as pictures, records and one more read can tell.
import type { ScaleSet } from '../domain/instance.ts';
import type { Lane, Observation, OpenOperation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { PoolContext } from './context.ts';
import { isSameId } from './lanes.ts';

/** One that has gone since the picture counts as it stood there. */
export async function readAgain(context: PoolContext, pictured: ScaleSet): Promise<ScaleSet> {
  try {
    return await context.azure.readScaleSet(pictured.id);
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'notFound') return pictured;
    throw uncounted(error);
  }
}

/** What Azure refuses to show of other machines is no refusal to make these: it is as if the call had failed. */
function uncounted(error: unknown): unknown {
  if (!(error instanceof CloudError) || (error.kind !== 'invalid' && error.kind !== 'denied')) return error;
  const words = `The machines of the pool could not be counted. ${error.message}`;
  const nextStep = error.nextStep === null ? {} : { nextStep: error.nextStep };
  return new CloudError('unavailable', error.operation, words, { ...nextStep, cause: error });
}

/** Of the whole pool: the maximum holds across lanes. */
export async function listedOf(context: PoolContext, observation: Observation, but?: string): Promise<number> {
  const all = await context.store.listOpenOperations(context.pool);
  const open = all.filter((one) => one.operationId !== but);
  return observation.lanes.reduce((sum, lane) => sum + machinesIn(lane, open, context.clock.now()), 0);
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
export async function unlisted(context: PoolContext, observation: Observation): Promise<number> {
  const listed = new Set(observation.lanes.flatMap((lane) => lane.instances.value.map((instance) => instance.vmId)));
  const missing = new Map(observation.generations.filter((one) => !listed.has(one.vmId)).map((one) => [one.vmId, one]));
  let found = 0;
  try {
    for (const { vmId, scaleSetId, instanceId } of missing.values())
      if ((await context.azure.readInstance(scaleSetId, instanceId))?.vmId === vmId) found += 1;
  } catch (error) {
    throw uncounted(error);
  }
  return found;
}
