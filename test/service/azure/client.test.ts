// The adapter of Azure against a scripted `Send`: what goes out on the wire, and what each answer becomes.
import { describe, expect, it } from '@jest/globals';
import { createAzure } from '../../../service/azure/client.ts';
import { translateScaleSet } from '../../../service/azure/translate.ts';
import type { ScaleSet } from '../../../service/domain/instance.ts';
import type { AzurePort } from '../../../service/ports.ts';
import { type Scripted, empty, fakeSend, html, json, reset } from '../fake-send.ts';

const id = '/subscriptions/s1/resourceGroups/g1/providers/Microsoft.Compute/virtualMachineScaleSets/agents';
const host = 'https://management.azure.com';
const operationUrl = `${host}/subscriptions/s1/providers/Microsoft.Compute/locations/westeurope/operations/o1?p=x&api-version=2026-04-01`;
const rawScaleSet = {
  id,
  name: 'agents',
  location: 'westeurope',
  etag: '"7"',
  sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 2 },
  properties: {},
};
const scaleSet: ScaleSet = translateScaleSet(rawScaleSet, 'scaleSet');

function azure(...script: readonly Scripted[]): {
  port: AzurePort;
  requests: ReturnType<typeof fakeSend>['requests'];
  slept: number[];
  tokens: { count: number };
} {
  const { send, requests } = fakeSend(...script);
  const slept: number[] = [];
  const tokens = { count: 0 };
  const clock = { now: () => 0, sleep: (ms: number): Promise<void> => (slept.push(ms), Promise.resolve()) };
  const credential = {
    getToken: (): Promise<{ token: string; expiresOnTimestamp: number }> => {
      tokens.count += 1;
      return Promise.resolve({ token: `t${tokens.count}`, expiresOnTimestamp: 3_600_000 });
    },
  };
  const port = createAzure({ send, credential, clock, wallClock: clock, random: { next: () => 0.5 } });
  return { port, requests, slept, tokens };
}

const path = (url: string): string => new URL(url).pathname;

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

describe('setting the capacity', () => {
  it('sends one PATCH with the sku alone, guarded by the etag, and gives the URL of the operation', async () => {
    const { port, requests } = azure(json(200, rawScaleSet, { 'azure-asyncoperation': operationUrl }));
    await expect(port.setCapacity(scaleSet, 5)).resolves.toEqual({ operationUrl });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'PATCH', headers: { 'if-match': '"7"' } });
    expect(JSON.parse(requests[0]!.body!)).toEqual({ sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 5 } });
  });

  it('never lowers it, whoever asks', async () => {
    const { port, requests } = azure();
    await expect(port.setCapacity(scaleSet, 1)).rejects.toThrow('capacity may not fall from 2 to 1');
    expect(requests).toHaveLength(0);
  });

  it('does not write without an etag', async () => {
    const { port, requests } = azure();
    await expect(port.setCapacity({ ...scaleSet, etag: null }, 3)).rejects.toMatchObject({ kind: 'unreadable' });
    expect(requests).toHaveLength(0);
  });

  it('accepts a success whose body the SDK cannot read', async () => {
    const { port } = azure(empty(202, { location: operationUrl }));
    await expect(port.setCapacity(scaleSet, 5)).resolves.toEqual({ operationUrl });
  });

  it.each([
    ['412', json(412, { error: { code: 'PreconditionFailed', message: 'm' } }), { kind: 'conflict', status: 412 }],
    [
      '409 of a concurrent request',
      json(409, {
        error: { code: 'Conflict', message: 'The request failed due to conflict with a concurrent request.' },
      }),
      { kind: 'conflict' },
    ],
    [
      '409 of a set that is being deleted',
      json(409, {
        error: {
          code: 'OperationNotAllowed',
          message: "not allowed on Virtual Machine Scale Set 'a' since it is marked for deletion.",
        },
      }),
      { kind: 'conflict' },
    ],
    [
      'quota',
      json(409, {
        error: {
          code: 'OperationNotAllowed',
          message:
            'Operation could not be completed as it results in exceeding approved standardDSv3Family Cores quota.',
        },
      }),
      { kind: 'outOfCapacity', code: 'OperationNotAllowed' },
    ],
    [
      'a size that is not available',
      json(409, { error: { code: 'SkuNotAvailable', message: 'm', target: 'sku.name' } }),
      { kind: 'outOfCapacity' },
    ],
    [
      'an error with details',
      json(400, {
        error: { code: 'BadRequest', message: 'outer', details: [{ code: 'InvalidParameter', message: 'inner' }] },
      }),
      { kind: 'invalid', code: 'BadRequest', message: expect.stringContaining('InvalidParameter: inner') },
    ],
    [
      'an error with an inner one',
      json(409, {
        error: { code: 'AllocationFailed', message: 'outer', innererror: { code: 'Deeper', message: 'because' } },
      }),
      { kind: 'outOfCapacity', code: 'AllocationFailed', message: expect.stringContaining('Deeper: because') },
    ],
    ['500', json(500, {}), { kind: 'unavailable' }],
    [
      '503 that asks to rest',
      json(503, {}, { 'retry-after': '1200' }),
      { kind: 'unavailable', retryAfterMs: 1_200_000 },
    ],
    ['429', json(429, {}, { 'retry-after': '1200' }), { kind: 'throttled', retryAfterMs: 1_200_000 }],
    ['a reset connection', reset(), { kind: 'unavailable' }],
    ['a page of HTML', html(200), { kind: 'denied' }],
  ] as const)('is never sent twice: %s', async (_, answer, expected) => {
    const { port, requests, slept } = azure(answer);
    await expect(port.setCapacity(scaleSet, 5)).rejects.toMatchObject(expected);
    expect(requests).toHaveLength(1);
    expect(slept).toEqual([]);
  });
});

