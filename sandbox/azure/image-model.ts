// What a write of a gallery, an image definition, an image version or a managed image must bring, and the defaults that Azure fills in
// (the official OpenAPI of galleries and images).
import { ArmError, changeNotAllowed, invalidParameter, missingParameter, notBuilt } from './arm-error.ts';
import type { Cloud } from './cloud.ts';
import { isoTime } from './cloud.ts';
import { resourceById } from './image-resources.ts';
import { isObject, listAt, merged, objectAt, sameJson, stringAt, valueAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import type { ImageResource, ImageResourceKind } from './state.ts';

const names: Readonly<Record<ImageResourceKind, RegExp>> = {
  gallery: /^[A-Za-z0-9](?:[A-Za-z0-9._]{0,78}[A-Za-z0-9])?$/,
  definition: /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$/,
  version: /^\d{1,10}\.\d{1,10}\.\d{1,10}$/,
  image: /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?$/,
};

export function requireName(kind: ImageResourceKind, name: string): void {
  const isWord = names[kind].test(name);
  const isInRange = kind !== 'version' || name.split('.').every((part) => Number(part) < 2 ** 31);
  if (!isWord || !isInRange)
    throw new ArmError(400, 'InvalidResourceName', `The resource name '${name}' is invalid.`, kind);
}

/** The properties after a create or a change; `before` is null for a new resource. */
export function resourceProperties(
  cloud: Cloud,
  kind: ImageResourceKind,
  before: ImageResource | null,
  change: JsonObject,
  location: string,
): JsonObject {
  const properties = merged(before?.properties ?? {}, withoutReadOnly(change)) as JsonObject;
  switch (kind) {
    case 'gallery':
      return properties;
    case 'definition':
      return definition(before, properties);
    case 'version':
      return version(cloud, before, properties, location);
    case 'image':
      return managedImage(properties);
  }
}

function definition(before: ImageResource | null, properties: JsonObject): JsonObject {
  requireOneOf(properties, 'osType', ['Windows', 'Linux']);
  requireOneOf(properties, 'osState', ['Generalized', 'Specialized']);
  for (const key of ['publisher', 'offer', 'sku'])
    if (stringAt(properties, 'identifier', key) === undefined) throw missingParameter(`identifier.${key}`);
  const whole = merged({ hyperVGeneration: 'V1', architecture: 'x64' }, properties) as JsonObject;
  requireOneOf(whole, 'hyperVGeneration', ['V1', 'V2']);
  requireOneOf(whole, 'architecture', ['x64', 'Arm64']);
  // What the versions were made for cannot become something else.
  for (const key of ['osType', 'osState', 'identifier', 'hyperVGeneration', 'architecture'])
    if (before && !sameJson(before.properties[key], whole[key]))
      throw changeNotAllowed(`galleryImage.properties.${key}`);
  return whole;
}

function version(cloud: Cloud, before: ImageResource | null, properties: JsonObject, location: string): JsonObject {
  const storage = objectAt(properties, 'storageProfile');
  if (!storage) throw missingParameter('galleryImageVersion.properties.storageProfile');
  if (before && !sameJson(source(before.properties), source(properties)))
    throw changeNotAllowed('galleryImageVersion.properties.storageProfile.source');
  if (!before) requireSource(cloud, storage);
  const publishing = objectAt(properties, 'publishingProfile') ?? {};
  const replicaCount = replicas(publishing.replicaCount, 1, 'replicaCount');
  const targets = listAt(publishing, 'targetRegions');
  const targetRegions: Json[] = (targets.length > 0 ? targets : [{ name: location }]).map((target) => {
    if (stringAt(target, 'name') === undefined) throw missingParameter('targetRegions.name');
    return {
      storageAccountType: 'Standard_LRS',
      excludeFromLatest: false,
      ...(isObject(target) ? target : {}),
      regionalReplicaCount: replicas(valueAt(target, 'regionalReplicaCount'), replicaCount, 'regionalReplicaCount'),
    };
  });
  const { endOfLifeDate } = publishing;
  if (endOfLifeDate !== undefined && (typeof endOfLifeDate !== 'string' || Number.isNaN(Date.parse(endOfLifeDate))))
    throw invalidParameter('endOfLifeDate', 'The value of parameter endOfLifeDate is invalid.');
  const publishedDate = stringAt(before?.properties, 'publishingProfile', 'publishedDate');
  return {
    ...properties,
    publishingProfile: {
      excludeFromLatest: false,
      storageAccountType: 'Standard_LRS',
      replicationMode: 'Full',
      ...publishing,
      replicaCount,
      targetRegions,
      publishedDate: publishedDate ?? isoTime(cloud.state.now),
    },
    storageProfile: merged({ osDiskImage: { sizeInGB: 30, hostCaching: 'ReadWrite' } }, storage),
    safetyProfile: merged({ allowDeletionOfReplicatedLocations: true }, properties.safetyProfile ?? {}),
  };
}

// Only what this emulator holds can be missed: disks, snapshots and machines outside scale sets are taken on trust.
function requireSource(cloud: Cloud, storage: JsonObject): void {
  const id = stringAt(storage, 'source', 'id') ?? stringAt(storage, 'source', 'virtualMachineId');
  const disk = objectAt(storage, 'osDiskImage', 'source');
  if (id === undefined && !disk) throw missingParameter('galleryImageVersion.properties.storageProfile.source.id');
  if (id !== undefined && /\/providers\/Microsoft\.Compute\/(images|galleries)\//i.test(id) && !resourceById(cloud, id))
    throw new ArmError(404, 'NotFound', `The source image '${id}' cannot be found.`, 'source.id');
}

function managedImage(properties: JsonObject): JsonObject {
  if (objectAt(properties, 'sourceVirtualMachine')) throw notBuilt('images.createOrUpdate with sourceVirtualMachine');
  const disk = objectAt(properties, 'storageProfile', 'osDisk');
  if (!disk) throw missingParameter('storageProfile.osDisk');
  requireOneOf(disk, 'osType', ['Windows', 'Linux']);
  requireOneOf(disk, 'osState', ['Generalized', 'Specialized']);
  const generation = { hyperVGeneration: 'V1', storageProfile: { osDisk: { caching: 'None' }, zoneResilient: false } };
  return merged(generation, properties) as JsonObject;
}

/** At most 100 copies in a region (azure-wire.md 2). */
function replicas(value: Json | undefined, otherwise: number, name: string): number {
  const count = value ?? otherwise;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= 100) return count;
  throw invalidParameter(name, `The value of parameter ${name} is invalid: it must be a whole number from 1 to 100.`);
}

function requireOneOf(object: JsonObject, key: string, allowed: readonly string[]): void {
  const value = stringAt(object, key);
  if (value === undefined) throw missingParameter(key);
  if (allowed.includes(value)) return;
  throw invalidParameter(
    key,
    `The value '${value}' of parameter '${key}' is invalid. Allowed values are: ${allowed.join(', ')}.`,
  );
}

function source(properties: JsonObject): Json {
  return valueAt(properties, 'storageProfile', 'source') ?? null;
}

function withoutReadOnly(change: JsonObject): JsonObject {
  const rest = { ...change };
  for (const key of ['provisioningState', 'replicationStatus']) Reflect.deleteProperty(rest, key);
  const publishing = objectAt(rest, 'publishingProfile');
  if (publishing) {
    const { publishedDate: _published, ...kept } = publishing;
    rest.publishingProfile = kept;
  }
  return rest;
}
