// Where Azure Resource Manager is, which hosts are its own, and how a scale set is named there.
import { CloudError } from '../problem.ts';

export interface ScaleSetName {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** Plain http is for the sandbox on this machine: a token must never cross a network in the open. */
export function readEndpoint(text: string): URL {
  const endpoint = new URL(text);
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(endpoint.hostname);
  if (endpoint.protocol !== 'https:' && !(endpoint.protocol === 'http:' && isLoopback)) {
    throw new CloudError('invalid', 'endpoint', `Azure is reached by https; ${text} is allowed on loopback only.`);
  }
  return endpoint;
}

/** The endpoint itself; of the public cloud also its regional hosts. */
export function isAllowedHost(endpoint: URL, url: string): boolean {
  if (!URL.canParse(url)) return false;
  const asked = new URL(url);
  if (asked.origin === endpoint.origin) return true;
  return (
    asked.protocol === 'https:' &&
    asked.port === '' &&
    asked.hostname.endsWith(`.${endpoint.hostname}`) &&
    endpoint.protocol === 'https:'
  );
}

export function readScaleSetId(scaleSetId: string): ScaleSetName {
  const match =
    /^\/subscriptions\/([^/?#]+)\/resourceGroups\/([^/?#]+)\/providers\/Microsoft\.Compute\/virtualMachineScaleSets\/([^/?#]+)$/i.exec(
      scaleSetId,
    );
  const [, subscriptionId, resourceGroup, name] = match ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) {
    throw new CloudError(
      'invalid',
      'scaleSetId',
      `"${scaleSetId}" is not the resource id of a virtual machine scale set.`,
    );
  }
  return { subscriptionId, resourceGroup, name };
}

export function readResourceGroupId(resourceGroupId: string): Omit<ScaleSetName, 'name'> {
  const [, subscriptionId, resourceGroup] =
    /^\/subscriptions\/([^/?#]+)\/resourceGroups\/([^/?#]+)$/i.exec(resourceGroupId) ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined) {
    throw new CloudError(
      'invalid',
      'resourceGroupId',
      `"${resourceGroupId}" is not the resource id of a resource group.`,
    );
  }
  return { subscriptionId, resourceGroup };
}
