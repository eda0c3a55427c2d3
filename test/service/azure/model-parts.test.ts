// Each change of a model changes the part that people know it by, and nothing that Azure or Weir writes changes any.
import { expect, it } from '@jest/globals';
import { modelOf } from '../../../service/azure/model-parts.ts';

const path = '/subscriptions/s/resourceGroups/g/providers';
const balancer = { id: `${path}/Microsoft.Network/loadBalancers/b/backendAddressPools/p` };
const raw = (profile: object = {}, properties: object = {}, more: object = {}) => ({
  ...{ id: `${path}/Microsoft.Compute/virtualMachineScaleSets/a`, name: 'a', location: 'westeurope' },
  sku: { name: 'Standard_D2s_v5', tier: 'Standard', capacity: 3 },
  properties: {
    ...{ provisioningState: 'Succeeded', overprovision: false, upgradePolicy: { mode: 'Manual' } },
    virtualMachineProfile: {
      storageProfile: { imageReference: { offer: 'o', version: 'latest' }, osDisk: { caching: 'ReadOnly' } },
      networkProfile: { networkInterfaceConfigurations: [nic({})] },
      extensionProfile: { extensions: [extension('warm')] },
      ...profile,
    },
    ...properties,
  },
  ...more,
});
const nic = (ip: object) => ({ name: 'n', properties: { ipConfigurations: [{ name: 'i', properties: ip }] } });
const extension = (name: string, settings: object = {}) => ({ name, properties: { type: 'CustomScript', settings } });

const changed = (after: object): readonly string[] => {
  const one = modelOf(raw()).modelParts;
  const other = modelOf(after as Record<string, unknown>).modelParts;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);
};

it.each<readonly [string, object, readonly string[]]>([
  ['nothing, in another order', raw({}, { upgradePolicy: { mode: 'Manual' }, overprovision: false }), []],
  [
    'what Azure and Weir write',
    raw(
      {
        extensionProfile: { extensions: [extension('warm'), extension('Microsoft.Azure.DevOps.Pipelines.Agent')] },
        userData: 'x',
        storageProfile: {
          imageReference: { offer: 'o', version: 'latest', exactVersion: '1.0' },
          osDisk: { caching: 'ReadOnly' },
        },
      },
      { provisioningState: 'Updating', uniqueId: 'u' },
      { tags: { a: 'b' }, etag: '"2"', sku: { name: 'Standard_D2s_v5', tier: 'Standard', capacity: 9 } },
    ),
    [],
  ],
  ['the size', raw({}, {}, { sku: { name: 'Standard_D4s_v5', tier: 'Standard', capacity: 3 } }), ['size']],
  [
    'the image and its disk',
    raw({ storageProfile: { imageReference: { offer: 'p' } } }),
    ['image', 'operating system disk'],
  ],
  [
    'a balancer',
    raw({ networkProfile: { networkInterfaceConfigurations: [nic({ loadBalancerBackendAddressPools: [balancer] })] } }),
    ['load balancer'],
  ],
  [
    'an empty list of balancers',
    raw({ networkProfile: { networkInterfaceConfigurations: [nic({ loadBalancerBackendAddressPools: [] })] } }),
    [],
  ],
  [
    'the subnet',
    raw({ networkProfile: { networkInterfaceConfigurations: [nic({ subnet: { id: 's' } })] } }),
    ['network'],
  ],
  ['extensions', raw({ extensionProfile: { extensions: [extension('new')] } }), ['extension warm', 'extension new']],
  ['settings of one', raw({ extensionProfile: { extensions: [extension('warm', { a: 1 })] } }), ['extension warm']],
  [
    'how Azure acts',
    raw({}, { overprovision: true, automaticRepairsPolicy: { enabled: true } }),
    ['overprovisioning', 'automatic repairs'],
  ],
  ['what nobody has a name for', raw({ licenseType: 'Windows_Server' }, { newOne: true }), ['other settings']],
])('%s', (_, after, parts) => {
  expect(changed(after).toSorted()).toEqual([...parts].toSorted());
});
