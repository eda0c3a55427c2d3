// The agents of a picture by their ids.
import type { Agent } from './agent.ts';

export interface AgentsById {
  get(agentId: number): Agent | undefined;
}

/** Worked out once for each list. Of one that is listed twice the later entry counts. */
export function agentsById(agents: readonly Agent[]): AgentsById {
  const before = known.get(agents);
  if (before !== undefined) return before;
  const byId = tableOf(agents);
  known.set(agents, byId);
  return byId;
}

const known = new WeakMap<readonly Agent[], AgentsById>();

/** Azure DevOps counts agents up, so the ids of a pool mostly lie near each other: then a table is quicker than a map. */
function tableOf(agents: readonly Agent[]): AgentsById {
  let least = Infinity;
  for (const { agentId } of agents) if (agentId < least) least = agentId;
  const most = least + 16 * agents.length + 1024;
  const places = new Int32Array(agents.length === 0 ? 0 : most - least).fill(-1);
  const others = new Map<number, Agent>();
  for (let place = 0; place < agents.length; place += 1) {
    const agent = agents[place];
    if (agent === undefined) continue;
    const { agentId } = agent;
    if (agentId < most) places[agentId - least] = place;
    else others.set(agentId, agent);
  }
  return {
    get: (agentId) => {
      if (!(agentId >= least && agentId < most)) return others.get(agentId);
      const place = places[agentId - least] ?? -1;
      return place < 0 ? undefined : agents[place];
    },
  };
}
