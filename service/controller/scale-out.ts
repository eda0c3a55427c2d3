// Scaling out: an absolute capacity, upwards only, clamped twice, after the pool's row has reserved the machines.
import type { CapacityRefused } from '../domain/capacity-refusal.ts';
import { contentionsOf } from '../domain/contention.ts';
import type { Decision } from '../domain/decision.ts';
import type { ScaleSet } from '../domain/instance.ts';
import type { Lane, Observation, OpenOperation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import { notAsked, type Answer } from './answer.ts';
import type { PoolContext } from './context.ts';
import { listedNow, listedOf, trialsSince, unlisted, unseenMilliseconds } from './count-machines.ts';
import { isChanging, isSameId } from './lanes.ts';
import { keepLease } from './lease.ts';
import { bringNear } from './near-deadline.ts';
import { isNewRefusal, type ToldRefusal } from './refused-again.ts';
import { mostMore } from './trial-share.ts';

/** A scale-out that Azure has not finished after this long is judged by the instance list alone. */
const deadlineMilliseconds = 20 * 60_000;

export async function scaleOut(context: PoolContext, observation: Observation, decision: Decision): Promise<Answer> {
  const id = decision.target?.scaleSetId ?? null;
  if (id === null && decision.target?.lane !== undefined) return notAsked('The scale set is made first.');
  const lane = observation.lanes.find((one) => isSameId(one.scaleSet.value.id, id ?? ''));
  if (lane === undefined || decision.to === undefined) return notAsked('The scale set is not known any more.');
  if (isChanging(observation, lane.scaleSet.value.id))
    return notAsked('The scale set is still being made, or removed.');
  // The capacity is absolute and has other writers, so it is read again right before it is written.
  const scaleSet = await context.azure.readScaleSet(lane.scaleSet.value.id);
  const [contended] = contentionsOf(scaleSet);
  if (contended !== undefined) return notAsked(`Not taken: ${contended.words}`);
  const away = await unlisted(context, observation);
  const wish = { more: Math.max(0, decision.to - scaleSet.capacity), most: context.settings.maxCapacity - away };
  const existing = (await listedOf(context, withCurrent(observation, scaleSet), wish)) + away;
  const more = await mostMore(context, observation, lane, scaleSet);
  if (more === 0) return notAsked('Not taken: as many machines as are wanted try the other agent already.');
  const wanted = Math.min(
    decision.to,
    scaleSet.capacity + more,
    scaleSet.capacity + context.settings.maxCapacity - existing,
  );
  const isAgain = decision.reason.code === 'phantomCapacity' && wanted === scaleSet.capacity;
  if (scaleSet.capacity > decision.to || (scaleSet.capacity === decision.to && !isAgain)) {
    return notAsked(`The scale set already asks for ${scaleSet.capacity}.`);
  }
  if (wanted <= scaleSet.capacity && !isAgain) {
    return notAsked(
      `Not taken: ${existing} machines exist or are on their way, of at most ${context.settings.maxCapacity}.`,
    );
  }
  return await askForLessAndLess(context, observation, decision, lane, scaleSet, { existing, away }, wanted);
}

/** The picture may be older than what this pool asked for, and a capacity of then would hide those machines. */
function withCurrent({ lanes }: Observation, now: ScaleSet): Pick<Observation, 'lanes'> {
  const current = (lane: Lane): Lane => ({ ...lane, scaleSet: { ...lane.scaleSet, value: now } });
  return { lanes: lanes.map((lane) => (isSameId(lane.scaleSet.value.id, now.id) ? current(lane) : lane)) };
}

/**
 * How many more it is worth to ask for: none, where the capacity has more than there are machines. The same capacity sent
 * again makes those, and there may be room for just them (DESIGN, fact 6).
 */
function least(lane: Lane, scaleSet: ScaleSet): 0 | 1 {
  const live = lane.instances.value.filter((instance) => instance.provisioningState !== 'deleting').length;
  return scaleSet.capacity > live ? 0 : 1;
}

interface Counted {
  readonly existing: number;
  /** Of them, those that no list shows. */
  readonly away: number;
}

/**
 * Azure refuses a target for want of quota as a whole, so half as many more are asked for, down to the least (azure-wire.md
 * fact 9). The machines are counted for the first, which is the most. Its row asks for less and keeps its number, which says
 * who counts whom (`listedNow`): the row of somebody who wrote later and counts meanwhile would be passed over by a new one.
 */
async function askForLessAndLess(
  context: PoolContext,
  observation: Observation,
  decision: Decision,
  lane: Lane,
  scaleSet: ScaleSet,
  counted: Counted,
  wanted: number,
): Promise<Answer> {
  const { maxCapacity } = context.settings;
  let more = wanted - scaleSet.capacity;
  const operation = await intend(context, decision, scaleSet, counted.existing, more);
  if (typeof operation === 'string') return notAsked(operation);
  const now = await countAgain(context, observation, operation, scaleSet, counted);
  if (now + Math.max(0, more) > maxCapacity) {
    await close(context, operation, 'failed', 'Another lane, or a validation, was given the machines meanwhile.');
    return notAsked(tooMany(now, more, maxCapacity));
  }
  for (;;) {
    try {
      return { words: await patch(context, operation, scaleSet, scaleSet.capacity + more), isAsked: true };
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      if (error.kind !== 'outOfCapacity' || more <= least(lane, scaleSet)) {
        await closeRefused(context, operation, error);
        throw error;
      }
      more = Math.floor(more / 2);
      await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
        toCapacity: scaleSet.capacity + more,
        lastProblem: error.message,
      });
    }
  }
}

