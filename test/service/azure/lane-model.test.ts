// The body that makes a lane: everything of the template that is the customer's, nothing that is Azure's.
import { describe, expect, it } from '@jest/globals';
import { laneModel } from '../../../service/azure/lane-model.ts';
import type { NewScaleSet } from '../../../service/domain/new-scale-set.ts';
import { group, subnet, users, script, template } from './template.ts';

const gallery = `${group}/providers/Microsoft.Compute/galleries/g/images/i`;

const agentExtension = {
  name: 'Microsoft.Azure.DevOps.Pipelines.Agent',
  publisher: 'Microsoft.VisualStudio.Services',
  type: 'TeamServicesAgentLinux',
  typeHandlerVersion: '1.26',
  provisionAfterExtensions: [] as readonly string[],
  settings: { isPipelinesAgent: true },
};

function lane(over: Partial<NewScaleSet> = {}): NewScaleSet {
  return {
    scaleSetId: '/subscriptions/s1/resourceGroups/lanes/providers/Microsoft.Compute/virtualMachineScaleSets/l',
    templateId: `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/t`,
    modelDigest: '',
    image: { id: gallery, publisher: null, offer: null, sku: null, version: '2.0.0' },
    osType: 'linux',
    size: null,
    computerNamePrefix: 'w1234567-',
    tags: { 'weir-image': 'ubuntu' },
    extension: agentExtension,
    ...over,
  };
}

const noPassword = (): string => {
  throw new Error('no password is needed');
};

const password = (): string => 'Secret-1';

