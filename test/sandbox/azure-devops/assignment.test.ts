// Azure DevOps picks the agent, when it likes and among those that are idle, enabled and online; and it gives up on
// agents that fall silent.
import { describe, expect, it } from '@jest/globals';
import { minute, scene, second, type OnlineAgent, type Row, type Scene } from './organization.ts';

const pool = (on: Scene) => `_apis/distributedtask/pools/${on.poolId}`;
const requests = (on: Scene) => on.rows(`${pool(on)}/jobrequests?completedRequestCount=100`);
const agentOf = async (on: Scene, id: number, more = '') =>
  (await on.ask('GET', `${pool(on)}/agents/${id}?includeAssignedRequest=true${more}`)).json;
const setEnabled = (on: Scene, agent: OnlineAgent, enabled: boolean) =>
  on.ask('PATCH', `${pool(on)}/agents/${agent.id}?api-version=7.1`, { id: agent.id, enabled });
const bump = (on: Scene, id: number) =>
  on.ask(
    'PATCH',
    `${pool(on)}/jobrequests/${id}?lockToken=00000000-0000-0000-0000-000000000000&updateOptions=1&api-version=7.2-preview.1`,
    { requestId: id },
  );

async function finish(on: Scene, request: Row): Promise<void> {
  const path = `${String(request.scopeId)}/_apis/distributedtask/hubs/build/plans/${String(request.planId)}/events?api-version=7.2-preview.1`;
  const answer = await on.ask('POST', path, {
    name: 'JobCompleted',
    jobId: request.jobId,
    requestId: request.requestId,
    result: 'succeeded',
  });
  expect(answer.status).toBe(204);
}

describe('assignment', () => {
  it('is not yet a start: the agent has to poll first, and the lock is counted anew from then', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(8 * second);
    expect((await requests(on))[0]).toMatchObject({
      assignTime: '2026-01-05T08:00:01.000Z',
      reservedAgent: { id: agent.id },
    });
    expect((await requests(on))[0]).not.toHaveProperty('receiveTime');
    expect(await agentOf(on, agent.id)).toMatchObject({ assignedRequest: { requestId: 1 } });
    await agent.poll();
    expect((await requests(on))[0]).toMatchObject({
      receiveTime: '2026-01-05T08:00:08.000Z',
      lockedUntil: '2026-01-05T08:10:08.000Z',
    });
  });

  it('gives an agent one job at a time, the oldest first', async () => {
    const on = scene();
    await on.goOnline('weir-0001');
    await on.queue([]);
    await on.queue([]);
    on.pass(10 * second);
    const [first, next] = await requests(on);
    expect(first).toHaveProperty('assignTime');
    expect(next).not.toHaveProperty('assignTime');
    await finish(on, first ?? {});
    on.pass(2 * second);
    expect((await requests(on))[0]).toMatchObject({ requestId: 2, assignTime: '2026-01-05T08:00:11.000Z' });
  });

  it('leaves disabled and offline agents alone until they are back', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    await on.register('offline');
    await setEnabled(on, agent, false);
    await on.queue([]);
    on.pass(minute);
    expect((await requests(on))[0]).not.toHaveProperty('assignTime');
    await setEnabled(on, agent, true);
    on.pass(2 * second);
    expect((await requests(on))[0]).toMatchObject({ reservedAgent: { id: agent.id } });
  });

  it('can land right behind a read, between it and the write that it led to', async () => {
    const on = scene({ assignAfterRead: 1 });
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    expect(await agentOf(on, agent.id)).not.toHaveProperty('assignedRequest');
    expect(await agentOf(on, agent.id)).toHaveProperty('assignedRequest');
  });

  it('can still land for a while after the agent was disabled, where the organisation is like that', async () => {
    const on = scene({ assignAfterDisableMs: 5 * second });
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    await setEnabled(on, agent, false);
    on.pass(2 * second);
    expect((await requests(on))[0]).toMatchObject({ reservedAgent: { id: agent.id, enabled: false } });
  });

  it('follows "run next": the last bumped goes first, then the next to last, then age', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    for (let count = 0; count < 4; count += 1) await on.queue([]);
    await bump(on, 3);
    expect((await bump(on, 4)).status).toBe(200);
    const order: unknown[] = [];
    for (let count = 0; count < 4; count += 1) {
      on.pass(2 * second);
      await agent.poll();
      const running = (await agentOf(on, agent.id)).assignedRequest as Row;
      order.push(running.requestId);
      await finish(on, running);
    }
    expect(order).toEqual([4, 3, 1, 2]);
  });

  it('refuses "run next" for what is no longer queued', async () => {
    const on = scene();
    await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(2 * second);
    expect((await bump(on, 1)).status).toBe(400);
  });
});

describe('a job whose agent falls silent', () => {
  it('is abandoned when its lock runs out, and its agent is offline before that', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(2 * second);
    await agent.poll();
    on.pass(3 * minute);
    expect(await agentOf(on, agent.id)).toMatchObject({ status: 'offline', assignedRequest: { requestId: 1 } });
    on.pass(7 * minute);
    expect((await on.ask('GET', `${pool(on)}/jobrequests/1?includeStatus=true`)).json).toMatchObject({
      result: 'abandoned',
      finishTime: '2026-01-05T08:10:02.000Z',
      statusMessage: expect.stringContaining('We stopped hearing from agent weir-0001'),
    });
    expect(on.events.at(-1)).toMatchObject({ kind: 'jobLost', cause: 'lockLost', agentId: agent.id });
    expect(await agent.renew(1)).toMatchObject({ json: { typeKey: 'TaskAgentJobTokenExpiredException' } });
  });

  it('runs for as long as the lock is renewed', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(2 * second);
    await agent.poll();
    for (let passed = 0; passed < 30; passed += 1) {
      on.pass(minute);
      expect((await agent.renew(1)).status).toBe(200);
    }
    expect((await requests(on))[0]).not.toHaveProperty('result');
  });

  it('is lost with the registration when that could be deleted all the same', async () => {
    const on = scene({ deleteRefusal: 'never' });
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(2 * second);
    await agent.poll();
    expect((await on.ask('DELETE', `${pool(on)}/agents/${agent.id}?api-version=7.1`)).status).toBe(204);
    expect(await agent.renew(1)).toMatchObject({ status: 404, json: { typeKey: 'TaskAgentNotFoundException' } });
    on.pass(11 * minute);
    expect(on.events.at(-1)).toMatchObject({ kind: 'jobLost', cause: 'agentDeleted' });
    expect((await requests(on))[0]).toMatchObject({
      result: 'abandoned',
      reservedAgent: { id: agent.id, name: 'weir-0001' },
    });
  });

  it('tells when the next thing happens by itself', () => {
    const on = scene();
    expect(on.emulator.nextEventAt()).toBeNull();
  });
});

it('an assigned request is shown late where the organisation does so, and the refusal to delete does not wait for it', async () => {
  const on = scene({ assignedRequestLateMs: 40 * second });
  const agent = await on.goOnline('late', {});
  await on.queue([]);
  on.pass(2 * second);
  const path = `_apis/distributedtask/pools/${on.poolId}/agents/${agent.id}`;
  const shown = async () => (await on.ask('GET', `${path}?includeAssignedRequest=true`)).json.assignedRequest;
  expect(await shown()).toBeUndefined();
  expect((await on.ask('DELETE', `${path}?api-version=7.1`)).status).toBe(400);
  on.pass(40 * second);
  expect(await shown()).toMatchObject({ reservedAgent: { id: agent.id } });
});
