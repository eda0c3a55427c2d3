// Which image an instance gets: the reference of the model with its version resolved, as a deployed instance shows it
// (azure-wire.md, recorded list: the model keeps `latest`, the instance names the version). Galleries are not built yet, so `latest`
// has one answer.
import { isObject, listAt, objectAt, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';

const latestVersion = '1.0.0';

export function deployedImage(profile: JsonObject): Record<string, string> {
  const reference = objectAt(profile, 'storageProfile', 'imageReference') ?? {};
  const image: Record<string, string> = {};
  for (const [key, value] of Object.entries(reference)) if (typeof value === 'string') image[key] = value;
  const exact = exactVersion(image);
  if (exact !== undefined) image.exactVersion = exact;
  if (image.publisher !== undefined && exact !== undefined) image.version = exact;
  return image;
}

/** A set that names `latest` moves to the newest version at a reimage; one that names a version stays (azure-wire.md 3). */
export function followsLatest(image: JsonObject): boolean {
  const id =
    stringAt(image, 'id') ?? stringAt(image, 'sharedGalleryImageId') ?? stringAt(image, 'communityGalleryImageId');
  if (id !== undefined) return /\/galleries\/[^/]+\/images\/[^/]+\/?$/i.test(id);
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

function exactVersion(image: Readonly<Record<string, string>>): string | undefined {
  const id = image.id ?? image.sharedGalleryImageId ?? image.communityGalleryImageId;
  if (id !== undefined) {
    const named = /\/versions\/([^/]+)\/?$/i.exec(id)?.[1];
    if (named !== undefined && named.toLowerCase() !== 'latest') return named;
    return /\/images\/[^/]+(\/versions\/latest)?\/?$/i.test(id) && /galleries\//i.test(id) ? latestVersion : undefined;
  }
  const version = image.version ?? 'latest';
  return version.toLowerCase() === 'latest' ? latestVersion : version;
}
