// The image groups of @azure/arm-compute as it is published, over https: galleries, Marketplace and managed images of the emulated Azure.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AzureOnASocket } from './azure-clients.ts';
import { azureOnASocket, quickly } from './azure-clients.ts';

const group = 'agents';
const location = 'eastus';
const source = { id: '/subscriptions/s/resourceGroups/agents/providers/Microsoft.Compute/snapshots/source' };
let cloud: AzureOnASocket;

beforeAll(async () => {
  cloud = await azureOnASocket({ pageSize: 2, timings: { replicate: { median: 60, p95: 90 } } });
});
afterAll(() => cloud.close());

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

describe('@azure/arm-compute against the emulator', () => {
  it('makes a gallery with versions, waits for their replication, reads its status, lists and deletes', async () => {
    const { compute } = cloud;
    await compute.galleries.createOrUpdate(group, 'gold', { location }, quickly);
    const identifier = { publisher: 'weir', offer: 'agents', sku: 'linux' };
    const definition = { location, osType: 'Linux', osState: 'Generalized', identifier } as const;
    await compute.galleryImages.createOrUpdate(group, 'gold', 'linux', definition, quickly);
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
      const made = await compute.galleryImageVersions.createOrUpdate(
        group,
        'gold',
        'linux',
        version,
        {
          location,
          publishingProfile: { targetRegions: [{ name: 'eastus' }, { name: 'West US', excludeFromLatest: true }] },
          storageProfile: { osDiskImage: { source } },
        },
        quickly,
      );
      expect([made.name, made.provisioningState, made.replicationStatus]).toEqual([version, 'Succeeded', undefined]);
    }
    const whole = await compute.galleryImageVersions.get(group, 'gold', 'linux', '1.2.0', {
      expand: 'ReplicationStatus',
    });
    expect(whole.replicationStatus).toMatchObject({
      aggregatedState: 'Completed',
      summary: [{ region: 'eastus', state: 'Completed', progress: 100 }, { region: 'West US' }],
    });
    expect(whole.publishingProfile?.publishedDate).toBeInstanceOf(Date);
    expect(whole.publishingProfile?.targetRegions?.map((region) => region.excludeFromLatest)).toEqual([false, true]);
    const changed = await compute.galleryImageVersions.update(
      group,
      'gold',
      'linux',
      '1.2.0',
      { publishingProfile: { excludeFromLatest: true } },
      quickly,
    );
    expect(changed.publishingProfile?.excludeFromLatest).toBe(true);
    const listed = await all(compute.galleryImageVersions.listByGalleryImage(group, 'gold', 'linux'));
    expect(listed.map((one) => one.name)).toEqual(['1.0.0', '1.1.0', '1.2.0']);
    await compute.galleryImageVersions.delete(group, 'gold', 'linux', '1.0.0', quickly);
    await expect(compute.galleryImageVersions.get(group, 'gold', 'linux', '1.0.0')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
  });

  it('lists Marketplace versions newest first and reads one', async () => {
    const where = [location, 'Canonical', 'ubuntu-24_04-lts', 'server'] as const;
    const images = cloud.compute.virtualMachineImages;
    const [newest, ...others] = await images.list(...where, { top: 1, orderby: 'name desc' });
    expect([newest?.name, others]).toEqual(['24.04.202611110', []]);
    expect(await images.get(...where, newest?.name ?? '')).toMatchObject({ hyperVGeneration: 'V2' });
    expect((await images.listPublishers(location)).map((one) => one.name)).toContain('Canonical');
    expect((await images.listOffers(location, 'Canonical')).map((one) => one.name)).toContain('ubuntu-24_04-lts');
    expect((await images.listSkus(location, 'Canonical', 'ubuntu-24_04-lts')).length).toBeGreaterThan(2);
  });

  it('makes, lists and deletes managed images', async () => {
    const { images } = cloud.compute;
    const osDisk = { osType: 'Linux', osState: 'Generalized', snapshot: source } as const;
    for (const name of ['a', 'b', 'c'])
      await images.createOrUpdate(group, name, { location, storageProfile: { osDisk } }, quickly);
    expect((await all(images.listByResourceGroup(group))).map((one) => one.name)).toEqual(['a', 'b', 'c']);
    expect(await images.get(group, 'a')).toMatchObject({ provisioningState: 'Succeeded' });
    await images.delete(group, 'a', quickly);
    expect((await all(images.list())).map((one) => one.name)).toEqual(['b', 'c']);
  });
});
