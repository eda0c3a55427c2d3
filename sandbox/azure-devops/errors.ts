// What goes wrong in the organisation, as VSS wrapped exceptions (azure-devops-wire.md 0): clients switch on `typeKey`.
// Statuses that no public source names are marked in docs/unverified.md.

import type { HttpResponse } from '../http-message.ts';

export class VssError extends Error {
  readonly status: number;
  readonly typeKey: string;

  constructor(status: number, typeKey: string, message: string) {
    super(message);
    this.status = status;
    this.typeKey = typeKey;
  }
}

export function errorResponse(error: VssError): HttpResponse {
  const body = {
    $id: '1',
    innerException: null,
    message: error.message,
    typeName: `${namespaceOf(error.typeKey)}.${error.typeKey}, ${namespaceOf(error.typeKey)}`,
    typeKey: error.typeKey,
    errorCode: 0,
    eventId: 3000,
  };
  return {
    status: error.status,
    headers: { 'content-type': 'application/json; charset=utf-8; api-version=7.2' },
    body: JSON.stringify(body),
  };
}

function namespaceOf(typeKey: string): string {
  return typeKey.startsWith('Task')
    ? 'Microsoft.TeamFoundation.DistributedTask.WebApi'
    : 'Microsoft.VisualStudio.Services.Common';
}

export const poolNotFound = (poolId: number | string): VssError =>
  new VssError(404, 'TaskAgentPoolNotFoundException', `Agent pool not found. The ID specified was ${poolId}.`);

export const poolExists = (name: string): VssError =>
  new VssError(409, 'TaskAgentPoolExistsException', `An agent pool named ${name} already exists.`);

export const agentNotFound = (agentId: number | string, pool: string): VssError =>
  new VssError(404, 'TaskAgentNotFoundException', `The agent with ID ${agentId} was not found in pool ${pool}.`);

export const agentExists = (name: string, pool: string): VssError =>
  new VssError(409, 'TaskAgentExistsException', `Pool ${pool} already contains an agent with name ${name}.`);

/** HTTP 400, reliability-security.md fact 1; the text is docs pull request 10586. */
export const jobStillRunning = (agent: string, pool: string): VssError =>
  new VssError(400, 'TaskAgentJobStillRunningException', `Agent "${agent}" is running a job for pool "${pool}"`);

export const sessionConflict = (agent: string, owner: string): VssError =>
  new VssError(
    409,
    'TaskAgentSessionConflictException',
    `The agent ${agent} already has an active session for owner ${owner}.`,
  );

export const sessionExpired = (sessionId: string): VssError =>
  new VssError(404, 'TaskAgentSessionExpiredException', `The session ${sessionId} has expired or was deleted.`);

export const jobNotFound = (requestId: number | string): VssError =>
  new VssError(404, 'TaskAgentJobNotFoundException', `The job request ${requestId} was not found.`);

export const jobLockLost = (requestId: number): VssError =>
  new VssError(409, 'TaskAgentJobTokenExpiredException', `The lock on job request ${requestId} has expired.`);

export const planNotFound = (planId: string): VssError =>
  new VssError(404, 'TaskOrchestrationPlanNotFoundException', `No orchestration plan with ID ${planId} was found.`);

export const queueNotFound = (queueId: number | string): VssError =>
  new VssError(404, 'TaskAgentQueueNotFoundException', `No agent queue found with identifier ${queueId}.`);

export const queueExists = (name: string): VssError =>
  new VssError(409, 'TaskAgentQueueExistsException', `An agent queue named ${name} already exists in this project.`);

export const projectNotFound = (name: string): VssError =>
  new VssError(404, 'ProjectDoesNotExistWithNameException', `TF200016: The following project does not exist: ${name}.`);

export const accessDenied = (who: string, right: string, what: string): VssError =>
  new VssError(
    403,
    'AccessDeniedException',
    `Access denied. ${who} needs ${right} permissions for ${what} to perform the action.`,
  );

export const accessTokenExpired = (): VssError =>
  new VssError(401, 'TaskAgentAccessTokenExpiredException', 'The access token of the agent has expired.');

export const invalid = (message: string): VssError => new VssError(400, 'VssPropertyValidationException', message);