describe('deleting instances', () => {
  const unknown = (instanceId: string): Scripted =>
    json(400, {
      error: {
        code: 'InvalidParameter',
        target: 'instanceIds',
        message: `The provided instanceId ${instanceId} is not an active Virtual Machine Scale Set VM instanceId.`,
      },
    });
  const idsOf = (body: string | undefined): unknown => (JSON.parse(body!) as { instanceIds: unknown }).instanceIds;

  it('posts the ids once, without duplicates, and gives the URL of the operation', async () => {
    const { port, requests } = azure(
      empty(202, { 'azure-asyncoperation': operationUrl, location: `${operationUrl}&monitor=true` }),
    );
    await expect(port.deleteInstances(id, ['1', '3', '1'])).resolves.toEqual({ operationUrl, absentInstanceIds: [] });
    expect(requests).toHaveLength(1);
    expect(requests[0]!.method).toBe('POST');
    expect(path(requests[0]!.url)).toBe(`${id}/delete`);
    expect(idsOf(requests[0]!.body)).toEqual(['1', '3']);
  });

  it.each([['*'], [''], ['1/..']])('refuses "%s", which is not one instance', async (wrong) => {
    const { port, requests } = azure();
    await expect(port.deleteInstances(id, [wrong])).rejects.toThrow('is not an instance id');
    expect(requests).toHaveLength(0);
  });

  it('sets an id aside that Azure no longer knows, says so, and deletes the rest', async () => {
    const { port, requests } = azure(unknown('3'), empty(202, { 'azure-asyncoperation': operationUrl }));
    await expect(port.deleteInstances(id, ['1', '3', '5'])).resolves.toEqual({
      operationUrl,
      absentInstanceIds: ['3'],
    });
    expect(requests.map((request) => idsOf(request.body))).toEqual([
      ['1', '3', '5'],
      ['1', '5'],
    ]);
  });

  it('has deleted what is gone already, one by one or with the whole set', async () => {
    await expect(azure(unknown('1'), unknown('3')).port.deleteInstances(id, ['1', '3'])).resolves.toEqual({
      operationUrl: null,
      absentInstanceIds: ['1', '3'],
    });
    const gone = azure(json(404, { error: { code: 'ResourceNotFound', message: 'm' } }));
    await expect(gone.port.deleteInstances(id, ['1', '3'])).resolves.toEqual({
      operationUrl: null,
      absentInstanceIds: ['1', '3'],
    });
  });

  it('takes a refusal that names none of the ids as a conflict, and never as done', async () => {
    const { port, requests } = azure(unknown('77'));
    await expect(port.deleteInstances(id, ['1', '3'])).rejects.toMatchObject({ kind: 'conflict' });
    expect(requests).toHaveLength(1);
  });

  it('of an instance that is gone is done, also in the other word that Azure has for it', async () => {
    const code = 'InstanceIdsListInstanceIdNotActiveVM';
    const { port } = azure(json(400, { error: { code, message: 'not active' } }));
    await expect(port.deleteInstances(id, ['7'])).resolves.toEqual({ operationUrl: null, absentInstanceIds: ['7'] });
    const several = azure(json(400, { error: { code, message: 'not active' } }));
    await expect(several.port.deleteInstances(id, ['7', '8'])).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('leaves another invalid parameter an error', async () => {
    const { port } = azure(json(400, { error: { code: 'InvalidParameter', target: 'location', message: 'm' } }));
    await expect(port.deleteInstances(id, ['1'])).rejects.toMatchObject({ kind: 'invalid' });
  });
});

describe('reimaging and extensions', () => {
  it('reimages through the address of the one instance', async () => {
    const { port, requests } = azure(empty(202, { 'azure-asyncoperation': operationUrl }));
    await expect(port.reimageInstance(id, '3')).resolves.toEqual({ operationUrl });
    expect(requests.map((request) => `${request.method} ${path(request.url)}`)).toEqual([
      `POST ${id}/virtualMachines/3/reimage`,
    ]);
  });

  it('refuses to reimage without an id', async () => {
    const { port, requests } = azure();
    await expect(port.reimageInstance(id, '')).rejects.toThrow('is not an instance id');
    expect(requests).toHaveLength(0);
  });

  it("puts an extension with the handler's type, which the SDK's own field would lose", async () => {
    const { port, requests } = azure(json(201, {}, { 'azure-asyncoperation': operationUrl }));
    const extension = {
      name: 'Agent',
      publisher: 'Microsoft.VisualStudio.Services',
      type: 'TeamServicesAgentLinux',
      typeHandlerVersion: '1.23',
      provisionAfterExtensions: ['CustomScript'],
      settings: { isPipelinesAgent: true },
    };
    await expect(port.putExtension(id, extension)).resolves.toEqual({ operationUrl });
    expect(`${requests[0]!.method} ${path(requests[0]!.url)}`).toBe(`PUT ${id}/extensions/Agent`);
    expect(JSON.parse(requests[0]!.body!)).toEqual({
      properties: {
        publisher: 'Microsoft.VisualStudio.Services',
        type: 'TeamServicesAgentLinux',
        typeHandlerVersion: '1.23',
        autoUpgradeMinorVersion: false,
        provisionAfterExtensions: ['CustomScript'],
        settings: { isPipelinesAgent: true },
      },
    });
  });

  it('puts protected settings where an extension has some', async () => {
    const { port, requests } = azure(json(201, {}, { 'azure-asyncoperation': operationUrl }));
    const protectedSettings = { commandToExecute: 'powershell.exe' };
    const extension = { name: 'Agent', publisher: 'Microsoft.Compute', type: 'CustomScriptExtension' };
    const rest = { typeHandlerVersion: '1.10', provisionAfterExtensions: [], settings: { timestamp: 7 } };
    await port.putExtension(id, { ...extension, ...rest, protectedSettings });
    expect(JSON.parse(requests[0]!.body!)).toMatchObject({
      properties: { settings: { timestamp: 7 }, protectedSettings },
    });
  });
});

it('turns a refused mutation into a rejection of its call, and leaves no unhandled one behind', async () => {
  const unhandled: unknown[] = [];
  const keep = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', keep);
  const { port } = azure(json(409, { error: { code: 'Conflict', message: 'm' } }), reset());
  await expect(port.reimageInstance(id, '3')).rejects.toMatchObject({ kind: 'conflict' });
  await expect(port.deleteInstances(id, ['3'])).rejects.toMatchObject({ kind: 'unavailable' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', keep);
  expect(unhandled).toEqual([]);
});
