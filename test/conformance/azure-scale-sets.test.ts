// @azure/arm-compute and @azure/identity as they are published, driving the emulated Azure over https.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ComputeManagementClient } from '@azure/arm-compute';
import type { VirtualMachineScaleSet } from '@azure/arm-compute';
import { sandboxSubscription } from '../../sandbox/azure/emulator.ts';
import type { AzureOnASocket } from './azure-clients.ts';
import { azureOnASocket, quickly } from './azure-clients.ts';
import { extension, profile } from '../sandbox/azure/cloud.ts';

const group = 'agents';
let cloud: AzureOnASocket;

// A page size of two shows that the client follows nextLink.
beforeAll(async () => {
  cloud = await azureOnASocket({ pageSize: 2 });
});
afterAll(() => cloud.close());

/** The client's flat model; what it sends stands under `properties` on the wire. */
function model(capacity: number): VirtualMachineScaleSet {
  const { osProfile, storageProfile } = profile() as unknown as NonNullable<
    VirtualMachineScaleSet['virtualMachineProfile']
  >;
  const subnet = {
    id: '/subscriptions/s/resourceGroups/agents/providers/Microsoft.Network/virtualNetworks/net/subnets/default',
  };
  return {
    location: 'eastus',
    sku: { name: 'Standard_D2s_v5', tier: 'Standard', capacity },
    orchestrationMode: 'Uniform',
    overprovision: false,
    singlePlacementGroup: false,
    platformFaultDomainCount: 1,
    upgradePolicy: { mode: 'Manual' },
    virtualMachineProfile: {
      osProfile: osProfile!,
      storageProfile: storageProfile!,
      networkProfile: {
        networkInterfaceConfigurations: [{ name: 'nic', primary: true, ipConfigurations: [{ name: 'ip', subnet }] }],
      },
    },
  };
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

async function made(name: string, capacity: number): Promise<VirtualMachineScaleSet> {
  return cloud.compute.virtualMachineScaleSets.createOrUpdate(group, name, model(capacity), quickly);
}

describe('@azure/identity against the emulator', () => {
  it('gets a token with a client secret, and the emulator knows the client by it', async () => {
    const token = await cloud.credential.getToken(`${cloud.url}/.default`);
    expect(token.expiresOnTimestamp).toBeGreaterThan(Date.now());
    expect(token.token.split('.')).toHaveLength(3);
    expect(cloud.exchanges.map(({ request }) => request.url.split('?')[0]!.replace(cloud.url, ''))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/openid-configuration$/),
        expect.stringMatching(/oauth2\/v2\.0\/token$/),
      ]),
    );
  });
});

