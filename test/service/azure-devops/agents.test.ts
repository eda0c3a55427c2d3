// The adapter of Azure DevOps against a scripted `Send`: agents, pools and packages.
import { describe, expect, it } from '@jest/globals';
import { empty, html, json } from '../fake-send.ts';
import { azureDevOps, list, exception, ask } from './scripted-azure-devops.ts';

const sha256 = 'ab'.repeat(32);

const agentPackage = {
  type: 'agent',
  platform: 'linux-x64',
  version: { major: 4, minor: 260, patch: 0 },
  downloadUrl: 'https://d/x.tar.gz',
  filename: 'x.tar.gz',
  hashValue: sha256.toUpperCase(),
};

describe('agents', () => {
  it('are listed and read with capabilities and both requests', async () => {
    const agent = { id: 5, name: 'a', status: 'online' };
    const { port, requests } = azureDevOps(json(200, list(agent)), json(200, agent));
    expect(await port.listAgents(7)).toHaveLength(1);
    await expect(port.readAgent(7, 5)).resolves.toMatchObject({ agentId: 5, isOnline: true });
    const flags =
      'includeCapabilities=true&includeAssignedRequest=true&includeLastCompletedRequest=true&api-version=7.1';
    expect(requests.map(ask)).toEqual([`GET pools/7/agents?${flags}`, `GET pools/7/agents/5?${flags}`]);
  });

  it('are absent only where Azure DevOps says so of the agent', async () => {
    await expect(azureDevOps(exception(404, 'TaskAgentNotFoundException')).port.readAgent(7, 5)).resolves.toBeNull();
    await expect(
      azureDevOps(exception(404, 'TaskAgentPoolNotFoundException')).port.readAgent(7, 5),
    ).rejects.toMatchObject({ kind: 'notFound' });
    await expect(azureDevOps(json(404, {})).port.readAgent(7, 5)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('are registered with our public key', async () => {
    const { port, requests } = azureDevOps(
      json(200, {
        id: 5,
        name: 'a',
        authorization: { clientId: 'c', authorizationUrl: 'https://t' },
        properties: { ServerUrl: { $type: 'System.String', $value: 'https://s' } },
      }),
    );
    const registration = {
      name: 'a',
      version: '4.260.0',
      osDescription: 'Linux',
      systemCapabilities: { 'Agent.Version': '4.260.0' },
      publicKey: { modulus: 'bQ==', exponent: 'AQAB' },
    };
    await expect(port.registerAgent(7, registration)).resolves.toEqual({
      agentId: 5,
      name: 'a',
      clientId: 'c',
      authorizationUrl: 'https://t',
      serverUrl: 'https://s',
    });
    expect(ask(requests[0])).toBe('POST pools/7/agents?api-version=7.1');
    expect(requests[0]!.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(requests[0]!.body!)).toEqual({
      name: 'a',
      version: '4.260.0',
      osDescription: 'Linux',
      maxParallelism: 1,
      provisioningState: 'Provisioned',
      authorization: { publicKey: { modulus: 'bQ==', exponent: 'AQAB' } },
      systemCapabilities: { 'Agent.Version': '4.260.0' },
    });
  });

  it('cannot be registered under a name that is taken, nor without what an agent signs in with', async () => {
    const registration = {
      name: 'a',
      version: '4',
      osDescription: 'o',
      systemCapabilities: {},
      publicKey: { modulus: 'm', exponent: 'AQAB' },
    };
    await expect(
      azureDevOps(exception(409, 'TaskAgentExistsException')).port.registerAgent(7, registration),
    ).rejects.toMatchObject({ kind: 'conflict', code: 'TaskAgentExistsException' });
    await expect(
      azureDevOps(json(200, { id: 5, name: 'a', authorization: { clientId: 'c' } })).port.registerAgent(
        7,
        registration,
      ),
    ).rejects.toMatchObject({ kind: 'unreadable' });
  });

  it('are switched on and off by one PATCH', async () => {
    const { port, requests } = azureDevOps(json(200, { id: 5, name: 'a' }));
    await port.setAgentEnabled(7, 5, false);
    expect(ask(requests[0])).toBe('PATCH pools/7/agents/5?api-version=7.1');
    expect(JSON.parse(requests[0]!.body!)).toEqual({ id: 5, enabled: false, maxParallelism: 1 });
  });

  it('get their user capabilities as one whole set', async () => {
    const { port, requests } = azureDevOps(json(200, { id: 5, name: 'a' }));
    await port.putUserCapabilities(7, 5, { Priority: 'High' });
    expect(ask(requests[0])).toBe('PUT pools/7/agents/5/usercapabilities?api-version=7.2-preview.1');
    expect(JSON.parse(requests[0]!.body!)).toEqual({ Priority: 'High' });
  });

  it.each([
    ['deleted', empty(204)],
    ['deleted', empty(200)],
    ['absent', exception(404, 'TaskAgentNotFoundException')],
    ['busy', exception(400, 'TaskAgentJobStillRunningException')],
    ['busy', exception(400, 'SomethingElseException', 'Agent "a" is running a job for pool "p"')],
  ] as const)('are %s', async (outcome, answer) => {
    const { port, requests } = azureDevOps(answer);
    await expect(port.deleteAgent(7, 5)).resolves.toBe(outcome);
    expect(ask(requests[0])).toBe('DELETE pools/7/agents/5?api-version=7.1');
  });

  it.each([
    ['denied', exception(403, 'AccessDeniedException')],
    ['denied', html(200)],
    ['notFound', exception(404, 'TaskAgentPoolNotFoundException')],
    ['notFound', json(404, {})],
    ['conflict', json(409, {})],
  ] as const)('are not taken for deleted when the answer is %s', async (kind, answer) => {
    await expect(azureDevOps(answer).port.deleteAgent(7, 5)).rejects.toMatchObject({ kind });
  });

  it('have ids; a missing one is a mistake of ours and is never sent', async () => {
    const { port, requests } = azureDevOps();
    await expect(port.deleteAgent(7, 0)).rejects.toThrow('0 is not an agent id');
    await expect(port.deleteAgent(7, Number.NaN)).rejects.toThrow('NaN is not an agent id');
    expect(requests).toHaveLength(0);
  });
});

describe('pools and packages', () => {
  it.each([
    [{ options: 'elasticPool, preserveAgentOnJobFailure' }, { isElastic: true }],
    [{ options: 5 }, { isElastic: true }],
    [{ options: 'none' }, { isElastic: false }],
    [
      { isHosted: true, poolType: 'deployment' },
      { isHosted: true, poolType: 'deployment', isElastic: false },
    ],
  ])('reads a pool with %j', async (fields, expected) => {
    const { port, requests } = azureDevOps(json(200, { id: 7, name: 'p', ...fields }));
    await expect(port.readPool(7)).resolves.toMatchObject({ poolId: 7, name: 'p', ...expected });
    expect(ask(requests[0])).toBe('GET pools/7?api-version=7.1');
  });

  it('finds the newest package, or exactly one', async () => {
    const { port, requests } = azureDevOps(json(200, list(agentPackage)), json(200, agentPackage));
    const expected = { version: '4.260.0', downloadUrl: 'https://d/x.tar.gz', fileName: 'x.tar.gz', sha256 };
    await expect(port.readAgentPackage('linux-x64', 'latest')).resolves.toEqual(expected);
    await expect(port.readAgentPackage('linux-x64', '4.260.0')).resolves.toEqual(expected);
    expect(requests.map(ask)).toEqual([
      'GET packages/agent/linux-x64?%24top=1&api-version=7.2-preview.2',
      'GET packages/agent/linux-x64/4.260.0?api-version=7.2-preview.2',
    ]);
  });

  it.each(['', 'd41d8cd98f00b204e9800998ecf8427e', '1B2M2Y8AsgTpgAmY7PhCfg=='])(
    'refuses a package with the hash "%s"',
    async (hashValue) => {
      await expect(
        azureDevOps(json(200, { ...agentPackage, hashValue })).port.readAgentPackage('linux-x64', '4.260.0'),
      ).rejects.toMatchObject({ kind: 'unreadable' });
    },
  );

  it('says when there is no package for a platform', async () => {
    await expect(azureDevOps(json(200, list())).port.readAgentPackage('amiga', 'latest')).rejects.toMatchObject({
      kind: 'notFound',
    });
  });
});
