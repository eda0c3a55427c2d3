// An instance as Azure answers it: the resource, and the instance view with the statuses that clients judge it by (azure-wire.md 3, States).
import { isoTime } from './cloud.ts';
import { etagText } from './etag.ts';
import { extensionNamed, extensionsOf, handlerOf, nameOf } from './extension-order.ts';
import { runMessage, tellsInSubstatuses } from './extension-runs.ts';
import { dataDisksOf, isEphemeral, osTypeOf } from './images.ts';
import { profileOfInstance } from './instance-life.ts';
import { listAt, merged, objectAt, stringAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { groupId, instanceIdPath } from './resource-ids.ts';
import { redactedProfile } from './scale-set-model.ts';
import type { ExtensionRun, Instance, ScaleSet } from './state.ts';

export interface InstanceViewWish {
  readonly instanceView?: boolean;
  readonly userData?: boolean;
}

export function instanceResource(set: ScaleSet, instance: Instance, wish: InstanceViewWish = {}): JsonObject {
  const profile = redactedProfile(profileOfInstance(set, instance), true);
  const properties: JsonObject = {
    latestModelApplied: instance.modelVersion === set.modelVersion,
    modelDefinitionApplied: 'VirtualMachineScaleSet',
    vmId: instance.vmId,
    hardwareProfile: {},
    storageProfile: storageProfile(set, instance, profile),
    networkProfile: { networkInterfaces: networkInterfaces(set, instance, profile) },
    networkProfileConfiguration: networkConfiguration(profile),
    provisioningState: instance.provisioningState,
    timeCreated: isoTime(instance.createdAt),
  };
  if (profile.osProfile) properties.osProfile = osProfile(instance, objectAt(profile, 'osProfile') ?? {});
  for (const key of ['securityProfile', 'diagnosticsProfile', 'licenseType'])
    if (profile[key] !== undefined) properties[key] = profile[key];
  if (instance.protection) properties.protectionPolicy = instance.protection;
  if (wish.userData && profile.userData !== undefined) properties.userData = profile.userData;
  if (wish.instanceView) properties.instanceView = instanceView(set, instance);
  const resource: JsonObject = {
    name: `${set.name}_${instance.instanceId}`,
    id: instanceIdPath(set, instance.instanceId),
    type: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
    location: set.location,
    instanceId: instance.instanceId,
    sku: { name: instance.skuName, tier: set.sku.tier },
    etag: etagText(instance.etag),
    properties,
  };
  const tags = instance.tags ?? set.tags;
  if (tags) resource.tags = tags;
  if (instance.zone !== null) resource.zones = [instance.zone];
  if (set.extras.plan) resource.plan = set.extras.plan;
  const resources = instanceExtensions(set, instance);
  if (resources.length > 0) resource.resources = resources;
  return resource;
}

export function instanceView(set: ScaleSet, instance: Instance): JsonObject {
  const profile = profileOfInstance(set, instance);
  const view: JsonObject = {
    placementGroupId: set.placementGroupId,
    platformUpdateDomain: Number(instance.instanceId) % 5,
    platformFaultDomain: instance.faultDomain,
    hyperVGeneration: 'V1',
    disks: [
      {
        name: diskName(set, instance),
        statuses: [status('ProvisioningState/succeeded', 'Provisioning succeeded', instance.createdAt)],
      },
    ],
    statuses: statusesOf(instance),
  };
  if (instance.system === 'none') return view;
  const runs = instance.extensions.filter((run) => run.state !== 'waiting');
  view.vmAgent = vmAgent(instance, profile, runs);
  if (instance.system === 'provisioning') return view;
  view.computerName = instance.computerName;
  view.osName = osTypeOf(profile) === 'windows' ? 'Windows Server 2022 Datacenter' : 'ubuntu';
  view.osVersion = osTypeOf(profile) === 'windows' ? '10.0.20348' : '22.04';
  if (runs.length > 0) view.extensions = runs.map((run) => extensionView(profile, run));
  return view;
}

/** `statuses`: the state of the last operation with its sub-state or error, then the power state. */
export function statusesOf(instance: Instance): JsonObject[] {
  const power = `PowerState/${instance.power}`;
  return [provisioningStatus(instance), { code: power, level: 'Info', displayStatus: `VM ${instance.power}` }];
}

/** The extensions of the instance as resources of their own. */
export function instanceExtensions(set: ScaleSet, instance: Instance): JsonObject[] {
  const profile = redactedProfile(profileOfInstance(set, instance), false);
  return instance.extensions.map((run) => instanceExtension(set, instance, profile, run));
}

export function extensionStatus(run: ExtensionRun): JsonObject {
  if (run.state === 'failed')
    return {
      ...status('ProvisioningState/failed/0', 'Provisioning failed', run.at, 'Error'),
      message: runMessage(run),
    };
  if (run.state === 'succeeded')
    return { ...status('ProvisioningState/succeeded', 'Provisioning succeeded', run.at), message: runMessage(run) };
  return {
    ...status('ProvisioningState/transitioning', 'Transitioning', run.at),
    message: 'The extension is running.',
  };
}

function provisioningStatus(instance: Instance): JsonObject {
  const at = instance.stateSince;
  switch (instance.provisioningState) {
    case 'Creating':
      if (instance.system === 'none') return status('ProvisioningState/creating', 'Creating', at);
      return instance.system === 'provisioning'
        ? status('ProvisioningState/creating/osProvisioningInProgress', 'OS provisioning in progress', at)
        : status('ProvisioningState/creating/osProvisioningComplete', 'OS provisioning complete', at);
    case 'Updating':
      return status('ProvisioningState/updating', 'Updating', at);
    case 'Deleting':
      return status('ProvisioningState/deleting', 'Deleting', at);
    case 'Succeeded':
      return status('ProvisioningState/succeeded', 'Provisioning succeeded', at);
    case 'Failed':
      return {
        ...status(
          `ProvisioningState/failed/${instance.error?.code ?? 'InternalExecutionError'}`,
          'Provisioning failed',
          at,
          'Error',
        ),
        message: instance.error?.message ?? '',
      };
  }
}

function status(
  code: string,
  displayStatus: string,
  at: number,
  level: 'Info' | 'Warning' | 'Error' = 'Info',
): JsonObject {
  return { code, level, displayStatus, time: isoTime(at) };
}

function vmAgent(instance: Instance, profile: JsonObject, runs: readonly ExtensionRun[]): JsonObject {
  const at = instance.stateSince;
  if (instance.system === 'provisioning') {
    const notReady = {
      ...status('ProvisioningState/Unavailable', 'Not Ready', at, 'Warning'),
      message: 'VM status blob is found but not yet populated.',
    };
    return { vmAgentVersion: 'Unknown', statuses: [notReady] };
  }
  return {
    vmAgentVersion: osTypeOf(profile) === 'windows' ? '2.7.41491.1095' : '2.11.1.4',
    extensionHandlers: runs.map((run) => ({
      type: handlerOf(extensionNamed(profile, run.name) ?? {}),
      typeHandlerVersion: stringAt(extensionNamed(profile, run.name), 'properties', 'typeHandlerVersion') ?? '',
      status: status('ProvisioningState/succeeded', 'Ready', run.at),
    })),
    statuses: [{ ...status('ProvisioningState/succeeded', 'Ready', at), message: 'Guest Agent is running' }],
  };
}

function extensionView(profile: JsonObject, run: ExtensionRun): JsonObject {
  const extension = extensionNamed(profile, run.name);
  return {
    name: run.name,
    type: handlerOf(extension ?? {}),
    typeHandlerVersion: stringAt(extension, 'properties', 'typeHandlerVersion') ?? '',
    statuses: [extensionStatus(run)],
    ...(tellsInSubstatuses(run) && run.state === 'succeeded' ? { substatuses: printed(run) } : {}),
  };
}

function printed(run: ExtensionRun): JsonObject[] {
  return [
    { ...status('ComponentStatus/StdOut/succeeded', 'Provisioning succeeded', run.at), message: run.output },
    { ...status('ComponentStatus/StdErr/succeeded', 'Provisioning succeeded', run.at), message: '' },
  ];
}

function instanceExtension(set: ScaleSet, instance: Instance, profile: JsonObject, run: ExtensionRun): JsonObject {
  const extension = extensionsOf(profile).find((one) => nameOf(one) === run.name);
  const states = { waiting: 'Creating', running: 'Creating', succeeded: 'Succeeded', failed: 'Failed' };
  return {
    name: run.name,
    id: `${instanceIdPath(set, instance.instanceId)}/extensions/${run.name}`,
    type: 'Microsoft.Compute/virtualMachines/extensions',
    location: set.location,
    properties: { ...(objectAt(extension, 'properties') ?? {}), provisioningState: states[run.state] },
  };
}

function storageProfile(set: ScaleSet, instance: Instance, profile: JsonObject): JsonObject {
  const osDisk = merged(objectAt(profile, 'storageProfile', 'osDisk') ?? {}, {
    name: diskName(set, instance),
  }) as JsonObject;
  if (!isEphemeral(profile)) {
    osDisk.managedDisk = merged(osDisk.managedDisk, {
      id: `${groupId(set.subscriptionId, set.resourceGroup)}/providers/Microsoft.Compute/disks/${diskName(set, instance)}`,
    });
  }
  return { imageReference: { ...instance.image }, osDisk, dataDisks: dataDisksOf(profile) };
}

function diskName(set: ScaleSet, instance: Instance): string {
  return `${set.name}_${set.name}_${instance.instanceId}_OsDisk_1_${instance.diskSuffix}`;
}

function osProfile(instance: Instance, model: JsonObject): JsonObject {
  const rest = Object.entries(model).filter(([key]) => key !== 'computerNamePrefix');
  return { computerName: instance.computerName, ...Object.fromEntries<Json>(rest) };
}

function networkInterfaces(set: ScaleSet, instance: Instance, profile: JsonObject): Json[] {
  return listAt(profile, 'networkProfile', 'networkInterfaceConfigurations').map((card) => ({
    id: `${instanceIdPath(set, instance.instanceId)}/networkInterfaces/${stringAt(card, 'name') ?? 'nic'}`,
  }));
}

export function networkConfiguration(profile: JsonObject): JsonObject {
  return {
    networkInterfaceConfigurations: listAt(profile, 'networkProfile', 'networkInterfaceConfigurations'),
  };
}
