// Scale out and in, quota, instance ids, lists, and the state as a whole.
import { describe, expect, it } from '@jest/globals';
import {
  capacityIn,
  createBody,
  errorOf,
  extension,
  instancesOf,
  profile,
  setPath,
  settledSet,
  testCloud,
} from './cloud.ts';
import type { TestCloud } from './cloud.ts';

function ids(cloud: TestCloud): string[] {
  return instancesOf(cloud).map((instance) => instance.instanceId);
}

const noGuest = { booted: () => undefined, stopped: () => undefined };

describe('capacity', () => {
  it('is absolute: a PATCH makes the difference', () => {
    const cloud = testCloud();
    settledSet(cloud, 2);
    expect(
      cloud.call('PATCH', setPath, { sku: { name: 'Standard_D2s_v5', tier: 'Standard', capacity: 5 } }).status,
    ).toBe(200);
    cloud.settle();
    expect([capacityIn(cloud), ids(cloud).length]).toEqual([5, 5]);
    expect(cloud.events.filter((event) => event.kind === 'capacitySet')).toMatchObject([
      { from: 0, to: 2 },
      { from: 2, to: 5 },
    ]);
  });

  it('falls by itself, at once, when instances are deleted by id', () => {
    const cloud = testCloud();
    settledSet(cloud, 3);
    const [first, , third] = ids(cloud);
    expect(cloud.call('POST', `${setPath}/delete`, { instanceIds: [first, third] }).status).toBe(202);
    expect([capacityIn(cloud), ids(cloud).length]).toEqual([1, 3]);
    cloud.settle();
    expect([capacityIn(cloud), ids(cloud).length]).toEqual([1, 1]);
    expect(cloud.events.filter((event) => event.kind === 'capacitySet')).toHaveLength(1);
  });

  it('set lower lets Azure choose: the highest id by default, by age where a policy says so', () => {
    for (const [rules, expected] of [
      [['Default'], 'highest'],
      [['NewestVM'], 'newest'],
      [['OldestVM'], 'oldest'],
    ] as const) {
      const cloud = testCloud({ seed: 3 });
      settledSet(cloud, 2, { properties: { scaleInPolicy: { rules } } });
      const old = ids(cloud);
      cloud.call('PATCH', setPath, { sku: { capacity: 4 } });
      cloud.settle();
      const all = ids(cloud);
      cloud.call('PATCH', setPath, { sku: { capacity: 2 } });
      cloud.settle();
      const left = ids(cloud);
      if (expected === 'highest') expect(left).toEqual(all.slice(0, 2));
      if (expected === 'newest') expect(left).toEqual(old);
      if (expected === 'oldest') expect(left).toEqual(all.filter((id) => !old.includes(id)));
    }
  });

  it('set lower balances fault domains before it looks at ids', () => {
    const cloud = testCloud();
    settledSet(cloud, 6, { properties: { platformFaultDomainCount: 3 } });
    cloud.call('PATCH', setPath, { sku: { capacity: 3 } });
    cloud.settle();
    const domains = cloud.call('GET', `${setPath}/virtualMachines?$expand=instanceView`).json() as {
      value: { properties: { instanceView: { platformFaultDomain: number } } }[];
    };
    expect(new Set(domains.value.map((one) => one.properties.instanceView.platformFaultDomain)).size).toBe(3);
  });

  it('set lower spares protected instances; their deletion by id does not', () => {
    const cloud = testCloud();
    settledSet(cloud, 2);
    const [, last] = ids(cloud);
    cloud.call('PUT', `${setPath}/virtualMachines/${last!}`, {
      properties: { protectionPolicy: { protectFromScaleIn: true } },
    });
    cloud.settle();
    cloud.call('PATCH', setPath, { sku: { capacity: 1 } });
    cloud.settle();
    expect(ids(cloud)).toEqual([last]);
    cloud.call('POST', `${setPath}/delete`, { instanceIds: [last] });
    cloud.settle();
    expect(ids(cloud)).toEqual([]);
  });

  it('sent again makes what is missing', () => {
    const cloud = testCloud();
    settledSet(cloud, 2);
    const state = cloud.azure.exportState();
    const set = Object.values(state.scaleSets)[0]!;
    set.sku.capacity = 4;
    cloud.azure.importState(state);
    cloud.call('PATCH', setPath, { sku: { capacity: 4 } });
    cloud.settle();
    expect(ids(cloud)).toHaveLength(4);
  });

  it('rises by scaleOut, which names how many more', () => {
    const cloud = testCloud();
    settledSet(cloud, 1);
    expect(cloud.call('POST', `${setPath}/scaleOut`, { capacity: 2 }).status).toBe(202);
    cloud.settle();
    expect([capacityIn(cloud), ids(cloud).length]).toEqual([3, 3]);
    expect(cloud.call('POST', `${setPath}/scaleOut`, {}).status).toBe(400);
  });

  it('beyond the cores of the region is refused at once, with the documented words, and counts what is on its way out', () => {
    const cloud = testCloud({ coresLimit: 10 });
    settledSet(cloud, 4);
    const refused = cloud.call('PATCH', setPath, { sku: { capacity: 6 } });
    expect([refused.status, errorOf(refused).code]).toEqual([409, 'OperationNotAllowed']);
    expect(errorOf(refused).message).toContain(
      'exceeding approved Total Regional Cores quota. Additional details - Deployment Model: Resource Manager, Location: eastus, Current Limit: 10, Current Usage: 8, Additional Required: 4, (Minimum) New Limit Required: 12.',
    );
    expect(capacityIn(cloud)).toBe(4);
    const usages = cloud.call(
      'GET',
      `${setPath.slice(0, setPath.indexOf('/resourceGroups'))}/providers/Microsoft.Compute/locations/eastus/usages`,
    );
    expect((usages.json() as { value: unknown[] }).value).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          currentValue: 8,
          limit: 10,
          name: expect.objectContaining({ value: 'cores' }) as unknown,
        }),
        expect.objectContaining({
          currentValue: 8,
          name: expect.objectContaining({ value: 'standardDSv5Family' }) as unknown,
        }),
      ]),
    );
    cloud.call('POST', `${setPath}/delete`, { instanceIds: ids(cloud).slice(0, 2) });
    expect(cloud.call('PATCH', setPath, { sku: { capacity: 5 } }).status).toBe(200);
    cloud.settle();
    expect(ids(cloud)).toHaveLength(5);
  });

  it('of a Spot set has a quota of its own', () => {
    const cloud = testCloud({ coresLimit: 4 });
    const spot = { priority: 'Spot', evictionPolicy: 'Delete' };
    expect(errorOf(cloud.call('PUT', setPath, createBody({ capacity: 3, profile: spot }))).message).toContain(
      'LowPriorityCores',
    );
    expect(cloud.call('PUT', setPath, createBody({ capacity: 2, profile: spot })).status).toBe(201);
    expect(cloud.call('PUT', `${setPath}2`, createBody({ capacity: 2 })).status).toBe(201);
  });

  it('with overprovisioning makes more at first and keeps what is ready', () => {
    const cloud = testCloud();
    const created = cloud.call('PUT', setPath, createBody({ capacity: 5, properties: { overprovision: true } }));
    expect(ids(cloud)).toHaveLength(6);
    cloud.settle();
    expect([capacityIn(cloud), ids(cloud).length]).toEqual([5, 5]);
    expect(cloud.call('GET', created.headers['azure-asyncoperation']!).json()).toMatchObject({ status: 'Succeeded' });
    expect(cloud.events.filter((event) => event.kind === 'instanceDeleted')).toMatchObject([{ by: 'azure' }]);
  });
});

