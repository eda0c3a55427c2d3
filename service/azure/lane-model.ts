// The model of a lane, made from the template's as Azure tells it: a deep copy of everything but what Azure writes itself,
// with another image, no machine in it, and the settings that an agent pool needs (DESIGN fact 5, azure-wire.md 3).
import { createHash } from 'node:crypto';
import type { ImageReference, OsType } from '../domain/instance.ts';
import type { NewScaleSet } from '../domain/new-scale-set.ts';
import { fieldsOf } from '../wire.ts';
import { expectWholeExtensions, extensionsOfLane } from './lane-extensions.ts';

export type Json = Readonly<Record<string, unknown>>;

/**
 * The body of the PUT; throws `invalid` where the template cannot be taken over. `plan` is that of the lane's image, whatever
 * the template's has. `newPassword` is asked only where the model needs one, for Azure never tells the template's.
 */
export function laneModel(template: Json, lane: NewScaleSet, plan: Json | null, newPassword: () => string): Json {
  const kept = without(takenOver(template), ['plan']);
  const properties = objectIn(kept, 'properties');
  const profile = objectIn(properties, 'virtualMachineProfile');
  const isOtherOs = osTypeOf(template) !== lane.osType;
  const sku = objectIn(kept, 'sku');
  if (!isOtherOs) expectWholeExtensions(objectIn(profile, 'extensionProfile'));
  return {
    ...kept,
    ...(plan === null ? {} : { plan }),
    sku: { ...sku, name: lane.size ?? sku.name, capacity: 0 },
    tags: { ...tagsOf(template), ...lane.tags },
    properties: {
      ...properties,
      ...(maySpanGroups(properties) ? { singlePlacementGroup: false } : {}),
      virtualMachineProfile: {
        ...without(profile, isOtherOs ? ['licenseType', 'userData'] : []),
        storageProfile: storageOf(profile, lane, isOtherOs),
        osProfile: osProfileOf(objectIn(profile, 'osProfile'), lane, isOtherOs, newPassword),
        extensionProfile: extensionsOfLane(objectIn(profile, 'extensionProfile'), isOtherOs, lane.extension),
      },
    },
  };
}

/**
 * One placement group holds 100 machines (azure-wire.md 3). Several are no part of the digest, so that lanes made before this
 * stay; what may tie machines to one group is left as its owner made it.
 */
