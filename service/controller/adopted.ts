// Machines that stood in the scale set when a person gave it to a pool, and that this person agreed to have deleted: they
// enter the ledger like every other machine and go by their ids, through the same protocol (seed: the two trial machines).
import type { Observation } from '../domain/observation.ts';
import { say } from '../domain/words.ts';
import type { PoolContext } from './context.ts';

/** Opens the deletion of each that has a record and none yet; gives the picture with them. */
export async function reclaimAdopted(
  context: PoolContext,
  observation: Observation,
  adopted: readonly string[],
): Promise<Observation> {
  if (adopted.length === 0) return observation;
  const known = new Set(adopted);
  const standing = observation.lanes.flatMap((lane) => lane.instances.value).filter((one) => known.has(one.vmId));
  for (const { vmId, instanceId, name, scaleSetId } of standing) {
    const generation = observation.generations.find((one) => one.vmId === vmId);
    if (generation === undefined) continue;
    if (observation.operations.some((one) => one.generationId === generation.generationId)) continue;
    const now = context.clock.now();
    await context.store.openOperation(context.lease, {
      kind: 'delete',
      phase: 'intended',
      ...{ scaleSetId, instanceId, vmId },
      generationId: generation.generationId,
      agentId: generation.agentId,
      fromCapacity: null,
      toCapacity: null,
      operationUrl: null,
      startedAt: now,
      deadlineAt: null,
      reason: say('stoodBefore', `${name} stood in the scale set before the pool was made, and was given up with it.`),
    });
  }
  return { ...observation, operations: await context.store.listOpenOperations(context.pool) };
}
