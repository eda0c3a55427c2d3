// Extensions of the model: a write changes the model, and instances that exist already follow by the upgrade policy.
import type { HttpResponse } from '../http-message.ts';
import { invalidParameter, resourceNotFound } from './arm-error.ts';
import { bodyOf, empty, json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { extensionNamed, extensionsOf, nameOf } from './extension-order.ts';
import { instanceOf, parentSetOf } from './finding.ts';
import { instanceExtensions } from './instance-views.ts';
import { listAt, merged, objectAt, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { acceptedAction, acceptedWrite } from './operation-routes.ts';
import { beginOperation, requireNotDeleting } from './operations.ts';
import { profileOf, requireExtensions } from './scale-set-model.ts';
import { modelChanged } from './scale-set-routes.ts';
import { extensionResource } from './scale-set-views.ts';
import type { Operation, ScaleSet } from './state.ts';

export function putExtension(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  const name = request.named.extension ?? '';
  const isNew = extensionNamed(profileOf(set.model), name) === undefined;
  const operation = writeExtension(cloud, request, set, {
    name,
    properties: objectAt(bodyOf(request), 'properties') ?? {},
  });
  return acceptedWrite(request, isNew ? 201 : 200, foundResource(set, name), operation);
}

export function patchExtension(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  const name = request.named.extension ?? '';
  foundResource(set, name);
  const operation = writeExtension(cloud, request, set, {
    name,
    properties: objectAt(bodyOf(request), 'properties') ?? {},
  });
  return acceptedWrite(request, 200, foundResource(set, name), operation);
}

export function getExtension(cloud: Cloud, request: RoutedRequest): HttpResponse {
  return json(200, foundResource(parentSetOf(cloud, request), request.named.extension ?? ''));
}

export function listExtensions(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  const value = extensionsOf(profileOf(set.model)).flatMap(
    (extension) => extensionResource(set, nameOf(extension)) ?? [],
  );
  return json(200, { value });
}

export function deleteExtension(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  const extension = extensionNamed(profileOf(set.model), request.named.extension ?? '');
  if (!extension) return empty(204);
  const name = nameOf(extension).toLowerCase();
  for (const other of extensionsOf(profileOf(set.model))) {
    const needs = listAt(other, 'properties', 'provisionAfterExtensions').some(
      (one) => typeof one === 'string' && one.toLowerCase() === name,
    );
    if (needs)
      throw invalidParameter(
        'vmssExtensionName',
        `Extension '${nameOf(extension)}' cannot be removed: '${nameOf(other)}' is provisioned after it.`,
      );
  }
  const rest = extensionsOf(profileOf(set.model)).filter((other) => other !== extension);
  return acceptedAction(request, storeExtensions(cloud, request, set, rest));
}

export function listInstanceExtensions(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  return json(200, { value: instanceExtensions(set, instanceOf(set, request)) });
}

export function getInstanceExtension(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  const name = request.named.extension ?? '';
  const instance = instanceOf(set, request);
  const found = instanceExtensions(set, instance).find(
    (one) => stringAt(one, 'name')?.toLowerCase() === name.toLowerCase(),
  );
  if (!found)
    throw resourceNotFound(
      `Microsoft.Compute/virtualMachineScaleSets/${set.name}/virtualMachines/${instance.instanceId}/extensions`,
      name,
      set.resourceGroup,
    );
  return json(200, found);
}

function writeExtension(
  cloud: Cloud,
  request: RoutedRequest,
  set: ScaleSet,
  change: { name: string; properties: JsonObject },
): Operation {
  requireNotDeleting(set, request.operation);
  const before = extensionsOf(profileOf(set.model));
  const properties = Object.fromEntries(
    Object.entries(change.properties).filter(([key]) => key !== 'provisioningState'),
  );
  const existing = before.find((one) => nameOf(one).toLowerCase() === change.name.toLowerCase());
  const written = merged(existing, { name: existing ? nameOf(existing) : change.name, properties }) as JsonObject;
  return storeExtensions(
    cloud,
    request,
    set,
    existing ? before.map((one) => (one === existing ? written : one)) : [...before, written],
  );
}

function storeExtensions(cloud: Cloud, request: RoutedRequest, set: ScaleSet, extensions: JsonObject[]): Operation {
  requireNotDeleting(set, request.operation);
  const model: JsonObject = {
    ...set.model,
    virtualMachineProfile: {
      ...profileOf(set.model),
      extensionProfile: { ...(objectAt(profileOf(set.model), 'extensionProfile') ?? {}), extensions },
    },
  };
  requireExtensions(model);
  set.model = model;
  set.etag += 1;
  const waitsFor = modelChanged(cloud, set, request.by);
  return beginOperation(cloud, set, {
    name: request.operation,
    kind: 'model',
    by: request.by,
    waitsFor,
    atLeast: cloud.timings.model,
  });
}

function foundResource(set: ScaleSet, name: string): JsonObject {
  const resource = extensionResource(set, name);
  if (!resource)
    throw resourceNotFound(`Microsoft.Compute/virtualMachineScaleSets/${set.name}/extensions`, name, set.resourceGroup);
  return resource;
}
