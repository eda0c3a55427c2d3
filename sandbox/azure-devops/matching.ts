// Which registered agents meet a job's demands. Offline and disabled agents count (azure-devops-wire.md 4); a job that
// none meets fails when it is queued, with the service's words.

import { agentsOf } from './agent.ts';
import { satisfies } from './demand.ts';
import type { Organization } from './organization.ts';
import type { AgentRecord, PoolRecord, RequestRecord } from './state.ts';

export function meetsDemands(agent: AgentRecord, demands: readonly string[]): boolean {
  return demands.every((demand) => satisfies(demand, agent.capabilities));
}

export function agentsMeeting(
  organization: Organization,
  poolId: number,
  demands: readonly string[],
): readonly AgentRecord[] {
  return agentsOf(organization, poolId).filter((agent) => meetsDemands(agent, demands));
}

export function matchedAgents(organization: Organization, request: RequestRecord): readonly AgentRecord[] {
  return agentsOf(organization, request.poolId).filter((agent) => isMatched(request, agent));
}

export function isMatched(request: RequestRecord, agent: AgentRecord): boolean {
  return request.matchedAtQueueTime?.includes(agent.id) ?? meetsDemands(agent, request.demands);
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
