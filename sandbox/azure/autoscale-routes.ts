// Autoscale settings of Azure Monitor as they are written and listed (Microsoft.Insights 2022-10-01). They are kept and told, and
// size nothing: who wants to see them fight with a client changes the capacity himself.
import type { HttpResponse } from '../http-message.ts';
import { ArmError, resourceNotFound } from './arm-error.ts';
import { bodyOf, empty, json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import type { Cloud } from './cloud.ts';
import { groupOf } from './finding.ts';
import { merged, objectAt, stringAt, valueAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { pageBelow } from './paging.ts';
import { groupId } from './resource-ids.ts';

export function listAutoscale(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const { subscriptionId = '', resourceGroup } = request.named;
  if (resourceGroup !== undefined) groupOf(cloud, request);
  const above =
    resourceGroup === undefined ? `/subscriptions/${subscriptionId}` : groupId(subscriptionId, resourceGroup);
  return pageBelow(cloud, request, cloud.state.autoscaleSettings, above);
}

export function getAutoscale(cloud: Cloud, request: RoutedRequest): HttpResponse {
  return json(200, existing(cloud, request));
}

/** Both writes need `profiles`, as its schema says. */
export function putAutoscale(cloud: Cloud, request: RoutedRequest): HttpResponse {
  groupOf(cloud, request);
  const body = bodyOf(request);
  const id = idOf(request);
  const isNew = cloud.state.autoscaleSettings?.[id.toLowerCase()] === undefined;
  requireProfiles(body);
  return json(isNew ? 201 : 200, keep(cloud, request, { location: 'westeurope', ...body }));
}

export function patchAutoscale(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const before = existing(cloud, request);
  const body = bodyOf(request);
  if (body.properties !== undefined) requireProfiles(body);
  return json(200, keep(cloud, request, merged(before, body) as JsonObject));
}

export function deleteAutoscale(cloud: Cloud, request: RoutedRequest): HttpResponse {
  groupOf(cloud, request);
  const key = idOf(request).toLowerCase();
  const { [key]: found, ...rest } = cloud.state.autoscaleSettings ?? {};
  cloud.state.autoscaleSettings = rest;
  return empty(found === undefined ? 204 : 200);
}

function keep(cloud: Cloud, request: RoutedRequest, body: JsonObject): JsonObject {
  const name = request.named.setting ?? '';
  const defaults: Json = { enabled: false, name, notifications: [] };
  const setting: JsonObject = {
    ...{ id: idOf(request), name, type: 'Microsoft.Insights/autoscaleSettings' },
    ...{ location: stringAt(body, 'location') ?? 'westeurope', tags: objectAt(body, 'tags') ?? {} },
    properties: merged(defaults, objectAt(body, 'properties') ?? {}),
  };
  cloud.state.autoscaleSettings = { ...cloud.state.autoscaleSettings, [idOf(request).toLowerCase()]: setting };
  return setting;
}

function existing(cloud: Cloud, request: RoutedRequest): JsonObject {
  const { resourceGroup = '', setting = '' } = request.named;
  groupOf(cloud, request);
  const found = cloud.state.autoscaleSettings?.[idOf(request).toLowerCase()];
  if (found === undefined) throw resourceNotFound('Microsoft.Insights/autoscaleSettings', setting, resourceGroup);
  return found;
}

function requireProfiles(body: JsonObject): void {
  if (Array.isArray(valueAt(body, 'properties', 'profiles'))) return;
  throw new ArmError(400, 'BadRequest', "The property 'profiles' of an autoscale setting is required.");
}

function idOf({ named }: RoutedRequest): string {
  const { subscriptionId = '', resourceGroup = '', setting = '' } = named;
  return `${groupId(subscriptionId, resourceGroup)}/providers/Microsoft.Insights/autoscaleSettings/${setting}`;
}
