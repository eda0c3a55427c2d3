// What the emulated scale set does with the extensions of its model, evictions and attested documents.
import { describe, expect, it } from '@jest/globals';
import { capacityIn, createBody, errorOf, extension, instancesOf, setPath, settledSet, testCloud } from './cloud.ts';

describe('extensions of the model', () => {
  it('are written, patched, read, listed and deleted, without their secrets', () => {
    const cloud = testCloud();
    settledSet(cloud, 0);
    expect(cloud.call('PUT', `${setPath}/extensions/cse`, extension('cse')).status).toBe(201);
    expect(cloud.call('PUT', `${setPath}/extensions/CSE`, extension('cse')).status).toBe(200);
    expect(cloud.call('PATCH', `${setPath}/extensions/cse`, { properties: { forceUpdateTag: 'x' } }).status).toBe(200);
    cloud.settle();
    expect(cloud.call('GET', `${setPath}/extensions/cse`).json()).toMatchObject({
      name: 'cse',
      type: 'Microsoft.Compute/virtualMachineScaleSets/extensions',
      properties: { forceUpdateTag: 'x', provisioningState: 'Succeeded' },
    });
    expect((cloud.call('GET', `${setPath}/extensions`).json() as { value: object[] }).value).toHaveLength(1);
    expect(cloud.call('PATCH', `${setPath}/extensions/none`, {}).status).toBe(404);
    expect(cloud.call('DELETE', `${setPath}/extensions/cse`).status).toBe(202);
    expect(cloud.call('DELETE', `${setPath}/extensions/cse`).status).toBe(204);
    expect(cloud.call('GET', `${setPath}/extensions/cse`).status).toBe(404);
  });

  it.each([
    ['an order that names nobody', [extension('a', ['b'])]],
    ['a cycle', [extension('a', ['b']), extension('b', ['a'])]],
    [
      'an extension without settings that others come after',
      [extension('a', ['b']), extension('b', [], { settings: undefined })],
    ],
    ['an extension without a publisher', [extension('a', [], { publisher: undefined })]],
  ])('refuse %s', (_what, extensions) => {
    const answer = testCloud().call('PUT', setPath, createBody({ profile: { extensionProfile: { extensions } } }));
    expect([answer.status, errorOf(answer).code]).toEqual([400, 'InvalidParameter']);
  });

  it('refuse a second one of the same handler, in the words of Azure', () => {
    const extensions = [extension('cse'), extension('other', [], { type: 'customscript' })];
    const answer = testCloud().call('PUT', setPath, createBody({ profile: { extensionProfile: { extensions } } }));
    expect([answer.status, errorOf(answer).code]).toEqual([400, 'BadRequest']);
    expect(errorOf(answer).message).toContain("Multiple VMExtensions per handler not supported for OS type 'Linux'");
  });

  it('refuse a budget outside of 15 to 120 minutes, and the removal of what others come after', () => {
    const cloud = testCloud();
    const budget = { extensions: [], extensionsTimeBudget: 'PT5M' };
    expect(cloud.call('PUT', setPath, createBody({ profile: { extensionProfile: budget } })).status).toBe(400);
    settledSet(cloud, 0, {
      profile: { extensionProfile: { extensions: [extension('cse'), extension('agent', ['cse'])] } },
    });
    expect(cloud.call('DELETE', `${setPath}/extensions/cse`).status).toBe(400);
    expect(cloud.call('DELETE', `${setPath}/extensions/agent`).status).toBe(202);
  });
});

describe('an eviction', () => {
  it.each([
    ['Delete', 1, []],
    ['Deallocate', 2, ['PowerState/deallocated']],
  ])('under the policy %s leaves a capacity of %d', (evictionPolicy, capacity, power) => {
    const cloud = testCloud();
    settledSet(cloud, 2, { profile: { priority: 'Spot', evictionPolicy } });
    const stopped: string[] = [];
    cloud.azure.setGuest({
      booted: () => undefined,
      runExtension: () => undefined,
      stopped: (guest, reason) => stopped.push(`${guest.instanceId} ${reason}`),
    });
    cloud.azure.evict(instancesOf(cloud)[0]!.properties.vmId);
    cloud.settle();
    expect([capacityIn(cloud), stopped]).toEqual([capacity, ['0 eviction']]);
    const first = instancesOf(cloud).filter((instance) => instance.instanceId === '0');
    expect(first.map((instance) => instance.properties.instanceView?.statuses[1]?.code)).toEqual(power);
    expect(cloud.events.filter((event) => event.by === 'eviction').map((event) => event.kind)).toEqual(
      evictionPolicy === 'Delete' ? ['instanceDeleted'] : [],
    );
  });

  it('is simulated 30 seconds after it was asked for, and only on Spot', () => {
    const cloud = testCloud();
    settledSet(cloud, 1, { profile: { priority: 'Spot', evictionPolicy: 'Delete' } });
    expect(cloud.call('POST', `${setPath}/virtualMachines/0/simulateEviction`)).toMatchObject({
      status: 204,
      text: '',
    });
    cloud.advance(29);
    expect(instancesOf(cloud)[0]?.properties.provisioningState).toBe('Succeeded');
    cloud.advance(2);
    expect(instancesOf(cloud)[0]?.properties.provisioningState).toBe('Deleting');
    const regular = testCloud();
    settledSet(regular, 1);
    expect(regular.call('POST', `${setPath}/virtualMachines/0/simulateEviction`).status).toBe(409);
  });
});

describe('the attested document', () => {
  it('has the fields of the metadata service inside a SignedData without a signature', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    const { vmId } = instancesOf(cloud)[0]!.properties;
    const document = JSON.parse(cloud.azure.attestedDocument(vmId, '1234567890')) as {
      encoding: string;
      signature: string;
    };
    expect(document.encoding).toBe('pkcs7');
    const der = Buffer.from(document.signature, 'base64');
    // SEQUENCE of the whole length, then the object identifier of SignedData.
    expect([der[0], der[1], der.readUInt16BE(2)]).toEqual([0x30, 0x82, der.length - 4]);
    expect(der.subarray(4, 15).toString('hex')).toBe('06092a864886f70d010702');
    const content = /\{.*\}/s.exec(der.toString('latin1'))![0];
    expect(JSON.parse(content)).toMatchObject({
      vmId,
      nonce: '1234567890',
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      sku: '22_04-lts',
      plan: { name: '', product: '', publisher: '' },
      timeStamp: {
        createdOn: expect.stringMatching(/^11\/24\/26 12:0\d:\d\d -0000$/) as unknown,
        expiresOn: expect.stringMatching(/^11\/24\/26 18:0\d:\d\d -0000$/) as unknown,
      },
    });
    expect(() => cloud.azure.attestedDocument('nobody', '1')).toThrow('nobody');
  });
});
