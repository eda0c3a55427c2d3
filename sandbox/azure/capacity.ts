// Capacity is absolute: a write says how many instances there shall be, and Azure makes or removes the difference, choosing the victims
// itself (azure-wire.md 3). A write of the same number makes what is missing.
import { invalidParameter } from './arm-error.ts';
import type { Cloud } from './cloud.ts';
import { requireDeployable } from './deployable-image.ts';
import { allocationFailure } from './adversary.ts';
import { beginDelete, createFailing, createInstance } from './instance-activities.ts';
import { remove, stopGuest } from './instance-life.ts';
import { listAt, stringAt, valueAt } from './json.ts';
import type { Json } from './json.ts';
import { requireCores } from './quota.ts';
import { scaleSetId } from './resource-ids.ts';
import { profileOf } from './scale-set-model.ts';
import type { Failure, Instance, ScaleSet } from './state.ts';

/** Refuses a number that the set may not have. */
export function requireCapacity(cloud: Cloud, set: ScaleSet, sizeName: string, capacity: number): void {
  const isCustom =
    /\/images\//i.test(stringAt(profileOf(set.model), 'storageProfile', 'imageReference', 'id') ?? '') &&
    !isGallery(set);
  const limit = set.model.singlePlacementGroup === true ? 100 : isCustom ? 600 : 1000;
  if (!Number.isInteger(capacity) || capacity < 0) {
    throw invalidParameter(
      'sku.capacity',
      `The value of parameter sku.capacity is invalid: ${capacity} is not a whole number from 0.`,
    );
  }
  if (capacity > limit) {
    throw invalidParameter(
      'sku.capacity',
      `The value of parameter sku.capacity is invalid: ${capacity} is above ${limit}, the maximum of this scale set.`,
    );
  }
  if (capacity > liveInstances(set).length) requireDeployable(cloud, set.location, profileOf(set.model));
  requireCores(cloud, set, sizeName, capacity);
}

export function capacityOf(value: Json | undefined): number | null {
  if (value === undefined || value === null) return null;
  // Some clients send it as a string.
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number')
    throw invalidParameter('sku.capacity', 'The value of parameter sku.capacity is invalid.');
  return number;
}

export interface CapacityWork {
  /** vmIds that the operation has to wait for. */
  readonly waitsFor: string[];
  /** What it ends with all the same. */
  readonly failures: (Failure & { target: string })[];
}

/** Sets the capacity and starts what it takes. */
export function applyCapacity(cloud: Cloud, set: ScaleSet, target: number, by: string): CapacityWork {
  if (set.sku.capacity !== target) {
    cloud.emit({
      kind: 'capacitySet',
      at: cloud.state.now,
      by,
      scaleSet: scaleSetId(set),
      from: set.sku.capacity,
      to: target,
    });
    set.sku.capacity = target;
  }
  const live = liveInstances(set);
  // Where the capacity falls only at their end, those on their way out are still a part of it.
  const leaving = Object.values(set.instances).filter((instance) => instance.isCounted === true).length;
  if (live.length + leaving <= target) {
    const missing = target - live.length - leaving;
    const extra = set.model.overprovision === true ? Math.ceil(missing * 0.2) : 0;
    return missing + extra === 0 ? { waitsFor: [], failures: [] } : makeInstances(cloud, set, missing + extra, by);
  }
  const victims = chooseVictims(set, live, live.length + leaving - target);
  for (const victim of victims) beginDelete(cloud, victim, by);
  return { waitsFor: victims.map((victim) => victim.vmId), failures: [] };
}

/** Where there is no room for all of them, some are made: what was asked for stands, or not (azure-wire.md 3, medium confidence). */
function makeInstances(cloud: Cloud, set: ScaleSet, count: number, by: string): CapacityWork {
  const shortfall = cloud.adversary.allocate(scaleSetId(set), count);
  const granted = shortfall === null ? count : Math.max(0, Math.min(count, shortfall.granted));
  const waitsFor = Array.from({ length: granted }, () => createInstance(cloud, set, by).vmId);
  if (shortfall === null || granted === count) return { waitsFor, failures: [] };
  const failure = allocationFailure(shortfall.code);
  if (shortfall.shape === 'failedInstances') {
    const failing = Array.from({ length: count - granted }, () => createFailing(cloud, set, by, failure));
    return { waitsFor: [...waitsFor, ...failing], failures: [] };
  }
  if (shortfall.shape === 'lowered') set.sku.capacity = liveInstances(set).length;
  return { waitsFor, failures: [{ ...failure, target: '0' }] };
}

export function liveInstances(set: ScaleSet): Instance[] {
  return Object.values(set.instances).filter((instance) => instance.provisioningState !== 'Deleting');
}

/** Overprovisioning: once enough of the asked instances are ready, those still on their way are dropped, whatever their ids. */
export function trimSurplus(cloud: Cloud, set: ScaleSet): void {
  if (set.model.overprovision !== true || set.provisioningState === 'Deleting') return;
  const live = liveInstances(set);
  const ready = live.filter((instance) => instance.everSucceeded).length;
  if (live.length <= set.sku.capacity || ready < set.sku.capacity) return;
  const surplus = live.filter((instance) => !instance.everSucceeded).slice(0, live.length - set.sku.capacity);
  for (const instance of surplus) {
    stopGuest(cloud, set, instance, 'delete');
    remove(cloud, set, instance, 'azure');
  }
}

// Zones and fault domains are balanced first, then the highest id goes; the two other policies go by age (azure-wire.md 3).
function chooseVictims(set: ScaleSet, live: readonly Instance[], count: number): Instance[] {
  const candidates = live.filter((instance) => !isProtected(instance));
  const [rule] = listAt(set.model, 'scaleInPolicy', 'rules');
  if (rule === 'NewestVM') return candidates.sort((a, b) => b.createdAt - a.createdAt).slice(0, count);
  if (rule === 'OldestVM') return candidates.sort((a, b) => a.createdAt - b.createdAt).slice(0, count);
  const chosen: Instance[] = [];
  const rest = [...candidates];
  const domain = (instance: Instance): string => `${instance.zone ?? ''}/${instance.faultDomain}`;
  while (rest.length > 0 && chosen.length < count) {
    const sizes = new Map<string, number>();
    for (const instance of rest) sizes.set(domain(instance), (sizes.get(domain(instance)) ?? 0) + 1);
    rest.sort(
      (a, b) =>
        (sizes.get(domain(b)) ?? 0) - (sizes.get(domain(a)) ?? 0) || Number(b.instanceId) - Number(a.instanceId),
    );
    const [next] = rest.splice(0, 1);
    if (next) chosen.push(next);
  }
  return chosen;
}

function isProtected(instance: Instance): boolean {
  return (
    valueAt(instance.protection ?? {}, 'protectFromScaleIn') === true ||
    valueAt(instance.protection ?? {}, 'protectFromScaleSetActions') === true
  );
}

function isGallery(set: ScaleSet): boolean {
  return /galleries\//i.test(stringAt(profileOf(set.model), 'storageProfile', 'imageReference', 'id') ?? '');
}
