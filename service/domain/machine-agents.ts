// Which registrations belong to a machine that Weir did not enrol: nothing recorded names them, so the name of the computer does.
import { capabilitiesOf, type Agent } from './agent.ts';
import { readCapability } from './demand.ts';
import type { Instance } from './instance.ts';
import type { Observation } from './observation.ts';

/**
 * Those that run on it by `Agent.ComputerName` or by their own name, ignoring case: first what holds a job, then what is
 * online, then the newest. Placeholders, and the agents of machines that Weir enrolled, are never among them.
 */
export function agentsOnMachine(
  { agents, generations, placeholders }: Pick<Observation, 'agents' | 'generations' | 'placeholders'>,
  { computerName, name }: Pick<Instance, 'computerName' | 'name'>,
): readonly Agent[] {
  const names = new Set([computerName, name].map((one) => one.toLowerCase()));
  const others = new Set([...generations, ...placeholders].map((one) => one.agentId));
  const isOn = (agent: Agent): boolean => {
    const computer = readCapability(capabilitiesOf(agent), 'Agent.ComputerName') ?? agent.name;
    return names.has(computer.toLowerCase()) || names.has(agent.name.toLowerCase());
  };
  return agents.value
    .filter((agent) => !others.has(agent.agentId) && isOn(agent))
    .sort((one, other) => rank(other) - rank(one) || other.agentId - one.agentId);
}

function rank(agent: Agent): number {
  return (agent.assignedRequestId === null ? 0 : 2) + (agent.isOnline ? 1 : 0);
}
