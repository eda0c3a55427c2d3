// The routes of an agent's session. Opening one is what makes an agent online, and it brings the capabilities anew.

import { agentReference, findAgent } from './agent.ts';
import { listenerPool } from './agents.ts';
import { anyText, asBody, integer, object, optional, text, textMap } from './body.ts';
import { noContent, ok, parameter, type Handler } from './call.ts';
import { accessDenied, agentNotFound } from './errors.ts';
import { endSession, openSession, sessionOf } from './listener.ts';

export const createSession: Handler = (organization, call) => {
  const pool = listenerPool(organization, call);
  const body = asBody(call.body());
  const asked = object(body, 'agent');
  const agent = findAgent(organization, pool, integer(asked, 'id'));
  if (call.caller.agentId !== null && call.caller.agentId !== agent.id)
    throw accessDenied(call.caller.name, 'Listen', `agent ${agent.name}`);
  const session = openSession(organization, agent, {
    ownerName: text(body, 'ownerName'),
    version: optional(asked, 'version', anyText),
    osDescription: optional(asked, 'osDescription', anyText),
    systemCapabilities: optional(body, 'systemCapabilities', textMap),
  });
  // No encryption key: the agent then passes message bodies through (azure-devops-wire.md 2).
  return ok({ sessionId: session.id, ownerName: session.ownerName, agent: agentReference(agent, call.base) });
};

export const deleteSession: Handler = (organization, call) => {
  const pool = listenerPool(organization, call);
  const session = sessionOf(organization, parameter(call, 'sessionId'));
  if (session.poolId !== pool.id) throw agentNotFound(session.agentId, pool.name);
  if (call.caller.agentId !== null && call.caller.agentId !== session.agentId)
    throw accessDenied(call.caller.name, 'Listen', `session ${session.id}`);
  endSession(organization, session);
  return noContent();
};
