// The model of a scale set: what a create must bring, what a write changes, and what may never be changed. Azure's refusals are by
// `InvalidParameter` with the missing part as target, and `PropertyChangeNotAllowed`.
import { changeNotAllowed, invalidParameter, missingParameter, notBuilt } from './arm-error.ts';
import { requireValidOrder, timeBudgetMs } from './extension-order.ts';
import { isEphemeral, osTypeOf } from './images.ts';
import { copyOf, isObject, listAt, merged, objectAt, sameJson, stringAt, valueAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';

const readOnly = ['provisioningState', 'uniqueId', 'timeCreated'];
const fixedAtCreate = ['orchestrationMode', 'platformFaultDomainCount'];

/** The stored model of a new scale set: checked, with Azure's defaults filled in. */
export function createdModel(name: string, properties: JsonObject): JsonObject {
  const model = copyOf(withoutReadOnly(properties));
  requireUniform(model);
  const profile = objectAt(model, 'virtualMachineProfile');
  if (!profile) throw missingParameter('virtualMachineProfile');
  requireImage(profile);
  requireNetwork(profile);
  requireCredentials(profile);
  const osType = osTypeOf(profile);
  const withDefaults = merged(
    {
      orchestrationMode: 'Uniform',
      overprovision: true,
      singlePlacementGroup: true,
      platformFaultDomainCount: 5,
      upgradePolicy: { mode: 'Manual' },
      virtualMachineProfile: profileDefaults(name, profile, osType),
    },
    model,
  ) as JsonObject;
  requirePrefix(withDefaults, osType);
  requireExtensions(withDefaults);
  return withDefaults;
}

/** The model after a PUT or PATCH: a merge, with what is fixed at creation refused when it would change. */
export function changedModel(before: JsonObject, properties: JsonObject): JsonObject {
  const change = withoutReadOnly(properties);
  requireUniform(change);
  const after = merged(before, copyOf(change)) as JsonObject;
  for (const key of fixedAtCreate) {
    if (!sameJson(before[key], after[key])) throw changeNotAllowed(key);
  }
  if (before.singlePlacementGroup === false && after.singlePlacementGroup === true)
    throw changeNotAllowed('singlePlacementGroup');
  const [was, is] = [profileOf(before), profileOf(after)];
  if (stringAt(was, 'priority') !== stringAt(is, 'priority')) throw changeNotAllowed('virtualMachineProfile.priority');
  if (isEphemeral(was) && !isEphemeral(is)) throw changeNotAllowed('osDisk.diffDiskSettings');
  requireImage(is);
  requireNetwork(is);
  requireCredentials(is);
  requireExtensions(after);
  return after;
}

/** True when instances made before are now behind: also when any osDisk is sent to an ephemeral set (azure-wire.md 3). */
export function changesInstances(before: JsonObject, after: JsonObject, properties: JsonObject): boolean {
  const echoesDisk = valueAt(properties, 'virtualMachineProfile', 'storageProfile', 'osDisk') !== undefined;
  return (echoesDisk && isEphemeral(profileOf(after))) || !sameJson(profileOf(before), profileOf(after));
}

export function profileOf(model: JsonObject): JsonObject {
  return objectAt(model, 'virtualMachineProfile') ?? {};
}

export function requireExtensions(model: JsonObject): void {
  requireValidOrder(profileOf(model));
  timeBudgetMs(profileOf(model));
}

/**
 * The profile without secrets: Azure answers neither passwords nor protected settings, and custom data and user data only when
 * asked. Every list renders it for every instance, so it is made once for each profile (a change makes a new one): never write to it.
 */
export function redactedProfile(profile: JsonObject, withUserData: boolean): JsonObject {
  const known = redactedProfiles[withUserData ? 'withUserData' : 'withoutUserData'];
  const redacted = known.get(profile) ?? redact(profile, withUserData);
  known.set(profile, redacted);
  return redacted;
}

const redactedProfiles = {
  withUserData: new WeakMap<JsonObject, JsonObject>(),
  withoutUserData: new WeakMap<JsonObject, JsonObject>(),
};

function redact(profile: JsonObject, withUserData: boolean): JsonObject {
  const redacted = without(profile, withUserData ? [] : ['userData']);
  const osProfile = objectAt(profile, 'osProfile');
  if (osProfile) redacted.osProfile = without(osProfile, ['adminPassword', 'customData']);
  const extensionProfile = objectAt(profile, 'extensionProfile');
  if (Array.isArray(extensionProfile?.extensions)) {
    const extensions = extensionProfile.extensions.map(withoutProtectedSettings);
    redacted.extensionProfile = { ...extensionProfile, extensions };
  }
  return redacted;
}

function withoutProtectedSettings(extension: Json): Json {
  const properties = objectAt(extension, 'properties');
  if (!isObject(extension) || !properties) return extension;
  return { ...extension, properties: without(properties, ['protectedSettings']) };
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

// What the service writes itself: clients send it back with everything else they have read.
function withoutReadOnly(properties: JsonObject): JsonObject {
  const rest = Object.fromEntries(Object.entries(properties).filter(([key]) => !readOnly.includes(key)));
  const profile = objectAt(rest, 'virtualMachineProfile');
  if (!profile) return rest;
  return {
    ...rest,
    virtualMachineProfile: Object.fromEntries(Object.entries(profile).filter(([key]) => key !== 'timeCreated')),
  };
}

function requireUniform(properties: JsonObject): void {
  const mode = stringAt(properties, 'orchestrationMode');
  if (mode === 'Flexible') throw notBuilt('virtualMachineScaleSets with orchestrationMode Flexible; only Uniform');
  if (mode !== undefined && mode !== 'Uniform') {
    throw invalidParameter(
      'orchestrationMode',
      `The value '${mode}' of parameter 'orchestrationMode' is invalid. Allowed values are: Uniform, Flexible.`,
    );
  }
}

function requireImage(profile: JsonObject): void {
  if (!objectAt(profile, 'storageProfile')) throw missingParameter('storageProfile');
  const reference = objectAt(profile, 'storageProfile', 'imageReference');
  const isNamed = ['id', 'publisher', 'sharedGalleryImageId', 'communityGalleryImageId'].some(
    (key) => stringAt(reference, key) !== undefined,
  );
  if (!isNamed) throw missingParameter('imageReference');
  if (stringAt(reference, 'publisher') === undefined) return;
  for (const key of ['offer', 'sku', 'version']) {
    if (stringAt(reference, key) === undefined) throw missingParameter(`imageReference.${key}`);
  }
}

function requireNetwork(profile: JsonObject): void {
  if (!objectAt(profile, 'networkProfile')) throw missingParameter('networkProfile');
  const interfaces = listAt(profile, 'networkProfile', 'networkInterfaceConfigurations');
  if (interfaces.length === 0) throw missingParameter('networkInterfaceConfigurations');
  for (const card of interfaces) {
    const addresses = listAt(card, 'properties', 'ipConfigurations');
    if (addresses.length === 0) throw missingParameter('ipConfigurations');
    for (const address of addresses)
      if (stringAt(address, 'properties', 'subnet', 'id') === undefined) throw missingParameter('subnet');
  }
}

function requireCredentials(profile: JsonObject): void {
  const osProfile = objectAt(profile, 'osProfile');
  if (!osProfile) {
    // A specialized gallery image brings its own accounts; nothing else may leave the profile out.
    if (/\/galleries\//i.test(stringAt(profile, 'storageProfile', 'imageReference', 'id') ?? '')) return;
    throw missingParameter('osProfile');
  }
  if (stringAt(osProfile, 'adminUsername') === undefined) throw missingParameter('adminUsername');
  if (stringAt(osProfile, 'adminPassword') !== undefined) return;
  const keys = listAt(osProfile, 'linuxConfiguration', 'ssh', 'publicKeys');
  if (osTypeOf(profile) === 'linux' && keys.some((key) => stringAt(key, 'keyData') !== undefined)) return;
  if (valueAt(osProfile, 'linuxConfiguration', 'disablePasswordAuthentication') === true) {
    throw invalidParameter(
      'linuxConfiguration',
      'Authentication using either SSH or by user name and password must be enabled in Linux profile.',
    );
  }
  throw missingParameter('adminPassword');
}

function requirePrefix(model: JsonObject, osType: 'linux' | 'windows'): void {
  const prefix = stringAt(profileOf(model), 'osProfile', 'computerNamePrefix') ?? '';
  const limit = osType === 'windows' ? 9 : 58;
  if (prefix.length <= limit && /^[A-Za-z0-9][A-Za-z0-9-_]*$/.test(prefix || 'x')) return;
  throw invalidParameter(
    'computerNamePrefix',
    `${osType === 'windows' ? 'Windows' : 'Linux'} computer name prefix cannot be more than ${limit} characters long, start with other than a letter or digit, or contain other characters than letters, digits and hyphens.`,
  );
}

function profileDefaults(name: string, profile: JsonObject, osType: 'linux' | 'windows'): JsonObject {
  const ephemeral = isEphemeral(profile);
  const osDisk: JsonObject = {
    osType: osType === 'windows' ? 'Windows' : 'Linux',
    createOption: 'FromImage',
    caching: ephemeral ? 'ReadOnly' : 'None',
    managedDisk: { storageAccountType: 'Standard_LRS' },
    diskSizeGB: osType === 'windows' ? 127 : 30,
  };
  const defaults: JsonObject = { storageProfile: { osDisk } };
  if (!objectAt(profile, 'osProfile')) return defaults;
  const prefix = osType === 'windows' ? name.slice(0, 9) : name.slice(0, 58);
  const osProfile: Record<string, Json> = {
    computerNamePrefix: prefix,
    secrets: [],
    allowExtensionOperations: true,
    requireGuestProvisionSignal: true,
  };
  if (osType === 'windows') osProfile.windowsConfiguration = { provisionVMAgent: true, enableAutomaticUpdates: true };
  else
    osProfile.linuxConfiguration = {
      disablePasswordAuthentication: stringAt(profile, 'osProfile', 'adminPassword') === undefined,
      provisionVMAgent: true,
    };
  return { ...defaults, osProfile };
}
