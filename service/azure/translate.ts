// What Azure Resource Manager says about scale sets and their instances, in our words (azure-wire.md 2 and 3). Reads the
// raw wire form with its `properties`, never the SDK's flattened models, so that snapshots and live answers are read alike.
import type {
  ImageReference,
  Instance,
  OsType,
  ProvisioningState,
  ScaleSet,
  ScaleSetExtension,
} from '../domain/instance.ts';
import { type Fields, fieldsOf } from '../wire.ts';
import { modelOf } from './model-parts.ts';
import { extensionsOf, failuresOf, powerStateOf, statedProvisioning } from './instance-view.ts';

/** Azure always states what is defaulted here; only a shortened snapshot leaves it out. */
export function translateScaleSet(raw: unknown, path: string): ScaleSet {
  const scaleSet = fieldsOf(raw, path);
  const id = scaleSet.requiredText('id');
  const properties = scaleSet.object('properties');
  const profile = properties?.object('virtualMachineProfile') ?? null;
  const storage = profile?.object('storageProfile') ?? null;
  const osDisk = storage?.object('osDisk') ?? null;
  const sku = scaleSet.object('sku');
  return {
    id,
    name: scaleSet.text('name') ?? lastSegment(id),
    location: scaleSet.text('location') ?? '',
    etag: scaleSet.text('etag'),
    sku: { name: sku?.text('name') ?? '', tier: sku?.text('tier') ?? null },
    capacity: sku?.whole('capacity') ?? 0,
    provisioningState: provisioningState(properties?.text('provisioningState') ?? null),
    orchestrationMode: properties?.text('orchestrationMode')?.toLowerCase() === 'flexible' ? 'flexible' : 'uniform',
    osType: osType(osDisk, profile?.object('osProfile') ?? null),
    image: imageReference(storage?.object('imageReference') ?? null),
    isEphemeral: osDisk?.object('diffDiskSettings')?.text('option')?.toLowerCase() === 'local',
    overprovision: properties?.flag('overprovision') ?? false,
    upgradePolicyMode: properties?.object('upgradePolicy')?.text('mode') ?? 'Manual',
    automaticOsUpgrade:
      properties?.object('upgradePolicy')?.object('automaticOSUpgradePolicy')?.flag('enableAutomaticOSUpgrade') ??
      false,
    automaticRepairs: properties?.object('automaticRepairsPolicy')?.flag('enabled') ?? false,
    singlePlacementGroup: properties?.flag('singlePlacementGroup') ?? false,
    tags: scaleSet.textMap('tags'),
    extensions: (profile?.object('extensionProfile')?.objects('extensions') ?? []).map(extension),
    ...modelOf(scaleSet.raw()),
  };
}

/** A snapshot may leave the capacity out; a live answer may not: a wrong 0 would become a capacity that Azure shrinks to. */
export function readLiveScaleSet(raw: unknown, path: string): ScaleSet {
  const scaleSet = translateScaleSet(raw, path);
  fieldsOf(fieldsOf(raw, path).raw().sku, `${path}.sku`).requiredWhole('capacity');
  return scaleSet;
}

/** `scaleSetId` is carried over as given; without a `vmId` the instance's own ARM id stands in for it. */
export function translateInstance(scaleSetId: string, raw: unknown, path: string): Instance {
  const instance = fieldsOf(raw, path);
  const properties = instance.object('properties');
  const view = properties?.object('instanceView') ?? null;
  const size = instance.object('sku')?.text('name') ?? null;
  const instanceId = instance.text('instanceId') ?? lastSegment(instance.requiredText('id'));
  const name = instance.text('name') ?? `${lastSegment(scaleSetId)}_${instanceId}`;
  return {
    scaleSetId,
    instanceId,
    vmId: properties?.text('vmId') ?? `${scaleSetId}/virtualMachines/${instanceId}`.toLowerCase(),
    name,
    computerName: properties?.object('osProfile')?.text('computerName') ?? view?.text('computerName') ?? name,
    createdAt: properties?.instant('timeCreated') ?? null,
    provisioningState: provisioningState(properties?.text('provisioningState') ?? statedProvisioning(view)),
    powerState: powerStateOf(view),
    failures: failuresOf(view),
    isLatestModelApplied: properties?.flag('latestModelApplied') ?? true,
    ...(size === null ? {} : { size }),
    ...(view === null ? {} : { extensions: extensionsOf(view) }),
  };
}

const provisioningStates: Readonly<Record<string, ProvisioningState>> = {
  creating: 'creating',
  updating: 'updating',
  succeeded: 'succeeded',
  failed: 'failed',
  deleting: 'deleting',
};

function provisioningState(text: string | null): ProvisioningState {
  return (text === null ? undefined : provisioningStates[text.toLowerCase()]) ?? 'unknown';
}

function osType(osDisk: Fields | null, osProfile: Fields | null): OsType {
  const stated = osDisk?.text('osType')?.toLowerCase();
  if (stated === 'windows' || stated === 'linux') return stated;
  return (osProfile?.object('windowsConfiguration') ?? null) === null ? 'linux' : 'windows';
}

/** An image of a gallery shared directly or with everybody is named by a field of its own. */
function imageReference(image: Fields | null): ImageReference {
  return {
    id: image?.text('id') ?? image?.text('sharedGalleryImageId') ?? image?.text('communityGalleryImageId') ?? null,
    publisher: image?.text('publisher') ?? null,
    offer: image?.text('offer') ?? null,
    sku: image?.text('sku') ?? null,
    version: image?.text('version') ?? null,
  };
}

function extension(fields: Fields): ScaleSetExtension {
  const properties = fields.object('properties');
  return {
    name: fields.requiredText('name'),
    publisher: properties?.text('publisher') ?? '',
    type: properties?.text('type') ?? '',
    typeHandlerVersion: properties?.text('typeHandlerVersion') ?? null,
    provisionAfterExtensions: properties?.texts('provisionAfterExtensions') ?? [],
    settings: properties?.object('settings')?.raw() ?? {},
  };
}

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
