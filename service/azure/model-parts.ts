// The model of a scale set in the parts that people know by name, each as a digest: what of it was changed can be told
// without keeping the model. What Weir or Azure writes by itself is in none of them.
import { createHash } from 'node:crypto';
import { agentExtensionName } from '../domain/instance.ts';
import type { ModelParts } from '../domain/model-drift.ts';
import { modelDigest, objectIn, sorted, without, type Json } from './lane-model.ts';

interface Model {
  readonly modelDigest: string;
  readonly modelParts: ModelParts;
}

/** The same model is read again and again, every few seconds: it is told by its text, as it came. */
const known = new Map<string, Model>();
const mostKnown = 500;

/** Digests of all that lanes take over, and of each part. */
export function modelOf(raw: Json): Model {
  const { location, zones, plan, extendedLocation, identity, properties } = raw;
  const sku = without(objectIn(raw, 'sku'), ['capacity']);
  const text = JSON.stringify({ location, zones, plan, extendedLocation, identity, sku, properties });
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= mostKnown) known.clear();
  const made = { modelDigest: modelDigest(raw), modelParts: modelPartsOf(raw) };
  known.set(text, made);
  return made;
}

function modelPartsOf(raw: Json): ModelParts {
  const digests = Object.entries(partsOf(raw)).flatMap(([name, value]) =>
    isEmpty(value) ? [] : [[name, digestOf(value)] as const],
  );
  return Object.fromEntries(digests);
}

function partsOf(raw: Json): Json {
  const properties = objectIn(raw, 'properties');
  const profile = objectIn(properties, 'virtualMachineProfile');
  const storage = objectIn(profile, 'storageProfile');
  const upgrade = objectIn(properties, 'upgradePolicy');
  return {
    size: [without(objectIn(raw, 'sku'), ['capacity']), profile.hardwareProfile ?? null],
    zones: raw.zones,
    plan: raw.plan,
    'identity of the machines': without(objectIn(raw, 'identity'), ['principalId', 'tenantId']),
    image: without(objectIn(storage, 'imageReference'), ['exactVersion']),
    'operating system disk': storage.osDisk,
    'data disks': storage.dataDisks,
    'operating system settings': profile.osProfile,
    network: withoutBalancers(profile.networkProfile),
    'load balancer': balancersIn(profile.networkProfile),
    ...extensionsOf(profile),
    'security settings': profile.securityProfile,
    'Spot settings': [profile.priority ?? null, profile.evictionPolicy ?? null, profile.billingProfile ?? null],
    'terminate notification': profile.scheduledEventsProfile,
    'upgrade policy': upgrade,
    overprovisioning: properties.overprovision,
    'automatic repairs': properties.automaticRepairsPolicy,
    'size limit of the scale set': properties.singlePlacementGroup,
    'fault domains': properties.platformFaultDomainCount,
    'other settings': [without(properties, ofProperties), without(profile, ofProfile), rest(storage)],
  };
}

const ofProperties = [
  ...['provisioningState', 'uniqueId', 'timeCreated', 'virtualMachineProfile', 'upgradePolicy', 'overprovision'],
  ...['automaticRepairsPolicy', 'singlePlacementGroup', 'platformFaultDomainCount'],
];
/** User data is told only where it is asked for. */
const ofProfile = [
  ...[
    'timeCreated',
    'userData',
    'storageProfile',
    'osProfile',
    'networkProfile',
    'extensionProfile',
    'securityProfile',
  ],
  ...['priority', 'evictionPolicy', 'billingProfile', 'scheduledEventsProfile', 'hardwareProfile'],
];

function rest(storage: Json): Json {
  return without(storage, ['imageReference', 'osDisk', 'dataDisks']);
}

/** Pools of balancers and gateways stand deep in the address configurations, so the network is told without them. */
function balancersIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (isOfBalancer(key) ? [inner] : balancersIn(inner)));
}

function withoutBalancers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutBalancers);
  if (typeof value !== 'object' || value === null) return value;
  const others = Object.entries(value).filter(([key]) => !isOfBalancer(key));
  return Object.fromEntries(others.map(([key, inner]) => [key, withoutBalancers(inner)]));
}

function isOfBalancer(key: string): boolean {
  return /^(loadBalancer|applicationGateway)/i.test(key);
}

/** Each by its name, but for the one that brings the agent, which is Weir's own. */
function extensionsOf(profile: Json): Json {
  const { extensions } = objectIn(profile, 'extensionProfile');
  const list = (Array.isArray(extensions) ? extensions : []) as readonly Json[];
  const theirs = list.filter((one) => String(one.name).toLowerCase() !== agentExtensionName.toLowerCase());
  return Object.fromEntries(
    theirs.map((one) => [`extension ${String(one.name)}`, without(objectIn(one, 'properties'), ['provisioningState'])]),
  );
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'object') return false;
  return Object.values(value).every(isEmpty);
}

function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
    .slice(0, 12);
}
