// What happens by itself when its time comes: the one place where the emulated cloud moves.
import { draw, schedule } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { trimSurplus } from './capacity.ts';
import { budgetExceeded, extensionEnded } from './extension-runs.ts';
import { isEphemeral } from './images.ts';
import {
  emitInstance,
  identityOf,
  proceedWithExtensions,
  profileOfInstance,
  remove,
  settle,
  stopGuest,
  systemUp,
} from './instance-life.ts';
import { stringAt } from './json.ts';
import { operationDue } from './operations.ts';
import { replicationEnds } from './replication.ts';
import type { Happening, Instance, ScaleSet, TimedEvent } from './state.ts';

/** Everything due up to `now`, in order; each event sees its own instant as the present. */
export function advanceTo(cloud: Cloud, now: number): void {
  const { state } = cloud;
  for (;;) {
    const next = state.timeline[0];
    if (!next || next.at > now) break;
    state.timeline.shift();
    state.now = Math.max(state.now, next.at);
    happen(cloud, next);
  }
  state.now = Math.max(state.now, now);
}

function happen(cloud: Cloud, event: TimedEvent): void {
  if (event.kind === 'operationDue') {
    operationDue(cloud, event.operation);
    return;
  }
  if (event.kind === 'replicated') {
    replicationEnds(cloud, event);
    return;
  }
  const home = cloud.state.homes[event.vmId];
  const set = home && cloud.state.scaleSets[home.scaleSet];
  const instance = home && set?.instances[home.instanceId];
  if (!set || !instance) return;
  if ('step' in event && event.step !== instance.step) return;
  happenTo(cloud, set, instance, event);
  trimSurplus(cloud, set);
}

function happenTo(
  cloud: Cloud,
  set: ScaleSet,
  instance: Instance,
  event: Exclude<Happening, { kind: 'operationDue' | 'replicated' }>,
): void {
  switch (event.kind) {
    case 'osProvisioning':
      instance.system = 'provisioning';
      return;
    case 'osUp':
      systemUp(cloud, set, instance);
      return;
    case 'stop':
      stopped(cloud, set, instance);
      return;
    case 'settled':
      comeToRest(cloud, set, instance);
      return;
    case 'fails':
      settle(cloud, set, instance, { code: event.code, message: event.message });
      return;
    case 'gone':
      remove(cloud, set, instance, instance.by);
      return;
    case 'extensionEnds':
      if (extensionEnded(cloud, instance, profileOfInstance(set, instance), event) && runsExtensions(instance)) {
        proceedWithExtensions(cloud, set, instance);
      }
      return;
    case 'extensionBudget': {
      const failure = budgetExceeded(cloud, instance);
      if (failure) settle(cloud, set, instance, failure);
      return;
    }
    case 'evict':
      evicted(cloud, set, instance);
      return;
    case 'selfReboot':
      if (instance.power !== 'running' || instance.system !== 'up') return;
      schedule(cloud, cloud.state.now + draw(cloud, cloud.timings.restart), {
        kind: 'bootedAgain',
        vmId: instance.vmId,
        step: instance.step,
      });
      return;
    case 'bootedAgain':
      cloud.guest()?.booted(identityOf(cloud, set, instance), 'restart', cloud.state.now);
  }
}

function runsExtensions(instance: Instance): boolean {
  return instance.activity === 'create' || instance.activity === 'reimage' || instance.activity === 'upgrade';
}

// The moment the machine's contents or processes are lost.
function stopped(cloud: Cloud, set: ScaleSet, instance: Instance): void {
  const { activity } = instance;
  const wasRunning = instance.power !== 'stopped' && instance.power !== 'deallocated';
  instance.system = 'none';
  switch (activity) {
    case 'delete':
      instance.power = 'stopping';
      stopGuest(cloud, set, instance, 'delete');
      return;
    case 'reimage':
    case 'upgrade':
      instance.power = 'starting';
      stopGuest(cloud, set, instance, 'reimage');
      instance.extensions = [];
      emitInstance(cloud, set, instance, 'instanceReimaged', instance.by);
      return;
    case 'restart':
    case 'redeploy':
      instance.power = 'starting';
      if (wasRunning) stopGuest(cloud, set, instance, 'restart');
      return;
    case 'poweroff':
    case 'deallocate':
      if (wasRunning) stopGuest(cloud, set, instance, activity);
      return;
    case 'create':
    case 'start':
    case null:
      return;
  }
}

function comeToRest(cloud: Cloud, set: ScaleSet, instance: Instance): void {
  if (instance.activity === 'upgrade') {
    proceedWithExtensions(cloud, set, instance);
    return;
  }
  if (instance.activity === 'poweroff' && instance.power === 'stopping') instance.power = 'stopped';
  if (instance.activity === 'deallocate') instance.power = 'deallocated';
  settle(cloud, set, instance, null);
}

// Azure takes the machine back: with Delete the capacity falls, with Deallocate (the default) it keeps counting (azure-wire.md 3, Spot).
function evicted(cloud: Cloud, set: ScaleSet, instance: Instance): void {
  if (instance.provisioningState === 'Deleting') return;
  const profile = profileOfInstance(set, instance);
  const isDeleted = isEphemeral(profile) || stringAt(profile, 'evictionPolicy') === 'Delete';
  instance.step += 1;
  instance.by = 'eviction';
  instance.system = 'none';
  instance.stateSince = cloud.state.now;
  stopGuest(cloud, set, instance, 'eviction');
  if (!isDeleted) {
    instance.power = 'deallocated';
    settle(cloud, set, instance, null);
    return;
  }
  set.sku.capacity = Math.max(0, set.sku.capacity - 1);
  set.etag += 1;
  instance.activity = 'delete';
  instance.provisioningState = 'Deleting';
  instance.power = 'stopping';
  schedule(cloud, cloud.state.now + draw(cloud, cloud.timings.delete), {
    kind: 'gone',
    vmId: instance.vmId,
    step: instance.step,
  });
}
