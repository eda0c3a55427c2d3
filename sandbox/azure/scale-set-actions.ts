// What can be done to the instances of a set, many at once or one by one: delete, reimage, upgrade, power. A body without ids means all
// of them, except for delete and upgrade, which must name them (azure-wire.md, fact 4 and section 2).
import type { HttpResponse } from '../http-message.ts';
import { conflict, invalidParameter, missingParameter, operationNotAllowed } from './arm-error.ts';
import { bodyOf, empty } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import { applyCapacity, liveInstances, requireCapacity } from './capacity.ts';
import { schedule } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { instanceOf, instancesByIds, namedInstances, parentSetOf, scaleSetOf } from './finding.ts';
import { isEphemeral } from './images.ts';
import { beginDelete, beginPower, beginRedeploy, beginReimage, beginUpgrade } from './instance-activities.ts';
import { profileOfInstance } from './instance-life.ts';
import type { ReimageWish } from './instance-activities.ts';
import { stringAt, valueAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { acceptedAction } from './operation-routes.ts';
import { beginOperation, requireNoDeletion, requireNotDeleting } from './operations.ts';
import type { Instance, ScaleSet } from './state.ts';

/** What an action does to one instance. */
type Act = (cloud: Cloud, set: ScaleSet, instance: Instance, request: RoutedRequest, body: JsonObject) => void;

const acts = {
  reimage: (cloud, set, instance, request, body) => beginReimage(cloud, set, instance, request.by, reimageWish(body)),
  redeploy: (cloud, set, instance, request) => beginRedeploy(cloud, set, instance, request.by),
  manualupgrade: (cloud, set, instance, request) => beginUpgrade(cloud, set, instance, request.by),
  start: (cloud, _set, instance, request) => beginPower(cloud, instance, 'start', request.by),
  restart: (cloud, _set, instance, request) => beginPower(cloud, instance, 'restart', request.by),
  poweroff: (cloud, _set, instance, request) => beginPower(cloud, instance, 'poweroff', request.by),
  deallocate: (cloud, set, instance, request) => {
    if (isEphemeral(profileOfInstance(set, instance))) {
      throw operationNotAllowed(
        "Operation 'deallocate' is not supported for VMs or VM Scale Set instances using an ephemeral OS disk.",
      );
    }
    beginPower(cloud, instance, 'deallocate', request.by);
  },
} satisfies Record<string, Act>;

export type ActionName = keyof typeof acts;

/** POST on the scale set. */
export function batchAction(name: ActionName): (cloud: Cloud, request: RoutedRequest) => HttpResponse {
  return (cloud, request) => {
    const set = scaleSetOf(cloud, request);
    requireNotDeleting(set, request.operation);
    const body = bodyOf(request);
    const named = namedInstances(set, body);
    if (named === null && name === 'manualupgrade') throw missingParameter('instanceIds');
    // Only what the set does by itself spares protected instances; named ones were asked for (azure-wire.md 3, Protection).
    const instances =
      named ??
      liveInstances(set).filter(
        (instance) => valueAt(instance.protection ?? {}, 'protectFromScaleSetActions') !== true,
      );
    return perform(cloud, request, set, name, instances, body);
  };
}

/** POST on one instance, `*` included. */
export function singleAction(name: ActionName): (cloud: Cloud, request: RoutedRequest) => HttpResponse {
  return (cloud, request) => {
    const set = parentSetOf(cloud, request);
    requireNotDeleting(set, request.operation);
    return perform(cloud, request, set, name, instancesByIds(set, [request.named.instanceId ?? '']), bodyOf(request));
  };
}

export function deleteInstances(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = scaleSetOf(cloud, request);
  requireNotDeleting(set, request.operation);
  const instances = namedInstances(set, bodyOf(request));
  if (instances === null) throw missingParameter('instanceIds');
  return removeInstances(cloud, request, set, instances);
}

export function deleteInstance(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  requireNotDeleting(set, request.operation);
  return removeInstances(cloud, request, set, instancesByIds(set, [request.named.instanceId ?? '']));
}

/** Puts the model's settings on the set again and heals its state; machines are not touched. */
export function reapply(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = scaleSetOf(cloud, request);
  requireNotDeleting(set, request.operation);
  return acceptedAction(
    request,
    beginOperation(cloud, set, {
      name: request.operation,
      kind: 'model',
      by: request.by,
      atLeast: cloud.timings.model,
    }),
  );
}

/** `scaleOut {capacity, properties:{zone}}`: so many more, instead of a total. */
export function scaleOut(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = scaleSetOf(cloud, request);
  requireNotDeleting(set, request.operation);
  const more = bodyOf(request).capacity;
  if (typeof more !== 'number' || !Number.isInteger(more) || more < 1) {
    throw invalidParameter('capacity', 'The value of parameter capacity is invalid.');
  }
  requireCapacity(cloud, set, set.sku.name, set.sku.capacity + more);
  set.etag += 1;
  const { waitsFor, failures } = applyCapacity(cloud, set, set.sku.capacity + more, request.by);
  return acceptedAction(
    request,
    beginOperation(cloud, set, { name: request.operation, kind: 'model', by: request.by, waitsFor, failures }),
  );
}

/** Only for Spot machines: the notice of 30 seconds, then the eviction. */
export function simulateEviction(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const set = parentSetOf(cloud, request);
  const instance = instanceOf(set, request);
  if (stringAt(profileOfInstance(set, instance), 'priority') !== 'Spot') {
    throw operationNotAllowed("Operation 'simulateEviction' is not allowed since the VM is not of priority Spot.");
  }
  schedule(cloud, cloud.state.now + 30_000, { kind: 'evict', vmId: instance.vmId });
  return empty(204);
}

function perform(
  cloud: Cloud,
  request: RoutedRequest,
  set: ScaleSet,
  name: ActionName,
  instances: readonly Instance[],
  body: JsonObject,
): HttpResponse {
  const busy = instances.filter((instance) => instance.activity !== null);
  if (busy.some((instance) => !isSameActivity(instance, name))) throw conflict();
  for (const instance of instances) if (!busy.includes(instance)) acts[name](cloud, set, instance, request, body);
  const waitsFor = instances.map((instance) => instance.vmId);
  return acceptedAction(
    request,
    beginOperation(cloud, set, { name: request.operation, kind: 'instances', by: request.by, waitsFor }),
  );
}

// Who asks for what is already happening waits for it too: a real client posts the reimage of the whole set straight after that of one
// instance, and expects both to be taken (azure-wire.md, fact 4). Anything else on a busy instance conflicts; which of the two Azure does
// in each case is not known.
function isSameActivity(instance: Instance, name: ActionName): boolean {
  return instance.activity === (name === 'manualupgrade' ? 'upgrade' : name);
}

// The capacity falls by itself, at once (azure-wire.md 3); a machine that is still being made may be deleted too.
function removeInstances(
  cloud: Cloud,
  request: RoutedRequest,
  set: ScaleSet,
  instances: readonly Instance[],
): HttpResponse {
  requireNoDeletion(cloud, set);
  const isForced = request.query.forcedeletion?.toLowerCase() === 'true';
  for (const instance of instances) beginDelete(cloud, instance, request.by, isForced);
  if (cloud.variants.capacityFalls === 'whenAccepted')
    set.sku.capacity = Math.max(0, set.sku.capacity - instances.length);
  else for (const instance of instances) instance.isCounted = true;
  set.etag += 1;
  const waitsFor = instances.map((instance) => instance.vmId);
  return acceptedAction(
    request,
    beginOperation(cloud, set, { name: request.operation, kind: 'deleteInstances', by: request.by, waitsFor }),
  );
}

function reimageWish(body: JsonObject): ReimageWish {
  const exactVersion = stringAt(body, 'exactVersion');
  return {
    takesModel: valueAt(body, 'forceUpdateOSDiskForEphemeral') === true,
    ...(exactVersion === undefined ? {} : { exactVersion }),
  };
}
