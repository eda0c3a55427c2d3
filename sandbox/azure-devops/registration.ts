// An agent's registration comes, is replaced, and goes. The refusal to delete a busy agent is the arbiter of every
// reclaim (reliability-security.md fact 1).

import { agentNames, agentsOf, setCapabilities } from './agent.ts';
import { anyText, flag, integer, object, optional, text, textMap, type Body } from './body.ts';
import { isBase64 } from './encoding.ts';
import { agentExists, invalid, jobStillRunning } from './errors.ts';
import { drawGuid } from './guid.ts';
import { endSession } from './listener.ts';
import { tell, wakeAssignment, type Organization } from './organization.ts';
import { nextNumber, type AgentRecord, type PoolRecord, type PublicKey } from './state.ts';

export function registerAgent(
  organization: Organization,
  pool: PoolRecord,
  body: Body,
  base: string,
  by: string,
): AgentRecord {
  const name = text(body, 'name');
  refuseTakenName(organization, pool, name, null);
  const { registrationKeepsEnabled, registrationKeepsUserCapabilities } = organization.rules;
  const agent: AgentRecord = {
    id: nextNumber(organization.state, 'agent'),
    poolId: pool.id,
    createdOn: organization.now,
    name,
    version: '',
    osDescription: '',
    maxParallelism: 1,
    provisioningState: 'Provisioned',
    enabled: registrationKeepsEnabled ? (optional(body, 'enabled', flag) ?? true) : true,
    enabledChangedOn: organization.now,
    status: 'offline',
    statusChangedOn: organization.now,
    clientId: null,
    authorizationUrl: null,
    publicKey: null,
    systemCapabilities: {},
    userCapabilities: {},
    capabilities: {},
    assignedRequestId: null,
    lastCompletedRequestId: null,
    isShuttingDown: false,
    updateState: null,
  };
  describe(agent, body);
  authorize(organization, agent, body, base);
  organization.state.agents.set(agent.id, agent);
  const user = registrationKeepsUserCapabilities ? optional(body, 'userCapabilities', textMap) : undefined;
  setCapabilities(organization, agent, { system: optional(body, 'systemCapabilities', textMap), user });
  tell(organization, { kind: 'agentRegistered', ...agentNames(agent), by });
  return agent;
}

/** PUT takes the whole object: both capability sets are overwritten, and a new key gets a new client id. */
export function replaceAgent(
  organization: Organization,
  pool: PoolRecord,
  agent: AgentRecord,
  body: Body,
  base: string,
  by: string,
): void {
  const name = text(body, 'name');
  refuseTakenName(organization, pool, name, agent.id);
  agent.name = name;
  describe(agent, body);
  authorize(organization, agent, body, base);
  setEnabled(organization, agent, optional(body, 'enabled', flag) ?? agent.enabled, by);
  setCapabilities(organization, agent, {
    system: optional(body, 'systemCapabilities', textMap) ?? {},
    user: optional(body, 'userCapabilities', textMap) ?? {},
  });
  tell(organization, { kind: 'agentReplaced', ...agentNames(agent), by });
}

export function setEnabled(organization: Organization, agent: AgentRecord, enabled: boolean, by: string): void {
  if (agent.enabled === enabled) return;
  agent.enabled = enabled;
  agent.enabledChangedOn = organization.now;
  tell(organization, { kind: enabled ? 'agentEnabled' : 'agentDisabled', ...agentNames(agent), by });
  wakeAssignment(organization, agent.poolId);
}

export function refuseBusy(organization: Organization, pool: PoolRecord, agent: AgentRecord): void {
  const request =
    agent.assignedRequestId === null ? undefined : organization.state.requests.get(agent.assignedRequestId);
  if (request === undefined) return;
  const { deleteRefusal } = organization.rules;
  if (deleteRefusal === 'assigned' || (deleteRefusal === 'running' && request.receiveTime !== null))
    throw jobStillRunning(agent.name, pool.name);
}

/** A job it still holds is not ended here: nobody renews its lock any more, and it is lost when that runs out. */
export function removeAgent(organization: Organization, agent: AgentRecord, by: string): void {
  const { agents, messages, sessions } = organization.state;
  agents.delete(agent.id);
  for (const session of [...sessions.values()]) if (session.agentId === agent.id) endSession(organization, session);
  for (const letter of [...messages.values()]) if (letter.agentId === agent.id) messages.delete(letter.id);
  tell(organization, { kind: 'agentDeleted', ...agentNames(agent), by });
}

function describe(agent: AgentRecord, body: Body): void {
  agent.version = optional(body, 'version', anyText) ?? agent.version;
  agent.osDescription = optional(body, 'osDescription', anyText) ?? agent.osDescription;
  agent.provisioningState = optional(body, 'provisioningState', anyText) ?? agent.provisioningState;
  agent.maxParallelism = optional(body, 'maxParallelism', integer) ?? agent.maxParallelism;
}

/** A registration without a key is one that no machine can ever log in with: no client id is given. */
function authorize(organization: Organization, agent: AgentRecord, body: Body, base: string): void {
  const authorization = optional(body, 'authorization', object);
  const sent = authorization === undefined ? undefined : optional(authorization, 'publicKey', object);
  if (authorization === undefined || sent === undefined) return;
  const publicKey: PublicKey = { exponent: text(sent, 'exponent'), modulus: text(sent, 'modulus') };
  if (!isBase64(publicKey.exponent) || !isBase64(publicKey.modulus))
    throw invalid('authorization.publicKey must hold base64 numbers.');
  const isSame = agent.publicKey?.exponent === publicKey.exponent && agent.publicKey.modulus === publicKey.modulus;
  agent.publicKey = publicKey;
  agent.authorizationUrl = `${base}/_apis/oauth2/token`;
  if (!isSame) agent.clientId = drawGuid(organization.random);
}

function refuseTakenName(organization: Organization, pool: PoolRecord, name: string, except: number | null): void {
  const taken = agentsOf(organization, pool.id).some(
    (agent) => agent.id !== except && agent.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken) throw agentExists(name, pool.name);
}
