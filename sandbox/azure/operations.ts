// Long-running operations: what a write has started, what it waits for and how it ended. Their wire form is in operation-routes.ts.
import { conflict, operationNotAllowed } from './arm-error.ts';
import { draw, guid, schedule } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { groupId, groupKey, scaleSetId } from './resource-ids.ts';
import type { AzureState, Failure, ImageResource, Instance, Operation, ScaleSet } from './state.ts';
import type { Spread } from './timings.ts';

// How long an ended operation can still be asked for.
const kept = 24 * 3_600_000;

export interface OperationPlan {
  /** As the API names it: `virtualMachineScaleSets.update`. */
  readonly name: string;
  readonly kind: Operation['kind'];
  readonly by: string;
  readonly waitsFor?: readonly string[];
  /** What it ends with, whatever becomes of what it waits for. */
  readonly failures?: readonly (Failure & { target: string })[];
  /** The shortest time it takes, however little there is to wait for. */
  readonly atLeast?: Spread;
}

export function beginOperation(cloud: Cloud, set: ScaleSet, plan: OperationPlan): Operation {
  const waitsFor = new Set(plan.waitsFor ?? []);
  if (plan.kind === 'model' || plan.kind === 'deleteSet') {
    for (const vmId of preempt(cloud, set, plan.kind === 'deleteSet')) waitsFor.add(vmId);
  }
  if (plan.kind === 'model' || plan.kind === 'deleteInstances')
    enter(cloud, set, set.provisioningState === 'Creating' ? 'Creating' : 'Updating');
  if (plan.kind === 'deleteSet') enter(cloud, set, 'Deleting');
  return record(cloud, { subscriptionId: set.subscriptionId, location: set.location, subject: set.key }, plan, [
    ...waitsFor,
  ]);
}

export function beginGroupDeletion(
  cloud: Cloud,
  subscriptionId: string,
  name: string,
  location: string,
  by: string,
): Operation {
  const plan: OperationPlan = { name: 'resourceGroups.delete', kind: 'deleteGroup', by, atLeast: cloud.timings.model };
  return record(cloud, { subscriptionId, location, subject: groupKey(subscriptionId, name) }, plan, []);
}

/** A write or deletion of a gallery, definition, version or managed image; another one that still runs conflicts. */
export function beginResourceOperation(cloud: Cloud, resource: ImageResource, plan: OperationPlan): Operation {
  if (running(cloud, resource.key).length > 0) throw conflict();
  const { subscriptionId, location, key } = resource;
  return record(cloud, { subscriptionId, location, subject: key }, plan, [...(plan.waitsFor ?? [])]);
}

/** One part of what a resource's operation waits for has ended. */
export function resourcePartSettled(cloud: Cloud, key: string, part: string, failure: Failure | null): void {
  for (const operation of running(cloud, key)) {
    if (!operation.waitsFor.includes(part)) continue;
    operation.waitsFor = operation.waitsFor.filter((other) => other !== part);
    if (failure) operation.failures.push({ ...failure, target: part });
    finishIfDone(cloud, operation);
  }
}

/** Refuses while the set is being deleted; `what` is the operation as a person would name it. */
export function requireNotDeleting(set: ScaleSet, what: string): void {
  if (set.provisioningState !== 'Deleting') return;
  throw operationNotAllowed(
    `Operation '${what}' is not allowed on Virtual Machine Scale Set '${set.name}' since it is marked for deletion. ` +
      'You can only retry the Delete operation (or wait for an ongoing one to complete).',
  );
}

/** Two deletions of one set at a time conflict, because each lowers the capacity (azure-wire.md 3). */
export function requireNoDeletion(cloud: Cloud, set: ScaleSet): void {
  if (running(cloud, set.key).some((operation) => operation.kind === 'deleteInstances')) throw conflict();
}

/** As `requireNoDeletion`, for a cloud in which one write of the model waits for the other. */
export function requireNoModelWrite(cloud: Cloud, set: ScaleSet): void {
  if (running(cloud, set.key).some((operation) => operation.kind === 'model')) throw conflict();
}

/** An instance has come to rest, or is gone: everything that waited for it hears so. */
export function instanceSettled(cloud: Cloud, set: ScaleSet, instance: Instance, failure: Failure | null): void {
  for (const operation of running(cloud, set.key)) {
    if (!operation.waitsFor.includes(instance.vmId)) continue;
    operation.waitsFor = operation.waitsFor.filter((vmId) => vmId !== instance.vmId);
    if (failure) operation.failures.push({ ...failure, target: instance.instanceId });
    finishIfDone(cloud, operation);
  }
}

export function operationDue(cloud: Cloud, id: string): void {
  const operation = cloud.state.operations[id];
  if (operation) finishIfDone(cloud, operation);
}

function enter(cloud: Cloud, set: ScaleSet, state: ScaleSet['provisioningState'], error: Failure | null = null): void {
  set.provisioningState = state;
  set.stateSince = cloud.state.now;
  set.error = error;
}

