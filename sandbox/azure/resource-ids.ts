// Resource ids and keys: routes ignore case, so everything is found by lower-case keys and answered as it was first written.
import type { ScaleSet } from './state.ts';

export function scaleSetKey(subscriptionId: string, resourceGroup: string, name: string): string {
  return `${groupKey(subscriptionId, resourceGroup)}/${name.toLowerCase()}`;
}

export function groupKey(subscriptionId: string, resourceGroup: string): string {
  return `${subscriptionId.toLowerCase()}/${resourceGroup.toLowerCase()}`;
}

export function groupId(subscriptionId: string, resourceGroup: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
}

export function scaleSetId(set: Pick<ScaleSet, 'subscriptionId' | 'resourceGroup' | 'name'>): string {
  return `${groupId(set.subscriptionId, set.resourceGroup)}/providers/Microsoft.Compute/virtualMachineScaleSets/${set.name}`;
}

export function instanceIdPath(set: ScaleSet, instanceId: string): string {
  return `${scaleSetId(set)}/virtualMachines/${instanceId}`;
}

/** `East US` and `eastus` are one place. */
export function locationName(text: string): string {
  return text.replaceAll(' ', '').toLowerCase();
}
