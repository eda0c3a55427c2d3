// What a pass does for a pool that somebody deletes, beside what decide says (domain/end-pool.ts): trials are cancelled,
// what is left of a scale set that is gone is cleared, and when nothing is left the pool itself goes.
import type { Node } from '../domain/node.ts';
import type { Observation } from '../domain/observation.ts';
import { readValidations, validationWrite } from '../image-records.ts';
import type { PoolContext } from './context.ts';
import { keepLease } from './lease.ts';
import { readOrGone } from './observe-sets.ts';

/** A pass may be writing one at this moment: what is not written now is in the next pass. */
export async function cancelTrials(context: PoolContext): Promise<void> {
  for (const { revision, value } of await readValidations(context.store, context.pool, { isOpen: true })) {
    if (value.isCancelRequested) continue;
    const asked = { ...value, isCancelRequested: true };
    await context.store.writeRecords([validationWrite(revision, asked)], context.lease);
  }
}

/** A set that Azure does not know any more is no part of the picture that could become fresh again. */
export async function withoutGoneSet(context: PoolContext, observation: Observation): Promise<Observation> {
  const own = observation.lanes.find((lane) => lane.key == null);
  if (own === undefined || own.scaleSet.freshness === 'fresh' || !(await isSetGone(context))) return observation;
  return { ...observation, lanes: observation.lanes.filter((lane) => lane !== own) };
}

/** True where the pool is gone now. Everything has to be read and empty: unknown is not zero. */
export async function endWhenEmpty(
  context: PoolContext,
  observation: Observation,
  nodes: readonly Node[],
): Promise<boolean> {
  await clearWithoutSet(context, observation);
  if (observation.agents.freshness !== 'fresh' || nodes.length > 0) return false;
  if (
    observation.lanes.some(({ scaleSet, instances }) =>
      [scaleSet, instances].some((part) => part.freshness !== 'fresh'),
    )
  )
    return false;
  if (observation.lanes.some((lane) => lane.key != null)) return false;
  if (observation.lanes.length === 0 && !(await isSetGone(context))) return false;
  const { store, pool } = context;
  if ((await store.listOpenOperations(pool)).length > 0) return false;
  if ((await store.listGenerations(pool)).length > 0) return false;
  if ((await store.listPlaceholders(pool)).length > 0) return false;
  if ((await store.listLanes(pool)).length > 0) return false;
  if ((await readValidations(store, pool, { isOpen: true })).length > 0) return false;
  await keepLease(context);
  await store.deletePool(pool);
  context.line('info', `Pool "${pool}" is deleted: nothing of it was left.`);
  return true;
}

/** Its machines went with the set, so only what Azure DevOps still knows is left to be removed. */
async function clearWithoutSet(context: PoolContext, observation: Observation): Promise<void> {
  if (observation.lanes.length > 0 || !(await isSetGone(context))) return;
  const { store, lease, azureDevOps, settings } = context;
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

async function isSetGone(context: PoolContext): Promise<boolean> {
  return (await readOrGone(context, context.settings.scaleSet)) === null;
}
