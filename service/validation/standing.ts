// Which machines of a trial stand. A list of Azure may lack one that stands, or be empty, for a moment (reliability-security.md
// A22, A23): what it does not name is gone only when Azure says so of its id. Otherwise an image would be blamed for a list, and a
// whole scale set removed with machines in it.
import type { Instance } from '../domain/instance.ts';
import type { KnownMachine } from '../domain/validation.ts';
import type { AzurePort } from '../ports.ts';

/** Throws `CloudError`, as every call of Azure does: then nobody knows. */
export async function standingMachines(
  azure: AzurePort,
  scaleSetId: string,
  known: readonly KnownMachine[],
): Promise<readonly Instance[]> {
  const listed = await azure.listInstances(scaleSetId);
  const unlisted = known.filter(({ vmId }) => !listed.some((one) => one.vmId === vmId));
  const found: Instance[] = [];
  for (const { vmId, instanceId } of unlisted) {
    const read = await azure.readInstance(scaleSetId, instanceId);
    if (read?.vmId === vmId) found.push(read);
  }
  return [...listed, ...found];
}
