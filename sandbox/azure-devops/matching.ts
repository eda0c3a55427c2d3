// Which registered agents meet a job's demands. Offline and disabled agents count (azure-devops-wire.md 4); a job that
// none meets fails when it is queued, with the service's words.

import { agentsOf } from './agent.ts';
import { meetsAll, satisfies } from './demand.ts';
import type { Organization } from './organization.ts';
import type { AgentRecord, PoolRecord, RequestRecord } from './state.ts';

export function agentsMeeting(
  organization: Organization,
  poolId: number,
  demands: readonly string[],
): readonly AgentRecord[] {
  const isMet = meetsAll(demands);
  return agentsOf(organization, poolId).filter((agent) => isMet(agent.capabilities));
}

export function matchedAgents(organization: Organization, request: RequestRecord): readonly AgentRecord[] {
  return agentsOf(organization, request.poolId).filter(matches(request));
}

/** Asked of every agent that is free: by today's capabilities, or by the agents that matched when the job was queued. */
export function matches(request: RequestRecord): (agent: AgentRecord) => boolean {
  const { matchedAtQueueTime } = request;
  if (matchedAtQueueTime !== null) return (agent) => matchedAtQueueTime.includes(agent.id);
  const isMet = meetsAll(request.demands);
  return (agent) => isMet(agent.capabilities);
}

/** The two texts that people report: one names what no agent has at all, the other lists everything that was asked. */
export function noAgentFound(organization: Organization, pool: PoolRecord, demands: readonly string[]): string {
  const agents = agentsOf(organization, pool.id);
  const unmet =
    agents.length === 0
      ? []
      : demands.filter((demand) => !agents.some((agent) => satisfies(demand, agent.capabilities)));
  if (unmet.length === 0)
    return `No agent found in pool ${pool.name} which satisfies the specified demands: ${demands.join(', ')}`;
  const noun = unmet.length === 1 ? 'demand' : 'demands';
  return `No agent found in pool ${pool.name} which satisfies the following ${noun}: ${unmet.join(', ')}. All demands: ${demands.join(', ')}`;
}
