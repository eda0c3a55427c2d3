// Lanes and image versions: the service's Azure adapter against the Azure emulator, in memory, through the vendor's SDK.
import { describe, expect, it } from '@jest/globals';
import { createAzure } from '../../service/azure/client.ts';
import type { NewScaleSet } from '../../service/domain/new-scale-set.ts';
import type { AzurePort } from '../../service/ports.ts';
import { createBody, group, profile, setPath, testCloud, type TestCloud } from '../sandbox/azure/cloud.ts';
import {
  definitionPath,
  imageBody,
  imagePath,
  madeGallery,
  replicatedVersion,
  versionBody,
} from '../sandbox/azure/gallery.ts';

const lanes = group.replace(/agents$/, 'lanes');
const laneId = `${lanes}/providers/Microsoft.Compute/virtualMachineScaleSets/weir-lane`;
const subscriptionId = group.split('/')[2]!;

function stage(): { readonly cloud: TestCloud; readonly port: AzurePort } {
  const cloud = testCloud();
  const clock = {
    now: () => cloud.now(),
    sleep: (ms: number): Promise<void> => {
      cloud.advance(ms / 1000);
      return Promise.resolve();
    },
  };
  const credential = { getToken: () => Promise.resolve({ token: 't', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
  const send = (request: Parameters<typeof cloud.azure.handle>[0]) => Promise.resolve(cloud.azure.handle(request));
  const port = createAzure({ send, credential, clock, wallClock: clock, random: { next: () => 0.5 } });
  cloud.call('PUT', lanes, { location: 'eastus' });
  cloud.call('PUT', setPath, createBody({ tags: { costCenter: '42' } }));
  cloud.settle();
  return { cloud, port };
}

const agentExtension = {
  name: 'Microsoft.Azure.DevOps.Pipelines.Agent',
  publisher: 'Microsoft.VisualStudio.Services',
  type: 'TeamServicesAgentLinux',
  typeHandlerVersion: '1.26',
  provisionAfterExtensions: [] as readonly string[],
  settings: { isPipelinesAgent: true },
};

async function newLane(port: AzurePort, over: Partial<NewScaleSet> = {}): Promise<NewScaleSet> {
  const template = await port.readScaleSet(setPath);
  return {
    scaleSetId: laneId,
    templateId: setPath,
    modelDigest: template.modelDigest ?? '',
    image: { id: null, publisher: 'Canonical', offer: 'jammy', sku: '22_04-lts', version: '0.9.0' },
    osType: 'linux',
    size: null,
    computerNamePrefix: 'w1234567-',
    tags: { 'weir-image': 'ubuntu' },
    extension: agentExtension,
    ...over,
  };
}

describe('a lane', () => {
  it('is made from the template with an older exact version, listed in its group with its tags, and deleted', async () => {
    const { cloud, port } = stage();
    const accepted = await port.createScaleSet(await newLane(port));
    cloud.settle();
    await expect(port.followOperation(accepted.operationUrl!)).resolves.toEqual({ status: 'succeeded' });
    const [lane, ...others] = await port.listScaleSets(lanes);
    expect(others).toEqual([]);
    expect(lane).toMatchObject({
      id: expect.stringMatching(/weir-lane$/),
      capacity: 0,
      provisioningState: 'succeeded',
      overprovision: false,
      upgradePolicyMode: 'Manual',
      image: { publisher: 'Canonical', version: '0.9.0' },
      tags: { costCenter: '42', 'weir-image': 'ubuntu' },
    });
    await port.setCapacity(lane!, 1);
    cloud.settle();
    expect(cloud.azure.instances()).toMatchObject([
      { image: { exactVersion: '0.9.0' }, computerName: expect.stringMatching(/^w1234567-/) },
    ]);
    await port.deleteScaleSet(laneId);
    cloud.settle();
    await expect(port.listScaleSets(lanes)).resolves.toEqual([]);
    await expect(port.readScaleSet(setPath)).resolves.toMatchObject({ name: 'pool' });
  });

  it('is never put over a scale set that stands under its name', async () => {
    const { cloud, port } = stage();
    cloud.call('PUT', laneId, createBody({ capacity: 1 }));
    cloud.settle();
    await expect(port.createScaleSet(await newLane(port))).rejects.toMatchObject({ kind: 'conflict', status: 412 });
    await expect(port.readScaleSet(laneId)).resolves.toMatchObject({ capacity: 1, image: { version: 'latest' } });
  });

  it('is not made from a template that has changed since it was decided', async () => {
    const { cloud, port } = stage();
    const lane = await newLane(port);
    cloud.call('PATCH', setPath, { sku: { name: 'Standard_D4s_v3' } });
    cloud.settle();
    await expect(port.createScaleSet(lane)).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('has changed'),
    });
    await expect(port.listScaleSets(lanes)).resolves.toEqual([]);
  });

  it('of Windows stands beside one of Linux, from the same template', async () => {
    const { cloud, port } = stage();
    const image = {
      id: null,
      publisher: 'MicrosoftWindowsServer',
      offer: 'WindowsServer',
      sku: '2022-datacenter-g2',
      version: '20348.4200.261013',
    };
    await port.createScaleSet(await newLane(port, { image, osType: 'windows', scaleSetId: `${laneId}-win` }));
    await port.createScaleSet(await newLane(port));
    cloud.settle();
    const found = await port.listScaleSets(lanes);
    expect(found.map((one) => [one.osType, one.image.version])).toEqual([
      ['linux', '0.9.0'],
      ['windows', '20348.4200.261013'],
    ]);
  });

  it('of a gallery version that is not in the region is refused as Azure refuses it', async () => {
    const { cloud, port } = stage();
    madeGallery(cloud);
    replicatedVersion(cloud, '1.0.0', { regions: ['westus'] });
    const image = { id: definitionPath, publisher: null, offer: null, sku: null, version: '1.0.0' };
    await expect(port.createScaleSet(await newLane(port, { image }))).rejects.toMatchObject({
      kind: 'notFound',
      code: 'GalleryImageNotFound',
    });
  });

  it('carries the plan of its own image, from the Marketplace or a gallery, and never that of the template', async () => {
    const { cloud, port } = stage();
    const plan = { publisher: 'almalinux', product: 'almalinux-x86_64', name: '9-gen2' };
    const sold = {
      id: null,
      publisher: 'almalinux',
      offer: 'almalinux-x86_64',
      sku: '9-gen2',
      version: '9.7.202611120',
    };
    const planOf = (path: string) => (cloud.call('GET', path).json() as { plan?: object }).plan;
    madeGallery(cloud, { purchasePlan: plan });
    replicatedVersion(cloud, '1.0.0');
    await expect(port.createScaleSet(await newLane(port, { image: sold }))).rejects.toMatchObject({
      ...{ kind: 'invalid', code: 'MarketplaceTermsNotAccepted' },
      nextStep: expect.stringMatching(
        /: az vm image terms accept --publisher almalinux .* --plan 9-gen2 --subscription /,
      ),
    });
    const place = 'offerTypes/virtualmachine/publishers/almalinux/offers/almalinux-x86_64/plans/9-gen2';
    const terms = `/subscriptions/${subscriptionId}/providers/Microsoft.MarketplaceOrdering/${place}/agreements/current`;
    cloud.call('PUT', terms, { properties: { accepted: true } });
    await port.createScaleSet(await newLane(port, { image: sold }));
    const ofGallery = { id: definitionPath, publisher: null, offer: null, sku: null, version: '1.0.0' };
    await port.createScaleSet(await newLane(port, { image: ofGallery, scaleSetId: `${laneId}-gold` }));
    expect([laneId, `${laneId}-gold`].map(planOf)).toEqual([plan, plan]);
    const image = { ...sold, version: '9.6.202608110' };
    const soldTemplate = createBody({ profile: { ...profile(), storageProfile: { imageReference: image } } });
    cloud.call('PUT', `${setPath}-sold`, { ...soldTemplate, plan });
    cloud.settle();
    const templateId = `${setPath}-sold`;
    const modelDigest = (await port.readScaleSet(templateId)).modelDigest ?? '';
    await port.createScaleSet({ ...(await newLane(port)), templateId, modelDigest, scaleSetId: `${laneId}-plain` });
    expect([templateId, `${laneId}-plain`].map(planOf)).toEqual([plan, undefined]);
  });

  it('may be looked for in a group that is not there, and that is no empty list', async () => {
    const { port } = stage();
    await expect(port.listScaleSets(`${group}-gone`)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(port.listScaleSets(setPath)).rejects.toMatchObject({ kind: 'invalid' });
  });
});

describe('the versions of an image', () => {
  const gallery = { id: definitionPath, publisher: null, offer: null, sku: null, version: null };
  const query = { subscriptionId, image: gallery, location: 'East US', versions: [] as readonly string[] };

  it('of a gallery come newest first, with their replication down to the first that may be deployed', async () => {
    const { cloud, port } = stage();
    madeGallery(cloud);
    replicatedVersion(cloud, '1.9.0');
    replicatedVersion(cloud, '1.10.0');
    replicatedVersion(cloud, '1.11.0', { publishing: { excludeFromLatest: true } });
    replicatedVersion(cloud, '1.12.0', { regions: ['eastus', 'westus'], excludedIn: ['eastus'] });
    replicatedVersion(cloud, '1.13.0', { regions: ['westus'] });
    replicatedVersion(cloud, '1.14.0', { publishing: { endOfLifeDate: '2026-01-01T00:00:00Z' } });
    cloud.call('PUT', `${definitionPath}/versions/1.15.0`, versionBody());
    const found = await port.listImageVersions(query);
    expect(found.kind).toBe('gallery');
    expect(found.versions.map((one) => [one.version, one.replication, one.isExcludedFromLatest])).toEqual([
      ['1.15.0', 'replicating', false],
      ['1.14.0', 'replicated', false],
      ['1.13.0', 'absent', false],
      ['1.12.0', 'unknown', true],
      ['1.11.0', 'unknown', true],
      ['1.10.0', 'replicated', false],
      ['1.9.0', 'unknown', false],
    ]);
    expect(found.versions[1]?.endOfLifeAt).toBe(Date.UTC(2026, 0, 1));
    cloud.settle();
    const asked = await port.listImageVersions({ ...query, versions: ['1.9.0'] });
    expect(asked.versions.filter((one) => one.replication === 'replicated').map((one) => one.version)).toEqual([
      '1.15.0',
      '1.9.0',
    ]);
  });

  it('whose copy failed are said to have failed', async () => {
    const { cloud, port } = stage();
    madeGallery(cloud);
    cloud.call('PUT', `${definitionPath}/versions/1.0.0`, versionBody());
    cloud.azure.failReplication(`${definitionPath}/versions/1.0.0`, 'eastus');
    cloud.settle();
    const found = await port.listImageVersions(query);
    expect(found.versions).toMatchObject([{ version: '1.0.0', replication: 'failed' }]);
  });

  it('of the Marketplace are those that the region lists', async () => {
    const { port } = stage();
    const image = { id: null, publisher: 'Canonical', offer: 'jammy', sku: '22_04-lts', version: 'latest' };
    await expect(port.listImageVersions({ ...query, image })).resolves.toMatchObject({
      kind: 'marketplace',
      versions: [{ version: '1.0.0', replication: 'replicated' }, { version: '0.9.0' }],
    });
    await expect(port.listImageVersions({ ...query, image: { ...image, sku: 'gone' } })).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  it('of a managed image are none, but the image must be in the region', async () => {
    const { cloud, port } = stage();
    cloud.call('PUT', imagePath, imageBody());
    cloud.settle();
    const image = { ...gallery, id: imagePath };
    await expect(port.listImageVersions({ ...query, image })).resolves.toEqual({ kind: 'managed', versions: [] });
    await expect(port.listImageVersions({ ...query, image, location: 'westeurope' })).rejects.toMatchObject({
      kind: 'notFound',
    });
    await expect(
      port.listImageVersions({ ...query, image: { ...gallery, id: `${imagePath}x` } }),
    ).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('of an unknown gallery are an error and never an empty list', async () => {
    const { port } = stage();
    await expect(port.listImageVersions(query)).rejects.toMatchObject({ kind: 'notFound' });
  });
});
