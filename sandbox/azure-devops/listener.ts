// The line between the service and a listening agent: its session, the messages that wait for it, and its open polls.

import { setCapabilities, setStatus } from './agent.ts';
import { sessionConflict, sessionExpired } from './errors.ts';
import { drawGuid } from './guid.ts';
import { receiveJob } from './job.ts';
import type { Organization } from './organization.ts';
import { nextNumber, type AgentRecord, type MessageRecord, type SessionRecord } from './state.ts';

/** One session per agent: a second one is refused until the first was ended or fell silent. */
export function openSession(
  organization: Organization,
  agent: AgentRecord,
  opening: {
    readonly ownerName: string;
    readonly version?: string | undefined;
    readonly osDescription?: string | undefined;
    readonly systemCapabilities?: Readonly<Record<string, string>> | undefined;
  },
): SessionRecord {
  const { sessions } = organization.state;
  const live = [...sessions.values()].find((session) => session.agentId === agent.id);
  if (live !== undefined) throw sessionConflict(agent.name, live.ownerName);
  const session: SessionRecord = {
    id: drawGuid(organization.random),
    poolId: agent.poolId,
    agentId: agent.id,
    ownerName: opening.ownerName,
    lastContactAt: organization.now,
  };
  sessions.set(session.id, session);
  agent.version = opening.version ?? agent.version;
  agent.osDescription = opening.osDescription ?? agent.osDescription;
  agent.isShuttingDown = false;
  if (opening.systemCapabilities !== undefined)
    setCapabilities(organization, agent, { system: opening.systemCapabilities });
  setStatus(organization, agent, 'online');
  return session;
}

export function endSession(organization: Organization, session: SessionRecord): void {
  organization.state.sessions.delete(session.id);
  for (const poll of [...organization.polls]) if (poll.sessionId === session.id) poll.settle('ended');
  const agent = organization.state.agents.get(session.agentId);
  if (agent !== undefined) setStatus(organization, agent, 'offline');
}

export function sessionOf(organization: Organization, sessionId: string): SessionRecord {
  const session = organization.state.sessions.get(sessionId.toLowerCase());
  if (session === undefined) throw sessionExpired(sessionId);
  return session;
}

export function post(
  organization: Organization,
  agentId: number,
  type: string,
  content: unknown,
  requestId: number | null,
): MessageRecord {
  const letter: MessageRecord = {
    id: nextNumber(organization.state, 'message'),
    agentId,
    type,
    body: JSON.stringify(content),
    requestId,
  };
  organization.state.messages.set(letter.id, letter);
  for (const poll of [...organization.polls]) if (poll.agentId === agentId) poll.settle('message');
  return letter;
}

/** A message stays until the agent deletes it, so a lost answer or a new session brings it again. */
export function nextMessage(organization: Organization, agentId: number, afterId: number): MessageRecord | null {
  const { messages, requests } = organization.state;
  for (const letter of messages.values()) {
    if (letter.agentId !== agentId || letter.id <= afterId) continue;
    const request = letter.requestId === null ? undefined : requests.get(letter.requestId);
    if (request !== undefined) receiveJob(organization, request);
    return letter;
  }
  return null;
}
