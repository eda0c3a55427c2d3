// The adapter of Azure DevOps against a scripted `Send`: what goes out on the wire, and what each answer becomes.
import { describe, expect, it } from '@jest/globals';
import { createAzureDevOps } from '../../../service/azure-devops/client.ts';
import type { AzureDevOpsPort, HttpRequest } from '../../../service/ports.ts';
import { type Scripted, empty, fakeSend, html, json, reset } from '../fake-send.ts';
import { itWithSpecs, readSpec } from '../shared-specs.ts';

interface Stage {
  readonly port: AzureDevOpsPort;
  readonly requests: HttpRequest[];
  readonly slept: number[];
  /** The instant of the clock; sleeping moves it. */
  now: number;
}

function azureDevOps(...script: readonly Scripted[]): Stage {
  const { send, requests } = fakeSend(...script);
  const slept: number[] = [];
  const stage: Stage = {
    requests,
    slept,
    now: 0,
    port: createAzureDevOps({
      send,
      organization: new URL('https://dev.azure.com/fabrikam'),
      authorization: () => Promise.resolve('Bearer t'),
      clock: {
        now: () => stage.now,
        sleep: (ms) => {
          slept.push(ms);
          stage.now += ms;
          return Promise.resolve();
        },
      },
      random: { next: () => 0.5 },
    }),
  };
  return stage;
}

const list = (...value: unknown[]): unknown => ({ count: value.length, value });
const exception = (status: number, typeKey: string, message = 'm'): Scripted =>
  json(status, { $id: '1', typeName: `T.${typeKey}, T`, typeKey, message, errorCode: 0, eventId: 3000 });
const ask = (request: HttpRequest | undefined): string =>
  `${request?.method ?? ''} ${request?.url.replace('https://dev.azure.com/fabrikam/_apis/distributedtask/', '') ?? ''}`;
const sha256 = 'ab'.repeat(32);
const agentPackage = {
  type: 'agent',
  platform: 'linux-x64',
  version: { major: 4, minor: 260, patch: 0 },
  downloadUrl: 'https://d/x.tar.gz',
  filename: 'x.tar.gz',
  hashValue: sha256.toUpperCase(),
};

