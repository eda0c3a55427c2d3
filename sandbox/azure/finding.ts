// How a request's names lead to what they mean, and the refusal when they lead nowhere.
import { inactiveInstance, parentNotFound, resourceGroupNotFound, resourceNotFound } from './arm-error.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { liveInstances } from './capacity.ts';
import type { JsonObject } from './json.ts';
import { groupKey, scaleSetKey } from './resource-ids.ts';
import type { Instance, ResourceGroup, ScaleSet } from './state.ts';

export function groupOf(cloud: Cloud, request: RoutedRequest): ResourceGroup {
  const { subscriptionId = '', resourceGroup = '' } = request.named;
  const group = cloud.state.resourceGroups[groupKey(subscriptionId, resourceGroup)];
  if (!group) throw resourceGroupNotFound(resourceGroup);
  return group;
}

export function existingSet(cloud: Cloud, request: RoutedRequest): ScaleSet | undefined {
  const { subscriptionId = '', resourceGroup = '', scaleSet = '' } = request.named;
  return cloud.state.scaleSets[scaleSetKey(subscriptionId, resourceGroup, scaleSet)];
}

export function scaleSetOf(cloud: Cloud, request: RoutedRequest): ScaleSet {
  const set = existingSet(cloud, request);
  if (set) return set;
  const group = groupOf(cloud, request);
  throw resourceNotFound('Microsoft.Compute/virtualMachineScaleSets', request.named.scaleSet ?? '', group.name);
}

/** The set as the parent of what is asked for. */
export function parentSetOf(cloud: Cloud, request: RoutedRequest): ScaleSet {
  const set = existingSet(cloud, request);
  if (set) return set;
  groupOf(cloud, request);
  throw parentNotFound(request.named.scaleSet ?? '');
}

export function instanceOf(set: ScaleSet, request: RoutedRequest): Instance {
  const id = request.named.instanceId ?? '';
  const instance = Object.hasOwn(set.instances, id) ? set.instances[id] : undefined;
  if (instance) return instance;
  throw resourceNotFound(
    `Microsoft.Compute/virtualMachineScaleSets/${set.name}/virtualMachines`,
    id,
    set.resourceGroup,
  );
}

/**
 * The instances that a batch names: null when the body names none, which means every one of them (azure-wire.md, fact 4).
 * One unknown id refuses the whole batch, `*` is all.
 */
export function namedInstances(set: ScaleSet, body: JsonObject): Instance[] | null {
  const ids = body.instanceIds;
  if (!Array.isArray(ids) || ids.length === 0) return null;
  return instancesByIds(set, ids.map(String));
}

export function instancesByIds(set: ScaleSet, ids: readonly string[]): Instance[] {
  if (ids.includes('*')) return liveInstances(set);
  return [...new Set(ids)].map((id) => {
    const instance = Object.hasOwn(set.instances, id) ? set.instances[id] : undefined;
    if (!instance || instance.provisioningState === 'Deleting') throw inactiveInstance(id);
    return instance;
  });
}