function maySpanGroups(properties: Json): boolean {
  const network = JSON.stringify(objectIn(objectIn(properties, 'virtualMachineProfile'), 'networkProfile'));
  const isTied = properties.proximityPlacementGroup != null || properties.hostGroup != null;
  return !isTied && !/"(loadBalancer|applicationGateway)[A-Za-z]*":\[\{/i.test(network);
}

/** Twelve hexadecimal digits: the same for the same template, whatever its capacity, tags, machines or image version. */
export function modelDigest(template: Json): string {
  const text = JSON.stringify(sorted(withoutImageVersion(takenOver(template))));
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** What a lane has from its template: the copy, and the few settings that every lane has whatever the template says. */
function takenOver(template: Json): Json {
  const properties = objectIn(template, 'properties');
  const profile = objectIn(properties, 'virtualMachineProfile');
  const storage = objectIn(profile, 'storageProfile');
  return {
    ...only(template, ['location', 'zones', 'plan', 'extendedLocation']),
    ...(template.identity == null ? {} : { identity: identityOf(objectIn(template, 'identity')) }),
    sku: without(objectIn(template, 'sku'), ['capacity']),
    properties: {
      ...without(properties, ownOfAzure),
      orchestrationMode: 'Uniform',
      overprovision: false,
      upgradePolicy: { mode: 'Manual' },
      virtualMachineProfile: {
        ...without(profile, ['timeCreated']),
        storageProfile: {
          ...storage,
          imageReference: without(objectIn(storage, 'imageReference'), ['exactVersion']),
        },
        extensionProfile: extensionsOfLane(objectIn(profile, 'extensionProfile'), false),
      },
    },
  };
}

/** Azure writes the first three; repairs and upgrades by Azure would take machines away under a running job. */
const ownOfAzure = [
  'provisioningState',
  'uniqueId',
  'timeCreated',
  'automaticRepairsPolicy',
  'doNotRunExtensionsOnOverprovisionedVMs',
];

function storageOf(profile: Json, lane: NewScaleSet, isOtherOs: boolean): Json {
  const storage = objectIn(profile, 'storageProfile');
  // The disk of a Windows image is larger than a Linux template asks for, so an image of the other kind brings its own size.
  const osDisk = without(objectIn(storage, 'osDisk'), isOtherOs ? ['osType', 'diskSizeGB'] : []);
  return {
    ...storage,
    imageReference: imageReferenceOf(lane.image),
    osDisk: { ...osDisk, osType: lane.osType === 'windows' ? 'Windows' : 'Linux' },
  };
}

/** An image that is shared directly or with everybody has a field of its own. */
export function imageReferenceOf({ id, publisher, offer, sku, version }: ImageReference): Json {
  if (id === null) return { publisher, offer, sku, version };
  const named = version === null || !/\/images\/[^/]+$/i.test(id) || !isGallery(id) ? id : `${id}/versions/${version}`;
  if (/^\/sharedGalleries\//i.test(id)) return { sharedGalleryImageId: named };
  return /^\/communityGalleries\//i.test(id) ? { communityGalleryImageId: named } : { id: named };
}

export function isGallery(id: string): boolean {
  return /\/(galleries|sharedGalleries|communityGalleries)\//i.test(id);
}

function osProfileOf(template: Json, lane: NewScaleSet, isOtherOs: boolean, newPassword: () => string): Json {
  const kept = isOtherOs ? only(template, ['adminUsername', 'allowExtensionOperations']) : template;
  const profile = { ...kept, computerNamePrefix: lane.computerNamePrefix };
  if (hasKeys(profile)) return profile;
  const provisioning = lane.osType === 'windows' ? 'windowsConfiguration' : 'linuxConfiguration';
  const configuration = isOtherOs ? { [provisioning]: configurations[lane.osType] } : {};
  return { ...profile, ...configuration, adminPassword: newPassword() };
}

/** Nobody logs in, but Azure wants an account; updates in the middle of a job would be no help. */
const configurations: Readonly<Record<OsType, Json>> = {
  windows: { provisionVMAgent: true, enableAutomaticUpdates: false },
  linux: { provisionVMAgent: true, disablePasswordAuthentication: false },
};

/** With keys, and without a password, a Linux machine is complete. */
function hasKeys(profile: Json): boolean {
  const linux = objectIn(profile, 'linuxConfiguration');
  const keys = objectIn(linux, 'ssh').publicKeys;
  return linux.disablePasswordAuthentication === true && Array.isArray(keys) && keys.length > 0;
}

function osTypeOf(template: Json): OsType {
  const profile = objectIn(objectIn(template, 'properties'), 'virtualMachineProfile');
  const stated = objectIn(objectIn(profile, 'storageProfile'), 'osDisk').osType;
  if (typeof stated === 'string') return stated.toLowerCase() === 'windows' ? 'windows' : 'linux';
  return objectIn(profile, 'osProfile').windowsConfiguration == null ? 'linux' : 'windows';
}

/** Policies often ask for tags, so the customer's go along; those of Azure DevOps would make it take the lane for its own. */
function tagsOf(template: Json): Json {
  const tags = objectIn(template, 'tags');
  return without(
    tags,
    Object.keys(tags).filter((name) => /^(__AzureDevOps|hidden-|weir-)/i.test(name)),
  );
}

/** Azure answers who each identity is; only which ones there are may be written. */
function identityOf(identity: Json): Json {
  const users = identity.userAssignedIdentities;
  if (users == null) return only(identity, ['type']);
  const ids = Object.keys(objectIn(identity, 'userAssignedIdentities'));
  return { type: identity.type, userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])) };
}

/** A new version of the template's image is no other template: Weir chooses versions itself. */
function withoutImageVersion(kept: Json): Json {
  const properties = objectIn(kept, 'properties');
  const profile = objectIn(properties, 'virtualMachineProfile');
  const storage = objectIn(profile, 'storageProfile');
  const named = Object.entries(without(objectIn(storage, 'imageReference'), ['version']));
  const imageReference = Object.fromEntries(
    named.map(([key, value]) => [key, typeof value === 'string' ? value.replace(/\/versions\/[^/]+\/?$/i, '') : value]),
  );
  return {
    ...kept,
    properties: {
      ...properties,
      virtualMachineProfile: { ...profile, storageProfile: { ...storage, imageReference } },
    },
  };
}

export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** Absent or null is empty; anything but an object is not what Azure says, and nothing is made from it. */
export function objectIn(object: Json, key: string): Json {
  const value = object[key];
  if (value === undefined || value === null) return {};
  return fieldsOf(value, key).raw();
}

export function without(object: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function only(object: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => keys.includes(key) && value != null));
}
