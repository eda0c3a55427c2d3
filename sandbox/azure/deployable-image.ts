// From an image reference to the one version that a machine in a region is made from, or Azure's refusal. `latest` is chosen by Azure's
// own rule: not excluded, neither everywhere nor in the region, and replicated there; the end of life plays no part (azure-wire.md 2).
import { ArmError, invalidParameter, notBuilt } from './arm-error.ts';
import type { Cloud } from './cloud.ts';
import { compareVersions, resourceById, resourcesBelow } from './image-resources.ts';
import { objectAt, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { isExcludedIn, isReplicatedTo } from './replication.ts';
import type { MarketplaceImage } from './state.ts';

/** The version to deploy; null where the image has none, as managed images. */
export function exactVersionOf(cloud: Cloud, location: string, reference: JsonObject): string | null {
  const id = stringAt(reference, 'id');
  if (id === undefined) return platformVersion(cloud, reference);
  if (/\/galleries\//i.test(id)) return galleryVersion(cloud, location, id);
  const image = resourceById(cloud, id);
  // A managed image lives in one region only. Code and text are those of public reports; Azure says nothing of the region either.
  if (image?.kind !== 'image' || image.location !== location || image.provisioningState === 'Deleting')
    throw new ArmError(404, 'NotFound', `The Image '${id}' cannot be found.`, 'imageReference');
  return null;
}

/** Whether a gallery image or managed image is of Windows or Linux; undefined for what is not held here. */
export function osTypeOfImage(cloud: Cloud, reference: JsonObject): string | undefined {
  const id = stringAt(reference, 'id')?.replace(/\/versions\/[^/]+\/?$/i, '');
  if (id === undefined) return undefined;
  const properties = resourceById(cloud, id)?.properties;
  return stringAt(properties, 'osType') ?? stringAt(properties, 'storageProfile', 'osDisk', 'osType');
}

/** Refuses a profile whose image cannot be deployed in the region. */
export function requireDeployable(cloud: Cloud, location: string, profile: JsonObject): void {
  exactVersionOf(cloud, location, objectAt(profile, 'storageProfile', 'imageReference') ?? {});
}

function galleryVersion(cloud: Cloud, location: string, id: string): string {
  const [, definition = id, named] = /^(.*?)(?:\/versions\/([^/]+))?\/?$/i.exec(id) ?? [];
  if (named !== undefined && named.toLowerCase() !== 'latest') {
    const version = resourceById(cloud, id);
    if (version?.kind === 'version' && isReplicatedTo(version, location)) return version.name;
    // Missing and not replicated are one refusal (public reports: HTTP 404, target imageReference).
    throw new ArmError(
      404,
      'GalleryImageNotFound',
      `The gallery image ${id} is not available in ${location} region. Please contact image owner to replicate to this region, or change your requested region.`,
      'imageReference',
    );
  }
  const candidates = resourcesBelow(cloud, definition, 'version').filter(
    (version) => isReplicatedTo(version, location) && !isExcludedIn(version, location),
  );
  const newest = candidates.sort((a, b) => compareVersions(b.name, a.name))[0];
  if (newest) return newest.name;
  throw invalidParameter(
    'imageReference',
    `In region ${location}, the following list of images referenced from the deployment template are not found: ${definition}/versions/latest. ` +
      `Please check that at least one image has been replicated to ${location} and that 'exclude from latest' is set to false.`,
  );
}

function platformVersion(cloud: Cloud, reference: JsonObject): string {
  if (stringAt(reference, 'publisher') === undefined)
    throw notBuilt('virtualMachineScaleSets with an image of a shared or community gallery');
  const wanted = stringAt(reference, 'version') ?? 'latest';
  const versions = platformImage(cloud, reference)?.versions ?? [];
  const isLatest = wanted.toLowerCase() === 'latest';
  const found = isLatest ? [...versions].sort(compareVersions).at(-1) : versions.find((version) => version === wanted);
  if (found !== undefined) return found;
  const urn = ['publisher', 'offer', 'sku'].map((key) => stringAt(reference, key) ?? '').join(':');
  throw new ArmError(
    404,
    'PlatformImageNotFound',
    `The platform image '${urn}:${wanted}' is not available. Verify that all fields in the storage profile are correct. For more details about storage profile information, please refer to https://aka.ms/storageprofile`,
    'imageReference',
  );
}

export function platformImage(cloud: Cloud, reference: JsonObject): MarketplaceImage | undefined {
  return cloud.state.marketplace.find((image) =>
    (['publisher', 'offer', 'sku'] as const).every(
      (key) => stringAt(reference, key)?.toLowerCase() === image[key].toLowerCase(),
    ),
  );
}

/** As `exactVersionOf`, without its words. */
export function isDeployable(cloud: Cloud, location: string, reference: JsonObject): boolean {
  try {
    exactVersionOf(cloud, location, reference);
    return true;
  } catch (problem) {
    if (problem instanceof ArmError) return false;
    throw problem;
  }
}