describe('the model of a lane', () => {
  it('is the template without what Azure writes, empty, under the manual policy and never overprovisioned', () => {
    const model = laneModel(template(), lane(), null, noPassword);
    expect(model).toEqual({
      location: 'westeurope',
      zones: ['1', '2'],
      sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 0 },
      tags: { costCenter: '42', 'weir-image': 'ubuntu' },
      identity: { type: 'UserAssigned', userAssignedIdentities: { [Object.keys(users)[0]!]: {} } },
      properties: {
        orchestrationMode: 'Uniform',
        overprovision: false,
        singlePlacementGroup: false,
        platformFaultDomainCount: 1,
        upgradePolicy: { mode: 'Manual' },
        virtualMachineProfile: {
          osProfile: {
            computerNamePrefix: 'w1234567-',
            adminUsername: 'operator',
            linuxConfiguration: { disablePasswordAuthentication: true, ssh: { publicKeys: [{ keyData: 'k' }] } },
          },
          storageProfile: {
            imageReference: { id: `${gallery}/versions/2.0.0` },
            osDisk: {
              osType: 'Linux',
              createOption: 'FromImage',
              diffDiskSettings: { option: 'Local' },
              diskSizeGB: 30,
            },
          },
          networkProfile: {
            networkInterfaceConfigurations: [
              { name: 'nic', properties: { ipConfigurations: [{ name: 'ip', properties: { subnet } }] } },
            ],
          },
          extensionProfile: {
            extensions: [
              {
                name: 'setup',
                properties: {
                  publisher: 'Microsoft.Azure.Extensions',
                  type: 'CustomScript',
                  typeHandlerVersion: '2.1',
                  settings: { commandToExecute: 'true' },
                },
              },
              {
                name: agentExtension.name,
                properties: {
                  publisher: agentExtension.publisher,
                  type: agentExtension.type,
                  typeHandlerVersion: '1.26',
                  autoUpgradeMinorVersion: false,
                  provisionAfterExtensions: [],
                  settings: agentExtension.settings,
                },
              },
            ],
          },
          userData: 'dQ==',
        },
      },
    });
  });

  it.each([
    ['may hold more than 100 machines', {}, {}, false],
    ['stays in one group where the template is placed near others', { proximityPlacementGroup: { id: 'p' } }, {}, true],
    [
      'stays in one group behind a load balancer',
      {},
      { networkProfile: { nics: [{ loadBalancerBackendAddressPools: [{ id: 'b' }] }] } },
      true,
    ],
  ])('%s', (_name, more, profile, singlePlacementGroup) => {
    const raw = template({ properties: { singlePlacementGroup: true, ...more }, profile });
    const model = laneModel(raw, lane(), null, noPassword);
    expect(model).toMatchObject({ properties: { singlePlacementGroup } });
  });

  it("does not take over Weir's own extension, also where its handler is that of customers' scripts on Windows", () => {
    const properties = { publisher: 'Microsoft.Compute', type: 'CustomScriptExtension', settings: { fileUris: ['u'] } };
    const extensions = [{ name: agentExtension.name, properties }];
    const raw = template({
      profile: { extensionProfile: { extensions }, storageProfile: { osDisk: { osType: 'Windows' } } },
    });
    const protectedSettings = { commandToExecute: 'powershell.exe' };
    const extension = { ...agentExtension, ...properties, protectedSettings };
    const model = laneModel(raw, lane({ osType: 'windows', extension }), null, password);
    const written = {
      name: agentExtension.name,
      properties: expect.objectContaining({ protectedSettings }) as unknown,
    };
    expect(model).toMatchObject({
      properties: { virtualMachineProfile: { extensionProfile: { extensions: [written] } } },
    });
  });

  it('leaves the template that was read as it is', () => {
    const raw = template();
    laneModel(raw, lane({ osType: 'windows', size: 'Standard_D4s_v3' }), null, password);
    expect(raw).toEqual(template());
  });

  it.each([
    [
      'the Marketplace',
      { id: null, publisher: 'P', offer: 'O', sku: 'K', version: '1.2.3' },
      { publisher: 'P', offer: 'O', sku: 'K', version: '1.2.3' },
    ],
    [
      'a managed image',
      { id: `${group}/providers/Microsoft.Compute/images/m`, publisher: null, offer: null, sku: null, version: null },
      { id: `${group}/providers/Microsoft.Compute/images/m` },
    ],
    [
      'a shared gallery',
      { id: '/sharedGalleries/u/images/i', publisher: null, offer: null, sku: null, version: '1.0.0' },
      { sharedGalleryImageId: '/sharedGalleries/u/images/i/versions/1.0.0' },
    ],
    [
      'a community gallery',
      { id: '/communityGalleries/u/images/i', publisher: null, offer: null, sku: null, version: '1.0.0' },
      { communityGalleryImageId: '/communityGalleries/u/images/i/versions/1.0.0' },
    ],
  ])('names an image of %s', (_, image, reference) => {
    expect(laneModel(template(), lane({ image }), null, noPassword)).toMatchObject({
      properties: { virtualMachineProfile: { storageProfile: { imageReference: reference } } },
    });
    expect(JSON.stringify(laneModel(template(), lane({ image }), null, noPassword))).not.toContain('"version":null');
  });

  it('is of the other operating system without the scripts, the disk size and the keys of the first', () => {
    const model = laneModel(template(), lane({ osType: 'windows', size: 'Standard_D4s_v3' }), null, password);
    expect(model).toMatchObject({
      sku: { name: 'Standard_D4s_v3', capacity: 0 },
      properties: {
        virtualMachineProfile: {
          osProfile: {
            adminUsername: 'operator',
            adminPassword: 'Secret-1',
            windowsConfiguration: { provisionVMAgent: true },
          },
          extensionProfile: { extensions: [{ name: agentExtension.name }] },
          storageProfile: { osDisk: { osType: 'Windows', diffDiskSettings: { option: 'Local' } } },
        },
      },
    });
    const text = JSON.stringify(model);
    for (const word of ['linuxConfiguration', 'diskSizeGB', 'keyData', 'userData']) expect(text).not.toContain(word);
  });

  it('gives a password where the template was made with one, for Azure never tells it', () => {
    const osProfile = { adminUsername: 'operator', linuxConfiguration: { disablePasswordAuthentication: false } };
    expect(laneModel(template({ profile: { osProfile } }), lane(), null, password)).toMatchObject({
      properties: { virtualMachineProfile: { osProfile: { adminPassword: 'Secret-1' } } },
    });
  });

  it('is not made from a script whose command Azure keeps to itself', () => {
    const hidden = { ...script, properties: { ...script.properties, settings: {} } };
    const raw = template({ profile: { extensionProfile: { extensions: [hidden] } } });
    expect(() => laneModel(raw, lane(), null, noPassword)).toThrow(
      /extension setup keeps its command in protected settings/,
    );
    const inVault = {
      ...hidden,
      properties: { ...hidden.properties, protectedSettingsFromKeyVault: { secretUrl: 'u' } },
    };
    expect(() =>
      laneModel(template({ profile: { extensionProfile: { extensions: [inVault] } } }), lane(), null, noPassword),
    ).not.toThrow();
  });
});
