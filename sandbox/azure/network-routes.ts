// Virtual networks as far as a scale set meets them: made with their subnets, and listed. Nothing is checked in them.
import type { HttpResponse } from '../http-message.ts';
import { invalidParameter } from './arm-error.ts';
import { bodyOf, json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { listAt, objectAt, stringAt } from './json.ts';
import type { JsonObject } from './json.ts';
import { pageBelow } from './paging.ts';
import { groupOf } from './finding.ts';
import { groupId, locationName } from './resource-ids.ts';

export function putNetwork(cloud: Cloud, request: RoutedRequest): HttpResponse {
  groupOf(cloud, request);
  const { subscriptionId = '', resourceGroup = '', network: name = '' } = request.named;
  const body = bodyOf(request);
  const location = stringAt(body, 'location');
  if (location === undefined) throw invalidParameter('location', 'The location of the network is missing.');
  const id = `${groupId(subscriptionId, resourceGroup)}/providers/Microsoft.Network/virtualNetworks/${name}`;
  const subnets = listAt(body, 'properties', 'subnets').map((one): JsonObject => {
    const subnet = stringAt(one, 'name') ?? '';
    return { name: subnet, id: `${id}/subnets/${subnet}`, properties: objectAt(one, 'properties') ?? {} };
  });
  const properties = { ...objectAt(body, 'properties'), subnets, provisioningState: 'Succeeded' };
  const kept: JsonObject = {
    ...{ name, id, type: 'Microsoft.Network/virtualNetworks' },
    location: locationName(location),
    properties,
  };
  const isNew = cloud.state.networks?.[id.toLowerCase()] === undefined;
  cloud.state.networks = { ...cloud.state.networks, [id.toLowerCase()]: kept };
  return json(isNew ? 201 : 200, kept);
}

export function listNetworks(cloud: Cloud, request: RoutedRequest): HttpResponse {
  return pageBelow(cloud, request, cloud.state.networks, `/subscriptions/${request.named.subscriptionId ?? ''}`);
}
