// Machines that stood in the scale set when a person gave it to a pool, and that this person agreed to have deleted: they
// enter the ledger like every other machine and go by their ids, through the same protocol (seed: the two trial machines).
// What somebody else enrolled may run jobs until it is deleted, so its agent goes before it like every other.
import { agentsOnMachine } from '../domain/machine-agents.ts';
import type { Observation } from '../domain/observation.ts';
import { stoodBefore } from '../domain/saved-nodes.ts';
import { say } from '../domain/words.ts';
import type { PoolContext } from './context.ts';

/** Opens the deletion of each that has a record and none yet; gives the picture with them. Unknown agents are no absent ones. */
export async function reclaimAdopted(
  context: PoolContext,
  observation: Observation,
  adopted: readonly string[],
): Promise<Observation> {
  if (adopted.length === 0 || observation.agents.freshness !== 'fresh') return observation;
  const known = new Set(adopted);
  const standing = observation.lanes.flatMap((lane) => lane.instances.value).filter((one) => known.has(one.vmId));
  for (const machine of standing) {
    const { vmId, instanceId, name, scaleSetId } = machine;
    const generation = observation.generations.find((one) => one.vmId === vmId);
    if (generation === undefined) continue;
    if (observation.operations.some((one) => one.generationId === generation.generationId)) continue;
    const now = context.clock.now();
    await context.store.openOperation(context.lease, {
      kind: 'delete',
      phase: 'intended',
      ...{ scaleSetId, instanceId, vmId },
      generationId: generation.generationId,
      agentId: generation.agentId ?? agentsOnMachine(observation, machine)[0]?.agentId ?? null,
      fromCapacity: null,
      toCapacity: null,
      operationUrl: null,
      startedAt: now,
      deadlineAt: null,
      reason: say(stoodBefore, `${name} stood in the scale set before the pool was made, and was given up with it.`),
    });
  }
  return { ...observation, operations: await context.store.listOpenOperations(context.pool) };
}
