// The adapter of Azure against a scripted `Send`: what goes out on the wire, and what each answer becomes.
import { describe, expect, it } from '@jest/globals';
import { createAzure } from '../../../service/azure/client.ts';
import { empty, fakeSend, html, json, reset } from '../fake-send.ts';
import { id, host, rawScaleSet, scaleSet, azure, path } from './scripted-azure.ts';

describe('reading a scale set', () => {
  it('sends one authorized GET with an api-version and translates the raw answer', async () => {
    const { port, requests } = azure(json(200, rawScaleSet));
    await expect(port.readScaleSet(id)).resolves.toEqual(scaleSet);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'GET', headers: { authorization: 'Bearer t1' } });
    expect(path(requests[0]!.url)).toBe(id);
    expect(new URL(requests[0]!.url).searchParams.get('api-version')).toBe('2026-04-01');
  });

  it('takes the etag of the header where the body has none', async () => {
    const { port } = azure(json(200, { ...rawScaleSet, etag: undefined }, { etag: '"9"' }));
    await expect(port.readScaleSet(id)).resolves.toMatchObject({ etag: '"9"' });
  });

  it('refuses a live answer without a capacity instead of taking it for 0', async () => {
    const { port } = azure(json(200, { ...rawScaleSet, sku: { name: 'x' } }));
    await expect(port.readScaleSet(id)).rejects.toMatchObject({
      kind: 'unreadable',
      operation: 'scaleSet.sku.capacity',
    });
  });

  it('asks for one token for many calls, and for another after a 401', async () => {
    const { port, tokens } = azure(
      json(200, rawScaleSet),
      json(200, rawScaleSet),
      json(401, { error: { code: 'InvalidAuthenticationToken', message: 'm' } }),
      json(200, rawScaleSet),
    );
    await port.readScaleSet(id);
    await port.readScaleSet(id);
    expect(tokens.count).toBe(1);
    await expect(port.readScaleSet(id)).rejects.toMatchObject({
      kind: 'denied',
      code: 'InvalidAuthenticationToken',
      status: 401,
    });
    await port.readScaleSet(id);
    expect(tokens.count).toBe(2);
  });

  it.each(['agents', '/subscriptions/s1/resourceGroups/g1/providers/Microsoft.Compute/virtualMachines/agents', ''])(
    'refuses "%s" as an id',
    async (wrong) => {
      const { port, requests } = azure();
      await expect(port.readScaleSet(wrong)).rejects.toMatchObject({ kind: 'invalid' });
      expect(requests).toHaveLength(0);
    },
  );
});

describe('listing instances', () => {
  const vm = (instanceId: string): object => ({ instanceId, properties: { vmId: `vm-${instanceId}` } });
  const next = `${host}${id}/virtualMachines?api-version=2026-04-01&%24skiptoken=2`;

  it('asks for instance views and follows every page', async () => {
    const { port, requests } = azure(
      json(200, { value: [vm('0'), vm('4')], nextLink: next }),
      json(200, { value: [], nextLink: `${next}2` }),
      json(200, { value: [vm('9')], nextLink: null }),
    );
    const instances = await port.listInstances(id);
    expect(instances.map((instance) => instance.instanceId)).toEqual(['0', '4', '9']);
    expect(new URL(requests[0]!.url).searchParams.get('$expand')).toBe('instanceView');
    expect(requests[1]).toMatchObject({ url: next, headers: { authorization: 'Bearer t1' } });
  });

  it.each([
    ['a page without a list', [json(200, { count: 0 })], 'unreadable'],
    ['a page whose second half is missing', [{ ...json(200, {}), body: '{"value":[{"instanceId":"0"' }], 'unreadable'],
    ['a list that is no list', [json(200, { value: {} })], 'unreadable'],
    ['an instance of the wrong kind', [json(200, { value: [{ instanceId: 7 }] })], 'unreadable'],
    ['a page of HTML', [html(200)], 'denied'],
    [
      'a second page that is refused',
      [
        json(200, { value: [vm('0')], nextLink: next }),
        json(403, { error: { code: 'AuthorizationFailed', message: 'm' } }),
      ],
      'denied',
    ],
    [
      'a second page on a foreign host',
      [json(200, { value: [vm('0')], nextLink: 'https://management.azure.com.evil.example/x' })],
      'unreadable',
    ],
  ] as const)('throws on %s rather than give a part of the list', async (_, script, kind) => {
    const { port } = azure(...script);
    await expect(port.listInstances(id)).rejects.toMatchObject({ kind });
  });

  it('stops a list that never ends', async () => {
    const script = Array.from({ length: 100 }, () => json(200, { value: [vm('0')], nextLink: next }));
    const { port, requests } = azure(...script);
    await expect(port.listInstances(id)).rejects.toMatchObject({
      kind: 'unreadable',
      message: expect.stringContaining('goes on after 100 pages'),
    });
    expect(requests).toHaveLength(100);
  });

  it('starts the list anew when a page breaks, so that pages of two lists never mix', async () => {
    const { port, requests, slept } = azure(
      json(200, { value: [vm('0')], nextLink: next }),
      reset(),
      json(200, { value: [vm('1')] }),
    );
    expect((await port.listInstances(id)).map((instance) => instance.instanceId)).toEqual(['1']);
    expect(requests).toHaveLength(3);
    expect(slept).toEqual([500]);
  });
});

