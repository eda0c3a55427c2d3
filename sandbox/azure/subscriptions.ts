// What stands above resource groups: the one subscription, its tenant, its places and its resource providers.
import type { HttpResponse } from '../http-message.ts';
import { ArmError } from './arm-error.ts';
import { json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import type { Json, JsonObject } from './json.ts';
import { usageList } from './quota.ts';
import { locationName } from './resource-ids.ts';
import { sandboxTenant } from './sign-in.ts';

export const sandboxSubscription = '00000000-0000-0000-0000-000000000001';

const places: Readonly<Record<string, string>> = {
  eastus: 'East US',
  eastus2: 'East US 2',
  westus: 'West US',
  westus2: 'West US 2',
  westus3: 'West US 3',
  centralus: 'Central US',
  northeurope: 'North Europe',
  westeurope: 'West Europe',
  uksouth: 'UK South',
  swedencentral: 'Sweden Central',
  germanywestcentral: 'Germany West Central',
  southeastasia: 'Southeast Asia',
};

const providerTypes: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.Compute': [
    'virtualMachineScaleSets',
    'virtualMachineScaleSets/extensions',
    'virtualMachineScaleSets/virtualMachines',
    'locations/operations',
    'locations/usages',
  ],
  'Microsoft.Resources': ['subscriptions', 'resourceGroups', 'tenants'],
};

const apiVersions = [
  '2026-04-01',
  '2025-04-01',
  '2024-11-01',
  '2024-07-01',
  '2024-03-01',
  '2023-09-01',
  '2022-11-01',
  '2021-07-01',
  '2019-03-01',
];

/** Every path below a subscription passes here first. */
export function requireSubscription(subscriptionId: string | undefined): void {
  if (subscriptionId === undefined || subscriptionId.toLowerCase() === sandboxSubscription) return;
  throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);
}

export function listSubscriptions(): HttpResponse {
  return json(200, { value: [subscription()], count: { type: 'Total', value: 1 } });
}

export function getSubscription(): HttpResponse {
  return json(200, subscription());
}

export function listTenants(): HttpResponse {
  return json(200, {
    value: [
      { id: `/tenants/${sandboxTenant}`, tenantId: sandboxTenant, displayName: 'Weir sandbox', tenantCategory: 'Home' },
    ],
  });
}

export function listLocations(_cloud: Cloud, request: RoutedRequest): HttpResponse {
  const value = Object.entries(places).map(([name, displayName]) => ({
    id: `/subscriptions/${request.named.subscriptionId ?? ''}/locations/${name}`,
    name,
    displayName,
    regionalDisplayName: displayName,
    metadata: { regionType: 'Physical', regionCategory: 'Recommended' },
  }));
  return json(200, { value });
}

export function listProviders(_cloud: Cloud, request: RoutedRequest): HttpResponse {
  return json(200, { value: Object.keys(providerTypes).map((namespace) => provider(request, namespace)) });
}

/** Reading a provider and registering it answer the same: both are registered from the start. */
export function getProvider(_cloud: Cloud, request: RoutedRequest): HttpResponse {
  const asked = request.named.namespace ?? '';
  const namespace = Object.keys(providerTypes).find((one) => one.toLowerCase() === asked.toLowerCase());
  if (namespace === undefined)
    throw new ArmError(404, 'InvalidResourceNamespace', `The resource namespace '${asked}' is invalid.`);
  return json(200, provider(request, namespace));
}

export function listUsages(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const { subscriptionId = '', location = '' } = request.named;
  return json(200, { value: usageList(cloud, subscriptionId.toLowerCase(), locationName(location)) });
}

function subscription(): JsonObject {
  return {
    id: `/subscriptions/${sandboxSubscription}`,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionId: sandboxSubscription,
    tenantId: sandboxTenant,
    displayName: 'Weir sandbox',
    state: 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
  };
}

function provider(request: RoutedRequest, namespace: string): JsonObject {
  const locations: Json[] = Object.values(places);
  return {
    id: `/subscriptions/${request.named.subscriptionId ?? ''}/providers/${namespace}`,
    namespace,
    registrationState: 'Registered',
    registrationPolicy: 'RegistrationRequired',
    resourceTypes: (providerTypes[namespace] ?? []).map((resourceType) => ({ resourceType, locations, apiVersions })),
  };
}
