// A gallery with one Linux image definition, and what versions and managed images of tests are written with.
import { group } from './cloud.ts';
import type { TestCloud } from './cloud.ts';

export const galleryPath = `${group}/providers/Microsoft.Compute/galleries/gold`;
export const definitionPath = `${galleryPath}/images/linux`;
export const imagePath = `${group}/providers/Microsoft.Compute/images/plain`;
const disk = `${group}/providers/Microsoft.Compute/snapshots/source`;

export function definitionBody(over: object = {}): Record<string, unknown> {
  return {
    location: 'eastus',
    properties: {
      osType: 'Linux',
      osState: 'Generalized',
      hyperVGeneration: 'V2',
      architecture: 'x64',
      identifier: { publisher: 'weir', offer: 'agents', sku: 'linux' },
      features: [{ name: 'SecurityType', value: 'TrustedLaunch' }],
      ...over,
    },
  };
}

/** `excludedIn` names regions with their own excludeFromLatest; `publishing` goes over the publishing profile. */
export function versionBody(
  over: { regions?: readonly string[]; excludedIn?: readonly string[]; publishing?: object } = {},
): Record<string, unknown> {
  const targetRegions = (over.regions ?? ['eastus']).map((name) => ({
    name,
    regionalReplicaCount: 2,
    excludeFromLatest: over.excludedIn?.includes(name) ?? false,
  }));
  return {
    location: 'eastus',
    properties: {
      publishingProfile: { targetRegions, ...over.publishing },
      storageProfile: { osDiskImage: { source: { id: disk } } },
    },
  };
}

export function imageBody(): Record<string, unknown> {
  return {
    location: 'eastus',
    properties: { storageProfile: { osDisk: { osType: 'Linux', osState: 'Generalized', snapshot: { id: disk } } } },
  };
}

/** `over` goes over the properties of the image definition. */
export function madeGallery(cloud: TestCloud, over: object = {}): void {
  required(cloud, galleryPath, { location: 'eastus' });
  required(cloud, definitionPath, definitionBody(over));
  cloud.settle();
}

/** A version that is everywhere it shall be; answers its id. */
export function replicatedVersion(
  cloud: TestCloud,
  name: string,
  over: Parameters<typeof versionBody>[0] = {},
): string {
  const id = `${definitionPath}/versions/${name}`;
  required(cloud, id, versionBody(over));
  cloud.settle();
  return id;
}

function required(cloud: TestCloud, path: string, body: unknown): void {
  const answer = cloud.call('PUT', path, body);
  if (answer.status !== 201) throw new Error(`${path} was not created: ${answer.text}`);
}
