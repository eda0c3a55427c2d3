// The routes of an agent's messages: the long poll that ends empty after 50 seconds, and the deletion of what was handled.

import type { HttpResponse } from '../http-message.ts';
import { agentsOf, findAgent } from './agent.ts';
import { listenerPool } from './agents.ts';
import { noContent, nothingYet, ok, parameter, query, type Call, type Handler } from './call.ts';
import { accessDenied, agentNotFound, errorResponse, invalid, sessionExpired } from './errors.ts';
import { managedPool } from './identity.ts';
import { AGENT_REFRESH } from './job-message.ts';
import { nextMessage, post, sessionOf } from './listener.ts';
import type { Organization, Poll } from './organization.ts';
import type { MessageRecord, SessionRecord } from './state.ts';

const POLL_MS = 50_000;

export const getMessage: Handler = (organization, call) => {
  const session = listeningSession(organization, call);
  session.lastContactAt = organization.now;
  const afterId = Number(query(call, 'lastMessageId') ?? 0);
  const letter = nextMessage(organization, session.agentId, afterId);
  return letter === null ? waitForMessage(organization, session, afterId) : ok(messageView(letter));
};

/** What is already gone was deleted before: the agent may repeat itself. */
export const deleteMessage: Handler = (organization, call) => {
  const session = listeningSession(organization, call);
  session.lastContactAt = organization.now;
  const letter = organization.state.messages.get(Number(parameter(call, 'messageId')));
  if (letter?.agentId === session.agentId) organization.state.messages.delete(letter.id);
  return noContent();
};

/** Asks one agent, or all of the pool, to update itself. */
export const refreshAgents: Handler = (organization, call) => {
  const pool = managedPool(organization, call.caller, parameter(call, 'poolId'));
  if (query(call, 'requestId') !== undefined) throw invalid('Messages to one request are not built in this emulator.');
  const agentId = query(call, 'agentId');
  const agents = agentId === undefined ? agentsOf(organization, pool.id) : [findAgent(organization, pool, agentId)];
  const targetVersion = organization.packages[0]?.version;
  for (const agent of agents)
    post(organization, agent.id, AGENT_REFRESH, { agentId: agent.id, timeout: '00:30:00', targetVersion }, null);
  return noContent();
};

function listeningSession(organization: Organization, call: Call): SessionRecord {
  const pool = listenerPool(organization, call);
  const { caller } = call;
  const session = sessionOf(organization, query(call, 'sessionId') ?? '');
  if (session.poolId !== pool.id) throw sessionExpired(session.id);
  if (caller.agentId !== null && caller.agentId !== session.agentId)
    throw accessDenied(caller.name, 'Listen', `session ${session.id}`);
  return session;
}

function waitForMessage(organization: Organization, session: SessionRecord, afterId: number): Promise<HttpResponse> {
  return new Promise((resolve) => {
    const poll: Poll = {
      sessionId: session.id,
      agentId: session.agentId,
      lastMessageId: afterId,
      dueAt: organization.now + POLL_MS,
      settle: (outcome) => {
        const letter = outcome === 'message' ? nextMessage(organization, session.agentId, afterId) : null;
        if (outcome === 'message' && letter === null) return false;
        organization.polls.delete(poll);
        session.lastContactAt = organization.now;
        if (outcome === 'ended') resolve(errorResponse(goneError(organization, session)));
        else resolve(letter === null ? nothingYet() : ok(messageView(letter)));
        return true;
      },
    };
    organization.polls.add(poll);
  });
}

const goneError = (organization: Organization, session: SessionRecord): ReturnType<typeof sessionExpired> =>
  organization.state.agents.has(session.agentId)
    ? sessionExpired(session.id)
    : agentNotFound(session.agentId, String(session.poolId));

const messageView = (letter: MessageRecord): unknown => ({
  messageId: letter.id,
  messageType: letter.type,
  body: letter.body,
});
