// The listening agent: what it checks before it starts, its session, its messages and its jobs.
import { describe, expect, it } from '@jest/globals';
import { agentFiles, jwk, keyFile } from './agent-files.ts';
import { exception, FakeWorld, linux, reply, windows } from './fake-world.ts';
import { online, kindsOf } from './online-agent.ts';

describe('an agent that starts', () => {
  const ending = async (files: Record<string, string>, identity = linux) => {
    const world = new FakeWorld();
    world.files = files;
    await world.enrolled(identity);
    return world.events.find((event) => event.kind === 'agentEnded');
  };
  const withKey = (key: Record<string, unknown>) => ({
    ...agentFiles(),
    '.credentials_rsaparams': JSON.stringify(key),
  });

  it('says what it can: the lines of .capabilities win over the image, and its own facts over both', async () => {
    const world = new FakeWorld();
    world.files = {
      ...world.files,
      '.capabilities': 'ImageOverride=ubuntu-22.04\nGIT=/opt/git=2\n#a=b\nno sign\n=x\nAgent.Version=9.9.9\nempty=\r\n',
    };
    await world.enrolled();
    const session = world.requests.find((request) => request.url.endsWith('/sessions'));
    const body = JSON.parse(session?.body ?? '') as { ownerName: string; systemCapabilities: Record<string, string> };
    expect(body.ownerName).toBe('agents000003');
    expect(body.systemCapabilities).toMatchObject({
      ImageOverride: 'ubuntu-22.04',
      GIT: '/opt/git=2',
      '#a': 'b',
      empty: '',
      'Agent.Version': '5.278.0',
      'Agent.Name': 'agents-3-000001',
      'Agent.ComputerName': 'agents000003',
      'Agent.OS': 'Linux',
      'Agent.HomeDirectory': '/agent',
      InteractiveSession: 'False',
    });
    expect(body.systemCapabilities).not.toHaveProperty('git');
    expect(body.systemCapabilities).not.toHaveProperty('no sign');
  });

  it('sends no capabilities at all where the scan is skipped', async () => {
    const world = new FakeWorld();
    world.files = { ...world.files, '.agent': world.files['.agent']!.replace('{', '{"skipCapabilitiesScan":true,') };
    await world.enrolled();
    const session = world.requests.find((request) => request.url.endsWith('/sessions'));
    expect(JSON.parse(session?.body ?? '')).toMatchObject({ systemCapabilities: {} });
  });

  it('reads .agent with other case, numbers as text and a byte order mark', async () => {
    const text = JSON.stringify({
      AgentId: '7',
      AGENTNAME: 'a',
      PoolId: '5',
      ServerUrl: 'https://dev.azure.com/fabrikam',
      workfolder: '/w',
    });
    expect(await ending({ ...agentFiles(), '.agent': `\ufeff${text}` })).toBeUndefined();
  });

  it.each(['.agent', '.credentials', '.credentials_rsaparams'])(
    'ends with code 2 where %s is no JSON object',
    async (name) => {
      expect(await ending({ ...agentFiles(), [name]: '[]' })).toMatchObject({ exitCode: 2 });
    },
  );

  it('ends with code 2 without a client id', async () => {
    const credentials = JSON.stringify({
      scheme: 'OAuth',
      data: { authorizationUrl: 'https://dev.azure.com/fabrikam/token' },
    });
    expect(await ending({ ...agentFiles(), '.credentials': credentials })).toMatchObject({
      exitCode: 2,
      why: expect.stringContaining('clientId'),
    });
  });

  it('ends with code 2 where a field of the key has another case or is missing', async () => {
    const { inverseQ, ...rest } = keyFile();
    expect(await ending(withKey({ ...rest, InverseQ: inverseQ }))).toMatchObject({
      exitCode: 2,
      why: expect.stringContaining('inverseQ'),
    });
    expect(await ending(withKey({ ...keyFile(), D: keyFile().d, d: undefined }))).toMatchObject({ exitCode: 2 });
  });

  it('takes a short field of the key on Linux and refuses it on Windows', async () => {
    // Any leading zeros that the full length has are cut off; where there is none, one byte too few is as short.
    const short = {
      ...keyFile(),
      dp: Buffer.from(jwk.dp ?? '', 'base64url')
        .subarray(1)
        .toString('base64'),
    };
    expect(await ending(withKey(short), windows)).toMatchObject({
      exitCode: 2,
      why: expect.stringContaining('shorter'),
    });
    const whole = await ending(agentFiles(), windows);
    expect(whole).toBeUndefined();
  });

  it('asks for a token every 30 seconds for as long as it is refused', async () => {
    const world = new FakeWorld();
    world.override = (request) => (request.url.endsWith('/token') ? reply(400, { error: 'invalid_client' }) : null);
    await world.enrolled();
    const before = world.asked('/token').length;
    await world.pass(600);
    expect(world.asked('/token')).toHaveLength(before + 20);
    expect(world.kinds()).not.toContain('agentEnded');
  });

  it('waits for an old session for four minutes and then ends with code 1', async () => {
    const world = new FakeWorld();
    world.override = (request) =>
      request.url.endsWith('/sessions') ? exception(409, 'TaskAgentSessionConflictException') : null;
    await world.enrolled();
    await world.pass(240);
    expect(world.asked('/sessions').length).toBe(9);
    expect(kindsOf(world, 'agentEnded')).toMatchObject([{ exitCode: 1 }]);
  });

  it('ends with code 1 where the server does not know it', async () => {
    const world = new FakeWorld();
    world.override = (request) =>
      request.url.endsWith('/sessions') ? exception(404, 'TaskAgentNotFoundException') : null;
    await world.enrolled();
    expect(kindsOf(world, 'agentEnded')).toMatchObject([{ exitCode: 1 }]);
  });
});

