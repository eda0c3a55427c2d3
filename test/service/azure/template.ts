// A template scale set as Azure tells it, and what a lane is made from.

export const group = '/subscriptions/s1/resourceGroups/agents';

export const subnet = { id: `${group}/providers/Microsoft.Network/virtualNetworks/v/subnets/default` };

export const users = {
  [`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u`]: { principalId: 'p', clientId: 'c' },
};

export const script = {
  name: 'setup',
  properties: {
    publisher: 'Microsoft.Azure.Extensions',
    type: 'CustomScript',
    typeHandlerVersion: '2.1',
    provisioningState: 'Succeeded',
    settings: { commandToExecute: 'true' },
  },
};

export const agent = {
  name: 'Microsoft.Azure.DevOps.Pipelines.Agent',
  properties: { publisher: 'Microsoft.VisualStudio.Services', type: 'TeamServicesAgentLinux' },
};

export function template(over: { profile?: object; properties?: object; top?: object } = {}): Record<string, unknown> {
  return {
    id: `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/t`,
    name: 't',
    type: 'Microsoft.Compute/virtualMachineScaleSets',
    etag: '"3"',
    location: 'westeurope',
    zones: ['1', '2'],
    sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 3 },
    tags: { costCenter: '42', __AzureDevOpsElasticPool: 'old', 'weir-image': 'x' },
    identity: { type: 'UserAssigned', principalId: 'p', tenantId: 't', userAssignedIdentities: users },
    ...over.top,
    properties: {
      provisioningState: 'Succeeded',
      uniqueId: 'u',
      timeCreated: '2026-11-01T00:00:00Z',
      overprovision: true,
      singlePlacementGroup: false,
      platformFaultDomainCount: 1,
      upgradePolicy: { mode: 'Automatic', automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true } },
      automaticRepairsPolicy: { enabled: true },
      ...over.properties,
      virtualMachineProfile: {
        timeCreated: '2026-11-01T00:00:00Z',
        osProfile: {
          computerNamePrefix: 't',
          adminUsername: 'operator',
          linuxConfiguration: { disablePasswordAuthentication: true, ssh: { publicKeys: [{ keyData: 'k' }] } },
        },
        storageProfile: {
          imageReference: { publisher: 'p', offer: 'o', sku: 'k', version: 'latest', exactVersion: '1.0.0' },
          osDisk: { osType: 'Linux', createOption: 'FromImage', diffDiskSettings: { option: 'Local' }, diskSizeGB: 30 },
        },
        networkProfile: {
          networkInterfaceConfigurations: [
            { name: 'nic', properties: { ipConfigurations: [{ name: 'ip', properties: { subnet } }] } },
          ],
        },
        extensionProfile: { extensions: [script, agent] },
        userData: 'dQ==',
        ...over.profile,
      },
    },
  };
}
