// The translator of Azure's raw answers: scale sets, instances and what an instance view says.
import { describe, expect, it } from '@jest/globals';
import { translateInstance, translateScaleSet } from '../../../service/azure/translate.ts';
import { itWithSpecs, readSpec } from '../shared-specs.ts';

const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/agents';

describe('translateScaleSet', () => {
  it('reads every field from the wire form with its properties', () => {
    const scaleSet = translateScaleSet(
      {
        id,
        name: 'agents',
        location: 'westeurope',
        etag: '"7"',
        sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 4 },
        tags: { owner: 'build' },
        properties: {
          provisioningState: 'Updating',
          orchestrationMode: 'Uniform',
          overprovision: true,
          singlePlacementGroup: true,
          upgradePolicy: { mode: 'Automatic' },
          virtualMachineProfile: {
            osProfile: { windowsConfiguration: {} },
            storageProfile: {
              imageReference: { publisher: 'p', offer: 'o', sku: 'k', version: 'latest' },
              osDisk: { diffDiskSettings: { option: 'Local' } },
            },
            extensionProfile: {
              extensions: [
                {
                  name: 'Agent',
                  properties: {
                    publisher: 'Microsoft.VisualStudio.Services',
                    type: 'TeamServicesAgent',
                    typeHandlerVersion: '1.34',
                    provisionAfterExtensions: ['CustomScript'],
                    settings: { isPipelinesAgent: true },
                  },
                },
              ],
            },
          },
        },
      },
      'scaleSet',
    );
    expect(scaleSet).toEqual({
      automaticOsUpgrade: false,
      automaticRepairs: false,
      id,
      name: 'agents',
      location: 'westeurope',
      etag: '"7"',
      sku: { name: 'Standard_D2s_v3', tier: 'Standard' },
      capacity: 4,
      provisioningState: 'updating',
      orchestrationMode: 'uniform',
      osType: 'windows',
      image: { id: null, publisher: 'p', offer: 'o', sku: 'k', version: 'latest' },
      isEphemeral: true,
      overprovision: true,
      upgradePolicyMode: 'Automatic',
      singlePlacementGroup: true,
      tags: { owner: 'build' },
      extensions: [
        {
          name: 'Agent',
          publisher: 'Microsoft.VisualStudio.Services',
          type: 'TeamServicesAgent',
          typeHandlerVersion: '1.34',
          provisionAfterExtensions: ['CustomScript'],
          settings: { isPipelinesAgent: true },
        },
      ],
      modelParts: expect.objectContaining({ image: expect.stringMatching(/^[0-9a-f]{12}$/) }) as object,
      modelDigest: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  it('needs nothing but the id', () => {
    expect(translateScaleSet({ id }, 'scaleSet')).toMatchObject({
      name: 'agents',
      capacity: 0,
      provisioningState: 'unknown',
      osType: 'linux',
    });
  });

  it('keeps a state that it does not know as unknown', () => {
    expect(translateScaleSet({ id, properties: { provisioningState: 'Migrating' } }, 's').provisioningState).toBe(
      'unknown',
    );
  });

  it.each([
    ['scaleSet.id', { name: 'agents' }],
    ['scaleSet.sku.capacity', { id, sku: { capacity: '4' } }],
    ['scaleSet.properties.virtualMachineProfile', { id, properties: { virtualMachineProfile: [] } }],
    [
      'scaleSet.properties.virtualMachineProfile.extensionProfile.extensions[0].name',
      { id, properties: { virtualMachineProfile: { extensionProfile: { extensions: [{}] } } } },
    ],
  ])('names %s when it has the wrong kind', (path, raw) => {
    expect(() => translateScaleSet(raw, 'scaleSet')).toThrow(
      expect.objectContaining({ kind: 'unreadable', operation: path }),
    );
  });

  itWithSpecs('reads the official example', () => {
    const body = answer('VirtualMachineScaleSet_Get');
    expect(translateScaleSet(body, 'get')).toMatchObject({
      capacity: 4,
      location: 'westus',
      etag: '"1"',
      provisioningState: 'succeeded',
      osType: 'linux',
      upgradePolicyMode: 'Automatic',
    });
  });
});

describe('translateInstance', () => {
  const running = { code: 'PowerState/running', level: 'Info' };
  const read = (properties: object): ReturnType<typeof translateInstance> =>
    translateInstance(id, { instanceId: '3', name: 'agents_3', properties }, 'instance');

  it('reads every field', () => {
    const instance = read({
      vmId: 'v',
      timeCreated: '2026-11-02T10:00:00.1234567+00:00',
      provisioningState: 'Succeeded',
      latestModelApplied: false,
      osProfile: { computerName: 'agents000003' },
      instanceView: { statuses: [{ code: 'ProvisioningState/succeeded', level: 'Info' }, running] },
    });
    expect(instance).toEqual({
      scaleSetId: id,
      instanceId: '3',
      vmId: 'v',
      name: 'agents_3',
      computerName: 'agents000003',
      createdAt: Date.UTC(2026, 10, 2, 10, 0, 0, 123),
      provisioningState: 'succeeded',
      powerState: 'running',
      failures: [],
      extensions: [],
      isLatestModelApplied: false,
    });
  });

  it('reads the size of the machine itself, where Azure tells it', () => {
    const raw = { instanceId: '3', sku: { name: 'Standard_D1_v2', tier: 'Standard' } };
    expect(translateInstance(id, raw, 'instance').size).toBe('Standard_D1_v2');
    expect(read({})).not.toHaveProperty('size');
  });

  it.each([
    ['runs where there is no view', undefined, 'running'],
    ['is unknown where the view has no statuses', {}, 'unknown'],
    [
      'is unknown where the view has no power status',
      { statuses: [{ code: 'ProvisioningState/creating' }] },
      'unknown',
    ],
    ['is what the view says', { statuses: [{ code: 'PowerState/deallocated' }] }, 'deallocated'],
    ['is unknown where the view says something new', { statuses: [{ code: 'PowerState/hibernated' }] }, 'unknown'],
  ])('power %s', (_, instanceView, expected) => {
    expect(read({ instanceView }).powerState).toBe(expected);
  });

  it('takes the provisioning state of the view where the instance itself says none', () => {
    const view = { statuses: [{ code: 'ProvisioningState/creating/osProvisioningComplete' }] };
    expect(read({ instanceView: view }).provisioningState).toBe('creating');
  });

  it('reports an extension by the level Error, whatever its code ends with', () => {
    const status = {
      code: 'ProvisioningState/failed/127',
      level: 'Error',
      displayStatus: 'Provisioning failed',
      message: 'exit status=127',
    };
    const fine = { name: 'Other', statuses: [{ code: 'ProvisioningState/succeeded', level: 'Info' }] };
    const failures = read({
      instanceView: { statuses: [running], extensions: [{ name: 'CustomScript', statuses: [status] }, fine] },
    }).failures;
    expect(failures).toEqual([
      { source: 'CustomScript', code: 'ProvisioningState/failed/127', message: 'exit status=127' },
    ]);
  });

  it('tells what a script printed, which Windows puts into substatuses', () => {
    const statuses = [{ code: 'ProvisioningState/succeeded', level: 'Info', message: 'Finished executing command' }];
    const substatuses = [
      { code: 'ComponentStatus/StdOut/succeeded', level: 'Info', message: 'weir: done' },
      { code: 'ComponentStatus/StdErr/succeeded', level: 'Info', message: '' },
    ];
    const view = { statuses: [running], extensions: [{ name: 'Agent', statuses, substatuses }] };
    const told = read({ instanceView: view }).extensions?.map((one) => one.message);
    expect(told).toEqual(['Finished executing command\nweir: done']);
  });

  it.each([
    ['operatingSystem', 'OSProvisioningTimedOut', 'ProvisioningState/failed/OSProvisioningTimedOut'],
    ['instance', 'VMExtensionProvisioningError', 'ProvisioningState/failed/VMExtensionProvisioningError'],
    ['instance', 'failed', 'ProvisioningState/failed'],
  ])('reports a failure of the %s with the code %s', (source, code, status) => {
    const view = { statuses: [{ code: status, level: 'Error', displayStatus: 'Provisioning failed' }] };
    expect(read({ instanceView: view }).failures).toEqual([{ source, code, message: 'Provisioning failed' }]);
  });

  it('reports a failing agent of Azure, but not one that is not ready yet', () => {
    const agent = (level: string): object => ({
      instanceView: { vmAgent: { statuses: [{ code: 'ProvisioningState/Unavailable', level, message: 'm' }] } },
    });
    expect(read(agent('Warning')).failures).toEqual([]);
    expect(read(agent('Error')).failures).toEqual([
      { source: 'vmAgent', code: 'ProvisioningState/Unavailable', message: 'm' },
    ]);
  });

  it('names an instance by its id in the set where Azure leaves the rest out', () => {
    expect(translateInstance(id, { instanceId: '3' }, 'i')).toMatchObject({
      name: 'agents_3',
      computerName: 'agents_3',
      vmId: `${id}/virtualMachines/3`.toLowerCase(),
    });
    expect(translateInstance(id, { id: `${id}/virtualMachines/4` }, 'i').instanceId).toBe('4');
  });

  it.each([
    ['instance.id', {}],
    ['instance.instanceId', { instanceId: 3 }],
    ['instance.properties.instanceView.statuses', { instanceId: '3', properties: { instanceView: { statuses: {} } } }],
    ['instance.properties.timeCreated', { instanceId: '3', properties: { timeCreated: 'now' } }],
  ])('names %s when it has the wrong kind', (path, raw) => {
    expect(() => translateInstance(id, raw, 'instance')).toThrow(
      expect.objectContaining({ kind: 'unreadable', operation: path }),
    );
  });

  itWithSpecs('reads the official examples and a recorded view', () => {
    const vm = translateInstance(id, answer('VirtualMachineScaleSetVM_Get_WithUserData'), 'get');
    expect(vm).toMatchObject({
      instanceId: '0',
      vmId: '42af9fdf-b906-4ad7-9905-8316209ff619',
      computerName: 'test000000',
      provisioningState: 'succeeded',
    });
    const instanceView = answer('VirtualMachineScaleSetVM_Get_InstanceViewAutoPlacedOnDedicatedHostGroup');
    expect(read({ instanceView })).toMatchObject({
      powerState: 'running',
      provisioningState: 'succeeded',
      failures: [],
    });
    const traces = (
      readSpec('azure/wire-traces/azure-cli-cassettes.json') as {
        traces: { request: string; response: { body: unknown } }[];
      }
    ).traces;
    const recorded = traces.find((trace) => trace.request.includes('instanceView after deallocate'))!.response.body;
    expect(read({ instanceView: recorded })).toMatchObject({
      powerState: 'deallocated',
      provisioningState: 'succeeded',
    });
  });
});

function answer(example: string): unknown {
  const file = readSpec(`azure/examples/vmss-2024-03-01/${example}.json`) as {
    responses: { '200': { body: unknown } };
  };
  return file.responses['200'].body;
}
