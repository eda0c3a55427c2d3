// The model of each scale set in which machines are made must carry the extension that starts agents. It is written once
// per change, never on every pass.
import { isScaleOutOf, nextAgent } from '../domain/agent-rollout.ts';
import { contentionsOf } from '../domain/contention.ts';
import type { ScaleSet } from '../domain/instance.ts';
import { osTypeOf } from '../domain/lane-image.ts';
import { hasLanes } from '../domain/lane-owner.ts';
import type { Lane, Observation } from '../domain/observation.ts';
import { CloudError, UserProblem } from '../problem.ts';
import { isSame } from './agent-extension.ts';
import type { PoolContext, Recollection } from './context.ts';
import { keepLease } from './lease.ts';
import { growsFirst } from './trial-share.ts';

/** Words of a problem that keeps a scale set from growing, by its id in lower case; empty where all models are as they must be. */
export type Configuring = ReadonlyMap<string, string>;

export async function configureModels(
  context: PoolContext,
  observation: Observation,
  recollection: Recollection,
): Promise<Configuring> {
  const problems = new Map<string, string>();
  for (const lane of observation.lanes) {
    // The template makes no machines, so the customer's model stays as it is.
    const isTemplate = hasLanes(context.settings) && (lane.key ?? null) === null;
    const isGoing = lane.scaleSet.value.provisioningState === 'deleting';
    if (isTemplate || isGoing || lane.scaleSet.freshness !== 'fresh') continue;
    const words = await configureOne(context, lane, observation, recollection);
    if (words !== null) problems.set(lane.scaleSet.value.id.toLowerCase(), words);
  }
  return problems;
}

async function configureOne(
  context: PoolContext,
  lane: Lane,
  observation: Observation,
  recollection: Recollection,
): Promise<string | null> {
  try {
    return await writeOnce(context, lane, observation, recollection);
  } catch (error) {
    if (!(error instanceof CloudError) && !(error instanceof UserProblem)) throw error;
    return `The agent extension could not be written into the scale set: ${error.message}`;
  }
}

async function writeOnce(
  context: PoolContext,
  lane: Lane,
  observation: Observation,
  recollection: Recollection,
): Promise<string | null> {
  const scaleSet: ScaleSet = lane.scaleSet.value;
  const osType = osTypeOf(context.settings, lane.key?.image);
  const wanted = await context.extensionFor(scaleSet, osType, nextAgent(observation, osType));
  const standing = scaleSet.extensions.find((extension) => extension.name === wanted.name);
  if (standing !== undefined && isSame(standing, wanted)) return null;
  // Machines that are being made would get the one model or the other, and nobody could tell which. Nor is more asked for
  // meanwhile: scale-outs that overlap would keep the model as it is for ever.
  if (standing !== undefined && observation.operations.some((one) => isScaleOutOf(one, scaleSet.id)))
    return 'The scale set waits for the scale-out that is open, then it takes the other agent extension.';
  if (standing !== undefined && (await growsFirst(context, observation, recollection, scaleSet, standing, osType)))
    return null;
  // Under another sizer, or where Azure acts by itself, a write of the model could wipe machines that run jobs.
  const [contended] = contentionsOf(scaleSet);
  if (contended !== undefined) return contended.words;
  if (recollection.configuredModels.get(scaleSet.id) !== scaleSet.etag) {
    await keepLease(context);
    await context.azure.putExtension(scaleSet.id, wanted);
    recollection.configuredModels.set(scaleSet.id, scaleSet.etag);
    context.line('info', `Wrote the agent extension into the model of ${scaleSet.name}.`);
  }
  return 'The scale set is taking the agent extension.';
}
