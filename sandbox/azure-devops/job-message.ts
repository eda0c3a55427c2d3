// The message that makes an agent start a job, in the shape the real agent reads (azure-devops-wire.md 2). It is sent in
// clear: without an encryption key in the session the agent passes the body through.

import { isoTime, type Organization } from './organization.ts';
import { definitionReference, ownerReference } from './run-reference.ts';
import type { RequestRecord } from './state.ts';

export const JOB_REQUEST = 'PipelineAgentJobRequest';
export const JOB_CANCELLATION = 'JobCancellation';
export const AGENT_REFRESH = 'AgentRefresh';

/** From version 8 on the worker reports the end by a plan event instead of a PATCH of the request. */
const PLAN_VERSION = 9;

export function jobMessage(
  organization: Organization,
  request: RequestRecord,
  base: string,
  accessToken: string,
): unknown {
  const readOnly = Object.entries({ ...systemVariables(organization, request, base), ...request.variables });
  return {
    mask: [{ type: 'regex', value: accessToken }],
    steps: [],
    variables: {
      ...Object.fromEntries(readOnly.map(([name, value]) => [name, { value, isReadOnly: true }])),
      'system.accessToken': { value: accessToken, isSecret: true },
    },
    messageType: JOB_REQUEST,
    plan: {
      scopeIdentifier: request.projectId,
      planType: request.planType,
      version: PLAN_VERSION,
      planId: request.planId,
      planGroup: `${request.planType}:${request.projectId}:${request.definition.id}`,
      artifactUri: `vstfs:///Build/Build/${request.owner.id}`,
      artifactLocation: null,
      definition: definitionReference(request, base),
      owner: ownerReference(request, base),
    },
    timeline: { id: request.planId, changeId: 1, location: null },
    jobId: request.jobId,
    jobDisplayName: request.jobName,
    jobName: '__default',
    jobContainer: null,
    requestId: request.id,
    lockedUntil: isoTime(request.lockedUntil ?? organization.now),
    resources: {
      endpoints: [
        {
          data: { ServerId: organization.state.organizationId, ServerName: organization.name },
          name: 'SystemVssConnection',
          url: `${base}/`,
          authorization: { scheme: 'OAuth', parameters: { AccessToken: accessToken } },
          isShared: false,
          isReady: true,
        },
      ],
      repositories: [],
    },
    workspace: {},
  };
}

function systemVariables(
  organization: Organization,
  request: RequestRecord,
  base: string,
): Readonly<Record<string, string>> {
  return {
    system: 'build',
    'system.hosttype': 'build',
    'system.servertype': 'Hosted',
    'system.collectionId': organization.state.organizationId,
    'system.collectionUri': `${base}/`,
    'system.teamFoundationCollectionUri': `${base}/`,
    'system.teamProject': organization.state.projects.get(request.projectId)?.name ?? '',
    'system.teamProjectId': request.projectId,
    'system.definitionId': String(request.definition.id),
    'system.definitionName': request.definition.name,
    'system.planId': request.planId,
    'system.timelineId': request.planId,
    'system.jobId': request.jobId,
    'system.jobName': '__default',
    'system.jobDisplayName': request.jobName,
    'system.jobParallelismTag': 'Private',
    'system.oidcRequestUri': oidcAddress(request, base),
    'system.pullRequest.isFork': request.pullRequest?.isFork === true ? 'True' : 'False',
    'build.reason': request.pullRequest === undefined ? 'IndividualCI' : 'PullRequest',
    'build.buildId': String(request.owner.id),
    'build.buildNumber': request.owner.name,
    'build.definitionName': request.definition.name,
  };
}

/** Where this job gets its OIDC tokens. */
function oidcAddress({ projectId, planType, planId, jobId }: RequestRecord, base: string): string {
  const hub = planType.toLowerCase();
  return `${base}/${projectId}/_apis/distributedtask/hubs/${hub}/plans/${planId}/jobs/${jobId}/oidctoken`;
}
