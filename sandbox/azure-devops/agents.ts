// The routes of registered agents: list with the service's include flags and filters, register, read, replace, enable or
// disable, delete, and the user capabilities, which are always replaced as a whole.

import { agentReference, findAgent, setCapabilities } from './agent.ts';
import { anyText, asBody, flag, integer, optional, text, textValues } from './body.ts';
import { commaList, isAsked, list, noContent, ok, parameter, query, type Call, type Handler } from './call.ts';
import { accessDenied, invalid } from './errors.ts';
import { managedPool, visiblePool } from './identity.ts';
import { requestView } from './job-request-view.ts';
import { agentsMeeting } from './matching.ts';
import { isoTime, type Organization } from './organization.ts';
import { refuseBusy, registerAgent, removeAgent, replaceAgent, setEnabled } from './registration.ts';
import type { AgentRecord, PoolRecord } from './state.ts';

export const listAgents: Handler = (organization, call) => {
  const pool = visiblePool(organization, call.caller, parameter(call, 'poolId'));
  const name = query(call, 'agentName')?.toLowerCase();
  const agents = agentsMeeting(organization, pool.id, commaList(call, 'demands') ?? []).filter(
    (agent) => name === undefined || agent.name.toLowerCase() === name,
  );
  return list(agents.map((agent) => agentView(organization, agent, call)));
};

export const getAgent: Handler = (organization, call) => {
  const pool = visiblePool(organization, call.caller, parameter(call, 'poolId'));
  return ok(agentView(organization, findAgent(organization, pool, parameter(call, 'agentId')), call));
};

export const addAgent: Handler = (organization, call) => {
  const pool = managedPool(organization, call.caller, parameter(call, 'poolId'));
  if (pool.isHosted) throw invalid(`Pool ${pool.name} is hosted: agents cannot be registered in it.`);
  return ok(
    agentView(
      organization,
      registerAgent(organization, pool, asBody(call.body()), call.base, call.caller.name),
      call,
      true,
    ),
  );
};

export const putAgent: Handler = (organization, call) => {
  const { pool, agent } = managedAgent(organization, call);
  replaceAgent(organization, pool, agent, asBody(call.body()), call.base, call.caller.name);
  return ok(agentView(organization, agent, call, true));
};

/** Changes what the body names; the id in it, where there is one, must be the route's. */
export const updateAgent: Handler = (organization, call) => {
  const { agent } = managedAgent(organization, call);
  const body = asBody(call.body());
  if ((optional(body, 'id', integer) ?? agent.id) !== agent.id)
    throw invalid('The id in the body is not the id in the address.');
  const enabled = optional(body, 'enabled', flag);
  const name = optional(body, 'name', text);
  if (name !== undefined && name !== agent.name) throw invalid('An agent is renamed by PUT, with its whole object.');
  agent.maxParallelism = optional(body, 'maxParallelism', integer) ?? agent.maxParallelism;
  agent.osDescription = optional(body, 'osDescription', anyText) ?? agent.osDescription;
  if (enabled !== undefined) setEnabled(organization, agent, enabled, call.caller.name);
  return ok(agentView(organization, agent, call));
};

export const deleteAgent: Handler = (organization, call) => {
  const { pool, agent } = managedAgent(organization, call);
  refuseBusy(organization, pool, agent);
  removeAgent(organization, agent, call.caller.name);
  return noContent();
};

export const replaceUserCapabilities: Handler = (organization, call) => {
  const { agent } = managedAgent(organization, call);
  setCapabilities(organization, agent, { user: textValues(asBody(call.body()), 'userCapabilities') });
  return ok(agentView(organization, agent, call, true));
};

/** The listener tells how its own update goes. */
export const updateAgentState: Handler = (organization, call) => {
  const pool = listenerPool(organization, call);
  const agent = findAgent(organization, pool, parameter(call, 'agentId'));
  if (call.caller.agentId !== agent.id) managedPool(organization, call.caller, String(pool.id));
  agent.updateState = query(call, 'currentState') ?? null;
  return ok(agentView(organization, agent, call));
};

/** The registration that a listener speaks for: its own, or any one where the caller administers the pool. */
export function listenerPool(organization: Organization, call: Call): PoolRecord {
  const poolId = parameter(call, 'poolId');
  if (call.caller.agentId === null) return managedPool(organization, call.caller, poolId);
  const agent = organization.state.agents.get(call.caller.agentId);
  const pool = organization.state.pools.get(Number(poolId));
  if (pool === undefined || (agent !== undefined && agent.poolId !== pool.id))
    throw accessDenied(call.caller.name, 'Listen', `pool ${poolId}`);
  return pool;
}

function managedAgent(
  organization: Organization,
  call: Call,
): { readonly pool: PoolRecord; readonly agent: AgentRecord } {
  const pool = managedPool(organization, call.caller, parameter(call, 'poolId'));
  return { pool, agent: findAgent(organization, pool, parameter(call, 'agentId')) };
}

function agentView(organization: Organization, agent: AgentRecord, call: Call, isWhole = false): unknown {
  const assigned = isAsked(call, 'includeAssignedRequest') ? shownRequest(organization, agent) : null;
  const last = isAsked(call, 'includeLastCompletedRequest') ? agent.lastCompletedRequestId : null;
  const { systemCapabilities, userCapabilities } = agent;
  return {
    ...(isWhole || isAsked(call, 'includeCapabilities') ? { systemCapabilities, userCapabilities } : {}),
    maxParallelism: agent.maxParallelism,
    createdOn: isoTime(agent.createdOn),
    statusChangedOn: isoTime(agent.statusChangedOn),
    ...(agent.publicKey === null
      ? {}
      : {
          authorization: {
            clientId: agent.clientId,
            authorizationUrl: agent.authorizationUrl,
            publicKey: agent.publicKey,
          },
        }),
    ...agentReference(agent, call.base),
    ...requestField(organization, call, 'assignedRequest', assigned),
    ...requestField(organization, call, 'lastCompletedRequest', last),
  };
}

function shownRequest(organization: Organization, agent: AgentRecord): number | null {
  const id = agent.assignedRequestId;
  const at = id === null ? null : (organization.state.requests.get(id)?.assignTime ?? null);
  return at !== null && organization.now - at < organization.rules.assignedRequestLateMs ? null : id;
}

function requestField(
  organization: Organization,
  call: Call,
  field: string,
  requestId: number | null,
): Readonly<Record<string, unknown>> {
  const request = requestId === null ? undefined : organization.state.requests.get(requestId);
  return request === undefined
    ? {}
    : { [field]: requestView(organization, request, call.base, { matchedAgents: false, status: false }) };
}
