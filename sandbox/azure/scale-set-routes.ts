// Scale sets: create, merge, read, list, delete.
import type { HttpResponse } from '../http-message.ts';
import { ArmError, missingParameter } from './arm-error.ts';
import { bodyOf, empty, json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import { applyCapacity, capacityOf, liveInstances, requireCapacity } from './capacity.ts';
import { guid } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { osTypeOfImage, requireDeployable } from './deployable-image.ts';
import { requireEphemeralRoom } from './ephemeral-disk.ts';
import { requireEtag } from './etag.ts';
import { existingSet, groupOf, scaleSetOf } from './finding.ts';
import { beginDelete, beginUpgrade } from './instance-activities.ts';
import { isObject, merged, objectAt, sameJson, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { acceptedAction, acceptedWrite } from './operation-routes.ts';
import { beginOperation, requireNoModelWrite, requireNotDeleting } from './operations.ts';
import { listPage } from './paging.ts';
import { requirePlan } from './purchase-plan.ts';
import { locationName, scaleSetId, scaleSetKey } from './resource-ids.ts';
import { changedModel, changesInstances, createdModel, profileOf } from './scale-set-model.ts';
import { scaleSetInstanceView, scaleSetResource } from './scale-set-views.ts';
import { sizeOf } from './sizes.ts';
import type { ResourceGroup, ScaleSet } from './state.ts';

const extraKeys = ['identity', 'plan', 'zones', 'extendedLocation'];

export function putScaleSet(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const group = groupOf(cloud, request);
  const existing = existingSet(cloud, request);
  requireEtag(request, existing?.etag ?? null);
  const body = bodyOf(request);
  if (existing) return changeScaleSet(cloud, request, existing, body);
  if (group.provisioningState === 'Deleting') {
    throw new ArmError(
      409,
      'ResourceGroupBeingDeleted',
      `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`,
    );
  }
  const set = newScaleSet(cloud, group, request.named.scaleSet ?? '', body);
  const capacity = capacityOf(objectAt(body, 'sku')?.capacity) ?? 0;
  requireCapacity(cloud, set, set.sku.name, capacity);
  cloud.state.scaleSets[set.key] = set;
  cloud.emit({ kind: 'scaleSetCreated', at: cloud.state.now, by: request.by, scaleSet: scaleSetId(set) });
  const { waitsFor, failures } = applyCapacity(cloud, set, capacity, request.by);
  const operation = beginOperation(cloud, set, {
    name: request.operation,
    kind: 'model',
    by: request.by,
    waitsFor,
    failures,
    atLeast: cloud.timings.model,
  });
  return acceptedWrite(request, 201, scaleSetResource(set), operation);
}

export function patchScaleSet(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = scaleSetOf(cloud, request);
  requireEtag(request, set.etag);
  return changeScaleSet(cloud, request, set, bodyOf(request));
}

export function getScaleSet(cloud: Cloud, request: RoutedRequest): HttpResponse {
  return json(200, scaleSetResource(scaleSetOf(cloud, request), request.query.$expand?.toLowerCase() === 'userdata'));
}

export function deleteScaleSet(cloud: Cloud, request: RoutedRequest): HttpResponse {
  groupOf(cloud, request);
  const set = existingSet(cloud, request);
  return set ? acceptedAction(request, startDeletion(cloud, set, request)) : empty(204);
}

/** Every instance goes, protected ones too. Also the way a resource group empties itself. */
export function startDeletion(cloud: Cloud, set: ScaleSet, request: RoutedRequest): ReturnType<typeof beginOperation> {
  const isForced = request.query.forcedeletion?.toLowerCase() === 'true';
  for (const instance of liveInstances(set)) beginDelete(cloud, instance, request.by, isForced);
  set.etag += 1;
  const waitsFor = Object.values(set.instances).map((instance) => instance.vmId);
  return beginOperation(cloud, set, {
    name: request.operation,
    kind: 'deleteSet',
    by: request.by,
    waitsFor,
    atLeast: cloud.timings.model,
  });
}

export function listScaleSets(cloud: Cloud, request: RoutedRequest): HttpResponse {
  if (request.named.resourceGroup !== undefined) groupOf(cloud, request);
  const { subscriptionId = '', resourceGroup, location } = request.named;
  const sets = Object.values(cloud.state.scaleSets).filter(
    (set) =>
      set.subscriptionId === subscriptionId.toLowerCase() &&
      (resourceGroup === undefined || set.resourceGroup.toLowerCase() === resourceGroup.toLowerCase()) &&
      (location === undefined || set.location === locationName(location)),
  );
  sets.sort((a, b) => (a.key < b.key ? -1 : 1));
  return listPage(
    cloud,
    request,
    sets,
    (set) => set.key,
    (set) => scaleSetResource(set),
  );
}

export function getScaleSetInstanceView(cloud: Cloud, request: RoutedRequest): HttpResponse {
  return json(200, scaleSetInstanceView(scaleSetOf(cloud, request)));
}

/** The sizes that the set may have: its own, with the capacity it may take. */
export function listSkus(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = scaleSetOf(cloud, request);
  const maximum = set.model.singlePlacementGroup === true ? 100 : 1000;
  const capacity = { minimum: 0, maximum, defaultCapacity: 1, scaleType: 'Automatic' };
  return json(200, {
    value: [
      {
        resourceType: 'Microsoft.Compute/virtualMachineScaleSets',
        sku: { name: set.sku.name, tier: set.sku.tier },
        capacity,
      },
    ],
  });
}

function changeScaleSet(cloud: Cloud, request: RoutedRequest, set: ScaleSet, body: JsonObject): HttpResponse {
  requireNotDeleting(set, request.operation);
  const location = stringAt(body, 'location');
  if (location !== undefined && locationName(location) !== set.location) {
    throw new ArmError(
      409,
      'InvalidResourceLocation',
      `The resource '${set.name}' already exists in location '${set.location}' in resource group '${set.resourceGroup}'. ` +
        `A resource with the same name cannot be created in location '${locationName(location)}'. Please select a new resource name.`,
    );
  }
  const properties = objectAt(body, 'properties') ?? {};
  const model = changedModel(set.model, properties);
  if (!sameJson(imageOf(set.model), imageOf(model))) {
    requireDeployable(cloud, set.location, profileOf(model));
    requirePlan(cloud, scaleSetId(set), profileOf(model), objectAt(body, 'plan') ?? objectAt(set.extras, 'plan'));
  }
  const sizeName = stringAt(body, 'sku', 'name') ?? set.sku.name;
  sizeOf(sizeName);
  const capacity = capacityOf(objectAt(body, 'sku')?.capacity);
  if (capacity !== null && cloud.variants.writesDuringScaleOut === 'conflict') requireNoModelWrite(cloud, set);
  if (capacity !== null || sizeName !== set.sku.name)
    requireCapacity(cloud, { ...set, model }, sizeName, capacity ?? set.sku.capacity);
  const isBehind = sizeName !== set.sku.name || changesInstances(set.model, model, properties);
  set.model = model;
  set.sku = { ...set.sku, name: sizeName, tier: stringAt(body, 'sku', 'tier') ?? set.sku.tier };
  if (isObject(body.tags)) set.tags = body.tags;
  for (const key of extraKeys) {
    const value = body[key];
    if (value === null) Reflect.deleteProperty(set.extras, key);
    else if (value !== undefined) set.extras[key] = merged(set.extras[key], value);
  }
  set.etag += 1;
  const waitsFor = isBehind ? modelChanged(cloud, set, request.by) : [];
  const work = capacity === null ? null : applyCapacity(cloud, set, capacity, request.by);
  waitsFor.push(...(work?.waitsFor ?? []));
  const operation = beginOperation(cloud, set, {
    name: request.operation,
    kind: 'model',
    by: request.by,
    waitsFor,
    failures: work?.failures ?? [],
    atLeast: cloud.timings.model,
  });
  return acceptedWrite(request, 200, scaleSetResource(set), operation);
}

/**
 * A new model: instances made before are behind it. Under the Manual policy they stay so; under Automatic and Rolling they are brought
 * up to it at once (Rolling without its batches). Answers what to wait for.
 */
export function modelChanged(cloud: Cloud, set: ScaleSet, by: string): string[] {
  set.modelVersion += 1;
  set.profiles[String(set.modelVersion)] = profileOf(set.model);
  if (stringAt(set.model, 'upgradePolicy', 'mode') === 'Manual') return [];
  const idle = liveInstances(set).filter((instance) => instance.activity === null);
  for (const instance of idle) beginUpgrade(cloud, set, instance, by);
  return idle.map((instance) => instance.vmId);
}

function imageOf(model: JsonObject): JsonObject {
  return objectAt(profileOf(model), 'storageProfile', 'imageReference') ?? {};
}

// The image knows its operating system; a client need not say it.
function withOsType(cloud: Cloud, properties: JsonObject): JsonObject {
  const storage = objectAt(profileOf(properties), 'storageProfile');
  const osType = osTypeOfImage(cloud, objectAt(storage, 'imageReference') ?? {});
  if (!storage || osType === undefined || stringAt(storage, 'osDisk', 'osType') !== undefined) return properties;
  return merged(properties, { virtualMachineProfile: { storageProfile: { osDisk: { osType } } } }) as JsonObject;
}

function newScaleSet(cloud: Cloud, group: ResourceGroup, name: string, body: JsonObject): ScaleSet {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)) {
    throw new ArmError(400, 'InvalidResourceName', `The resource name '${name}' is invalid.`, 'vmScaleSetName');
  }
  const location = stringAt(body, 'location');
  if (location === undefined)
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
  const sizeName = stringAt(body, 'sku', 'name');
  if (sizeName === undefined) throw missingParameter('sku.name');
  sizeOf(sizeName);
  const properties = objectAt(body, 'properties');
  if (!properties) throw missingParameter('properties');
  requireEphemeralRoom(sizeName, objectAt(properties, 'virtualMachineProfile') ?? {});
  const model = createdModel(name, withOsType(cloud, properties));
  requireDeployable(cloud, locationName(location), profileOf(model));
  const place = { subscriptionId: group.subscriptionId, resourceGroup: group.name, name };
  requirePlan(cloud, scaleSetId(place), profileOf(model), objectAt(body, 'plan'));
  const extras: JsonObject = {};
  for (const key of extraKeys) {
    const value = body[key] ?? null;
    if (value !== null) extras[key] = value;
  }
  return {
    ...place,
    key: scaleSetKey(group.subscriptionId, group.name, name),
    location: locationName(location),
    createdAt: cloud.state.now,
    uniqueId: guid(cloud.random),
    placementGroupId: guid(cloud.random),
    sku: { name: sizeName, tier: stringAt(body, 'sku', 'tier') ?? 'Standard', capacity: 0 },
    tags: objectAt(body, 'tags') ?? null,
    extras,
    model,
    modelVersion: 1,
    profiles: { '1': profileOf(model) },
    etag: 1,
    provisioningState: 'Creating',
    stateSince: cloud.state.now,
    error: null,
    nextInstanceId: 0,
    freedIds: [],
    instances: {},
  };
}
