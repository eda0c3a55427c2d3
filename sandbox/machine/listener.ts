// The listening agent: a session, a long poll for messages, one job at a time (azure-devops-wire.md 2).
import type { AgentClient, Answer } from './agent-client.ts';
import { AgentRefuses, type AgentConfiguration } from './agent-configuration.ts';
import { systemCapabilities } from './capabilities.ts';
import { JobRun } from './job-run.ts';
import { readJson, textAt, type JsonObject } from './json.ts';
import type { Machine } from './machine.ts';

const conflictMilliseconds = 30_000;
const conflictTries = 8;
const troubleMilliseconds = 15_000;

/** Ends with the reason in words where the agent ends by itself; throws `AgentRefuses` where the server will not have it. */
export async function listen(
  machine: Machine,
  configuration: AgentConfiguration,
  client: AgentClient,
): Promise<string> {
  const listener: Listener = {
    machine,
    configuration,
    client,
    sessionId: await openSession(machine, configuration, client),
    lastMessageId: null,
    job: null,
  };
  machine.emit({ kind: 'agentOnline', agentId: configuration.agentId, agentName: configuration.agentName });
  for (;;) {
    const ending = await oneRound(listener);
    if (ending !== null) return ending;
  }
}

interface Listener {
  readonly machine: Machine;
  readonly configuration: AgentConfiguration;
  readonly client: AgentClient;
  sessionId: string;
  lastMessageId: number | null;
  job: JobRun | null;
}

/** A second session is refused while the first lives: asked every 30 seconds for 4 minutes, then the agent ends. */
async function openSession(machine: Machine, configuration: AgentConfiguration, client: AgentClient): Promise<string> {
  const body = {
    ownerName: machine.identity.computerName,
    agent: {
      id: configuration.agentId,
      name: configuration.agentName,
      version: machine.disk.launch?.agentVersion ?? '',
      osDescription: machine.identity.osType === 'windows' ? 'Microsoft Windows 10.0.20348' : 'Linux 6.8.0-1021-azure',
    },
    systemCapabilities: systemCapabilities(machine, configuration),
  };
  for (let conflicts = 0; ;) {
    const answer = await client.call('POST', 'sessions', body);
    const sessionId = answer?.status === 200 ? textAt(readJson(answer.body), 'sessionId') : null;
    if (sessionId !== null) return sessionId;
    if (answer?.status === 401 && answer.problem === 'TaskAgentAccessTokenExpiredException') client.forgetToken();
    else if (answer !== null && [401, 403, 404].includes(answer.status))
      throw new AgentRefuses(1, `the server refuses a session: ${answer.problem ?? answer.status}`);
    if (answer?.status === 409) conflicts += 1;
    if (conflicts > conflictTries) throw new AgentRefuses(1, 'another session of this agent lives');
    await machine.life.sleep(conflictMilliseconds);
  }
}

/** One poll and what it brings. With `--once` the end of the job ends the round, whatever the poll does. */
async function oneRound(listener: Listener): Promise<string | null> {
  const { client, sessionId, lastMessageId, job, machine } = listener;
  const runsOnce = machine.disk.launch?.runsOnce === true;
  const last = lastMessageId === null ? '' : `&lastMessageId=${lastMessageId}`;
  const poll = client.poll(`messages?sessionId=${sessionId}${last}`);
  const answer = runsOnce && job !== null ? await Promise.race([poll, job.ended]) : await poll;
  if (answer === 'ended') {
    await client.call('DELETE', `sessions/${sessionId}`);
    return 'its one job is done';
  }
  if (answer === null) await machine.life.sleep(troubleMilliseconds);
  else if (answer.status === 200 && answer.body !== '') await takeMessage(listener, answer, runsOnce);
  else if (answer.status < 300) await machine.life.sleep(machine.draw(machine.surroundings.timings.betweenPolls));
  else return await afterProblem(listener, answer);
  return null;
}

async function afterProblem(listener: Listener, answer: Answer): Promise<string | null> {
  const { machine, client, configuration } = listener;
  switch (answer.problem) {
    case 'TaskAgentSessionExpiredException':
      if (configuration.skipSessionRecover) return 'the server ended the session';
      listener.sessionId = await openSession(machine, configuration, client);
      listener.lastMessageId = null;
      return null;
    case 'TaskAgentNotFoundException':
    case 'TaskAgentPoolNotFoundException':
      throw new AgentRefuses(1, `the server does not know the agent any more: ${answer.problem}`);
    case 'TaskAgentAccessTokenExpiredException':
      client.forgetToken();
      return null;
    default:
      if (answer.status === 401) return 'the access token was revoked';
      await machine.life.sleep(troubleMilliseconds);
      return null;
  }
}

async function takeMessage(listener: Listener, answer: Answer, runsOnce: boolean): Promise<void> {
  const message = readJson(answer.body);
  const messageId = Number(message?.messageId);
  if (message === null || !Number.isInteger(messageId)) {
    await listener.machine.life.sleep(troubleMilliseconds);
    return;
  }
  listener.lastMessageId = messageId;
  const body = readJson(textAt(message, 'body') ?? '') ?? {};
  // A one-job agent leaves a second job to the server, which must give it to somebody else.
  if (!dispatch(listener, textAt(message, 'messageType') ?? '', body, runsOnce)) return;
  await listener.client.call('DELETE', `messages/${messageId}?sessionId=${listener.sessionId}`);
}

/** Whether the message was handled; unknown kinds are, by being ignored. */
function dispatch(listener: Listener, messageType: string, body: JsonObject, runsOnce: boolean): boolean {
  const { machine, configuration, client, job } = listener;
  switch (messageType) {
    case 'PipelineAgentJobRequest':
      if (runsOnce && job !== null) return false;
      listener.job = new JobRun(machine, configuration, client, body, runsOnce, job?.ended ?? null);
      return true;
    case 'JobCancellation':
      job?.cancel(textAt(body, 'jobId') ?? '');
      return true;
    default:
      return true;
  }
}
