// What goes wrong with machines by Azure's own doing, and how it shows on the wire (azure-wire.md 3).
import { describe, expect, it } from '@jest/globals';
import { harmless, type Adversary, type Shortfall } from '../../../sandbox/azure/adversary.ts';
import { createBody, setPath, testCloud, type TestCloud } from './cloud.ts';

function against(adversary: Partial<Adversary>): TestCloud {
  const cloud = testCloud({ adversary: { ...harmless, ...adversary } });
  cloud.call('PUT', setPath, createBody());
  cloud.settle();
  return cloud;
}

interface Instance {
  readonly instanceId: string;
  readonly properties: { readonly provisioningState: string; readonly vmId: string };
}
const instances = (cloud: TestCloud): readonly Instance[] =>
  (cloud.call('GET', `${setPath}/virtualMachines`).json() as { value: Instance[] }).value;
const states = (cloud: TestCloud): readonly string[] => instances(cloud).map((one) => one.properties.provisioningState);
const capacity = (cloud: TestCloud): number =>
  (cloud.call('GET', setPath).json() as { sku: { capacity: number } }).sku.capacity;

describe('a scale-out that Azure has no room for', () => {
  const outcome = (shape: Shortfall['shape'], code: Shortfall['code'] = 'AllocationFailed') => {
    const cloud = against({ allocate: () => ({ granted: 1, code, shape }) });
    const answer = cloud.call('PATCH', setPath, { sku: { name: 'Standard_D2s_v5', capacity: 3 } });
    expect(answer.status).toBe(200);
    cloud.settle();
    const operation = cloud.call('GET', answer.headers['azure-asyncoperation'] ?? '').json();
    return { cloud, operation };
  };

  it.each([
    'AllocationFailed',
    'ZonalAllocationFailed',
    'OverconstrainedZonalAllocationRequest',
    'SkuNotAvailable',
  ] as const)('is taken and then fails with %s inside a poll of 200', (code) => {
    expect(outcome('missing', code).operation).toMatchObject({ status: 'Failed', error: { code } });
  });

  it('leaves the capacity above what there is', () => {
    const { cloud } = outcome('missing');
    expect([states(cloud), capacity(cloud)]).toEqual([['Succeeded'], 3]);
  });

  it('or puts the capacity back', () => {
    const { cloud } = outcome('lowered');
    expect([states(cloud), capacity(cloud)]).toEqual([['Succeeded'], 1]);
  });

  it('or lets the others appear and fail', () => {
    const { cloud, operation } = outcome('failedInstances');
    expect([[...states(cloud)].sort(), capacity(cloud)]).toEqual([['Failed', 'Failed', 'Succeeded'], 3]);
    expect(operation).toMatchObject({ status: 'Failed' });
  });
});

describe('a machine', () => {
  it('whose operating system never reports is Failed with OSProvisioningTimedOut', () => {
    const cloud = against({ boots: () => false });
    cloud.call('PATCH', setPath, { sku: { name: 'Standard_D2s_v5', capacity: 1 } });
    cloud.settle();
    const [one] = instances(cloud);
    const view = cloud.call('GET', `${setPath}/virtualMachines/${one?.instanceId ?? ''}/instanceView`).text;
    expect([states(cloud), view.includes('OSProvisioningTimedOut')]).toEqual([['Failed'], true]);
    expect(cloud.events.map((event) => event.kind)).not.toContain('instanceOnline');
  });

  it.each([
    ['fails', 'Failed', 'Failed', 0],
    ['hangs', 'Updating', 'InProgress', 0],
    ['wipesNothing', 'Succeeded', 'Succeeded', 0],
    ['works', 'Succeeded', 'Succeeded', 1],
  ] as const)('whose reimage %s is %s, and its operation %s', (reimage, state, status, wipes) => {
    const cloud = against({ reimage: () => reimage });
    cloud.call('PATCH', setPath, { sku: { name: 'Standard_D2s_v5', capacity: 1 } });
    cloud.settle();
    const [one] = instances(cloud);
    const answer = cloud.call('POST', `${setPath}/virtualMachines/${one?.instanceId ?? ''}/reimage`);
    cloud.settle();
    cloud.advance(86_000);
    expect(states(cloud)).toEqual([state]);
    expect(cloud.call('GET', answer.headers['azure-asyncoperation'] ?? '').json()).toMatchObject({ status });
    expect(cloud.events.filter((event) => event.kind === 'instanceReimaged')).toHaveLength(wipes);
    // Whatever became of it, the machine can be deleted.
    expect(cloud.call('POST', `${setPath}/delete`, { instanceIds: [one?.instanceId ?? ''] }).status).toBe(202);
    cloud.settle();
    expect(instances(cloud)).toEqual([]);
  });
});
