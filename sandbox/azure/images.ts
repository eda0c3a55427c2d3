// Which image an instance gets: the reference of the model with its version resolved, as a deployed instance shows it
// (azure-wire.md, recorded list: the model keeps `latest`, the instance names the version), and what a profile says of its disks.
import type { Cloud } from './cloud.ts';
import { exactVersionOf } from './deployable-image.ts';
import { isObject, listAt, objectAt, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';

export function deployedImage(cloud: Cloud, location: string, profile: JsonObject): Record<string, string> {
  const reference = objectAt(profile, 'storageProfile', 'imageReference') ?? {};
  const image: Record<string, string> = {};
  for (const [key, value] of Object.entries(reference)) if (typeof value === 'string') image[key] = value;
  return withVersion(image, exactVersionOf(cloud, location, image));
}

/** The same image in another version, which must be deployable too. */
export function imageInVersion(
  cloud: Cloud,
  location: string,
  image: Readonly<Record<string, string>>,
  version: string,
): Record<string, string> {
  const { id } = image;
  const reference: Record<string, string> =
    id === undefined
      ? { ...image, version }
      : { ...image, id: `${id.replace(/\/versions\/[^/]+\/?$/i, '')}/versions/${version}` };
  return withVersion({ ...image }, exactVersionOf(cloud, location, reference));
}

/** A set that names `latest` moves to the newest version at a reimage; one that names a version stays (azure-wire.md 3). */
export function followsLatest(image: JsonObject): boolean {
  const id =
    stringAt(image, 'id') ?? stringAt(image, 'sharedGalleryImageId') ?? stringAt(image, 'communityGalleryImageId');
  if (id !== undefined) return /\/galleries\/[^/]+\/images\/[^/]+(\/versions\/latest)?\/?$/i.test(id);
  return (stringAt(image, 'version') ?? 'latest').toLowerCase() === 'latest';
}

export function osTypeOf(profile: JsonObject): 'linux' | 'windows' {
  const named = stringAt(profile, 'storageProfile', 'osDisk', 'osType');
  if (named !== undefined) return named.toLowerCase() === 'windows' ? 'windows' : 'linux';
  if (objectAt(profile, 'osProfile', 'windowsConfiguration')) return 'windows';
  if (objectAt(profile, 'osProfile', 'linuxConfiguration')) return 'linux';
  const words = `${stringAt(profile, 'storageProfile', 'imageReference', 'publisher') ?? ''} ${stringAt(profile, 'storageProfile', 'imageReference', 'offer') ?? ''}`;
  return /windows/i.test(words) ? 'windows' : 'linux';
}

export function isEphemeral(profile: JsonObject): boolean {
  return stringAt(profile, 'storageProfile', 'osDisk', 'diffDiskSettings', 'option') !== undefined;
}

export function dataDisksOf(profile: JsonObject): JsonObject[] {
  return listAt(profile, 'storageProfile', 'dataDisks').filter(isObject);
}

function withVersion(image: Record<string, string>, exact: string | null): Record<string, string> {
  if (exact === null) return image;
  return { ...image, exactVersion: exact, ...(image.publisher === undefined ? {} : { version: exact }) };
}
