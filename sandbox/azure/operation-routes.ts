// Long-running operations on the wire, as recorded traffic shows them (azure-wire.md 1.2): an Azure-AsyncOperation to poll, and for
// actions and deletions also a Location that ends with 200 and an empty body. Polls carry no Retry-After.
import type { HttpResponse } from '../http-message.ts';
import { ArmError } from './arm-error.ts';
import { empty, json } from './arm-request.ts';
import type { RoutedRequest } from './arm-request.ts';
import { isoTime } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import type { JsonObject } from './json.ts';
import type { Operation } from './state.ts';

/** PUT and PATCH: the resource, with an operation to poll and no Location. */
export function acceptedWrite(
  request: RoutedRequest,
  status: 200 | 201,
  resource: JsonObject,
  operation: Operation,
): HttpResponse {
  return json(status, resource, {
    'azure-asyncoperation': operationUrl(request, operation),
    'azure-asyncnotification': 'Enabled',
  });
}

/** Actions and deletions: 202, no body, both addresses. */
export function acceptedAction(request: RoutedRequest, operation: Operation): HttpResponse {
  return empty(202, {
    'azure-asyncoperation': operationUrl(request, operation),
    location: operationUrl(request, operation, true),
  });
}

/** The deletion of a resource group has a Location of the resource manager's own. */
export function acceptedGroupDeletion(request: RoutedRequest, operation: Operation): HttpResponse {
  return empty(202, { location: groupOperationUrl(request, operation) });
}

export function getOperation(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const operation = found(cloud, request);
  const isMonitor = request.query.monitor?.toLowerCase() === 'true';
  if (isMonitor) return monitored(operation, operationUrl(request, operation, true));
  const body: JsonObject = { startTime: isoTime(operation.startedAt), status: operation.status, name: operation.id };
  if (operation.endedAt !== null) body.endTime = isoTime(operation.endedAt);
  if (operation.error) body.error = errorOf(operation);
  return json(200, body);
}

export function getGroupOperation(cloud: Cloud, request: RoutedRequest): HttpResponse {
  const operation = found(cloud, request);
  return monitored(operation, groupOperationUrl(request, operation));
}

function monitored(operation: Operation, url: string): HttpResponse {
  if (operation.status === 'InProgress') return empty(202, { location: url });
  if (operation.error) return json(409, { error: errorOf(operation) });
  return empty(200);
}

function errorOf(operation: Operation): JsonObject {
  const { code = '', message = '', details = [] } = operation.error ?? {};
  return details.length > 1 ? { code, message, details: details.map((one) => ({ ...one })) } : { code, message };
}

function found(cloud: Cloud, request: RoutedRequest): Operation {
  const { operationId = '', subscriptionId = '' } = request.named;
  const operation = cloud.state.operations[operationId.toLowerCase()];
  if (operation?.subscriptionId !== subscriptionId.toLowerCase()) {
    throw new ArmError(404, 'NotFound', `The operation '${operationId}' could not be found.`);
  }
  return operation;
}

function operationUrl(request: RoutedRequest, operation: Operation, isMonitor = false): string {
  const path = `/subscriptions/${operation.subscriptionId}/providers/Microsoft.Compute/locations/${operation.location}/operations/${operation.id}`;
  return `${request.origin}${path}?p=${operation.id}${isMonitor ? '&monitor=true' : ''}&api-version=${encodeURIComponent(request.query['api-version'] ?? '')}`;
}

function groupOperationUrl(request: RoutedRequest, operation: Operation): string {
  const version = encodeURIComponent(request.query['api-version'] ?? '');
  return `${request.origin}/subscriptions/${operation.subscriptionId}/operationresults/${operation.id}?api-version=${version}`;
}
