// Registrations that go with a machine beside the one that its record names, so that none outlives it.
import { agentsOnMachine } from '../domain/machine-agents.ts';
import type { Generation, Observation, OpenOperation } from '../domain/observation.ts';
import { stoodBefore } from '../domain/saved-nodes.ts';
import type { PoolContext } from './context.ts';
import { claimMilliseconds } from './generations.ts';
import { bringNear } from './near-deadline.ts';
import { lifeCapability } from './orphans.ts';

/** A claim whose answers were lost may have registered more than one agent; none of them outlives the machine. */
export function othersOfLife(
  observation: Observation,
  generation: Generation | null,
  agentId: number | null,
): readonly number[] {
  if (generation === null) return [];
  return observation.agents.value
    .filter(
      (agent) => agent.systemCapabilities[lifeCapability] === generation.generationId && agent.agentId !== agentId,
    )
    .map((agent) => agent.agentId);
}

/** Whoever enrolled a machine before Weir came may have put several agents on it; a busy one keeps the machine. */
export function othersOfAdopted(
  observation: Observation,
  operation: OpenOperation,
  agentId: number | null,
): readonly number[] {
  if (operation.reason.code !== stoodBefore) return [];
  const listed = observation.lanes.flatMap((lane) => lane.instances.value);
  const machine = listed.find((one) => one.vmId === operation.vmId);
  if (machine === undefined) return [];
  const found = agentsOnMachine(observation, machine).map((one) => one.agentId);
  return found.filter((one) => one !== agentId);
}

/**
 * True while lists of agents may lack what the claim of the machine registered at that instant. No claim begins beside an open
 * reclaim, whatever a clock that was set back since wrote.
 */
export async function waitsForLists(
  context: PoolContext,
  operation: OpenOperation,
  at: number | null = null,
): Promise<boolean> {
  if (at === null || context.clock.now() - Math.min(at, operation.phaseSince) >= claimMilliseconds) return false;
  await bringNear(context, operation);
  return true;
}
