// Galleries, image definitions, image versions and managed images over the wire: create, change, read, list, delete. All four behave
// alike; what is in them is checked in image-model.ts.
import type { HttpResponse } from '../http-message.ts';
import { ArmError, operationNotAllowed, resourceNotFound } from './arm-error.ts';
import { bodyOf, empty, json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { groupOf } from './finding.ts';
import { requireName, resourceProperties } from './image-model.ts';
import { namedResource, namePath, parentId, resourceById, resourcesBelow, resourceTypes } from './image-resources.ts';
import { isObject, objectAt, stringAt, valueAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { acceptedAction, acceptedWrite } from './operation-routes.ts';
import { beginResourceOperation } from './operations.ts';
import { listPage } from './paging.ts';
import { groupId, locationName } from './resource-ids.ts';
import { replicate, replicationStatus } from './replication.ts';
import type { ImageResource, ImageResourceKind } from './state.ts';

type Route = (cloud: Cloud, request: RoutedRequest) => HttpResponse;

export function putResource(kind: ImageResourceKind): Route {
  return (cloud, request) => {
    groupOf(cloud, request);
    const named = namedResource(request, kind);
    const body = bodyOf(request);
    const existing = resourceById(cloud, named.id);
    if (existing) return changeResource(cloud, request, existing, body);
    requireName(kind, named.name);
    requireParent(cloud, named.id);
    const location = stringAt(body, 'location');
    if (location === undefined)
      throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
    const { subscriptionId = '', resourceGroup = '' } = request.named;
    const resource: ImageResource = {
      ...named,
      key: named.id.toLowerCase(),
      subscriptionId: subscriptionId.toLowerCase(),
      resourceGroup,
      location: locationName(location),
      createdAt: cloud.state.now,
      tags: objectAt(body, 'tags') ?? null,
      properties: resourceProperties(cloud, kind, null, objectAt(body, 'properties') ?? {}, location),
      provisioningState: 'Creating',
      replication: {},
    };
    cloud.state.imageResources[resource.key] = resource;
    return written(cloud, request, resource, 201);
  };
}

export function patchResource(kind: ImageResourceKind): Route {
  return (cloud, request) => changeResource(cloud, request, existingResource(cloud, request, kind), bodyOf(request));
}

export function getResource(kind: ImageResourceKind): Route {
  return (cloud, request) => json(200, rendered(cloud, existingResource(cloud, request, kind), request.query.$expand));
}

export function deleteResource(kind: ImageResourceKind): Route {
  return (cloud, request) => {
    groupOf(cloud, request);
    const resource = resourceById(cloud, namedResource(request, kind).id);
    if (!resource) return empty(204);
    requireNothingBelow(cloud, resource);
    requireEndOfLife(cloud, resource);
    const operation = beginResourceOperation(cloud, resource, {
      name: request.operation,
      kind: 'deleteResource',
      by: request.by,
      atLeast: cloud.timings.model,
    });
    resource.provisioningState = 'Deleting';
    return acceptedAction(request, operation);
  };
}

/** Of a subscription, a resource group, a gallery or a definition, whichever the path names. */
export function listResourcesOf(kind: ImageResourceKind): Route {
  return (cloud, request) => {
    const { subscriptionId = '', resourceGroup } = request.named;
    if (resourceGroup !== undefined) groupOf(cloud, request);
    const above = kind === 'version' ? 'definition' : kind === 'definition' ? 'gallery' : null;
    const below = above
      ? existingResource(cloud, request, above).id
      : resourceGroup === undefined
        ? `/subscriptions/${subscriptionId}`
        : groupId(subscriptionId, resourceGroup);
    return listPage(
      cloud,
      request,
      resourcesBelow(cloud, below, kind),
      (one) => one.key,
      (one) => rendered(cloud, one),
    );
  };
}

function changeResource(cloud: Cloud, request: RoutedRequest, resource: ImageResource, body: JsonObject): HttpResponse {
  const location = stringAt(body, 'location');
  if (location !== undefined && locationName(location) !== resource.location) {
    throw new ArmError(
      409,
      'InvalidResourceLocation',
      `The resource '${resource.name}' already exists in location '${resource.location}' in resource group '${resource.resourceGroup}'. ` +
        `A resource with the same name cannot be created in location '${locationName(location)}'. Please select a new resource name.`,
    );
  }
  const change = objectAt(body, 'properties') ?? {};
  const properties = resourceProperties(cloud, resource.kind, resource, change, resource.location);
  return written(cloud, request, resource, 200, () => {
    resource.properties = properties;
    if (isObject(body.tags)) resource.tags = body.tags;
    resource.provisioningState = 'Updating';
  });
}

// The operation is begun first, because it refuses while another one runs; a version's ends when its last region has arrived.
function written(
  cloud: Cloud,
  request: RoutedRequest,
  resource: ImageResource,
  status: 200 | 201,
  change: () => void = () => undefined,
): HttpResponse {
  const operation = beginResourceOperation(cloud, resource, {
    name: request.operation,
    kind: 'resource',
    by: request.by,
    atLeast: cloud.timings.model,
  });
  change();
  if (resource.kind === 'version') operation.waitsFor = replicate(cloud, resource);
  return acceptedWrite(request, status, rendered(cloud, resource), operation);
}

function rendered(cloud: Cloud, resource: ImageResource, expand = ''): JsonObject {
  const { id, kind, name, location, subscriptionId, tags } = resource;
  const properties: JsonObject = { ...resource.properties, provisioningState: resource.provisioningState };
  if (kind === 'gallery') properties.identifier = { uniqueName: `${subscriptionId}-${name.toUpperCase()}` };
  if (kind === 'version') {
    properties.safetyProfile = {
      ...objectAt(resource.properties, 'safetyProfile'),
      reportedForPolicyViolation: false,
    };
    if (expand.toLowerCase() === 'replicationstatus')
      properties.replicationStatus = replicationStatus(resource, cloud.state.now);
  }
  return { id, name, type: resourceTypes[kind], location, ...(tags ? { tags } : {}), properties };
}

function requireParent(cloud: Cloud, id: string): void {
  const parent = parentId(id);
  if (parent === null || resourceById(cloud, parent)) return;
  const path = namePath({ id: parent });
  throw new ArmError(
    404,
    'ParentResourceNotFound',
    `Failed to perform 'write' on resource(s) of type 'galleries', because the parent resource '${path}' could not be found.`,
  );
}

function requireNothingBelow(cloud: Cloud, resource: ImageResource): void {
  const kinds: readonly ImageResourceKind[] = ['definition', 'version'];
  if (kinds.every((kind) => resourcesBelow(cloud, resource.id, kind).length === 0)) return;
  throw new ArmError(
    409,
    'CannotDeleteResource',
    `Cannot delete resource '${resource.name}' while nested resources exist. Please delete all nested resources before deleting this resource.`,
  );
}

function requireEndOfLife(cloud: Cloud, resource: ImageResource): void {
  const endOfLife = Date.parse(stringAt(resource.properties, 'publishingProfile', 'endOfLifeDate') ?? '');
  const isBlocked = valueAt(resource.properties, 'safetyProfile', 'blockDeletionBeforeEndOfLife') === true;
  if (isBlocked && endOfLife > cloud.state.now)
    throw operationNotAllowed(`The version '${resource.name}' cannot be deleted before the end of its life.`);
}

function existingResource(cloud: Cloud, request: RoutedRequest, kind: ImageResourceKind): ImageResource {
  const named = namedResource(request, kind);
  const group = groupOf(cloud, request);
  const found = resourceById(cloud, named.id);
  if (found) return found;
  throw resourceNotFound(resourceTypes[kind], namePath(named), group.name);
}
