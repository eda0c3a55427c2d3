// The scale set's model must carry the extension that starts agents. It is written once per change, never on every pass.
import type { ScaleSet, ScaleSetExtension } from '../domain/instance.ts';
import type { Observation } from '../domain/observation.ts';
import { CloudError, UserProblem } from '../problem.ts';
import type { PoolContext, Recollection } from './context.ts';
import { keepLease } from './lease.ts';

/** Words of a problem that keeps the pool from scaling out, or null where the model is as it must be. */
export async function configureModel(
  context: PoolContext,
  observation: Observation,
  recollection: Recollection,
): Promise<string | null> {
  const scaleSet = observation.lanes[0]?.scaleSet;
  if (scaleSet?.freshness !== 'fresh') return null;
  try {
    return await writeOnce(context, scaleSet.value, recollection);
  } catch (error) {
    if (!(error instanceof CloudError) && !(error instanceof UserProblem)) throw error;
    return `The agent extension could not be written into the scale set: ${error.message}`;
  }
}

async function writeOnce(context: PoolContext, scaleSet: ScaleSet, recollection: Recollection): Promise<string | null> {
  const wanted = await context.extensionFor(scaleSet);
  const standing = scaleSet.extensions.find((extension) => extension.name === wanted.name);
  if (standing !== undefined && isSame(standing, wanted)) return null;
  if (recollection.lastConfiguredModel !== scaleSet.etag) {
    await keepLease(context);
    await context.azure.putExtension(scaleSet.id, wanted);
    recollection.lastConfiguredModel = scaleSet.etag;
    context.line('info', `Wrote the agent extension into the model of ${scaleSet.name}.`);
  }
  return 'The scale set is taking the agent extension.';
}

function isSame(standing: ScaleSetExtension, wanted: ScaleSetExtension): boolean {
  return (
    standing.type === wanted.type &&
    JSON.stringify(sorted(standing.settings)) === JSON.stringify(sorted(wanted.settings)) &&
    JSON.stringify(standing.provisionAfterExtensions) === JSON.stringify(wanted.provisionAfterExtensions)
  );
}

function sorted(value: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
}
