// A scale set as Azure answers it: the resource without its secrets, and the set's instance view, which only counts.
import { isoTime } from './cloud.ts';
import { etagText } from './etag.ts';
import { extensionsOf, nameOf } from './extension-order.ts';
import { extensionStatus, statusesOf } from './instance-views.ts';
import { stringAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { scaleSetId } from './resource-ids.ts';
import { profileOf, redactedProfile } from './scale-set-model.ts';
import type { ScaleSet } from './state.ts';

export function scaleSetResource(set: ScaleSet, withUserData = false): JsonObject {
  const resource: JsonObject = {
    name: set.name,
    id: scaleSetId(set),
    type: 'Microsoft.Compute/virtualMachineScaleSets',
    location: set.location,
    ...set.extras,
    sku: { ...set.sku },
    etag: etagText(set.etag),
    properties: {
      ...set.model,
      virtualMachineProfile: {
        ...redactedProfile(profileOf(set.model), withUserData),
        timeCreated: isoTime(set.createdAt),
      },
      provisioningState: set.provisioningState,
      uniqueId: set.uniqueId,
      timeCreated: isoTime(set.createdAt),
    },
  };
  if (set.tags) resource.tags = set.tags;
  return resource;
}

export function scaleSetInstanceView(set: ScaleSet): JsonObject {
  const instances = Object.values(set.instances);
  const machineCodes = instances.flatMap((instance) => statusesOf(instance).map((one) => stringAt(one, 'code') ?? ''));
  const names = [...new Set(instances.flatMap((instance) => instance.extensions.map((run) => run.name)))];
  const extensions = names.map((name) => {
    const runs = instances.flatMap((instance) =>
      instance.extensions.filter((run) => run.name === name && run.state !== 'waiting'),
    );
    return { name, statusesSummary: counted(runs.map((run) => stringAt(extensionStatus(run), 'code') ?? '')) };
  });
  const isFailed = set.provisioningState === 'Failed';
  const status: JsonObject = {
    code: `ProvisioningState/${set.provisioningState.toLowerCase()}${isFailed && set.error ? `/${set.error.code}` : ''}`,
    level: isFailed ? 'Error' : 'Info',
    displayStatus:
      set.provisioningState === 'Succeeded'
        ? 'Provisioning succeeded'
        : isFailed
          ? 'Provisioning failed'
          : set.provisioningState,
    time: isoTime(set.stateSince),
  };
  if (isFailed && set.error) status.message = set.error.message;
  return { virtualMachine: { statusesSummary: counted(machineCodes) }, extensions, statuses: [status] };
}

/** One extension of the model as a resource. */
export function extensionResource(set: ScaleSet, name: string): JsonObject | null {
  const extension = extensionsOf(redactedProfile(profileOf(set.model), false)).find(
    (one) => nameOf(one).toLowerCase() === name.toLowerCase(),
  );
  if (!extension) return null;
  const properties = typeof extension.properties === 'object' ? (extension.properties as JsonObject) : {};
  return {
    name: nameOf(extension),
    id: `${scaleSetId(set)}/extensions/${nameOf(extension)}`,
    type: 'Microsoft.Compute/virtualMachineScaleSets/extensions',
    properties: {
      ...properties,
      provisioningState:
        set.provisioningState === 'Failed'
          ? 'Failed'
          : set.provisioningState === 'Succeeded'
            ? 'Succeeded'
            : 'Updating',
    },
  };
}

function counted(codes: readonly string[]): Json[] {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => ({ code, count }));
}