describe('every call', () => {
  it('carries the authorization, asks for JSON and wants no sign-in page', async () => {
    const { port, requests } = azureDevOps(json(200, { id: 7, name: 'p' }));
    await port.readPool(7);
    expect(requests[0]).toMatchObject({
      headers: { authorization: 'Bearer t', accept: 'application/json', 'x-tfs-fedauthredirect': 'Suppress' },
    });
  });

  it.each([
    [
      'a redirect to the sign-in page',
      empty(302, { location: 'https://spsprodweu.vssps.visualstudio.com/_signin' }),
      { kind: 'denied', status: 302 },
    ],
    ['203', json(203, {}), { kind: 'denied' }],
    ['HTML with 200', html(200), { kind: 'denied' }],
    ['HTML with 404', html(404), { kind: 'denied' }],
    ['401', json(401, {}), { kind: 'denied' }],
    [
      'AccessDeniedException, whatever the status',
      exception(400, 'AccessDeniedException'),
      { kind: 'denied', code: 'AccessDeniedException' },
    ],
    [
      'a pool that is not there',
      exception(404, 'TaskAgentPoolNotFoundException'),
      { kind: 'notFound', code: 'TaskAgentPoolNotFoundException' },
    ],
    ['a bad request', exception(400, 'VssPropertyValidationException'), { kind: 'invalid' }],
    [
      '429 with a wish',
      json(429, { message: 'TF400733' }, { 'retry-after': '31' }),
      { kind: 'throttled', retryAfterMs: 31_000 },
    ],
    ['429 without one', json(429, {}), { kind: 'throttled', retryAfterMs: null }],
    ['503 with a wish', json(503, {}, { 'retry-after': '3' }), { kind: 'unavailable', retryAfterMs: 3000 }],
    [
      'garbage',
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"count":1,"val' },
      { kind: 'unreadable' },
    ],
    ['text', { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' }, { kind: 'unreadable' }],
    ['a list cut short', json(200, { count: 2, value: [{ id: 1, name: 'a' }] }), { kind: 'unreadable' }],
    ['a list that goes on', json(200, list(), { 'x-ms-continuationtoken': '17' }), { kind: 'unreadable' }],
    ['an agent without a name', json(200, list({ id: 1 })), { kind: 'unreadable', operation: 'agents[0].name' }],
    ['an answer over 16 MB', { ...json(200, {}), body: `"${'x'.repeat(16 * 1024 * 1024)}"` }, { kind: 'unreadable' }],
  ] as const)('is asked once and told apart: %s', async (_, answer, expected) => {
    const { port, requests } = azureDevOps(answer);
    await expect(port.listAgents(7)).rejects.toMatchObject(expected);
    expect(requests).toHaveLength(1);
  });

  it('that reads is tried twice more when the cloud is unavailable', async () => {
    const { port, slept } = azureDevOps(html(502), reset(), json(200, list()));
    await expect(port.listAgents(7)).resolves.toEqual([]);
    expect(slept).toEqual([500, 1000]);
  });

  it.each([
    ['500', json(500, {})],
    ['a reset connection', reset()],
  ])('that writes is sent once: %s', async (_, answer) => {
    const writes: ((port: AzureDevOpsPort) => Promise<unknown>)[] = [
      (port) =>
        port.registerAgent(7, {
          name: 'a',
          version: '4',
          osDescription: 'o',
          systemCapabilities: {},
          publicKey: { modulus: 'm', exponent: 'AQAB' },
        }),
      (port) => port.setAgentEnabled(7, 5, true),
      (port) => port.deleteAgent(7, 5),
      (port) => port.putUserCapabilities(7, 5, {}),
      (port) => port.bumpJobRequest(7, 9),
    ];
    for (const write of writes) {
      const { port, requests } = azureDevOps(answer);
      await expect(write(port)).rejects.toMatchObject({ kind: 'unavailable' });
      expect(requests).toHaveLength(1);
    }
  });

  it('never goes out when there is no authorization', async () => {
    const { send, requests } = fakeSend();
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    const authorization = (): Promise<string> => Promise.reject(new Error('ENOTFOUND'));
    const port = createAzureDevOps({
      send,
      organization: new URL('https://dev.azure.com/f'),
      authorization,
      clock,
      random: { next: () => 0 },
    });
    await expect(port.listAgents(7)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(requests).toHaveLength(0);
  });
});

describe('the gate', () => {
  it('rests before the next call when an answer of 200 asks for it', async () => {
    const stage = azureDevOps(json(200, list(), { 'retry-after': '4' }), json(200, list()), json(200, list()));
    await stage.port.listAgents(7);
    await stage.port.listAgents(7);
    await stage.port.listAgents(7);
    expect(stage.slept).toEqual([4000]);
  });

  it('throws what is left of a long rest, and opens when it is over', async () => {
    const stage = azureDevOps(json(200, list(), { 'retry-after': '30' }), json(200, list()));
    await stage.port.listAgents(7);
    stage.now += 10_000;
    await expect(stage.port.listAgents(7)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 20_000 });
    await expect(stage.port.deleteAgent(7, 5)).rejects.toMatchObject({ kind: 'throttled' });
    expect(stage.requests).toHaveLength(1);
    stage.now += 20_000;
    await expect(stage.port.listAgents(7)).resolves.toEqual([]);
  });

  it('rests as long as Azure DevOps delays at most after a 429 that does not say', async () => {
    const stage = azureDevOps(json(429, {}));
    await expect(stage.port.listAgents(7)).rejects.toMatchObject({ kind: 'throttled' });
    await expect(stage.port.listAgents(7)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 30_000 });
  });

  it('slows down while little of the budget is left', async () => {
    const low = json(200, list(), { 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '12' });
    const stage = azureDevOps(
      low,
      low,
      json(200, list(), { 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '150' }),
      json(200, list()),
    );
    for (let call = 0; call < 4; call += 1) await stage.port.listAgents(7);
    expect(stage.slept).toEqual([4128, 4128]);
  });
});

describe('job requests', () => {
  const queued = { requestId: 1, queueTime: '2026-11-02T10:00:00Z' };
  const finished = (requestId: number, minute: number): object => ({
    requestId,
    result: 'succeeded',
    finishTime: new Date(Date.UTC(2026, 10, 2, 10, minute)).toISOString(),
  });

  it('are read by completedRequestCount=0, never by $top, and finished ones are left out', async () => {
    const { port, requests } = azureDevOps(json(200, list(queued, finished(2, 1))));
    expect((await port.listJobRequests(7)).map((request) => request.requestId)).toEqual([1]);
    expect(ask(requests[0])).toBe('GET pools/7/jobrequests?completedRequestCount=0&api-version=7.2-preview.1');
  });

  it('of one agent are asked for by its id', async () => {
    const { port, requests } = azureDevOps(json(200, list()));
    await port.listAgentJobRequests(7, 5);
    expect(ask(requests[0])).toBe(
      'GET pools/7/jobrequests?agentId=5&completedRequestCount=0&api-version=7.2-preview.1',
    );
  });

  it('that are finished come newest first, as many as asked', async () => {
    const { port, requests } = azureDevOps(json(200, list(queued, finished(2, 1), finished(3, 3), finished(4, 2))));
    expect((await port.listFinishedJobRequests(7, 2)).map((request) => request.requestId)).toEqual([3, 4]);
    expect(ask(requests[0])).toContain('completedRequestCount=2');
  });

  it('are bumped with the lock token that was never used', async () => {
    const { port, requests } = azureDevOps(json(200, queued));
    await port.bumpJobRequest(7, 9);
    expect(ask(requests[0])).toBe(
      'PATCH pools/7/jobrequests/9?lockToken=00000000-0000-0000-0000-000000000000&updateOptions=1&api-version=7.2-preview.1',
    );
    expect(JSON.parse(requests[0]!.body!)).toEqual({ requestId: 9 });
  });

  it('that are gone cannot be bumped', async () => {
    await expect(
      azureDevOps(exception(404, 'TaskAgentJobNotFoundException')).port.bumpJobRequest(7, 9),
    ).rejects.toMatchObject({ kind: 'notFound' });
  });
});

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

itWithSpecs('asks only what the official client knows too: verb, route, query', () => {
  const { routes } = readSpec('azure-devops/taskagent-client-routes.json') as { routes: unknown };
  const known = (Array.isArray(routes) ? routes : Object.values(routes as object).flat()) as {
    http: string;
    route: string;
    query: string[];
  }[];
  const agents = '_apis/distributedtask/pools/{poolId}/agents/{agentId}';
  const ours: [string, string, string[]][] = [
    ['GET', '_apis/distributedtask/pools/{poolId}', []],
    ['GET', '_apis/distributedtask/pools/{poolId}/jobrequests/{requestId}', ['agentId', 'completedRequestCount']],
    ['PATCH', '_apis/distributedtask/pools/{poolId}/jobrequests/{requestId}', ['lockToken', 'updateOptions']],
    ['GET', agents, ['includeCapabilities', 'includeAssignedRequest', 'includeLastCompletedRequest']],
    ['POST', agents, []],
    ['PATCH', agents, []],
    ['DELETE', agents, []],
    ['PUT', `${agents}/usercapabilities`, []],
    ['GET', '_apis/distributedtask/packages/{packageType}/{platform}/{version}', ['$top']],
    ['GET', '_apis/distributedtask/pools/{poolId}/permissions/{permissions}', []],
  ];
  for (const [verb, route, query] of ours) {
    const found = known.some(
      (row) => row.http === verb && row.route === route && query.every((name) => row.query.includes(name)),
    );
    expect(`${verb} ${route} ${String(found)}`).toBe(`${verb} ${route} true`);
  }
});
