// The agents of a picture by their ids.
import type { Agent } from './agent.ts';

/** Worked out once for each list. Of one that is listed twice the later entry counts. */
export function agentsById(agents: readonly Agent[]): ReadonlyMap<number, Agent> {
  const before = known.get(agents);
  if (before !== undefined) return before;
  const byId = new Map<number, Agent>();
  for (const agent of agents) byId.set(agent.agentId, agent);
  known.set(agents, byId);
  return byId;
}

const known = new WeakMap<readonly Agent[], ReadonlyMap<number, Agent>>();
