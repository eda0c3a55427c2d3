// Resource groups: made, read, listed, tagged, and deleted with everything in them.
import type { HttpResponse } from '../http-message.ts';
import { ArmError, notBuilt } from './arm-error.ts';
import { bodyOf, empty, json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { groupOf } from './finding.ts';
import { isObject, objectAt, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { acceptedGroupDeletion } from './operation-routes.ts';
import { beginGroupDeletion } from './operations.ts';
import { listPage } from './paging.ts';
import { groupId, groupKey, locationName, scaleSetId } from './resource-ids.ts';
import { startDeletion } from './scale-set-routes.ts';
import type { ResourceGroup, ScaleSet } from './state.ts';

const scaleSetType = 'Microsoft.Compute/virtualMachineScaleSets';

export function putResourceGroup(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const { subscriptionId = '', resourceGroup: name = '' } = request.named;
  const body = bodyOf(request);
  const key = groupKey(subscriptionId, name);
  const existing = cloud.state.resourceGroups[key];
  const location = stringAt(body, 'location');
  if (location === undefined)
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
  if (existing) {
    if (existing.location !== locationName(location)) {
      throw new ArmError(
        409,
        'InvalidResourceGroupLocation',
        `Invalid resource group location '${locationName(location)}'. The Resource group already exists in location '${existing.location}'.`,
      );
    }
    existing.tags = objectAt(body, 'tags') ?? existing.tags;
    return json(200, resource(existing));
  }
  if (!/^[-\w.()]{1,90}$/.test(name) || name.endsWith('.')) {
    throw new ArmError(
      400,
      'InvalidResourceGroup',
      `The provided resource group name '${name}' has these invalid characters or an invalid length.`,
    );
  }
  const group: ResourceGroup = {
    subscriptionId: subscriptionId.toLowerCase(),
    name,
    location: locationName(location),
    tags: objectAt(body, 'tags') ?? {},
    provisioningState: 'Succeeded',
  };
  cloud.state.resourceGroups[key] = group;
  return json(201, resource(group));
}

export function patchResourceGroup(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const group = groupOf(cloud, request);
  const { tags } = bodyOf(request);
  if (isObject(tags)) group.tags = tags;
  return json(200, resource(group));
}

export function getResourceGroup(cloud: Cloud, request: RoutedRequest): HttpResponse {
  return json(200, resource(groupOf(cloud, request)));
}

export function headResourceGroup(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const { subscriptionId = '', resourceGroup = '' } = request.named;
  return empty(cloud.state.resourceGroups[groupKey(subscriptionId, resourceGroup)] ? 204 : 404);
}

export function listResourceGroups(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const groups = Object.values(cloud.state.resourceGroups).sort((a, b) => (a.name < b.name ? -1 : 1));
  return listPage(cloud, request, groups, (group) => group.name, resource);
}

export function deleteResourceGroup(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const group = groupOf(cloud, request);
  if (group.provisioningState === 'Deleting') {
    throw new ArmError(
      409,
      'ResourceGroupBeingDeleted',
      `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`,
    );
  }
  group.provisioningState = 'Deleting';
  for (const set of setsOf(cloud, group)) if (set.provisioningState !== 'Deleting') startDeletion(cloud, set, request);
  return acceptedGroupDeletion(
    request,
    beginGroupDeletion(cloud, group.subscriptionId, group.name, group.location, request.by),
  );
}

/** The resources of a group: only scale sets exist here. */
export function listGroupResources(cloud: Cloud, request: RoutedRequest): HttpResponse {
  return listPage(cloud, request, setsOf(cloud, groupOf(cloud, request)), (set) => set.key, genericResource);
}

/** Every resource of the subscription; of filters, equality of group and type. Another one is refused, never ignored. */
export function listResources(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const filter = request.query.$filter ?? '';
  const wanted = filter === '' ? [] : filter.split(/\s+and\s+/i).map((term) => equality(term, filter));
  const sets = Object.values(cloud.state.scaleSets)
    .filter((set) =>
      wanted.every(
        ([name, value]) => (name === 'resourcegroup' ? set.resourceGroup : scaleSetType).toLowerCase() === value,
      ),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return listPage(cloud, request, sets, (set) => set.key, genericResource);
}

function equality(term: string, filter: string): [name: string, value: string] {
  const match = /^\s*(resourceGroup|resourceType)\s+eq\s+'([^']*)'\s*$/i.exec(term);
  if (!match) throw notBuilt(`resources.list with $filter ${filter}`);
  return [(match[1] ?? '').toLowerCase(), (match[2] ?? '').toLowerCase()];
}

function setsOf(cloud: Cloud, group: ResourceGroup): ScaleSet[] {
  const key = groupKey(group.subscriptionId, group.name);
  return Object.values(cloud.state.scaleSets)
    .filter((set) => groupKey(set.subscriptionId, set.resourceGroup) === key)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function genericResource(set: ScaleSet): JsonObject {
  return {
    id: scaleSetId(set),
    name: set.name,
    type: scaleSetType,
    location: set.location,
    sku: { ...set.sku },
    tags: set.tags ?? {},
  };
}

function resource(group: ResourceGroup): JsonObject {
  return {
    id: groupId(group.subscriptionId, group.name),
    name: group.name,
    type: 'Microsoft.Resources/resourceGroups',
    location: group.location,
    tags: group.tags,
    properties: { provisioningState: group.provisioningState },
  };
}
