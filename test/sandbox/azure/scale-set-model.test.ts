// What a create must bring, what a write merges or refuses, and ETags.
import { describe, expect, it } from '@jest/globals';
import { createBody, errorOf, extension, group, profile, setPath, settledSet, testCloud } from './cloud.ts';
import { madeGallery, replicatedVersion } from './gallery.ts';
import { osProfile } from './profile-parts.ts';

describe('creating a scale set', () => {
  it('answers 201 with the resource in state Creating, an operation and no Location', () => {
    const answer = testCloud().call('PUT', setPath, createBody({ capacity: 1, tags: { pool: 'linux' } }));
    expect(answer.status).toBe(201);
    expect(answer.headers).toHaveProperty('azure-asyncoperation');
    expect(answer.headers).toHaveProperty('azure-asyncnotification', 'Enabled');
    expect(answer.headers).not.toHaveProperty('location');
    expect(answer.json()).toMatchObject({
      name: 'pool',
      location: 'eastus',
      etag: '"1"',
      tags: { pool: 'linux' },
      sku: { capacity: 1 },
      properties: { provisioningState: 'Creating' },
    });
  });

  it('fills in what Azure fills in', () => {
    const cloud = testCloud();
    const bare = {
      location: 'East US',
      sku: { name: 'Standard_D2s_v5', capacity: 0 },
      properties: { virtualMachineProfile: profile() },
    };
    expect(cloud.call('PUT', setPath, bare).json()).toMatchObject({
      location: 'eastus',
      sku: { tier: 'Standard' },
      properties: {
        orchestrationMode: 'Uniform',
        overprovision: true,
        singlePlacementGroup: true,
        platformFaultDomainCount: 5,
        virtualMachineProfile: {
          storageProfile: { osDisk: { osType: 'Linux' } },
          osProfile: { linuxConfiguration: { provisionVMAgent: true } },
        },
      },
    });
  });

  it.each([
    ['a location', { ...createBody(), location: undefined }, 400, 'LocationRequired', undefined],
    ['a size', { ...createBody(), sku: { capacity: 1 } }, 400, 'InvalidParameter', 'sku.name'],
    ['a size that exists', createBody({ size: 'Large' }), 400, 'InvalidParameter', 'vmSize'],
    ['properties', { ...createBody(), properties: undefined }, 400, 'InvalidParameter', 'properties'],
    ['a profile', { ...createBody(), properties: {} }, 400, 'InvalidParameter', 'virtualMachineProfile'],
    [
      'an image',
      createBody({ profile: { storageProfile: { osDisk: {} } } }),
      400,
      'InvalidParameter',
      'imageReference',
    ],
    [
      'the version of an image',
      createBody({ profile: { storageProfile: { imageReference: { publisher: 'p', offer: 'o', sku: 's' } } } }),
      400,
      'InvalidParameter',
      'imageReference.version',
    ],
    [
      'a network profile',
      createBody({ profile: { networkProfile: undefined } }),
      400,
      'InvalidParameter',
      'networkProfile',
    ],
    [
      'a network interface',
      createBody({ profile: { networkProfile: {} } }),
      400,
      'InvalidParameter',
      'networkInterfaceConfigurations',
    ],
    ['an os profile', createBody({ profile: { osProfile: undefined } }), 400, 'InvalidParameter', 'osProfile'],
    [
      'a user name',
      createBody({ profile: { osProfile: { adminPassword: 'p' } } }),
      400,
      'InvalidParameter',
      'adminUsername',
    ],
    [
      'credentials',
      createBody({ profile: { osProfile: { adminUsername: 'weir' } } }),
      400,
      'InvalidParameter',
      'adminPassword',
    ],
    [
      'a key where passwords are off',
      createBody({
        profile: { osProfile: { adminUsername: 'weir', linuxConfiguration: { disablePasswordAuthentication: true } } },
      }),
      400,
      'InvalidParameter',
      'linuxConfiguration',
    ],
    [
      'a short name on Windows',
      createBody({
        profile: { osProfile: { ...osProfile, computerNamePrefix: 'tencharact', windowsConfiguration: {} } },
      }),
      400,
      'InvalidParameter',
      'computerNamePrefix',
    ],
    ['a whole capacity', createBody({ capacity: -1 }), 400, 'InvalidParameter', 'sku.capacity'],
    ['a capacity within limits', createBody({ capacity: 1001 }), 400, 'InvalidParameter', 'sku.capacity'],
    [
      'a mode that exists',
      createBody({ properties: { orchestrationMode: 'Both' } }),
      400,
      'InvalidParameter',
      'orchestrationMode',
    ],
    [
      'Uniform',
      createBody({ properties: { orchestrationMode: 'Flexible' } }),
      501,
      'NotImplemented',
      'virtualMachineScaleSets with orchestrationMode Flexible; only Uniform',
    ],
  ])('without %s fails as Azure fails it', (_what, body, status, code, target) => {
    const cloud = testCloud();
    const answer = cloud.call('PUT', setPath, body);
    expect({ status: answer.status, ...errorOf(answer) }).toMatchObject({
      status,
      code,
      ...(target === undefined ? {} : { target }),
    });
    expect(cloud.call('GET', setPath).status).toBe(404);
  });

  it('without its resource group is 404 ResourceGroupNotFound', () => {
    const answer = testCloud().call('PUT', setPath.replace('agents', 'nobody'), createBody());
    expect([answer.status, errorOf(answer).code]).toEqual([404, 'ResourceGroupNotFound']);
  });

  it('accepts a key instead of a password, and a specialized gallery image without an os profile', () => {
    const cloud = testCloud();
    const ssh = {
      adminUsername: 'weir',
      linuxConfiguration: {
        disablePasswordAuthentication: true,
        ssh: { publicKeys: [{ path: '/home/weir/.ssh/authorized_keys', keyData: 'ssh-rsa AAAA' }] },
      },
    };
    expect(cloud.call('PUT', setPath, createBody({ profile: { osProfile: ssh } })).status).toBe(201);
    madeGallery(cloud);
    const image = { imageReference: { id: replicatedVersion(cloud, '1.2.3') } };
    expect(
      cloud.call('PUT', `${setPath}2`, createBody({ profile: { osProfile: undefined, storageProfile: image } })).status,
    ).toBe(201);
  });

  it('never answers a secret', () => {
    const cloud = testCloud();
    settledSet(cloud, 1, {
      profile: {
        osProfile: { ...osProfile, customData: 'c2VjcmV0' },
        userData: 'dXNlcg==',
        extensionProfile: { extensions: [extension('cse')] },
      },
    });
    const paths = [
      setPath,
      `${setPath}/virtualMachines`,
      `${setPath}/virtualMachines/0`,
      `${setPath}/extensions`,
      `${setPath}/extensions/cse`,
      `${setPath}/virtualMachines/0/extensions`,
      `${group}/resources`,
    ];
    for (const path of paths) {
      const { status, text } = cloud.call('GET', path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toMatch(/not-a-real-password|secret of|c2VjcmV0|dXNlcg/);
    }
    expect(cloud.call('GET', `${setPath}?$expand=userData`).text).toContain('dXNlcg==');
  });
});
