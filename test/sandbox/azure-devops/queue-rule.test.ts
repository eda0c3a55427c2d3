// What happens to a job the moment it is queued (demand-vectors.md 1.3), in both variants of the one unproved fact.
import { describe, expect, it } from '@jest/globals';
import { capabilities, minute, scene, second, type Scene } from './organization.ts';

const version = 'Agent.Version -gtVersion 3.218.0';
const queue = (on: Scene, demands: readonly string[]) =>
  on.emulator.queueJob({
    poolId: on.poolId,
    demands,
    jobName: 'build',
    definitionName: 'CI',
    runName: '20260105.1',
    variables: {},
  });
const request = async (on: Scene, id: number) =>
  (await on.ask('GET', `_apis/distributedtask/pools/${on.poolId}/jobrequests/${id}?includeStatus=true`)).json;

describe('a queued job', () => {
  it('Q1: fails at once in a pool without agents', async () => {
    const on = scene();
    const outcome = queue(on, ['maven']);
    const words = `No agent found in pool linux which satisfies the specified demands: maven, ${version}`;
    expect(outcome).toEqual({ requestId: 1, failed: words });
    expect(await request(on, 1)).toMatchObject({ result: 'failed', statusMessage: words });
    expect(on.events.map((event) => event.kind)).toEqual(['jobQueued', 'jobFinished']);
  });

  it('Q2: waits for an offline agent that meets all demands, and lists it', async () => {
    const on = scene();
    const id = await on.register('placeholder', { systemCapabilities: capabilities('placeholder', { maven: '1' }) });
    await on.register('other');
    expect(queue(on, ['maven'])).toEqual({ requestId: 1 });
    expect(await request(on, 1)).toMatchObject({
      matchedAgents: [{ id, status: 'offline' }],
      statusMessage: 'All eligible agents are disabled or offline',
    });
  });

  it('lists in the queue what a matching agent is now, read after read', async () => {
    const on = scene();
    const id = await on.register('placeholder', { systemCapabilities: capabilities('placeholder', { maven: '1' }) });
    await on.register('other');
    queue(on, ['maven']);
    const pool = `_apis/distributedtask/pools/${on.poolId}`;
    const listed = async () => (await on.ask('GET', `${pool}/jobrequests?completedRequestCount=0`)).json;
    expect(await listed()).toMatchObject({ count: 1, value: [{ matchedAgents: [{ id, enabled: true }] }] });
    await on.ask('PATCH', `${pool}/agents/${id}?api-version=7.1`, { id, enabled: false });
    expect(await listed()).toMatchObject({ count: 1, value: [{ matchedAgents: [{ id, enabled: false }] }] });
  });

  it('Q3: waits without end for a disabled agent', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    await on.ask('PATCH', `_apis/distributedtask/pools/${on.poolId}/agents/${agent.id}?api-version=7.1`, {
      id: agent.id,
      enabled: false,
    });
    queue(on, []);
    for (let passed = 0; passed < 40; passed += 1) {
      const polled = agent.poll();
      on.pass(minute);
      expect((await polled).status).toBe(202);
    }
    expect(await request(on, 1)).not.toHaveProperty('result');
    expect(await request(on, 1)).not.toHaveProperty('assignTime');
  });

  it('Q5: fails with the demand named when all agents lack it', async () => {
    const on = scene();
    await on.register('a');
    expect(queue(on, ['maven', 'Agent.OS -equals Linux'])).toMatchObject({
      failed: `No agent found in pool linux which satisfies the following demand: maven. All demands: maven, Agent.OS -equals Linux, ${version}`,
    });
  });

  it('fails with the whole list when each demand is met by some agent but all by none', async () => {
    const on = scene();
    await on.register('a', { systemCapabilities: capabilities('a', { maven: '1' }) });
    await on.register('b', { systemCapabilities: capabilities('b', { java: '1' }) });
    expect(queue(on, ['maven', 'java'])).toMatchObject({
      failed: `No agent found in pool linux which satisfies the specified demands: maven, java, ${version}`,
    });
  });

  it('Q6: fails once the placeholder that met it is gone', async () => {
    const on = scene();
    const id = await on.register('placeholder');
    expect(queue(on, [])).not.toHaveProperty('failed');
    await on.ask('DELETE', `_apis/distributedtask/pools/${on.poolId}/agents/${id}?api-version=7.1`);
    expect(queue(on, [])).toHaveProperty('failed');
  });

  it('S18: is not met by a registration that tells no Agent.Version', async () => {
    const on = scene();
    await on.register('bare', { systemCapabilities: {} });
    expect(queue(on, [])).toMatchObject({
      failed: `No agent found in pool linux which satisfies the following demand: ${version}. All demands: ${version}`,
    });
  });

  it('keeps its own Agent.Version demand instead of the service’s', async () => {
    const on = scene();
    await on.register('a');
    queue(on, ['Agent.Version -gtVersion 4.0.0']);
    expect((await request(on, 1)).demands).toEqual(['Agent.Version -gtVersion 4.0.0']);
  });

  it('names no matched agents when every agent matches', async () => {
    const on = scene();
    await on.register('a');
    queue(on, []);
    expect(await request(on, 1)).toMatchObject({ matchesAllAgentsInPool: true });
    expect(await request(on, 1)).not.toHaveProperty('matchedAgents');
  });
});

describe('an agent that registers after the job was queued', () => {
  const lateAgent = async (matching: 'live' | 'atQueueTime') => {
    const on = scene({ matching });
    await on.register('placeholder');
    queue(on, []);
    await on.goOnline('weir-0001');
    on.pass(minute);
    return request(on, 1);
  };

  it('is given the job where matching is live', async () => {
    expect(await lateAgent('live')).toHaveProperty('assignTime');
  });

  it('is never given the job where only the queue time counts', async () => {
    expect(await lateAgent('atQueueTime')).not.toHaveProperty('assignTime');
  });

  it('is given it there by taking over the placeholder’s registration', async () => {
    const on = scene({ matching: 'atQueueTime' });
    const id = await on.register('placeholder');
    queue(on, []);
    const session = { ownerName: 'vm', agent: { id, name: 'placeholder' } };
    await on.ask('POST', `_apis/distributedtask/pools/${on.poolId}/sessions?api-version=7.2-preview.1`, session);
    on.pass(2 * second);
    expect(await request(on, 1)).toMatchObject({ reservedAgent: { id } });
  });

  it('is found as soon as its relabelled capabilities meet the demand', async () => {
    const on = scene();
    await on.register('placeholder', { systemCapabilities: capabilities('placeholder', { tag: 'blue' }) });
    const agent = await on.goOnline('weir-0001');
    queue(on, ['tag -equals BLUE']);
    on.pass(10 * second);
    expect(await request(on, 1)).not.toHaveProperty('assignTime');
    await on.ask(
      'PUT',
      `_apis/distributedtask/pools/${on.poolId}/agents/${agent.id}/usercapabilities?api-version=7.2-preview.1`,
      { Tag: 'Blue' },
    );
    on.pass(2 * second);
    expect(await request(on, 1)).toMatchObject({ reservedAgent: { id: agent.id } });
  });
});
