// How many machines more a model may make while another version of the agent is tried: it is not proven yet, so no more of
// them than are wanted, however many jobs wait.
import { agentExtensionName, type OsType, type ScaleSet, type ScaleSetExtension } from '../domain/instance.ts';
import { jobRequestState } from '../domain/job-request.ts';
import { osTypeOf } from '../domain/lane-image.ts';
import type { Lane, Observation } from '../domain/observation.ts';
import { extensionOf, isSame } from './agent-extension.ts';
import type { PoolContext, Recollection } from './context.ts';
import { isSameId } from './lanes.ts';

/** Infinity where the model, as it was read right now, names the agent that the pool runs. */
export async function mostMore(
  context: PoolContext,
  observation: Observation,
  lane: Lane,
  scaleSet: ScaleSet,
): Promise<number> {
  const osType = osTypeOf(context.settings, lane.key?.image);
  const trial = observation.agentTrials?.[osType];
  const main = observation.agentVersions?.[osType];
  const standing = scaleSet.extensions.find((one) => one.name === agentExtensionName);
  if (trial === undefined || main === undefined || standing === undefined) return Infinity;
  const proven = await extensionOf(context, scaleSet, osType, main);
  if (proven !== null && isSame(standing, proven)) return Infinity;
  return Math.max(0, trial.wanted - (await askedMeanwhile(context, observation, osType)));
}

/** Of this pass, in which another lane may have asked for some of those that are wanted. */
async function askedMeanwhile(context: PoolContext, observation: Observation, osType: OsType): Promise<number> {
  const seen = new Set(observation.operations.map((one) => one.operationId));
  const lanes = observation.lanes.filter((lane) => osTypeOf(context.settings, lane.key?.image) === osType);
  const open = await context.store.listOpenOperations(context.pool);
  return open
    .filter((one) => one.kind === 'scaleOut' && !seen.has(one.operationId))
    .filter((one) => lanes.some((lane) => isSameId(lane.scaleSet.value.id, one.scaleSetId ?? '')))
    .reduce((sum, one) => sum + Math.max(0, (one.toCapacity ?? 0) - (one.fromCapacity ?? 0)), 0);
}

/**
 * Where more jobs wait than machines are to try another agent, the scale set grows once with the agent that the pool runs:
 * else most of them would wait until the machines that try it are made. Once, so that it comes to be tried under any load.
 */
export async function growsFirst(
  context: PoolContext,
  { agentTrials, agentVersions, jobRequests }: Observation,
  { grownFirst }: Recollection,
  scaleSet: ScaleSet,
  standing: ScaleSetExtension,
  osType: OsType,
): Promise<boolean> {
  const { canary = null, wanted = 0 } = agentTrials?.[osType] ?? {};
  const queued = jobRequests.value.filter((request) => jobRequestState(request) === 'queued').length;
  if (canary === null || wanted === 0 || queued <= wanted) return false;
  const main = agentVersions?.[osType];
  const proven = main === undefined ? null : await extensionOf(context, scaleSet, osType, main);
  if (proven === null || !isSame(standing, proven)) return false;
  const id = scaleSet.id.toLowerCase();
  const before = grownFirst.get(id);
  const least = before?.agent === canary ? before.capacity : scaleSet.capacity;
  const hasGrown = scaleSet.capacity > least;
  grownFirst.set(id, { agent: canary, capacity: hasGrown ? -1 : Math.min(least, scaleSet.capacity) });
  return !hasGrown;
}
