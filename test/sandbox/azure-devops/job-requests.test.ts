// Every way to ask for the queue, with the traps of the undocumented resource (azure-devops-wire.md 3).
import { describe, expect, it } from '@jest/globals';
import { scene, second, type Row, type Scene } from './organization.ts';

const path = (on: Scene) => `_apis/distributedtask/pools/${on.poolId}/jobrequests`;
const ids = (rows: readonly Row[]) => rows.map((row) => row.requestId);

async function busyPool(): Promise<{ readonly on: Scene; readonly agentId: number }> {
  const on = scene();
  const agent = await on.goOnline('weir-0001');
  await on.register('placeholder', { systemCapabilities: { 'Agent.Version': '5.278.0', maven: '1' } });
  for (let count = 0; count < 3; count += 1) {
    await on.queue(['Agent.OS -equals Linux']);
    on.pass(2 * second);
    await on.ask(
      'PATCH',
      `${path(on)}/${count + 1}?lockToken=x&api-version=7.2-preview.1`,
      { requestId: count + 1, finishTime: 'now', result: 'succeeded' },
      { token: agent.token },
    );
  }
  await on.queue(['Agent.OS -equals Linux']);
  on.pass(2 * second);
  await on.queue(['maven']);
  return { on, agentId: agent.id };
}

describe('job requests are listed', () => {
  it.each<[string, readonly number[]]>([
    ['?completedRequestCount=0', [4, 5]],
    ['?completedRequestCount=2', [4, 5, 3, 2]],
    ['', [4, 5, 3, 2, 1]],
    ['?$top=2', [5, 4]],
    ['?$top=2&continuationToken=3', [3, 2]],
    ['?agentId=AGENT&completedRequestCount=0', [4]],
    ['?agentId=AGENT&completedRequestCount=1', [4, 3]],
    ['?agentIds=AGENT,77&completedRequestCount=9', [4, 3, 2, 1]],
    ['?agentId=77&completedRequestCount=9', []],
  ])('%s', async (query, expected) => {
    const { on, agentId } = await busyPool();
    expect(ids(await on.rows(`${path(on)}${query.replace('AGENT', String(agentId))}`))).toEqual(expected);
  });

  it('by plan and job, finished ones too', async () => {
    const { on } = await busyPool();
    const { planId, jobId } = (await on.ask('GET', `${path(on)}/2`)).json;
    expect(ids(await on.rows(`${path(on)}?planId=${String(planId)}&jobId=${String(jobId)}`))).toEqual([2]);
  });

  it('with the words with which each is told by itself, whoever matches', async () => {
    const { on } = await busyPool();
    await on.queue(['maven']);
    await on.queue([]);
    for (const row of await on.rows(`${path(on)}?completedRequestCount=1`)) {
      const { json } = await on.ask('GET', `${path(on)}/${String(row.requestId)}`);
      expect(JSON.stringify(row)).toBe(JSON.stringify(json));
    }
  });

  it('with the agents that matched when each was queued, where those alone count', async () => {
    const on = scene({ matching: 'atQueueTime' });
    const placeholder = (name: string) =>
      on.register(name, { systemCapabilities: { 'Agent.Version': '5.278.0', maven: '1' } });
    // Where all agents match, the service names none.
    await on.register('other');
    const first = await placeholder('placeholder-1');
    await on.queue(['maven']);
    const second = await placeholder('placeholder-2');
    await on.queue(['maven']);
    const rows = await on.rows(`${path(on)}?completedRequestCount=0`);
    const matched = rows.map(({ matchedAgents }) => (matchedAgents as readonly Row[]).map(({ id }) => id));
    expect(matched).toEqual([[first], [first, second]]);
    for (const row of rows) {
      const { json } = await on.ask('GET', `${path(on)}/${String(row.requestId)}`);
      expect(JSON.stringify(row)).toBe(JSON.stringify(json));
    }
  });

  it('by queue', async () => {
    const { on } = await busyPool();
    const [queue] = await on.rows('Fabrikam/_apis/distributedtask/queues?queueName=linux');
    expect(
      ids(await on.rows(`Fabrikam/_apis/distributedtask/queues/${String(queue?.id)}/agentrequests?$top=3`)),
    ).toEqual([5, 4, 3]);
  });

  it('without matchedAgents in the paged form only, which never has more than 200', async () => {
    const { on } = await busyPool();
    const five = (rows: readonly Row[]) => rows.find((row) => row.requestId === 5);
    expect(five(await on.rows(`${path(on)}?completedRequestCount=0`))).toHaveProperty('matchedAgents');
    expect(five(await on.rows(`${path(on)}?$top=10`))).not.toHaveProperty('matchedAgents');
    for (let count = 0; count < 205; count += 1) await on.queue(['maven']);
    const page = await on.ask('GET', `${path(on)}?$top=1000`);
    expect(page.json.count).toBe(200);
    const token = page.headers['x-ms-continuationtoken'] ?? '';
    const rest = await on.ask('GET', `${path(on)}?$top=1000&continuationToken=${token}`);
    expect(rest.json.count).toBe(10);
    expect(rest.headers).not.toHaveProperty('x-ms-continuationtoken');
    expect((await on.rows(`${path(on)}?completedRequestCount=0`)).length).toBe(207);
  });

  it('but not with $top and completedRequestCount together', async () => {
    const { on } = await busyPool();
    expect((await on.ask('GET', `${path(on)}?$top=5&completedRequestCount=0`)).status).toBe(400);
  });
});

