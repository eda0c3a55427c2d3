// Projects, pools, queues and packages: what a client finds, makes, changes and removes.
import { describe, expect, it } from '@jest/globals';
import { scene, second, type Scene } from './organization.ts';

const pools = '_apis/distributedtask/pools';
const queues = 'Fabrikam/_apis/distributedtask/queues';
const names = async (on: Scene, path: string) => (await on.rows(path)).map((row) => row.name);

describe('pools', () => {
  it.each([
    ['', ['Default', 'Azure Pipelines', 'linux']],
    ['?poolName=LINUX', ['linux']],
    ['?poolIds=1,3', ['Default', 'linux']],
    ['?poolType=deployment', []],
    ['?poolName=linux&poolType=automation', ['linux']],
    ['?poolType=1', ['Default', 'Azure Pipelines', 'linux']],
  ])('are listed by %s', async (query, expected) => {
    expect(await names(scene(), `${pools}${query}`)).toEqual(expected);
  });

  it('are refused a filter that is no word of the enumeration', async () => {
    expect((await scene().ask('GET', `${pools}?poolType=elastic`)).status).toBe(400);
  });

  it('are made, changed and deleted; the name is taken only once', async () => {
    const on = scene();
    const made = (
      await on.ask('POST', `${pools}?api-version=7.1`, {
        name: 'win',
        poolType: 1,
        autoProvision: true,
        autoUpdate: false,
      })
    ).json;
    expect(made).toMatchObject({
      name: 'win',
      poolType: 'automation',
      autoProvision: true,
      autoUpdate: false,
      isHosted: false,
      size: 0,
      options: 'none',
    });
    const path = `${pools}/${String(made.id)}?api-version=7.1`;
    expect(await on.ask('POST', `${pools}?api-version=7.1`, { name: 'WIN' })).toMatchObject({
      status: 409,
      json: { typeKey: 'TaskAgentPoolExistsException' },
    });
    expect((await on.ask('PATCH', path, { name: 'windows', options: 'singleUseAgents' })).json).toMatchObject({
      name: 'windows',
      options: 'singleUseAgents',
      autoUpdate: false,
    });
    expect((await on.ask('PATCH', path, { name: 'linux' })).status).toBe(409);
    expect(await names(on, `${queues}?queueName=win`)).toEqual(['win']);
    expect((await on.ask('DELETE', path)).status).toBe(204);
    expect(await on.ask('GET', path)).toMatchObject({
      status: 404,
      json: { typeKey: 'TaskAgentPoolNotFoundException' },
    });
    expect(await names(on, `${queues}?queueName=win`)).toEqual([]);
  });

  it('are not deleted while a job runs or waits in them', async () => {
    const on = scene();
    await on.goOnline('weir-0001');
    await on.queue([]);
    expect((await on.ask('DELETE', `${pools}/${on.poolId}?api-version=7.1`)).status).toBe(400);
    on.pass(2 * second);
    expect(await on.ask('DELETE', `${pools}/${on.poolId}?api-version=7.1`)).toMatchObject({
      status: 400,
      json: { typeKey: 'TaskAgentJobStillRunningException' },
    });
  });

  it('count their agents and keep a free text', async () => {
    const on = scene();
    await on.register('a');
    expect((await on.ask('GET', `${pools}/${on.poolId}`)).json).toMatchObject({ size: 1 });
    await on.ask('PUT', `${pools}/${on.poolId}/poolmetadata?api-version=7.2-preview.1`, '"owned by Weir"');
    expect((await on.ask('GET', `${pools}/${on.poolId}/poolmetadata`)).text).toBe('owned by Weir');
  });

  it('of the service’s own kind take neither agents nor jobs here', async () => {
    const on = scene();
    expect((await on.ask('POST', `${pools}/2/agents?api-version=7.1`, { name: 'a' })).status).toBe(400);
    expect((await on.ask('POST', `${pools}/2/jobrequests?api-version=7.2-preview.1`, {})).status).toBe(400);
  });

  it('that are elastic can be found by their scale set', async () => {
    const on = scene();
    const azureId = '/subscriptions/0/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/theirs';
    const { id } = on.emulator.addPool({
      name: 'theirs',
      elastic: { ...elastic, azureId, log: ['Grew to 1.', 'Shrank to 0.'] },
    });
    expect((await on.ask('GET', `${pools}/${id}`)).json).toMatchObject({ options: 'elasticPool' });
    expect(await on.rows('_apis/distributedtask/elasticpools?api-version=7.1')).toMatchObject([
      { poolId: id, azureId, desiredIdle: 1 },
    ]);
    const theirs = `_apis/distributedtask/elasticpools/${id}`;
    expect(await on.rows(`${theirs}/logs?$top=1&api-version=7.1`)).toMatchObject([{ message: 'Grew to 1.' }]);
    expect(await on.rows(`${theirs}/nodes?api-version=7.1`)).toEqual([]);
    for (const part of ['', '/nodes', '/logs'])
      expect((await on.ask('GET', `_apis/distributedtask/elasticpools/${on.poolId}${part}`)).status).toBe(404);
  });
});

