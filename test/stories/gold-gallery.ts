// A gallery with one image definition, and versions that are copied into regions, laid out as a person would.
import { galleryImage, subscription, type LaneWorld } from './lane-world.ts';

const location = 'westeurope';

export async function publishGold(told: LaneWorld, version: string): Promise<void> {
  await makeGold(told);
  await publishVersion(told, version);
}

export async function makeGold(told: LaneWorld): Promise<void> {
  await told.put(galleryImage.replace(/\/images\/.*$/, ''), { location });
  const identifier = { publisher: 'weir', offer: 'agents', sku: 'linux' };
  await told.put(galleryImage, {
    location,
    properties: { osType: 'Linux', osState: 'Generalized', hyperVGeneration: 'V2', identifier },
  });
}

export async function publishVersion(
  told: LaneWorld,
  version: string,
  regions: readonly string[] = ['West Europe'],
): Promise<void> {
  const targetRegions = regions.map((name) => ({ name, regionalReplicaCount: 1 }));
  const source = { id: `${subscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/snapshots/s` };
  await told.put(`${galleryImage}/versions/${version}`, {
    location,
    properties: { publishingProfile: { targetRegions }, storageProfile: { osDiskImage: { source } } },
  });
}
