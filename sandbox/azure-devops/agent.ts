// One registered agent: how it is found, what it can do, and how others refer to it. Its routes are in agents.ts.

import { agentNotFound } from './errors.ts';
import { tell, wakeAssignment, type Organization } from './organization.ts';
import type { AgentRecord, PoolRecord } from './state.ts';

export function findAgent(organization: Organization, pool: PoolRecord, agentId: number | string): AgentRecord {
  const agent = organization.state.agents.get(Number(agentId));
  if (agent?.poolId !== pool.id) throw agentNotFound(agentId, pool.name);
  return agent;
}

export function agentsOf(organization: Organization, poolId: number): readonly AgentRecord[] {
  return [...organization.state.agents.values()].filter((agent) => agent.poolId === poolId);
}

/** Both maps ignore case in names; a user capability hides the system's of the same name. */
export function setCapabilities(
  organization: Organization,
  agent: AgentRecord,
  sets: {
    readonly system?: Readonly<Record<string, string>> | undefined;
    readonly user?: Readonly<Record<string, string>> | undefined;
  },
): void {
  agent.systemCapabilities = sets.system ?? agent.systemCapabilities;
  agent.userCapabilities = sets.user ?? agent.userCapabilities;
  const both = [...Object.entries(agent.systemCapabilities), ...Object.entries(agent.userCapabilities)];
  agent.capabilities = Object.fromEntries(both.map(([name, value]) => [name.toLowerCase(), value]));
  wakeAssignment(organization, agent.poolId);
}

export function setStatus(organization: Organization, agent: AgentRecord, status: AgentRecord['status']): void {
  if (agent.status === status) return;
  agent.status = status;
  agent.statusChangedOn = organization.now;
  tell(organization, { kind: status === 'online' ? 'agentOnline' : 'agentOffline', ...agentNames(agent) });
  if (status === 'online') wakeAssignment(organization, agent.poolId);
}

export const agentNames = (
  agent: AgentRecord,
): { readonly poolId: number; readonly agentId: number; readonly agentName: string } => ({
  poolId: agent.poolId,
  agentId: agent.id,
  agentName: agent.name,
});

export function agentReference(agent: AgentRecord, base: string): Readonly<Record<string, unknown>> {
  return {
    _links: {
      self: { href: `${base}/_apis/distributedtask/pools/${agent.poolId}/agents/${agent.id}` },
      web: { href: `${base}/_settings/agentpools?view=jobs&poolId=${agent.poolId}&agentId=${agent.id}` },
    },
    id: agent.id,
    name: agent.name,
    version: agent.version,
    ...(agent.osDescription === '' ? {} : { osDescription: agent.osDescription }),
    enabled: agent.enabled,
    status: agent.status,
    provisioningState: agent.provisioningState,
    accessPoint: 'CodexAccessMapping',
  };
}

interface WrittenReference {
  readonly base: string;
  readonly of: Readonly<AgentRecord>;
  readonly text: string;
}

const written = new WeakMap<AgentRecord, WrittenReference>();

/** The reference as JSON. Every read of a queue has hundreds of them, and few change from read to read. */
export function agentReferenceText(agent: AgentRecord, base: string): string {
  const last = written.get(agent);
  if (last?.base === base && isReferredToAlike(last.of, agent)) return last.text;
  const text = JSON.stringify(agentReference(agent, base));
  written.set(agent, { base, of: { ...agent }, text });
  return text;
}

/** Of one agent at two instants. */
function isReferredToAlike(one: Readonly<AgentRecord>, other: Readonly<AgentRecord>): boolean {
  return (
    one.name === other.name &&
    one.version === other.version &&
    one.osDescription === other.osDescription &&
    one.enabled === other.enabled &&
    one.status === other.status &&
    one.provisioningState === other.provisioningState
  );
}
