// Registered agents: what the list shows, what is refused, and what each way to change one changes.
import { describe, expect, it } from '@jest/globals';
import { capabilities, registrationBody, scene, second, type Scene } from './organization.ts';

const agents = (on: Scene) => `_apis/distributedtask/pools/${on.poolId}/agents`;
const names = async (on: Scene, query: string) => (await on.rows(`${agents(on)}?${query}`)).map((agent) => agent.name);

describe('the list of agents', () => {
  it('shows capabilities and requests only when asked', async () => {
    const on = scene();
    await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(2 * second);
    const [plain] = await on.rows(agents(on));
    for (const field of ['systemCapabilities', 'userCapabilities', 'assignedRequest', 'lastCompletedRequest'])
      expect(plain).not.toHaveProperty(field);
    const [whole] = await on.rows(
      `${agents(on)}?includeCapabilities=true&includeAssignedRequest=true&includeLastCompletedRequest=true`,
    );
    expect(whole).toMatchObject({
      systemCapabilities: { 'Agent.OS': 'Linux' },
      userCapabilities: {},
      assignedRequest: { requestId: 1 },
    });
  });

  it.each([
    ['agentName=WEIR-B', ['weir-b']],
    ['agentName=weir', []],
    ['demands=maven', ['weir-b']],
    ['demands=Agent.OS%20-equals%20linux,maven', ['weir-b']],
    ['demands=Agent.OS%20-equals%20linux', ['weir-a', 'weir-b']],
  ])('filters by %s', async (query, expected) => {
    const on = scene();
    await on.register('weir-a');
    await on.register('weir-b', { systemCapabilities: capabilities('weir-b', { maven: '1' }) });
    expect(await names(on, query)).toEqual(expected);
  });

  it('shows no agent of another pool', async () => {
    const on = scene();
    const id = await on.register('weir-a');
    const other = on.emulator.addPool({ name: 'other' });
    expect(await on.rows(`_apis/distributedtask/pools/${other.id}/agents`)).toEqual([]);
    expect(await on.ask('GET', `_apis/distributedtask/pools/${other.id}/agents/${id}`)).toMatchObject({
      status: 404,
      json: { typeKey: 'TaskAgentNotFoundException' },
    });
  });
});

describe('a registration', () => {
  it('without a key is a placeholder: offline, and without a client id', async () => {
    const on = scene();
    const answer = await on.ask('POST', `${agents(on)}?api-version=7.1`, registrationBody('ph-linux-1'));
    expect(answer).toMatchObject({
      status: 200,
      json: { status: 'offline', enabled: true, systemCapabilities: { 'Agent.Version': '5.278.0' } },
    });
    expect(answer.json).not.toHaveProperty('authorization');
  });

  it('with a key answers with what the agent needs to log in', async () => {
    const on = scene();
    const answer = await on.ask('POST', `${agents(on)}?api-version=7.1`, {
      ...registrationBody('a'),
      authorization: { publicKey: { exponent: 'AQAB', modulus: 'wAAB' } },
    });
    expect(answer.json.authorization).toEqual({
      clientId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      authorizationUrl: 'https://dev.azure.com/fabrikam/_apis/oauth2/token',
      publicKey: { exponent: 'AQAB', modulus: 'wAAB' },
    });
  });

  it('is refused under a name that the pool already has, in any case', async () => {
    const on = scene();
    await on.register('Weir-A');
    expect(await on.ask('POST', `${agents(on)}?api-version=7.1`, registrationBody('weir-a'))).toMatchObject({
      status: 409,
      json: { typeKey: 'TaskAgentExistsException', message: 'Pool linux already contains an agent with name weir-a.' },
    });
  });

  it.each([
    ['no name', { name: undefined }],
    ['capabilities that are no strings', { systemCapabilities: { a: 1 } }],
    ['a key that is not base64', { authorization: { publicKey: { exponent: 'AQAB', modulus: '§§' } } }],
    [
      'a key as arrays, as the specification wrongly says',
      { authorization: { publicKey: { exponent: ['AQAB'], modulus: ['wAAB'] } } },
    ],
  ])('is refused with %s', async (_name, change) => {
    const on = scene();
    expect(
      (await on.ask('POST', `${agents(on)}?api-version=7.1`, { ...registrationBody('a'), ...change })).status,
    ).toBe(400);
  });

  it.each([true, false])(
    'keeps enabled and user capabilities of the POST only where the organisation does (%s)',
    async (keeps) => {
      const on = scene({ registrationKeepsEnabled: keeps, registrationKeepsUserCapabilities: keeps });
      const id = await on.register('a', { enabled: false, userCapabilities: { Priority: 'High' } });
      expect((await on.ask('GET', `${agents(on)}/${id}?includeCapabilities=true`)).json).toMatchObject({
        enabled: !keeps,
        userCapabilities: keeps ? { Priority: 'High' } : {},
      });
    },
  );
});