describe('an agent that listens', () => {
  it('polls for 50 seconds and rests 5 to 15 between empty answers', async () => {
    const world = await online();
    await world.pass(3600);
    const polls = world.requests.filter((request) => request.url.includes('/messages?'));
    const gaps = polls.slice(1).map((poll, index) => (poll.at - polls[index]!.at) / 1000 - 50);
    expect(gaps.length).toBeGreaterThan(50);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(15);
  });

  it('asks for a new token before the old one ends, and sends it', async () => {
    const world = await online();
    await world.pass(7200);
    expect(world.asked('/token')).toHaveLength(2);
    const tokens = new Set(
      world.requests
        .filter((request) => request.url.includes('/messages?'))
        .map((request) => request.headers.authorization),
    );
    expect(tokens.size).toBe(3);
  });

  it('opens a new session where the server ended the old one', async () => {
    const world = await online();
    let isExpired = true;
    world.override = (request) => {
      if (!request.url.includes('/messages?') || !isExpired) return null;
      isExpired = false;
      return exception(404, 'TaskAgentSessionExpiredException');
    };
    await world.pass(120);
    expect(world.asked('/sessions')).toHaveLength(1);
    expect(world.asked('sessionId=session-2').length).toBeGreaterThan(0);
  });

  it('ends where its registration is gone', async () => {
    const world = await online();
    world.override = (request) =>
      request.url.includes('/messages?') ? exception(404, 'TaskAgentNotFoundException') : null;
    await world.pass(120);
    expect(kindsOf(world, 'agentEnded')).toMatchObject([{ exitCode: 1 }]);
    const before = world.requests.length;
    await world.pass(3600);
    expect(world.requests).toHaveLength(before);
  });

  it('lives through a network that fails', async () => {
    const world = await online();
    world.isNetworkDown = true;
    await world.pass(600);
    expect(world.kinds()).toContain('networkFailed');
    world.isNetworkDown = false;
    world.job(41, { 'weir.sandbox.durationSeconds': '10' });
    await world.pass(120);
    expect(kindsOf(world, 'jobFinished')).toMatchObject([{ requestId: 41, result: 'succeeded' }]);
  });
});
