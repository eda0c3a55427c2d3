// The sizes that a region has, with what each can do, as clients look them up before they make a machine (azure-wire.md 2). The numbers
// follow from the size's name by the rules of its series; they are near the published ones, and their relations are right.
import type { HttpResponse } from '../http-message.ts';
import { json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import type { JsonObject } from './json.ts';
import { keyOf, type Plan } from './purchase-plan.ts';
import { locationName } from './resource-ids.ts';
import { sizeOf } from './sizes.ts';

const sizes = [
  ...['Standard_B2s', 'Standard_D2_v3', 'Standard_D2s_v3', 'Standard_D4s_v3', 'Standard_D2s_v4', 'Standard_D2ds_v4'],
  ...[
    'Standard_D2s_v5',
    'Standard_D4s_v5',
    'Standard_D8s_v5',
    'Standard_D2ds_v5',
    'Standard_D4ds_v5',
    'Standard_D8ds_v5',
  ],
  ...[
    'Standard_D2as_v5',
    'Standard_D4as_v5',
    'Standard_D2ads_v5',
    'Standard_D4ads_v5',
    'Standard_D2ps_v5',
    'Standard_D2pds_v5',
  ],
  ...[
    'Standard_D4pds_v5',
    'Standard_D2ds_v6',
    'Standard_D4ds_v6',
    'Standard_DC2as_v5',
    'Standard_DC4as_v5',
    'Standard_E4ds_v5',
  ],
  ...['Standard_F2s_v2', 'Standard_F4s_v2', 'Standard_DS1_v2', 'Standard_DS2_v2', 'Standard_DS3_v2'],
];

const gibibyte = 2 ** 30;

export function listSkus(_cloud: Cloud, request: RoutedRequest): HttpResponse {
  const wanted = /location eq '([^']+)'/i.exec(request.query.$filter ?? '')?.[1];
  const location = locationName(wanted ?? 'westeurope');
  return json(200, { value: sizes.map((name) => skuOf(name, location)) });
}

/** Terms of Marketplace plans: accepted once for a subscription, by whoever may. */
export function getAgreement(cloud: Cloud, request: RoutedRequest): HttpResponse {
  return json(200, agreementOf(request, cloud.state.acceptedPlans?.includes(keyOf(planOf(request))) === true));
}

export function putAgreement(cloud: Cloud, request: RoutedRequest): HttpResponse {
  cloud.state.acceptedPlans = [...new Set([...(cloud.state.acceptedPlans ?? []), keyOf(planOf(request))])];
  return json(200, agreementOf(request, true));
}

function planOf(request: RoutedRequest): Plan {
  const { publisher = '', offer = '', plan = '' } = request.named;
  return { publisher, product: offer, name: plan };
}

function agreementOf(request: RoutedRequest, accepted: boolean): JsonObject {
  const { publisher = '', offer = '', plan = '', subscriptionId = '' } = request.named;
  const place = `offerTypes/virtualmachine/publishers/${publisher}/offers/${offer}/plans/${plan}/agreements/current`;
  return {
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.MarketplaceOrdering/${place}`,
    name: plan,
    type: 'Microsoft.MarketplaceOrdering/offertypes',
    properties: { publisher, product: offer, plan, accepted },
  };
}

function skuOf(name: string, location: string): JsonObject {
  const { cores, family } = sizeOf(name);
  const capabilities = capabilitiesOf(name, cores);
  return {
    resourceType: 'virtualMachines',
    name,
    tier: 'Standard',
    size: name.replace(/^Standard_/, ''),
    family,
    locations: [location],
    locationInfo: [{ location, zones: ['1', '2', '3'], zoneDetails: [] }],
    capabilities: Object.entries(capabilities).map(([key, value]) => ({ name: key, value })),
    restrictions: [],
  };
}

/** Gibibytes for each core: E has twice of what D has, F and B half. */
function memoryOf(name: string): number {
  if (name.includes('_E')) return 8;
  return /_[FB]/.test(name) ? 2 : 4;
}

/** Gigabytes on the machine itself, by the place that an ephemeral disk may be put in; in the order of Azure's own choice. */
export function localRoom(name: string): Readonly<Record<string, number>> {
  const { CachedDiskBytes, MaxResourceVolumeMB, NvmeDiskSizeInMiB } = capabilitiesOf(name, sizeOf(name).cores);
  const whole = (text: string | undefined, unit: number): number => Math.floor(Number(text ?? 0) / unit);
  return {
    CacheDisk: whole(CachedDiskBytes, gibibyte),
    NvmeDisk: whole(NvmeDiskSizeInMiB, 1024),
    ResourceDisk: whole(MaxResourceVolumeMB, 1024),
  };
}

function capabilitiesOf(name: string, cores: number): Record<string, string> {
  const [, features = '', version = ''] = /^Standard_[A-Z]+\d+([a-z]*)_?v?(\d*)$/.exec(name) ?? [];
  const generation = Number(version === '' ? 1 : version);
  const isArm = features.includes('p');
  const isPremium = features.includes('s') || /_DS\d/.test(name);
  // From the fourth generation on a letter says whether there is a local disk.
  const hasDisk = features.includes('d') || generation < 4;
  const isNvme = generation >= 6 && features.includes('d');
  const cache = isPremium && (hasDisk || generation >= 4) && generation < 6 ? cores * 25 : 0;
  return {
    vCPUs: String(cores),
    MemoryGB: String(cores * memoryOf(name)),
    CpuArchitectureType: isArm ? 'Arm64' : 'x64',
    HyperVGenerations: isArm || generation >= 6 ? 'V2' : isPremium ? 'V1,V2' : 'V1',
    PremiumIO: isPremium ? 'True' : 'False',
    EphemeralOSDiskSupported: cache > 0 || isNvme ? 'True' : 'False',
    ...(cache > 0 ? { CachedDiskBytes: String(cache * gibibyte) } : {}),
    MaxResourceVolumeMB: String(hasDisk && !isNvme ? cores * 37.5 * 1024 : 0),
    ...(isNvme ? { NvmeDiskSizeInMiB: String(cores * 55 * 1024) } : {}),
    TrustedLaunchDisabled: isArm || !isPremium ? 'True' : 'False',
    ...(/_DC\d+a/.test(name) ? { ConfidentialComputingType: 'SNP' } : {}),
  };
}