describe('an agent is changed', () => {
  it('by PATCH in what the body names, and nothing else', async () => {
    const on = scene();
    const id = await on.register('a', { userCapabilities: { tag: 'x' } });
    const patched = await on.ask('PATCH', `${agents(on)}/${id}?api-version=7.1`, {
      id,
      enabled: false,
      maxParallelism: 1,
    });
    expect(patched.json).toMatchObject({ id, enabled: false, name: 'a' });
    expect((await on.ask('GET', `${agents(on)}/${id}?includeCapabilities=true`)).json).toMatchObject({
      userCapabilities: { tag: 'x' },
    });
    expect((await on.ask('PATCH', `${agents(on)}/${id}?api-version=7.1`, { id: id + 1, enabled: true })).status).toBe(
      400,
    );
  });

  it('by PUT as a whole: both capability sets are overwritten', async () => {
    const on = scene();
    const id = await on.register('a', { userCapabilities: { tag: 'x' } });
    const put = await on.ask('PUT', `${agents(on)}/${id}?api-version=7.1`, {
      id,
      name: 'a',
      version: '5.279.0',
      systemCapabilities: { maven: '1' },
    });
    expect(put.json).toMatchObject({
      id,
      version: '5.279.0',
      systemCapabilities: { maven: '1' },
      userCapabilities: {},
    });
  });

  it('by PUT usercapabilities in the whole set of the user and nothing of the system', async () => {
    const on = scene();
    const id = await on.register('a', { userCapabilities: { tag: 'x', Priority: 'Low' } });
    const put = await on.ask('PUT', `${agents(on)}/${id}/usercapabilities?api-version=7.2-preview.1`, {
      Priority: 'High',
    });
    expect(put.json).toMatchObject({
      userCapabilities: { Priority: 'High' },
      systemCapabilities: { 'Agent.OS': 'Linux' },
    });
  });

  it('and every change of enabled is an event, once', async () => {
    const on = scene();
    const id = await on.register('a');
    for (const enabled of [false, false, true])
      await on.ask('PATCH', `${agents(on)}/${id}?api-version=7.1`, { id, enabled });
    expect(on.events.map((event) => event.kind)).toEqual(['agentRegistered', 'agentDisabled', 'agentEnabled']);
  });
});

describe('the deletion of an agent with a job', () => {
  it.each([
    ['assigned', 'assigned', 400],
    ['assigned', 'running', 400],
    ['running', 'assigned', 204],
    ['running', 'running', 400],
    ['never', 'running', 204],
  ] as const)('under the rule %s, with a job that is %s, gives %s', async (deleteRefusal, stage, status) => {
    const on = scene({ deleteRefusal });
    const agent = await on.goOnline('weir-0001');
    await on.queue([]);
    on.pass(2 * second);
    if (stage === 'running') await agent.poll();
    const answer = await on.ask('DELETE', `${agents(on)}/${agent.id}?api-version=7.1`);
    expect(answer.status).toBe(status);
    if (status === 400)
      expect(answer.json).toMatchObject({
        typeKey: 'TaskAgentJobStillRunningException',
        message: 'Agent "weir-0001" is running a job for pool "linux"',
      });
  });

  it('succeeds when it is idle, ends its poll, and frees its name', async () => {
    const on = scene();
    const agent = await on.goOnline('weir-0001');
    const waiting = agent.poll();
    expect((await on.ask('DELETE', `${agents(on)}/${agent.id}?api-version=7.1`)).status).toBe(204);
    expect(await waiting).toMatchObject({ status: 404, json: { typeKey: 'TaskAgentNotFoundException' } });
    expect(await agent.poll()).toMatchObject({ status: 404, json: { typeKey: 'TaskAgentNotFoundException' } });
    expect(await on.register('weir-0001')).not.toBe(agent.id);
  });
});