describe('@azure/arm-compute against the emulator', () => {
  it('creates a scale set, waits for it and reads it', async () => {
    const set = await made('create', 3);
    expect(set).toMatchObject({
      name: 'create',
      provisioningState: 'Succeeded',
      sku: { capacity: 3 },
      orchestrationMode: 'Uniform',
      overprovision: false,
    });
    expect(set.virtualMachineProfile?.osProfile).toMatchObject({ adminUsername: 'weir' });
    expect(set.virtualMachineProfile?.osProfile).not.toHaveProperty('adminPassword', expect.anything());
    expect((await cloud.compute.virtualMachineScaleSets.get(group, 'create')).etag).toMatch(/^"\d+"$/);
    expect(cloud.events.filter((event) => event.kind === 'scaleSetCreated')).toMatchObject([{ by: 'weir-client' }]);
  });

  it('scales out by PATCH with If-Match, and lists every instance over pages with its view', async () => {
    const { etag = '' } = await made('scale', 1);
    const set = await cloud.compute.virtualMachineScaleSets.update(
      group,
      'scale',
      { sku: { name: 'Standard_D2s_v5', tier: 'Standard', capacity: 5 } },
      { ...quickly, ifMatch: etag },
    );
    expect(set.sku?.capacity).toBe(5);
    const instances = await all(
      cloud.compute.virtualMachineScaleSetVMs.list(group, 'scale', { expand: 'instanceView' }),
    );
    expect(instances).toHaveLength(5);
    expect(new Set(instances.map((instance) => instance.vmId)).size).toBe(5);
    for (const instance of instances) {
      expect(instance).toMatchObject({
        provisioningState: 'Succeeded',
        latestModelApplied: true,
        storageProfile: { imageReference: { exactVersion: '1.0.0' } },
      });
      expect(instance.instanceView?.statuses?.map((status) => status.code)).toEqual([
        'ProvisioningState/succeeded',
        'PowerState/running',
      ]);
      expect(instance.timeCreated).toBeInstanceOf(Date);
    }
  });

  it('is told 412 with code and text when its ETag is stale', async () => {
    await made('stale', 0);
    await cloud.compute.virtualMachineScaleSets.update(group, 'stale', { tags: { a: 'b' } }, quickly);
    const stale = cloud.compute.virtualMachineScaleSets.update(
      group,
      'stale',
      { sku: { capacity: 1 } },
      { ...quickly, ifMatch: '"1"' },
    );
    await expect(stale.submitted()).rejects.toMatchObject({
      statusCode: 412,
      code: 'PreconditionFailed',
      message: 'Etag provided in if-match header "1" does not match etag "2" of resource.',
    });
  });

  it('deletes instances by id: the capacity falls, and the operation ends with nothing', async () => {
    await made('delete', 3);
    const [first, second] = await all(cloud.compute.virtualMachineScaleSetVMs.list(group, 'delete'));
    await cloud.compute.virtualMachineScaleSets.deleteInstances(
      group,
      'delete',
      { instanceIds: [first!.instanceId!, second!.instanceId!] },
      quickly,
    );
    const [set, left] = [
      await cloud.compute.virtualMachineScaleSets.get(group, 'delete'),
      await all(cloud.compute.virtualMachineScaleSetVMs.list(group, 'delete')),
    ];
    expect([set.sku?.capacity, left.length]).toEqual([1, 1]);
    await cloud.compute.virtualMachineScaleSetVMs.delete(group, 'delete', left[0]!.instanceId!, quickly);
    expect((await cloud.compute.virtualMachineScaleSets.get(group, 'delete')).sku?.capacity).toBe(0);
  });

  it('is told 400 InvalidParameter for an id that is gone', async () => {
    await made('gone', 1);
    const poller = cloud.compute.virtualMachineScaleSets.deleteInstances(
      group,
      'gone',
      { instanceIds: ['1181'] },
      quickly,
    );
    await expect(poller.submitted()).rejects.toMatchObject({ statusCode: 400, code: 'InvalidParameter' });
  });

  it('reimages, restarts, deallocates, starts and powers off, on the set and on one instance', async () => {
    await made('power', 1);
    const sets = cloud.compute.virtualMachineScaleSets;
    const machines = cloud.compute.virtualMachineScaleSetVMs;
    const before = await machines.get(group, 'power', '0');
    await sets.reimage(group, 'power', { ...quickly, vmScaleSetReimageInput: { instanceIds: ['0'] } });
    await machines.reimage(group, 'power', '0', quickly);
    await sets.restart(group, 'power', { ...quickly, vmInstanceIDs: { instanceIds: ['0'] } });
    await machines.deallocate(group, 'power', '0', quickly);
    expect((await machines.getInstanceView(group, 'power', '0')).statuses?.[1]?.code).toBe('PowerState/deallocated');
    await machines.start(group, 'power', '0', quickly);
    await machines.powerOff(group, 'power', '0', quickly);
    await sets.updateInstances(group, 'power', { instanceIds: ['0'] }, quickly);
    await sets.reimageAll(group, 'power', quickly);
    const after = await machines.get(group, 'power', '0');
    expect(after.vmId).toBe(before.vmId);
    const reimaged = cloud.events.filter((event) => event.kind === 'instanceReimaged' && event.vmId === before.vmId);
    expect(reimaged).toHaveLength(3);
  });

  it('protects an instance by writing it back whole', async () => {
    await made('protect', 1);
    const instance = await cloud.compute.virtualMachineScaleSetVMs.get(group, 'protect', '0');
    const written = await cloud.compute.virtualMachineScaleSetVMs.update(
      group,
      'protect',
      '0',
      { ...instance, protectionPolicy: { protectFromScaleIn: true } },
      { ...quickly, ifMatch: instance.etag! },
    );
    expect(written).toMatchObject({ protectionPolicy: { protectFromScaleIn: true }, provisioningState: 'Succeeded' });
  });

  it('sees a failed extension in the operation, the set and the instance', async () => {
    cloud.azure.setGuest({
      booted: () => undefined,
      stopped: () => undefined,
      runExtension: (guest, one) =>
        cloud.azure.extensionFinished(guest.vmId, one.name, { exitCode: one.name === 'bad' ? 127 : 0, output: '' }),
    });
    await made('extension', 0);
    const { properties } = extension('bad') as { properties: Record<string, unknown> };
    // The client's own name for `properties.type`, because `type` is the resource's.
    const flat = { ...properties, typePropertiesType: 'CustomScript', type: undefined };
    const written = await cloud.compute.virtualMachineScaleSetExtensions.createOrUpdate(
      group,
      'extension',
      'bad',
      flat,
      quickly,
    );
    expect(written).toMatchObject({
      name: 'bad',
      provisioningState: 'Succeeded',
      publisher: 'Microsoft.Azure.Extensions',
    });
    expect(written.protectedSettings).toBeUndefined();
    const scaling = cloud.compute.virtualMachineScaleSets.update(group, 'extension', { sku: { capacity: 1 } }, quickly);
    await expect(scaling).rejects.toThrow(
      /The long-running operation has failed\. VMExtensionProvisioningError\. VM has reported a failure when processing extension 'bad'/,
    );
    expect((await cloud.compute.virtualMachineScaleSets.get(group, 'extension')).provisioningState).toBe('Failed');
    const view = await cloud.compute.virtualMachineScaleSetVMs.getInstanceView(group, 'extension', '0');
    expect(view.extensions?.[0]).toMatchObject({
      name: 'bad',
      statuses: [{ level: 'Error', code: 'ProvisioningState/failed/0' }],
    });
    const summary = await cloud.compute.virtualMachineScaleSets.getInstanceView(group, 'extension');
    expect(summary.statuses?.[0]?.code).toBe('ProvisioningState/failed/VMExtensionProvisioningError');
    await cloud.compute.virtualMachineScaleSetExtensions.delete(group, 'extension', 'bad', quickly);
    expect(await all(cloud.compute.virtualMachineScaleSetExtensions.list(group, 'extension'))).toEqual([]);
  });

  it('reads what cannot be refused: lists, sizes and usages, over pages', async () => {
    await made('listed', 1);
    const names = (await all(cloud.compute.virtualMachineScaleSets.list(group))).map((set) => set.name);
    expect(names).toContain('listed');
    expect((await all(cloud.compute.virtualMachineScaleSets.listAll())).map((set) => set.name)).toEqual(names);
    expect((await all(cloud.compute.virtualMachineScaleSets.listByLocation('eastus'))).map((set) => set.name)).toEqual(
      names,
    );
    expect((await all(cloud.compute.virtualMachineScaleSets.listSkus(group, 'listed')))[0]?.sku?.name).toBe(
      'Standard_D2s_v5',
    );
    expect(
      (await all(cloud.compute.usage.list('eastus'))).find((usage) => usage.name.value === 'cores')?.currentValue,
    ).toBeGreaterThan(0);
  });

  it('is told quota on the first call, and 404, 501 and 401 as what they are', async () => {
    const small = await azureOnASocket({ coresLimit: 2 });
    try {
      const poller = small.compute.virtualMachineScaleSets.createOrUpdate(group, 'quota', model(2), quickly);
      await expect(poller.submitted()).rejects.toMatchObject({
        statusCode: 409,
        code: 'OperationNotAllowed',
        message: expect.stringContaining('Total Regional Cores quota') as unknown,
      });
      await expect(small.compute.virtualMachineScaleSets.get(group, 'nobody')).rejects.toMatchObject({
        statusCode: 404,
        code: 'ResourceNotFound',
      });
      await expect(small.compute.virtualMachines.get(group, 'vm')).rejects.toMatchObject({
        statusCode: 501,
        code: 'NotImplemented',
      });
      const stranger = {
        getToken: () => Promise.resolve({ token: 'somebody', expiresOnTimestamp: Date.now() + 3_600_000 }),
      };
      const intruder = new ComputeManagementClient(stranger, sandboxSubscription, {
        endpoint: small.url,
        tlsOptions: { ca: small.ca },
      });
      await expect(intruder.virtualMachineScaleSets.get(group, 'x')).rejects.toMatchObject({
        statusCode: 401,
        code: 'InvalidAuthenticationToken',
      });
    } finally {
      await small.close();
    }
  });

  it('deletes the set with its instances, and again without complaint', async () => {
    await made('remove', 2);
    await cloud.compute.virtualMachineScaleSets.delete(group, 'remove', quickly);
    await expect(cloud.compute.virtualMachineScaleSets.get(group, 'remove')).rejects.toMatchObject({ statusCode: 404 });
    await cloud.compute.virtualMachineScaleSets.delete(group, 'remove', quickly);
    expect(cloud.events.some((event) => event.kind === 'scaleSetDeleted')).toBe(true);
  });
});
