// The adapter of Azure against a scripted `Send`: what changes a scale set, how it goes out, and what a refusal becomes.
import { describe, expect, it } from '@jest/globals';
import { type Scripted, empty, html, json, reset } from '../fake-send.ts';
import { id, host, rawScaleSet, scaleSet, azure, path } from './scripted-azure.ts';

const operationUrl = `${host}/subscriptions/s1/providers/Microsoft.Compute/locations/westeurope/operations/o1?p=x&api-version=2026-04-01`;

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
