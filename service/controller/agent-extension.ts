// The extension that a model would carry for a version of the agent, and whether it is the one that it carries.
import type { OsType, ScaleSet, ScaleSetExtension } from '../domain/instance.ts';
import { CloudError, UserProblem } from '../problem.ts';
import type { PoolContext } from './context.ts';

/** Null where it cannot be told now, such as an agent that Azure DevOps does not have. */
export async function extensionOf(
  context: PoolContext,
  scaleSet: ScaleSet,
  osType: OsType,
  version: string,
): Promise<ScaleSetExtension | null> {
  try {
    return await context.extensionFor(scaleSet, osType, version);
  } catch (error) {
    if (error instanceof CloudError || error instanceof UserProblem) return null;
    throw error;
  }
}

export function isSame(standing: ScaleSetExtension, wanted: ScaleSetExtension): boolean {
  return (
    standing.type === wanted.type &&
    JSON.stringify(sorted(standing.settings)) === JSON.stringify(sorted(wanted.settings)) &&
    JSON.stringify(standing.provisionAfterExtensions) === JSON.stringify(wanted.provisionAfterExtensions)
  );
}

function sorted(value: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
}
