// How many machines a pool has or has asked for, as far as pictures, records and one more read can tell.
import type { Instance, ScaleSet } from '../domain/instance.ts';
import type { Lane, Observation, OpenOperation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { AzurePort } from '../ports.ts';
import { trialMachinesOf } from '../domain/validation.ts';
import { readValidations } from '../image-records.ts';
import type { PoolContext } from './context.ts';
import { isSameId } from './lanes.ts';

/** One that has gone since the picture counts as it stood there. */
async function readAgain(context: PoolContext, pictured: ScaleSet): Promise<ScaleSet> {
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
export async function listedOf(context: PoolContext, { lanes }: Pick<Observation, 'lanes'>): Promise<number> {
  const open = await context.store.listOpenOperations(context.pool);
  const departed = await departedNow(context, lanes, open);
  return lanes.reduce((sum, lane) => sum + machinesIn(lane, open, departed, context.clock.now()), 0);
}

/**
 * Likewise with the capacities as they are now, for whoever has just written down what is to be made: `own` is not counted, and
 * a scale set that was read already is not read again. What is open is listed before the capacities are read, for whatever is
 * closed in between stands in them. Nor does an intent count that was written after `own`: whoever wrote it counts after that, so he
 * sees `own`, and where both gave way nobody would ever get the machines.
 */
export async function listedNow(
  context: PoolContext,
  { lanes }: Pick<Observation, 'lanes'>,
  already: ScaleSet | null,
  own: OpenOperation | null,
): Promise<number> {
  const all = await context.store.listOpenOperations(context.pool);
  const open = own === null ? all : all.filter((one) => one.operationId !== own.operationId && !isLater(one, own));
  const departed = await departedNow(context, lanes, open);
  let sum = 0;
  for (const lane of lanes) {
    const { value } = lane.scaleSet;
    const now = already !== null && isSameId(value.id, already.id) ? already : await readAgain(context, value);
    sum += machinesIn({ ...lane, scaleSet: { ...lane.scaleSet, value: now } }, open, departed, context.clock.now());
  }
  return sum;
}

/** The ledger numbers its rows in the order in which they were written. */
function isLater(one: OpenOperation, own: OpenOperation): boolean {
  return one.kind === 'scaleOut' && one.phase === 'intended' && BigInt(one.operationId) > BigInt(own.operationId);
}

/**
 * Machines of trials that were begun since this pass looked: its maximum does not leave them free. Two processes that lead
 * for a moment keep the maximum because each writes what it wants first and counts then: a scale-out its row, a trial its phase.
 */
export async function trialsSince({ store, pool, settings, trialMachines = 0 }: PoolContext): Promise<number> {
  // Without a resource group for them no trial makes machines.
  if ((settings.laneResourceGroup ?? null) === null) return 0;
  const open = await readValidations(store, pool, { isOpen: true });
  return Math.max(0, open.reduce((sum, { value }) => sum + trialMachinesOf(value), 0) - trialMachines);
}

/** vmIds of machines that the lists still show as they were. */
interface Departed {
  readonly leaving: ReadonlySet<string>;
  readonly gone: ReadonlySet<string>;
}

/**
 * Machines that may have left the capacity since the lists were read. Where Azure took the delete it knows already. Where the
 * delete was refused, or its answer was lost, the machine itself is asked for: a guess would pass the maximum, or hold jobs back for as
 * long as Azure refuses.
 */
async function departedNow(
  { azure }: PoolContext,
  lanes: readonly Lane[],
  open: readonly OpenOperation[],
): Promise<Departed> {
  const deletes = new Map(open.filter((one) => one.kind === 'delete').map((one) => [one.vmId, one]));
  const leaving = new Set<string>();
  const gone = new Set<string>();
  for (const { vmId, scaleSetId, instanceId, provisioningState } of lanes.flatMap((lane) => lane.instances.value)) {
    const operation = deletes.get(vmId);
    if (operation === undefined || provisioningState === 'deleting') continue;
    const isInDoubt = operation.phase === 'deregistered' && operation.attempts > 0;
    if (operation.phase === 'requested') leaving.add(vmId);
    const found = isInDoubt ? await askedFor(azure, scaleSetId, instanceId) : undefined;
    if (found === undefined) continue;
    if (found?.vmId !== vmId) gone.add(vmId);
    else if (found.provisioningState === 'deleting') leaving.add(vmId);
  }
  return { leaving, gone };
}

async function askedFor(azure: AzurePort, scaleSetId: string, instanceId: string): Promise<Instance | null> {
  try {
    return await azure.readInstance(scaleSetId, instanceId);
  } catch (error) {
    throw uncounted(error);
  }
}

/**
 * A machine that is being deleted has left the capacity and still exists, and one that was asked for may not be listed
 * yet: both count, or the maximum would be passed for the minutes that a delete takes.
 */
function machinesIn(lane: Lane, open: readonly OpenOperation[], { leaving, gone }: Departed, now: number): number {
  const standing = lane.instances.value.filter(({ vmId }) => !gone.has(vmId));
  const live = standing.length;
  const deleting = standing.filter(
    ({ provisioningState, vmId }) => provisioningState === 'deleting' || leaving.has(vmId),
  ).length;
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
