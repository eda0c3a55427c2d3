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

type Machine = Pick<Instance, 'scaleSetId' | 'instanceId' | 'createdAt'>;

/** For one machine the agents under a name that enrolment gives on it: first what holds a job, then what is online, then the newest. */
export type EnrolledOn = (machine: Machine) => readonly Agent[];

/**
 * Never among them is an agent that a life of the same instance id has on record, nor what `isLeftOver` says of the machine.
 * The name is younger than all records: a machine that takes over a placeholder, or an agent of a former life, renames it.
 */
export function enrolments({ agents, generations }: Pick<Observation, 'agents' | 'generations'>): EnrolledOn {
  const recorded = new Set(
    generations.map(
      ({ agentId, scaleSetId, instanceId }) => `${agentId} ${placeKey(setNameIn(scaleSetId), instanceId)}`,
    ),
  );
  const byPlace = new Map<string, Agent[]>();
  for (const agent of agents.value) {
    const place = placeIn(agent.name);
    if (place === null) continue;
    const key = placeKey(place.scaleSet, place.instanceId);
    if (recorded.has(`${agent.agentId} ${key}`)) continue;
    const there = byPlace.get(key);
    if (there === undefined) byPlace.set(key, [agent]);
    else there.push(agent);
  }
  return ({ scaleSetId, instanceId, createdAt }) =>
    (byPlace.get(placeKey(setNameIn(scaleSetId), instanceId)) ?? [])
      .filter((agent) => !isLeftOver(agent, createdAt))
      .sort((one, other) => rank(other) - rank(one) || other.agentId - one.agentId);
}

/**
 * Whether an agent of this instance id was on a machine before this one, for Azure uses such ids again. Azure's clock, by which
 * the machine was made at `madeAt`, is compared with the clock of Azure DevOps, by which the agent was registered and its last
 * job ended. A machine enrols a minute or more after it was made, so seconds between the two clocks change nothing.
 *
 * Who took over a registration is older than its machine: one that is online, has a job, or had one since is never left over.
 */
export function isLeftOver(agent: Agent, madeAt: number | null): boolean {
  if (agent.isOnline || agent.assignedRequestId !== null) return false;
  return Math.max(agent.createdAt ?? Infinity, agent.lastCompletedAt ?? -Infinity) < (madeAt ?? -Infinity);
}

function placeKey(scaleSet: string, instanceId: string): string {
  return `${scaleSet} ${instanceId}`;
}