describe('one job request', () => {
  it('says demands as strings, and why it waits only when asked', async () => {
    const { on } = await busyPool();
    expect((await on.ask('GET', `${path(on)}/5`)).json).toMatchObject({
      demands: ['maven', 'Agent.Version -gtVersion 3.218.0'],
      priority: 0,
    });
    expect((await on.ask('GET', `${path(on)}/5`)).json).not.toHaveProperty('statusMessage');
    expect((await on.ask('GET', `${path(on)}/5?includeStatus=true`)).json).toHaveProperty('statusMessage');
  });

  it('is unknown in another pool', async () => {
    const { on } = await busyPool();
    const other = on.emulator.addPool({ name: 'other' });
    expect(await on.ask('GET', `_apis/distributedtask/pools/${other.id}/jobrequests/5`)).toMatchObject({
      status: 404,
      json: { typeKey: 'TaskAgentJobNotFoundException' },
    });
  });

  it('can be taken out of the queue', async () => {
    const { on } = await busyPool();
    expect((await on.ask('DELETE', `${path(on)}/5?lockToken=x&result=canceled&api-version=7.2-preview.1`)).status).toBe(
      204,
    );
    expect((await on.ask('GET', `${path(on)}/5`)).json).toMatchObject({ result: 'canceled' });
    expect((await on.ask('DELETE', `${path(on)}/5?lockToken=x&api-version=7.2-preview.1`)).status).toBe(404);
  });

  it('is renewed by nobody but its agent and the pool’s administrators', async () => {
    const { on } = await busyPool();
    const stranger = await on.goOnline('weir-0002');
    expect((await stranger.renew(4)).status).toBe(403);
    expect(
      (await on.ask('PATCH', `${path(on)}/4?lockToken=x&api-version=7.2-preview.1`, { requestId: 5 })).status,
    ).toBe(400);
  });

  it('is queued over HTTP with demands as strings or as objects, and variables', async () => {
    const on = scene();
    await on.register('placeholder', { systemCapabilities: { 'Agent.Version': '5.278.0', maven: '1', os: 'linux' } });
    const body = {
      demands: ['maven', { name: 'os', value: 'Linux' }],
      jobName: 'Build',
      definitionName: 'CI',
      runName: '20260105.7',
      variables: { a: 'b' },
    };
    expect((await on.ask('POST', `${path(on)}?api-version=7.2-preview.1`, body)).json).toMatchObject({
      demands: ['maven', 'os -equals Linux', 'Agent.Version -gtVersion 3.218.0'],
      jobName: 'Build',
      definition: { name: 'CI' },
      owner: { name: '20260105.7' },
    });
    expect((await on.ask('POST', `${path(on)}?api-version=7.2-preview.1`, { demands: 'maven' })).status).toBe(400);
    expect((await on.ask('POST', `${path(on)}?api-version=7.2-preview.1`, { variables: { a: 1 } })).status).toBe(400);
  });
});