/** The row of a scale-out by so many more; in words, why there is none. */
async function intend(
  context: PoolContext,
  decision: Decision,
  scaleSet: ScaleSet,
  existing: number,
  more: number,
): Promise<OpenOperation | string> {
  const { maxCapacity } = context.settings;
  if (!(await context.store.reserveMachines(context.lease, Math.max(0, more), existing, maxCapacity)))
    return tooMany(existing, more, maxCapacity);
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
    toCapacity: scaleSet.capacity + more,
    operationUrl: null,
    startedAt: now,
    deadlineAt: now + deadlineMilliseconds,
    reason: decision.reason,
  });
  return operation ?? 'Not taken: another operation on the scale set is open.';
}

function tooMany(existing: number, more: number, most: number): string {
  return `Not taken: ${existing} machines and ${more} more would pass the maximum of ${most}.`;
}

/**
 * Two processes may lead for a moment, and the etag of one scale set guards neither the others nor trials. Each writes its row
 * first and counts then, with the capacities as they are now: whichever of the two counts last sees the other's machines.
 */
async function countAgain(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  scaleSet: ScaleSet,
  { existing, away }: Counted,
): Promise<number> {
  const { maxCapacity } = context.settings;
  try {
    const trials = await trialsSince(context);
    const more = Math.max(0, (operation.toCapacity ?? 0) - scaleSet.capacity);
    // In a pool of one lane nobody else adds machines but trials.
    if (observation.lanes.length < 2 && existing + trials + more <= maxCapacity) return existing + trials;
    const wish = { more, most: maxCapacity - away - trials };
    return (await listedNow(context, observation, scaleSet, operation, wish)) + away + trials;
  } catch (error) {
    if (error instanceof CloudError) await close(context, operation, 'failed', error.message);
    throw error;
  }
}

async function patch(
  context: PoolContext,
  operation: OpenOperation,
  scaleSet: ScaleSet,
  wanted: number,
): Promise<string> {
  await keepLease(context);
  const accepted = await context.azure.setCapacity(scaleSet, wanted);
  await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
    phase: 'requested',
    operationUrl: accepted.operationUrl,
  });
  return `Capacity ${scaleSet.capacity} → ${wanted}.`;
}

/** With no answer the PATCH may have been taken: the row stays open and the next pictures tell. */
async function closeRefused(context: PoolContext, operation: OpenOperation, error: CloudError): Promise<void> {
  const isUnknown = error.kind === 'unavailable' || error.kind === 'unreadable';
  await context.store.changeOperation(context.lease, operation.operationId, context.clock.now(), {
    phase: isUnknown ? 'requested' : 'failed',
    lastProblem: error.message,
  });
}

/** Follows open scale-outs through their URL; returns the scale sets that Azure has no capacity for. `told`: by their ids. */
export async function followScaleOuts(
  context: PoolContext,
  observation: Observation,
  told = new Map<string, ToldRefusal>(),
): Promise<readonly CapacityRefused[]> {
  const refusals: CapacityRefused[] = [];
  const newest = new Map<string, OpenOperation>();
  for (const operation of observation.operations.filter((one) => one.kind === 'scaleOut')) {
    const earlier = newest.get(operation.scaleSetId ?? '');
    if (earlier !== undefined) await close(context, earlier, 'done', 'A later scale-out asks for more.');
    newest.set(operation.scaleSetId ?? '', operation);
  }
  for (const operation of newest.values()) {
    const refusal = await follow(context, observation, operation, told);
    if (refusal !== null) refusals.push(refusal);
  }
  return refusals;
}

/** Somebody wrote the capacity after it: what it had made by then may be on its way out, and in no list yet. */
const preempted = 'OperationPreempted';

async function follow(
  context: PoolContext,
  observation: Observation,
  operation: OpenOperation,
  told: Map<string, ToldRefusal>,
): Promise<CapacityRefused | null> {
  if (observation.now > (operation.deadlineAt ?? Number.POSITIVE_INFINITY)) {
    await close(context, operation, 'failed', 'Azure did not finish it in time.');
    return null;
  }
  await bringNear(context, operation, deadlineMilliseconds);
  if (operation.operationUrl === null) return null;
  try {
    const status = await context.azure.followOperation(operation.operationUrl, operation.scaleSetId ?? '');
    if (status.status === 'running' || status.status === 'unknown') return null;
    if (status.status === 'succeeded') {
      await close(context, operation, 'done', null);
      told.delete(operation.scaleSetId ?? '');
      return null;
    }
    if (status.code === preempted && context.clock.now() - operation.phaseSince < unseenMilliseconds) return null;
    await close(context, operation, 'failed', status.message);
    if (isNewRefusal(told.get(operation.scaleSetId ?? ''), status.message, context.clock))
      context.line('warn', `Azure could not scale out: ${status.message}`, { code: status.code });
    told.set(operation.scaleSetId ?? '', { words: status.message, at: steadyNow(context.clock) });
    if (!status.isOutOfCapacity) return null;
    return { scaleSetId: operation.scaleSetId ?? '', code: status.code, words: status.message };
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
