// Registrations that no machine holds: the claim was cut short between Azure DevOps' answer and our record of it. The
// registration says which life it was made for, and the agent's first connection replaces what it says: an agent that
// still says it has never connected.
import type { Agent } from '../domain/agent.ts';
import type { Observation } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import type { PoolContext } from './context.ts';
import { keepLease } from './lease.ts';

/** The name of the capability; enrolment writes it into every registration. */
export const lifeCapability = 'Weir.Generation';

/** A claim takes less than two minutes, so what is older and unknown will never be anybody's. */
const orphanAfterMilliseconds = 10 * 60_000;

/** A registration that a machine took over is old from the first moment; its life is known, and waits for its agent. */
function isBeingClaimed({ systemCapabilities }: Agent, { generations }: Observation): boolean {
  return generations.some((one) => one.agentId === null && one.generationId === systemCapabilities[lifeCapability]);
}

export async function sweepOrphans(context: PoolContext, observation: Observation): Promise<void> {
  if (observation.agents.freshness !== 'fresh') return;
  const held = new Set(observation.generations.map((generation) => generation.agentId));
  for (const agent of observation.agents.value) {
    const isUnclaimed = agent.systemCapabilities[lifeCapability] !== undefined && !agent.isOnline;
    const isOld = observation.now - (agent.createdAt ?? observation.now) > orphanAfterMilliseconds;
    if (!isUnclaimed || !isOld || held.has(agent.agentId) || isBeingClaimed(agent, observation)) continue;
    try {
      await keepLease(context);
      const answer = await context.azureDevOps.deleteAgent(context.settings.poolId, agent.agentId);
      if (answer === 'deleted')
        context.line('info', `Agent ${agent.name} was registered and never claimed; it is removed.`);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      context.line('warn', `Agent ${agent.name} could not be removed: ${error.message}`);
    }
  }
}
