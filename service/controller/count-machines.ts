// How many machines a pool has or has asked for, as far as pictures, records and one more read can tell.
import type { Instance, ScaleSet } from '../domain/instance.ts';
import type { Lane, Observation, OpenOperation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
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

/** What a count is for: so many more are wanted, and with them there may be at most so many. */
export interface Wish {
  readonly more: number;
  readonly most: number;
}

/** Of the whole pool: the maximum holds across lanes. Exact where it decides about the wish. The capacities are those of now. */
export async function listedOf(
  context: PoolContext,
  { lanes }: Pick<Observation, 'lanes'>,
  wish: Wish,
): Promise<number> {
  const open = await context.store.listOpenOperations(context.pool);
  const [only] = lanes;
  const isAlone = only !== undefined && lanes.length === 1;
  return await countIn(context, lanes, isAlone ? open.filter((one) => !isOvertaken(one, only)) : open, wish);
}

/**
 * A write without an answer, of which a later list shows nothing. It may still come; but every write of a capacity names the etag
 * that it read, so of it and of whatever is written now Azure takes only one, and each alone is within the maximum. That holds
 * for the only scale set of a pool: where there are others, they may have been given its machines meanwhile.
 */
function isOvertaken({ kind, operationUrl, startedAt }: OpenOperation, { instances }: Lane): boolean {
  return kind === 'scaleOut' && operationUrl === null && startedAt < (instances.readAt ?? -Infinity);
}

/**
 * Likewise with the capacities as they are now, for whoever has just written down what is to be made: `own` is not counted, and
 * a scale set that was read already is not read again. What is open is listed before the capacities are read, for whatever is
 * closed in between stands in them. Nor does an intent count that was written after `own`: whoever wrote it counts after that, so he
 * sees `own`, and where both gave way nobody would ever get the machines. Each counts after the one row that he writes.
 */
export async function listedNow(
  context: PoolContext,
  { lanes }: Pick<Observation, 'lanes'>,
  already: ScaleSet | null,
  own: OpenOperation | null,
  wish: Wish | null,
): Promise<number> {
  const all = await context.store.listOpenOperations(context.pool);
  const open = own === null ? all : all.filter((one) => one.operationId !== own.operationId && !isLater(one, own));
  const current: Lane[] = [];
  for (const lane of lanes) {
    const { value } = lane.scaleSet;
    const now = already !== null && isSameId(value.id, already.id) ? already : await readAgain(context, value);
    current.push({ ...lane, scaleSet: { ...lane.scaleSet, value: now } });
  }
  return await countIn(context, current, open, wish);
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
 * Machines may have left the capacity since the lists were read. Where Azure took the delete it knows already. Where the answer to
 * the delete was lost the machine itself is asked for, but only where that decides: a guess would pass the maximum, or hold
 * jobs back. What Azure refused to delete stands.
 */
async function countIn(
  context: PoolContext,
  lanes: readonly Lane[],
  open: readonly OpenOperation[],
  wish: Wish | null,
): Promise<number> {
  const now = context.clock.now();
  const sum = (departed: Departed) => lanes.reduce((all, lane) => all + machinesIn(lane, open, departed, now), 0);
  const deletes = new Map(open.filter((one) => one.kind === 'delete').map((one) => [one.vmId, one]));
  const standing = lanes.flatMap((lane) => lane.instances.value).filter((one) => one.provisioningState !== 'deleting');
  const requested = standing.filter(({ vmId }) => deletes.get(vmId)?.phase === 'requested').map(({ vmId }) => vmId);
  const inDoubt = standing.filter(({ vmId }) => isInDoubt(deletes.get(vmId)));
  const ids = inDoubt.map(({ vmId }) => vmId);
  const most = sum({ leaving: new Set([...requested, ...ids]), gone: new Set() });
  const fewest = sum({ leaving: new Set(requested), gone: new Set(ids) });
  if (wish !== null && (most + wish.more <= wish.most || fewest > wish.most)) return most;
  const leaving = new Set(requested);
  const gone = new Set<string>();
  for (const instance of inDoubt) {
    const found = await askedFor(context, instance);
    if (found?.vmId !== instance.vmId) gone.add(instance.vmId);
    else if (found.provisioningState === 'deleting') leaving.add(instance.vmId);
  }
  return sum({ leaving, gone });
}

function isInDoubt(operation: OpenOperation | undefined): boolean {
  return operation?.phase === 'deregistered' && operation.isInDoubt === true;
}

/** Once in a pass, where the context remembers it. */
async function askedFor({ azure, told }: PoolContext, instance: Instance): Promise<Instance | null> {
  const { vmId, scaleSetId, instanceId } = instance;
  const before = told?.get(vmId);
  if (before !== undefined) return before;
  try {
    const found = await azure.readInstance(scaleSetId, instanceId);
    told?.set(vmId, found);
    return found;
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
  const seen = live - deleting;
  return live + Math.max(0, highest - Math.min(seen, capacityAfter(lane, asked)));
}

/**
 * Of the first scale-out since the list was read. What it found less than machines was deleted by somebody in between: those
 * have left the capacity and still exist, and the scale-out made as many more.
 */
function capacityAfter({ instances }: Lane, asked: readonly OpenOperation[]): number {
  const since = asked.filter((one) => (instances.readAt ?? Infinity) <= one.startedAt);
  return Math.min(...since.map((one) => one.fromCapacity ?? Infinity));
}

/** Asked for since the picture was made, or by a call whose answer was lost: the capacity that was read may not have it yet. */
function isUnseen(operation: OpenOperation, now: number): boolean {
  return operation.operationUrl === null || now - operation.phaseSince < unseenMilliseconds;
}

/** For so long what was asked for counts, whatever is read. */
export const unseenMilliseconds = 30_000;

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
