// Sessions and messages: one session per agent, long polls that end empty, messages that stay until they are deleted.
import { describe, expect, it } from '@jest/globals';
import { minute, scene, second, type OnlineAgent, type Row, type Scene } from './organization.ts';

const pool = (on: Scene) => `_apis/distributedtask/pools/${on.poolId}`;
const open = (on: Scene, agent: { readonly id: number; readonly name: string }, token?: string) =>
  on.ask(
    'POST',
    `${pool(on)}/sessions?api-version=7.2-preview.1`,
    { ownerName: 'another host', agent: { id: agent.id, name: agent.name } },
    token === undefined ? {} : { token },
  );
const discard = (on: Scene, agent: OnlineAgent, messageId: unknown) =>
  on.ask(
    'DELETE',
    `${pool(on)}/messages/${String(messageId)}?sessionId=${agent.sessionId}&api-version=7.2-preview.1`,
    undefined,
    { token: agent.token },
  );
const statusOf = async (on: Scene, id: number) => (await on.ask('GET', `${pool(on)}/agents/${id}`)).json.status;

describe('a session', () => {
  it('is refused while the agent has one, and granted once that one fell silent', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    expect(await open(on, agent)).toMatchObject({
      status: 409,
      json: { typeKey: 'TaskAgentSessionConflictException' },
    });
    on.pass(4 * minute);
    expect(await statusOf(on, agent.id)).toBe('offline');
    expect((await open(on, agent)).status).toBe(200);
    expect(await statusOf(on, agent.id)).toBe('online');
  });

  it('ends at once when the agent ends it, and its poll with it', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    const waiting = agent.poll();
    await on.ask('DELETE', `${pool(on)}/sessions/${agent.sessionId}?api-version=7.2-preview.1`, undefined, {
      token: agent.token,
    });
    expect(await statusOf(on, agent.id)).toBe('offline');
    expect(await waiting).toMatchObject({ json: { typeKey: 'TaskAgentSessionExpiredException' } });
    expect(await agent.poll()).toMatchObject({ json: { typeKey: 'TaskAgentSessionExpiredException' } });
  });

  it('belongs to its agent: no other agent opens, polls or ends it', async () => {
    const on = scene();
    const [one, other] = [await on.goOnline('weir-0001'), await on.goOnline('weir-0002')];
    expect((await open(on, one, other.token)).status).toBe(403);
    expect(
      (await on.ask('GET', `${pool(on)}/messages?sessionId=${one.sessionId}`, undefined, { token: other.token }))
        .status,
    ).toBe(403);
    expect(
      (
        await on.ask('DELETE', `${pool(on)}/sessions/${one.sessionId}?api-version=7.2-preview.1`, undefined, {
          token: other.token,
        })
      ).status,
    ).toBe(403);
  });

  it('is unknown for an agent that is not registered', async () => {
    const on = scene();
    expect(await open(on, { id: 99, name: 'nobody' })).toMatchObject({
      status: 404,
      json: { typeKey: 'TaskAgentNotFoundException' },
    });
  });
});

describe('a poll', () => {
  it('ends empty with 202 after fifty seconds, and keeps the agent online meanwhile', async () => {
    const on = scene({ sessionTimeoutMs: 20 * second });
    const agent = await on.goOnline('weir-0001');
    const waiting = agent.poll();
    on.pass(49 * second);
    expect(on.emulator.nextEventAt()).toBe(on.now() + second);
    expect(await statusOf(on, agent.id)).toBe('online');
    on.pass(second);
    expect(await waiting).toMatchObject({ status: 202, text: '' });
    on.pass(19 * second);
    expect(await statusOf(on, agent.id)).toBe('online');
    on.pass(second);
    expect(await statusOf(on, agent.id)).toBe('offline');
  });

  it('brings a message again until it was deleted, but not past the id that the agent names', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(2 * second);
    const { messageId } = (await agent.poll()).json;
    expect((await agent.poll()).json.messageId).toBe(messageId);
    const later = agent.poll(Number(messageId));
    on.pass(50 * second);
    expect((await later).status).toBe(202);
    expect((await discard(on, agent, messageId)).status).toBe(204);
    expect((await discard(on, agent, messageId)).status).toBe(204);
    const afterwards = agent.poll();
    on.pass(50 * second);
    expect((await afterwards).status).toBe(202);
  });

  it('brings the job to the next session of the same agent when the first never handled it', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(2 * second);
    await agent.poll();
    on.pass(3 * minute);
    const session = String((await open(on, agent, agent.token)).json.sessionId);
    const again = await on.ask('GET', `${pool(on)}/messages?sessionId=${session}`, undefined, { token: agent.token });
    expect(again.json.messageType).toBe('PipelineAgentJobRequest');
  });

  it('brings the request to update itself to one agent or to all', async () => {
    const on = scene();
    const [one, other] = [await on.goOnline('weir-0001'), await on.goOnline('weir-0002')];
    await on.ask('POST', `${pool(on)}/messages?agentId=${one.id}&api-version=7.2-preview.1`);
    expect((await one.poll()).json.messageType).toBe('AgentRefresh');
    const waiting = other.poll();
    await on.ask('POST', `${pool(on)}/messages?api-version=7.2-preview.1`);
    expect(JSON.parse(String((await waiting).json.body))).toMatchObject({
      agentId: other.id,
      targetVersion: '5.278.0',
    });
  });
});

describe('a canceled job', () => {
  const request = (on: Scene) => on.ask('GET', `${pool(on)}/jobrequests/1`);

  it('that waits, or was assigned but not received, ends at once', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(2 * second);
    on.emulator.cancelJob(1);
    expect((await request(on)).json).toMatchObject({ result: 'canceled' });
    const waiting = agent.poll();
    on.pass(50 * second);
    expect((await waiting).status).toBe(202);
    expect((await on.ask('GET', `${pool(on)}/agents/${agent.id}?includeAssignedRequest=true`)).json).not.toHaveProperty(
      'assignedRequest',
    );
    expect(() => on.emulator.cancelJob(1)).toThrow('The job request 1 was not found.');
  });

  it('that runs is told to its agent once, and ends when the agent says so', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(2 * second);
    const { messageId } = (await agent.poll()).json;
    on.emulator.cancelJob(1);
    on.emulator.cancelJob(1);
    const told = (await agent.poll(Number(messageId))).json;
    const { scopeId, planId, jobId } = (await request(on)).json;
    expect(told.messageType).toBe('JobCancellation');
    expect(JSON.parse(String(told.body))).toEqual({ jobId, timeout: '00:01:00' });
    expect((await request(on)).json).not.toHaveProperty('result');
    const events = `${String(scopeId)}/_apis/distributedtask/hubs/build/plans/${String(planId)}/events?api-version=7.2-preview.1`;
    const completed: Row = { name: 'JobCompleted', jobId, requestId: 1, result: 'canceled' };
    await on.ask('POST', events, completed, { token: agent.token });
    expect((await request(on)).json).toMatchObject({ result: 'canceled' });
    expect(await on.ask('POST', events, completed, { token: agent.token })).toMatchObject({
      status: 404,
      json: { typeKey: 'TaskAgentJobNotFoundException' },
    });
  });
});
