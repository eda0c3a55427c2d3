// Galleries of the emulated Azure: how definitions and versions are written, how a version comes into its regions, and which one is latest.
import { describe, expect, it } from '@jest/globals';
import { createBody, errorOf, instancesOf, profile, setPath, settledSet, testCloud } from './cloud.ts';
import type { TestCloud } from './cloud.ts';
import { definitionBody, definitionPath, galleryPath, madeGallery, replicatedVersion, versionBody } from './gallery.ts';

const versionPath = `${definitionPath}/versions/1.0.0`;

interface VersionAnswer {
  readonly properties: {
    readonly provisioningState: string;
    readonly publishingProfile: Record<string, unknown>;
    readonly replicationStatus?: {
      readonly aggregatedState: string;
      readonly summary: readonly { region: string; state: string; progress: number; details: string }[];
    };
  };
}

function readVersion(cloud: TestCloud, query = ''): VersionAnswer['properties'] {
  return (cloud.call('GET', `${versionPath}${query}`).json() as VersionAnswer).properties;
}

function ofGallery(id: string): { profile: object } {
  return { profile: { storageProfile: { ...(profile().storageProfile as object), imageReference: { id } } } };
}

function deployed(cloud: TestCloud): (string | undefined)[] {
  return instancesOf(cloud).map(({ properties }) => properties.storageProfile.imageReference.exactVersion);
}

describe('writing a gallery', () => {
  it.each([
    [
      'a definition without osType',
      `${galleryPath}/images/other`,
      definitionBody({ osType: undefined }),
      400,
      'InvalidParameter',
    ],
    [
      'a definition without a sku',
      `${galleryPath}/images/other`,
      definitionBody({ identifier: {} }),
      400,
      'InvalidParameter',
    ],
    [
      'an unknown generation',
      `${galleryPath}/images/other`,
      definitionBody({ hyperVGeneration: 'V9' }),
      400,
      'InvalidParameter',
    ],
    [
      'a definition without its gallery',
      definitionPath.replace('gold', 'x'),
      definitionBody(),
      404,
      'ParentResourceNotFound',
    ],
    ['a version that is no number', `${definitionPath}/versions/1.0`, versionBody(), 400, 'InvalidResourceName'],
    [
      'a version beyond 32 bits',
      `${definitionPath}/versions/1.0.2147483648`,
      versionBody(),
      400,
      'InvalidResourceName',
    ],
    [
      'a version without a source',
      versionPath,
      { location: 'eastus', properties: { storageProfile: {} } },
      400,
      'InvalidParameter',
    ],
    ['101 replicas', versionPath, versionBody({ publishing: { replicaCount: 101 } }), 400, 'InvalidParameter'],
    ['a gallery with a dash', `${galleryPath}-2`, { location: 'eastus' }, 400, 'InvalidResourceName'],
  ])('refuses %s', (_what, path, body, status, code) => {
    const cloud = testCloud();
    madeGallery(cloud);
    const answer = cloud.call('PUT', path, body);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
  });

  it('does not let a definition become another system, nor a gallery go while something is in it', () => {
    const cloud = testCloud();
    madeGallery(cloud);
    expect(errorOf(cloud.call('PATCH', definitionPath, { properties: { osType: 'Windows' } })).code).toBe(
      'PropertyChangeNotAllowed',
    );
    expect(cloud.call('DELETE', galleryPath).status).toBe(409);
    expect(cloud.call('DELETE', definitionPath).status).toBe(202);
    cloud.settle();
    expect(cloud.call('DELETE', galleryPath).status).toBe(202);
    cloud.settle();
    expect([cloud.call('GET', galleryPath).status, cloud.call('DELETE', galleryPath).status]).toEqual([404, 204]);
  });

  it('goes with its resource group', () => {
    const cloud = testCloud();
    madeGallery(cloud);
    cloud.call('DELETE', galleryPath.split('/providers')[0]!);
    cloud.settle();
    expect(cloud.azure.exportState().imageResources).toEqual({});
  });
});