describe('reading one instance', () => {
  it('reads it with its view', async () => {
    const { port, requests } = azure(json(200, { instanceId: '3', properties: { vmId: 'v' } }));
    await expect(port.readInstance(id, '3')).resolves.toMatchObject({ instanceId: '3', vmId: 'v' });
    expect(path(requests[0]!.url)).toBe(`${id}/virtualMachines/3`);
    expect(new URL(requests[0]!.url).searchParams.get('$expand')).toBe('instanceView');
  });

  it('gives null for one that is gone', async () => {
    const { port } = azure(json(404, { error: { code: 'ResourceNotFound', message: 'm' } }));
    await expect(port.readInstance(id, '3')).resolves.toBeNull();
  });

  it.each([
    ['SubscriptionNotFound', 'denied'],
    ['ResourceGroupNotFound', 'notFound'],
    ['InvalidResourceNamespace', 'invalid'],
    [null, 'unreadable'],
  ])('takes a 404 %s for no word about the machine', async (code, kind) => {
    const body = code === null ? {} : { error: { code, message: 'm' } };
    const [reading, deleting] = [azure(json(404, body)), azure(json(404, body))];
    await expect(reading.port.readInstance(id, '3')).rejects.toMatchObject({ kind, status: 404 });
    await expect(deleting.port.deleteInstances(id, ['3'])).rejects.toMatchObject({ kind, status: 404 });
  });
});

describe('reads that fail', () => {
  it('tries twice more when the cloud is unavailable, with a growing rest', async () => {
    const { port, requests, slept } = azure(json(500, {}), reset(), json(200, rawScaleSet));
    await expect(port.readScaleSet(id)).resolves.toEqual(scaleSet);
    expect(requests).toHaveLength(3);
    expect(slept).toEqual([500, 1000]);
  });

  it('gives up after the third time', async () => {
    const { port, requests } = azure(
      html(502),
      json(503, {}),
      json(500, { error: { code: 'InternalServerError', message: 'oops' } }),
    );
    await expect(port.readScaleSet(id)).rejects.toMatchObject({
      kind: 'unavailable',
      status: 500,
      code: 'InternalServerError',
    });
    expect(requests).toHaveLength(3);
  });

  it.each([
    [
      '429 with seconds',
      json(
        429,
        { code: 'OperationNotAllowed', message: 'The server rejected the request because too many requests' },
        { 'retry-after': '17' },
      ),
      { kind: 'throttled', retryAfterMs: 17_000, code: 'OperationNotAllowed' },
    ],
    ['429 without a wish', json(429, {}), { kind: 'throttled', retryAfterMs: null }],
    [
      '429 with an instant, measured by its own clock',
      json(429, {}, { 'retry-after': 'Mon, 02 Nov 2026 10:01:00 GMT', date: 'Mon, 02 Nov 2026 10:00:00 GMT' }),
      { kind: 'throttled', retryAfterMs: 60_000 },
    ],
    ['503 that asks to rest', json(503, {}, { 'retry-after': '5' }), { kind: 'unavailable', retryAfterMs: 5000 }],
    ['a redirect to its own host', empty(302, { location: `${host}/elsewhere` }), { kind: 'denied', status: 302 }],
    ['a redirect', empty(302, { location: 'https://login.microsoftonline.com/' }), { kind: 'denied', status: 302 }],
    ['404', json(404, { error: { code: 'ResourceNotFound', message: 'm' } }), { kind: 'notFound' }],
    ['400', json(400, { error: { code: 'InvalidParameter', message: 'm' } }), { kind: 'invalid' }],
    ['HTML with 200', html(200), { kind: 'denied' }],
    [
      'garbage with 200',
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{"id":' },
      { kind: 'unreadable' },
    ],
    ['nothing with 200', empty(200), { kind: 'unreadable' }],
  ] as const)('is asked once and told apart: %s', async (_, answer, expected) => {
    const { port, requests, slept } = azure(answer);
    await expect(port.readScaleSet(id)).rejects.toMatchObject(expected);
    expect(requests).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  it('ends at the deadline, and does not try again after it', async () => {
    const { send, requests } = fakeSend(
      (_, signal) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    const clock = { now: () => 0, sleep: () => Promise.resolve() };
    const controller = new AbortController();
    const asked: number[] = [];
    const deadline = (milliseconds: number): AbortSignal => (asked.push(milliseconds), controller.signal);
    const credential = { getToken: () => Promise.resolve({ token: 't', expiresOnTimestamp: 3_600_000 }) };
    const port = createAzure({ send, credential, clock, wallClock: clock, random: { next: () => 0 }, deadline });
    const reading = port.readScaleSet(id);
    setImmediate(() => controller.abort());
    await expect(reading).rejects.toMatchObject({ kind: 'unavailable' });
    expect(requests).toHaveLength(1);
    expect(asked).toEqual([60_000]);
  });
});
