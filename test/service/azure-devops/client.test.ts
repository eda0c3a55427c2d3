// The adapter of Azure DevOps against a scripted `Send`: what goes out on the wire, and what each answer becomes.
import { describe, expect, it } from '@jest/globals';
import { createAzureDevOps } from '../../../service/azure-devops/client.ts';
import type { AzureDevOpsPort } from '../../../service/ports.ts';
import { empty, fakeSend, html, json, reset } from '../fake-send.ts';
import { itWithSpecs, readSpec } from '../shared-specs.ts';
import { azureDevOps, list, exception, ask } from './scripted-azure-devops.ts';

it('gives the very list of requests of last time where nothing has changed', async () => {
  const waiting = (requestId: number) => json(200, list({ requestId, queueTime: '2026-01-05T00:00:00Z', demands: [] }));
  const { port } = azureDevOps(waiting(5), waiting(5), waiting(6));
  const first = await port.listJobRequests(7);
  expect(first).toHaveLength(1);
  expect(await port.listJobRequests(7)).toBe(first);
  expect((await port.listJobRequests(7)).map((request) => request.requestId)).toEqual([6]);
});

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

  it('rests no longer because somebody sets the clock back', async () => {
    const stage = azureDevOps(json(200, list(), { 'retry-after': '30' }), json(200, list()));
    await stage.port.listAgents(7);
    stage.setBack = 3_600_000;
    stage.now += 30_000;
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