describe('instance ids', () => {
  it('have gaps and come back, while vmIds never do', () => {
    const cloud = testCloud({ seed: 7 });
    settledSet(cloud, 5);
    const seen: string[] = [];
    const vmIds: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const instances = instancesOf(cloud);
      seen.push(...instances.map((instance) => instance.instanceId));
      vmIds.push(...instances.map((instance) => instance.properties.vmId));
      cloud.call('POST', `${setPath}/delete`, { instanceIds: ['*'] });
      cloud.settle();
      cloud.call('PATCH', setPath, { sku: { capacity: 5 } });
      cloud.settle();
    }
    expect(new Set(seen).size).toBeLessThan(seen.length);
    expect(new Set(vmIds).size).toBe(vmIds.length);
    const highest = Math.max(...seen.map(Number));
    expect(new Set(seen).size).toBeLessThan(highest + 1);
  });
});

describe('a list of instances', () => {
  it('comes in pages whose absolute nextLink leads to the end', () => {
    const cloud = testCloud({ pageSize: 2 });
    settledSet(cloud, 5);
    const seen: string[] = [];
    let next: string | undefined = `${setPath}/virtualMachines?%24expand=instanceView&api-version=2024-03-01`;
    let pages = 0;
    while (next !== undefined) {
      const page = cloud.call('GET', next).json() as {
        value: { instanceId: string; properties: object }[];
        nextLink?: string;
      };
      for (const instance of page.value) {
        seen.push(instance.instanceId);
        expect(instance.properties).toHaveProperty('instanceView');
      }
      if (page.nextLink !== undefined)
        expect(page.nextLink).toMatch(/^https:\/\/azure\.test\/subscriptions\/.*api-version=2024-03-01/);
      next = page.nextLink;
      pages += 1;
    }
    expect([seen.length, new Set(seen).size, pages]).toEqual([5, 5, 3]);
  });

  it('is filtered by the two documented filters and refuses another one', () => {
    const cloud = testCloud();
    settledSet(cloud, 2);
    cloud.call('PATCH', setPath, { properties: { virtualMachineProfile: { licenseType: 'RHEL_BYOS' } } });
    cloud.settle();
    const [first] = ids(cloud);
    cloud.call('POST', `${setPath}/manualupgrade`, { instanceIds: [first] });
    cloud.call('POST', `${setPath}/deallocate`, { instanceIds: [ids(cloud)[1]] });
    cloud.settle();
    const list = (filter: string): string[] => {
      const page = cloud.call('GET', `${setPath}/virtualMachines?$filter=${encodeURIComponent(filter)}`).json();
      return (page as { value: { instanceId: string }[] }).value.map((one) => one.instanceId);
    };
    expect(list('properties/latestModelApplied eq true')).toEqual([first]);
    expect(list("startswith(instanceView/statuses/code,'PowerState') eq true")).toHaveLength(2);
    expect(list("startswith(instanceView/statuses/code,'PowerState/running') eq true")).toEqual([first]);
    expect(cloud.call('GET', `${setPath}/virtualMachines?$filter=name eq 'x'`).status).toBe(501);
  });
});