const elastic = {
  serviceEndpointId: '11111111-1111-4111-8111-111111111111',
  serviceEndpointScope: '22222222-2222-4222-8222-222222222222',
  osType: 'linux',
  orchestrationType: 'uniform',
  maxCapacity: 4,
  desiredIdle: 1,
  recycleAfterEachUse: true,
  maxSavedNodeCount: 0,
  timeToLiveMinutes: 30,
  agentInteractiveUI: false,
  state: 'online',
} as const;

describe('queues', () => {
  it.each([
    ['', ['Default', 'Azure Pipelines', 'linux']],
    ['?queueName=linux', ['linux']],
    ['?queueNames=linux,default', ['Default', 'linux']],
    ['?poolIds=3', ['linux']],
    ['?queueIds=1', ['Default']],
  ])('are listed by %s', async (query, expected) => {
    expect(await names(scene(), `${queues}${query}`)).toEqual(expected);
  });

  it('are opened for a pool, closed, and known only in their project', async () => {
    const on = scene();
    const { id } = (await on.ask('POST', `${pools}?api-version=7.1`, { name: 'quiet' })).json;
    const opened = await on.ask('POST', `${queues}?authorizePipelines=true&api-version=7.1`, {
      name: 'quiet',
      pool: { id },
    });
    expect(opened.json).toMatchObject({ name: 'quiet', pool: { id, name: 'quiet' } });
    expect((await on.ask('POST', `${queues}?api-version=7.1`, { name: 'quiet', pool: { id } })).status).toBe(409);
    expect((await on.ask('POST', `${queues}?api-version=7.1`, { name: 'other name', pool: { id } })).status).toBe(400);
    on.emulator.addProject('Second');
    const path = `_apis/distributedtask/queues/${String(opened.json.id)}?api-version=7.1`;
    expect(await on.ask('GET', `Second/${path}`)).toMatchObject({
      status: 404,
      json: { typeKey: 'TaskAgentQueueNotFoundException' },
    });
    expect((await on.ask('DELETE', `Fabrikam/${path}`)).status).toBe(204);
    expect((await on.ask('GET', `Fabrikam/${path}`)).status).toBe(404);
  });

  it('of a project that does not exist are not found', async () => {
    expect(await scene().ask('GET', 'Nowhere/_apis/distributedtask/queues')).toMatchObject({
      status: 404,
      json: { typeKey: 'ProjectDoesNotExistWithNameException' },
    });
  });
});

describe('projects', () => {
  it('are found by id and by name in any case', async () => {
    const on = scene();
    const [project] = await on.rows('_apis/projects?api-version=7.1');
    expect((await on.ask('GET', `_apis/projects/${String(project?.id)}`)).json).toMatchObject({
      name: 'Fabrikam',
      state: 'wellFormed',
    });
    expect((await on.ask('GET', '_apis/projects/FABRIKAM')).json).toMatchObject({ id: project?.id });
  });

  it('that are added have a door to every pool that opens itself', async () => {
    const on = scene();
    on.emulator.addProject('Second');
    expect(await names(on, 'Second/_apis/distributedtask/queues')).toEqual(['Default', 'Azure Pipelines', 'linux']);
    expect(() => on.emulator.addProject('second')).toThrow('already exists');
  });
});

describe('agent packages', () => {
  it('come newest first, with an address for the platform and a SHA-256', async () => {
    const on = scene();
    const path = '_apis/distributedtask/packages/agent/win-x64';
    expect(await on.rows(`${path}?$top=1`)).toMatchObject([
      {
        type: 'agent',
        platform: 'win-x64',
        version: { major: 5, minor: 278, patch: 0 },
        downloadUrl: 'https://download.agent.dev.azure.com/agent/5.278.0/vsts-agent-win-x64-5.278.0.zip',
        hashValue: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect((await on.ask('GET', `${path}/4.275.0`)).json).toMatchObject({ version: { major: 4 } });
    expect((await on.ask('GET', `${path}/1.0.0`)).status).toBe(404);
    expect(await on.rows('_apis/distributedtask/packages/agent/amiga')).toEqual([]);
  });
});