describe('the replication of a version', () => {
  it('is answered only when it is asked for, moves region by region, and ends the operation with the last', () => {
    const cloud = testCloud();
    madeGallery(cloud);
    const created = cloud.call('PUT', versionPath, versionBody({ regions: ['eastus', 'West US'] }));
    expect([created.status, readVersion(cloud).replicationStatus]).toEqual([201, undefined]);
    const operation = created.headers['azure-asyncoperation']!;
    const seen = new Set<string>();
    for (let at = cloud.azure.nextEventAt(); at !== null; at = cloud.azure.nextEventAt()) {
      cloud.advance((at - cloud.now()) / 2000);
      const status = readVersion(cloud, '?$expand=ReplicationStatus').replicationStatus!;
      for (const one of status.summary) expect(one.progress === 100).toBe(one.state === 'Completed');
      seen.add(
        status.summary
          .map((one) => one.state)
          .sort()
          .join(),
      );
      expect((cloud.call('GET', operation).json() as { status: string }).status).toBe('InProgress');
      cloud.advance((at - cloud.now()) / 1000);
    }
    expect([...seen]).toEqual(['Replicating,Replicating', 'Completed,Replicating']);
    expect(readVersion(cloud, '?%24expand=ReplicationStatus')).toMatchObject({
      provisioningState: 'Succeeded',
      replicationStatus: {
        aggregatedState: 'Completed',
        summary: [
          { region: 'eastus', state: 'Completed', progress: 100 },
          { region: 'West US', state: 'Completed', progress: 100 },
        ],
      },
    });
    expect((cloud.call('GET', operation).json() as { status: string }).status).toBe('Succeeded');
  });

  it('can be made to fail in one region: the version fails, and stays deployable in the other', () => {
    const cloud = testCloud();
    madeGallery(cloud);
    const created = cloud.call('PUT', versionPath, versionBody({ regions: ['eastus', 'West US'] }));
    cloud.azure.failReplication(versionPath, 'westus', 'No room.');
    cloud.settle();
    expect(cloud.call('GET', created.headers['azure-asyncoperation']!).json()).toMatchObject({ status: 'Failed' });
    const { provisioningState, replicationStatus } = readVersion(cloud, '?$expand=ReplicationStatus');
    expect([provisioningState, replicationStatus?.aggregatedState]).toEqual(['Failed', 'Failed']);
    expect(replicationStatus?.summary[1]).toMatchObject({ state: 'Failed', details: 'No room.' });
    settledSet(cloud, 1, ofGallery(versionPath));
    expect(deployed(cloud)).toEqual(['1.0.0']);
  });

  it('survives an export and an import in the middle', () => {
    const cloud = testCloud();
    madeGallery(cloud);
    cloud.call('PUT', versionPath, versionBody());
    const other = testCloud({ seed: 2 });
    other.azure.importState(cloud.azure.exportState());
    other.settle();
    expect(readVersion(other)).toMatchObject({ provisioningState: 'Succeeded' });
    const { imageResources: _images, marketplace: _marketplace, ...older } = cloud.azure.exportState();
    other.azure.importState(older as ReturnType<typeof cloud.azure.exportState>);
    expect(other.call('GET', galleryPath).status).toBe(404);
  });

  it('conflicts with another write until it has ended', () => {
    const cloud = testCloud();
    madeGallery(cloud);
    cloud.call('PUT', versionPath, versionBody());
    expect(cloud.call('PATCH', versionPath, { tags: {} }).status).toBe(409);
    cloud.settle();
    expect(cloud.call('PATCH', versionPath, { tags: {} }).status).toBe(200);
  });
});

describe('a scale set of a gallery image', () => {
  it.each([
    ['the newest by number', {}, {}, '1.10.0'],
    ['not one that is excluded everywhere', {}, { publishing: { excludeFromLatest: true } }, '1.9.0'],
    ['not one that is excluded in its region', {}, { excludedIn: ['eastus'] }, '1.9.0'],
    ['one that is excluded only elsewhere', {}, { regions: ['eastus', 'westus'], excludedIn: ['westus'] }, '1.10.0'],
    ['not one that is only elsewhere', {}, { regions: ['westus'] }, '1.9.0'],
    ['one beyond its end of life too', {}, { publishing: { endOfLifeDate: '2020-01-01T00:00:00Z' } }, '1.10.0'],
  ])('without a version takes %s', (_what, older, newer, expected) => {
    const cloud = testCloud();
    madeGallery(cloud);
    replicatedVersion(cloud, '1.9.0', older);
    replicatedVersion(cloud, '1.10.0', newer);
    settledSet(cloud, 1, ofGallery(definitionPath));
    expect(deployed(cloud)).toEqual([expected]);
  });

  it.each([
    ['a version that does not exist', `${definitionPath}/versions/9.0.0`, 404, 'GalleryImageNotFound'],
    ['a version that is not in the region', versionPath, 404, 'GalleryImageNotFound'],
    ['latest where none is in the region', definitionPath, 400, 'InvalidParameter'],
  ])('is refused with %s', (_what, id, status, code) => {
    const cloud = testCloud();
    madeGallery(cloud);
    replicatedVersion(cloud, '1.0.0', { regions: ['westus'] });
    const answer = cloud.call('PUT', setPath, createBody(ofGallery(id)));
    expect([answer.status, errorOf(answer)]).toMatchObject([status, { code, target: 'imageReference' }]);
  });

  it('is not scaled out once its version is gone, and changes nothing then', () => {
    const cloud = testCloud();
    madeGallery(cloud);
    settledSet(cloud, 1, ofGallery(replicatedVersion(cloud, '1.0.0')));
    cloud.call('DELETE', versionPath);
    cloud.settle();
    const answer = cloud.call('PATCH', setPath, { sku: { capacity: 2 } });
    expect([answer.status, errorOf(answer).code]).toEqual([404, 'GalleryImageNotFound']);
    expect(deployed(cloud)).toEqual(['1.0.0']);
  });

  it.each([
    ['an exact version keeps it', `${definitionPath}/versions/1.0.0`, false, '1.0.0'],
    ['latest moves to the newest', definitionPath, false, '2.0.0'],
    ['latest on an ephemeral disk keeps it', definitionPath, true, '1.0.0'],
  ])('at a reimage: %s', (_what, id, isEphemeral, expected) => {
    const cloud = testCloud();
    madeGallery(cloud);
    replicatedVersion(cloud, '1.0.0');
    const osDisk = { createOption: 'FromImage', caching: 'ReadOnly', diffDiskSettings: { option: 'Local' } };
    const storage = { imageReference: { id }, ...(isEphemeral ? { osDisk } : {}) };
    settledSet(cloud, 1, { profile: { storageProfile: storage } });
    replicatedVersion(cloud, '2.0.0');
    expect(deployed(cloud)).toEqual(['1.0.0']);
    cloud.call('POST', `${setPath}/reimage`, { instanceIds: ['0'] });
    cloud.settle();
    expect(deployed(cloud)).toEqual([expected]);
  });
});
