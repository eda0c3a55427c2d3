// What a pass does for a pool that somebody deletes, beside what decide says (domain/end-pool.ts): trials are cancelled,
// what is left of a scale set that is gone is cleared, and when nothing is left the pool itself goes.
import type { Node } from '../domain/node.ts';
import type { Observation } from '../domain/observation.ts';
import { hasLanes } from '../domain/lane-owner.ts';
import { lostPlaceholders } from '../domain/lost-placeholder.ts';
import { readValidations, validationWrite } from '../image-records.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import type { PoolContext, Recollection } from './context.ts';
import { goneCodes, goneMilliseconds, isGroupGone, isInLaneGroup } from './gone-group.ts';
import { keepLease } from './lease.ts';

/** A pass may be writing one at this moment: what is not written now is in the next pass. */
export async function cancelTrials(context: PoolContext): Promise<void> {
  for (const { revision, value } of await readValidations(context.store, context.pool, { isOpen: true })) {
    if (value.isCancelRequested) continue;
    const asked = { ...value, isCancelRequested: true };
    await context.store.writeRecords([validationWrite(revision, asked)], context.lease);
  }
}

/** A set that Azure does not know any more is no part of the picture that could become fresh again. */
export async function withoutGoneSet(
  context: PoolContext,
  recollection: Recollection,
  observation: Observation,
): Promise<Observation> {
  const own = observation.lanes.find((lane) => lane.key == null);
  if (own?.scaleSet.freshness === 'fresh') recollection.setGoneSince = null;
  if (own === undefined || own.scaleSet.freshness === 'fresh' || !(await isSetGone(context, recollection)))
    return observation;
  return { ...observation, lanes: observation.lanes.filter((lane) => lane !== own) };
}

/** True where the pool is gone now. Everything has to be read and empty: unknown is not zero. */
export async function endWhenEmpty(
  context: PoolContext,
  recollection: Recollection,
  observation: Observation,
  nodes: readonly Node[],
): Promise<boolean> {
  await clearWithoutSet(context, recollection, observation);
  if (isGroupGone(context, recollection)) await clearWithoutGroup(context);
  if (observation.agents.freshness !== 'fresh' || nodes.length > 0) return false;
  if (
    observation.lanes.some(({ scaleSet, instances }) =>
      [scaleSet, instances].some((part) => part.freshness !== 'fresh'),
    )
  )
    return false;
  if (observation.lanes.some((lane) => lane.key != null)) return false;
  // What Azure still may make would belong to nobody; decide says so. A template is sized by somebody else.
  const isOwnSet = !hasLanes(context.settings);
  if (isOwnSet && observation.lanes.some((lane) => lane.scaleSet.value.capacity > 0)) return false;
  if (!areLanesRead(context, recollection)) return false;
  if (observation.lanes.length === 0 && !(await isSetGone(context, recollection))) return false;
  const { store, pool } = context;
  if ((await store.listOpenOperations(pool)).length > 0) return false;
  if ((await store.listGenerations(pool)).length > 0) return false;
  if ((await store.listPlaceholders(pool)).length > 0 || lostPlaceholders(observation, pool).length > 0) return false;
  if ((await store.listLanes(pool)).length > 0) return false;
  if ((await readValidations(store, pool, { isOpen: true })).length > 0) return false;
  await keepLease(context);
  // It may have come into the configuration file since the pass began.
  if ((await store.readPool(pool))?.isManagedByFile === true) return false;
  await store.deletePool(pool);
  context.line('info', `Pool "${pool}" is deleted: nothing of it was left.`);
  return true;
}

/** Its machines went with the set, so only what Azure DevOps still knows is left to be removed. */
async function clearWithoutSet(
  context: PoolContext,
  recollection: Recollection,
  observation: Observation,
): Promise<void> {
  const { store, lease, azureDevOps, settings } = context;
  // Machines of a lane may run jobs whether or not the template is there, and no lane in the picture may be none read.
  if (!areLanesRead(context, recollection) || (await store.listLanes(context.pool)).length > 0) return;
  if (observation.lanes.length > 0 || !(await isSetGone(context, recollection))) return;
  for (const { operationId } of await store.listOpenOperations(context.pool)) {
    await store.changeOperation(lease, operationId, context.clock.now(), {
      phase: 'cancelled',
      lastProblem: 'The scale set is gone.',
    });
  }
  for (const { generationId, agentId } of await store.listGenerations(context.pool)) {
    await keepLease(context);
    const answer = agentId === null ? 'absent' : await azureDevOps.deleteAgent(settings.poolId, agentId);
    if (answer !== 'busy') await store.endGeneration(lease, generationId);
  }
  for (const { agentId } of await store.listPlaceholders(context.pool)) {
    await keepLease(context);
    const answer = await azureDevOps.deleteAgent(settings.poolId, agentId);
    if (answer !== 'busy') await store.removePlaceholder(lease, agentId);
  }
}

/** Likewise the machines of its lanes with their resource group: asked for by their ids, Azure would not say that they are gone. */
async function clearWithoutGroup(context: PoolContext): Promise<void> {
  const { store, lease, azureDevOps, settings } = context;
  for (const { operationId, scaleSetId } of await store.listOpenOperations(context.pool)) {
    if (scaleSetId === null || !isInLaneGroup(context, scaleSetId)) continue;
    await store.changeOperation(lease, operationId, context.clock.now(), {
      phase: 'cancelled',
      lastProblem: 'The resource group of the lanes is gone.',
    });
  }
  for (const { generationId, agentId, scaleSetId } of await store.listGenerations(context.pool)) {
    if (!isInLaneGroup(context, scaleSetId)) continue;
    await keepLease(context);
    const answer = agentId === null ? 'absent' : await azureDevOps.deleteAgent(settings.poolId, agentId);
    if (answer !== 'busy') await store.endGeneration(lease, generationId);
  }
}

function areLanesRead({ settings }: PoolContext, { laneSets }: Recollection): boolean {
  return !hasLanes(settings) || laneSets?.freshness === 'fresh';
}

/** True where Azure has said it in two passes this far apart; it is not asked in between, for passes spend its limits. */
async function isSetGone(context: PoolContext, recollection: Recollection): Promise<boolean> {
  const now = steadyNow(context.clock);
  const since = recollection.setGoneSince;
  if (since !== null && now - since < goneMilliseconds) return false;
  const isGone = await saysGone(context);
  // No answer says neither; it is asked again.
  if (isGone === null) return false;
  recollection.setGoneSince = isGone ? (since ?? now) : null;
  return isGone && since !== null;
}

/** Null where Azure does not say. */
async function saysGone({ azure, settings }: PoolContext): Promise<boolean | null> {
  try {
    await azure.readScaleSet(settings.scaleSet);
    return false;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (error.kind === 'throttled' || error.kind === 'unavailable') return null;
    return error.kind === 'notFound' && goneCodes.includes(error.code);
  }
}
