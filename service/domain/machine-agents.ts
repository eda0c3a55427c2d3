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

/** How enrolment names an agent: its scale set, its instance, and six digits that nobody else has. */
const enrolledName = /^(.+)-(\d+)-\d{6}$/;

/** Scale set and instance that an agent of Weir says in its name; null for any other name. */
export function placeIn(agentName: string): { readonly scaleSet: string; readonly instanceId: string } | null {
  const [, scaleSet, instanceId] = enrolledName.exec(agentName) ?? [];
  return scaleSet === undefined || instanceId === undefined ? null : { scaleSet: scaleSet.toLowerCase(), instanceId };
}

/** The name of a scale set, as agents have it. */
export function setNameIn(scaleSetId: string): string {
  return scaleSetId.slice(scaleSetId.lastIndexOf('/') + 1).toLowerCase();
}

/**
 * Agents under a name that enrolment gives on this machine, registered since the machine was made, and not the agent of any recorded life; the newest first. An instance id is used again by Azure, so a
 * registration that is older than the machine is another one's.
 */
export function enrolledOn(
  { agents, generations, placeholders }: Pick<Observation, 'agents' | 'generations' | 'placeholders'>,
  { scaleSetId, instanceId, createdAt }: Pick<Instance, 'scaleSetId' | 'instanceId' | 'createdAt'>,
): readonly Agent[] {
  const recorded = new Set([...generations, ...placeholders].map((one) => one.agentId));
  const scaleSet = setNameIn(scaleSetId);
  return agents.value
    .filter(({ agentId, name, createdAt: registeredAt }) => {
      const place = placeIn(name);
      const isHere = place?.scaleSet === scaleSet && place.instanceId === instanceId;
      return isHere && !recorded.has(agentId) && (registeredAt ?? Infinity) >= (createdAt ?? -Infinity);
    })
    .sort((one, other) => other.agentId - one.agentId);
}