function record(
  cloud: Cloud,
  where: Pick<Operation, 'subscriptionId' | 'location' | 'subject'>,
  plan: OperationPlan,
  waitsFor: string[],
): Operation {
  const { state } = cloud;
  forgetOld(state);
  const notBefore = state.now + (plan.atLeast ? draw(cloud, plan.atLeast) : 1000);
  const operation: Operation = {
    ...where,
    id: guid(cloud.random),
    name: plan.name,
    kind: plan.kind,
    by: plan.by,
    startedAt: state.now,
    notBefore,
    endedAt: null,
    status: 'InProgress',
    error: null,
    waitsFor,
    failures: [...(plan.failures ?? [])],
  };
  state.operations[operation.id] = operation;
  state.openOperations.push(operation.id);
  schedule(cloud, notBefore, { kind: 'operationDue', operation: operation.id });
  return operation;
}

// A newer write of the model takes over what the older one still waits for (OperationPreempted, azure-wire.md 3).
function preempt(cloud: Cloud, set: ScaleSet, everything: boolean): string[] {
  const inherited: string[] = [];
  for (const operation of running(cloud, set.key)) {
    if (operation.kind === 'deleteSet' || (!everything && operation.kind !== 'model')) continue;
    inherited.push(...operation.waitsFor);
    end(cloud, operation, {
      code: 'OperationPreempted',
      message: 'Operation execution has been preempted by a more recent operation.',
    });
  }
  return inherited;
}

function running(cloud: Cloud, subject: string): Operation[] {
  const { operations, openOperations } = cloud.state;
  return openOperations.flatMap((id) => {
    const operation = operations[id];
    return operation?.subject === subject ? operation : [];
  });
}

// They stand in the order in which they began, so the first one that is young enough ends the search.
function forgetOld(state: AzureState): void {
  for (const id in state.operations) {
    const ended = state.operations[id]?.endedAt ?? null;
    if (ended === null || ended >= state.now - kept) return;
    Reflect.deleteProperty(state.operations, id);
  }
}

function finishIfDone(cloud: Cloud, operation: Operation): void {
  if (operation.endedAt !== null || operation.waitsFor.length > 0 || cloud.state.now < operation.notBefore) return;
  if (operation.kind === 'deleteGroup') {
    finishGroupDeletion(cloud, operation);
    return;
  }
  const [first] = operation.failures;
  end(cloud, operation, first ? { code: first.code, message: first.message, details: operation.failures } : null);
  const resource = cloud.state.imageResources[operation.subject];
  if (operation.kind === 'deleteResource') Reflect.deleteProperty(cloud.state.imageResources, operation.subject);
  else if (operation.kind === 'resource' && resource) resource.provisioningState = stateAfter(resource);
  const set = cloud.state.scaleSets[operation.subject];
  if (!set) return;
  if (operation.kind === 'deleteSet') removeSet(cloud, set, operation.by);
  else closeOnSet(cloud, set, operation);
}

function end(cloud: Cloud, operation: Operation, error: Operation['error']): void {
  operation.endedAt = cloud.state.now;
  operation.status = error ? 'Failed' : 'Succeeded';
  operation.error = error;
  operation.waitsFor = [];
  cloud.state.openOperations = cloud.state.openOperations.filter((id) => id !== operation.id);
}

// The set's own state is that of its last write; an instance operation touches it only when it fails, or when it heals the last failure.
function closeOnSet(cloud: Cloud, set: ScaleSet, operation: Operation): void {
  if (set.provisioningState === 'Deleting') return;
  const isBusy = running(cloud, set.key).some((other) => other.kind === 'model' || other.kind === 'deleteInstances');
  if (isBusy) return;
  if (operation.error) enter(cloud, set, 'Failed', operation.error);
  else if (operation.kind !== 'instances') enter(cloud, set, 'Succeeded');
  else if (
    set.provisioningState === 'Failed' &&
    Object.values(set.instances).every((instance) => instance.provisioningState === 'Succeeded')
  ) {
    enter(cloud, set, 'Succeeded');
  }
}

function stateAfter(resource: ImageResource): 'Succeeded' | 'Failed' {
  return Object.values(resource.replication).some((one) => one.state === 'Failed') ? 'Failed' : 'Succeeded';
}

function removeSet(cloud: Cloud, set: ScaleSet, by: string): void {
  Reflect.deleteProperty(cloud.state.scaleSets, set.key);
  cloud.emit({ kind: 'scaleSetDeleted', at: cloud.state.now, by, scaleSet: scaleSetId(set) });
}

function finishGroupDeletion(cloud: Cloud, operation: Operation): void {
  const isEmpty = !Object.keys(cloud.state.scaleSets).some((key) => key.startsWith(`${operation.subject}/`));
  if (!isEmpty) {
    schedule(cloud, cloud.state.now + 5000, { kind: 'operationDue', operation: operation.id });
    return;
  }
  end(cloud, operation, null);
  const [subscriptionId = '', group = ''] = operation.subject.split('/');
  const inside = `${groupId(subscriptionId, group)}/`.toLowerCase();
  for (const key of Object.keys(cloud.state.imageResources))
    if (key.startsWith(inside)) Reflect.deleteProperty(cloud.state.imageResources, key);
  Reflect.deleteProperty(cloud.state.resourceGroups, operation.subject);
}
