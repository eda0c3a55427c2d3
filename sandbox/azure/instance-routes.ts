// Instances of a set: read one or all, and the one thing that can be written, their protection (there is no PATCH; azure-wire.md 2).
import type { HttpResponse } from '../http-message.ts';
import { invalidParameter, notBuilt } from './arm-error.ts';
import { bodyOf, json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { requireEtag } from './etag.ts';
import { instanceOf, parentSetOf } from './finding.ts';
import { instanceResource, instanceView, networkConfiguration, statusesOf } from './instance-views.ts';
import type { InstanceViewWish } from './instance-views.ts';
import { profileOfInstance } from './instance-life.ts';
import { isObject, merged, objectAt, sameJson, stringAt, valueAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { acceptedWrite } from './operation-routes.ts';
import { beginOperation, requireNotDeleting } from './operations.ts';
import { listPage } from './paging.ts';
import type { Instance, ScaleSet } from './state.ts';

export function listInstances(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  const keep = instanceFilter(set, request.query.$filter);
  const instances = Object.values(set.instances).filter(keep);
  instances.sort((a, b) => Number(a.instanceId) - Number(b.instanceId));
  const wish = viewWish(request);
  return listPage(
    cloud,
    request,
    instances,
    (instance) => instance.instanceId.padStart(9, '0'),
    (instance) => instanceResource(set, instance, wish),
  );
}

export function getInstance(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  return json(200, instanceResource(set, instanceOf(set, request), viewWish(request)));
}

export function getInstanceView(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  return json(200, instanceView(set, instanceOf(set, request)));
}

export function putInstance(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  requireNotDeleting(set, request.operation);
  const instance = instanceOf(set, request);
  requireEtag(request, instance.etag);
  const body = bodyOf(request);
  const properties = objectAt(body, 'properties') ?? {};
  const network = objectAt(properties, 'networkProfileConfiguration');
  const unchanged = networkConfiguration(profileOfInstance(set, instance));
  if (network && !sameJson(merged(unchanged, network), unchanged))
    throw notBuilt('virtualMachineScaleSetVMs.update of networkProfileConfiguration');
  instance.protection = protectionAfter(instance.protection, properties);
  if (isObject(body.tags)) instance.tags = body.tags;
  instance.etag += 1;
  const operation = beginOperation(cloud, set, {
    name: request.operation,
    kind: 'instances',
    by: request.by,
    atLeast: cloud.timings.stop,
  });
  const resource = instanceResource(set, instance);
  const answered = merged(resource, { properties: { provisioningState: 'Updating' } }) as JsonObject;
  return acceptedWrite(request, 200, answered, operation);
}

// Protection from set actions implies the other, and saying otherwise is refused (azure-wire.md 3, Protection).
function protectionAfter(before: JsonObject | null, properties: JsonObject): JsonObject | null {
  const change = properties.protectionPolicy;
  if (change === undefined) return before;
  if (change === null || !isObject(change)) return null;
  if (valueAt(change, 'protectFromScaleSetActions') === true && valueAt(change, 'protectFromScaleIn') === false) {
    throw invalidParameter(
      'protectionPolicy',
      "'protectFromScaleIn' cannot be false when 'protectFromScaleSetActions' is true.",
    );
  }
  const after = merged(before ?? {}, change) as JsonObject;
  return valueAt(after, 'protectFromScaleSetActions') === true ? { ...after, protectFromScaleIn: true } : after;
}

function viewWish(request: RoutedRequest): InstanceViewWish {
  const expand = (request.query.$expand ?? '').toLowerCase().split(',');
  return { instanceView: expand.includes('instanceview'), userData: expand.includes('userdata') };
}

/** The two filters that the service documents; another one is refused, never ignored. */
function instanceFilter(set: ScaleSet, filter: string | undefined): (instance: Instance) => boolean {
  if (filter === undefined || filter.trim() === '') return () => true;
  const status = /^\s*startswith\(\s*instanceView\/statuses\/code\s*,\s*'([^']*)'\s*\)\s+eq\s+(true|false)\s*$/i.exec(
    filter,
  );
  if (status) {
    const [, prefix = '', wanted = 'true'] = status;
    return (instance) =>
      statusesOf(instance).some((one) => stringAt(one, 'code')?.startsWith(prefix)) ===
      (wanted.toLowerCase() === 'true');
  }
  const model = /^\s*properties\/latestModelApplied\s+eq\s+(true|false)\s*$/i.exec(filter);
  if (model) return (instance) => (instance.modelVersion === set.modelVersion) === (model[1]?.toLowerCase() === 'true');
  throw notBuilt(`virtualMachineScaleSetVMs.list with $filter ${filter}`);
}
