// The scale set's model must carry the extension that starts agents. It is written once per change, never on every pass.
import type { Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { PoolContext, Recollection } from './context.ts';

/** Words of a problem that keeps the pool from scaling out, or null where the model is as it must be. */
export async function configureModel(
  context: PoolContext,
  observation: Observation,
  recollection: Recollection,
): Promise<string | null> {
  const scaleSet = observation.lanes[0]?.scaleSet;
  if (scaleSet?.freshness !== 'fresh') return null;
  const wanted = await context.extensionFor(scaleSet.value);
  const standing = scaleSet.value.extensions.find((extension) => extension.name === wanted.name);
  const isRight =
    standing !== undefined &&
    standing.type === wanted.type &&
    JSON.stringify(sorted(standing.settings)) === JSON.stringify(sorted(wanted.settings)) &&
    JSON.stringify(standing.provisionAfterExtensions) === JSON.stringify(wanted.provisionAfterExtensions);
  if (isRight) return null;
  if (recollection.lastConfiguredModel === scaleSet.value.etag) return 'The scale set is taking the agent extension.';
  try {
    await context.store.confirmLease(context.lease);
    await context.azure.putExtension(scaleSet.value.id, wanted);
    recollection.lastConfiguredModel = scaleSet.value.etag;
    context.line('info', `Wrote the agent extension into the model of ${scaleSet.value.name}.`);
    return 'The scale set is taking the agent extension.';
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return `The agent extension could not be written into the scale set: ${error.message}`;
  }
}

function sorted(value: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
}