describe('the state of the cloud', () => {
  it('is exported and imported as plain JSON, and goes on exactly as the original', () => {
    const make = (): TestCloud => {
      const cloud = testCloud({ guest: { ...noGuest, runExtension: () => undefined } });
      settledSet(cloud, 2, { profile: { ...profile(), extensionProfile: { extensions: [extension('cse')] } } });
      return cloud;
    };
    const [original, copy] = [make(), make()];
    copy.azure.importState(
      JSON.parse(JSON.stringify(original.azure.exportState())) as ReturnType<typeof original.azure.exportState>,
    );
    for (const cloud of [original, copy]) {
      cloud.call('PATCH', setPath, { sku: { capacity: 4 } });
      cloud.advance(7_200);
    }
    expect(copy.azure.exportState()).toEqual(original.azure.exportState());
    expect(instancesOf(copy)).toEqual(instancesOf(original));
  });

  it('of two clouds with one seed and the same requests is the same, byte for byte', () => {
    const run = (seed: number): string => {
      const cloud = testCloud({ seed });
      settledSet(cloud, 3);
      cloud.call('POST', `${setPath}/delete`, { instanceIds: ['0'] });
      cloud.settle();
      return JSON.stringify([cloud.azure.exportState(), cloud.events]);
    };
    expect(run(5)).toBe(run(5));
    expect(run(5)).not.toBe(run(6));
  });
});
