// Every operation that is built, one line each, and by name those around it that are not: they answer 501 instead of
// something plausible.

import {
  addAgent,
  deleteAgent,
  getAgent,
  listAgents,
  putAgent,
  replaceUserCapabilities,
  updateAgent,
  updateAgentState,
} from './agents.ts';
import { getBuild, listBuilds } from './builds.ts';
import type { Handler } from './call.ts';
import { getConnectionData, getResourceArea, listResourceAreas } from './connection.ts';
import { getElasticPool, listElasticLogs, listElasticNodes, listElasticPools } from './elastic-pools.ts';
import {
  addJobRequest,
  deleteJobRequest,
  getJobRequest,
  listJobRequests,
  listQueueRequests,
  updateJobRequest,
} from './job-requests.ts';
import { createOidcToken } from './job-token.ts';
import { LOCATIONS, type Location } from './locations.ts';
import { deleteMessage, getMessage, refreshAgents } from './messages.ts';
import { getPackage, listPackages } from './packages.ts';
import { hasPermissionsBatch } from './permission-batch.ts';
import { getPipelinePermissions, updatePipelinePermissions } from './pipeline-permissions.ts';
import { getDefinition, getPipeline, listDefinitions, listPipelines } from './pipelines.ts';
import {
  appendFeed,
  appendLog,
  createLog,
  getLog,
  getRecords,
  getTimeline,
  listLogs,
  raisePlanEvent,
  updateRecords,
} from './plans.ts';
import {
  addPool,
  deletePool,
  getPool,
  getPoolMetadata,
  hasPoolPermissions,
  listPools,
  setPoolMetadata,
  updatePool,
} from './pools.ts';
import { previewPipeline } from './preview.ts';
import { getProject, listProjects } from './projects.ts';
import { addQueue, deleteQueue, getQueue, listQueues } from './queues.ts';
import { getReleaseDefinition, listReleaseDefinitions } from './releases.ts';
import { createSession, deleteSession } from './sessions.ts';

export interface Route {
  readonly method: string;
  /** Below the organisation; words are compared without case. */
  readonly template: string;
  readonly operation: string;
  readonly location: Location;
  readonly handle: Handler;
  /** The reader may act on what this answers, so an assignment likes to land right behind it. */
  readonly isReadOfPool?: boolean;
}

const route = (
  method: string,
  template: string,
  operation: string,
  location: Location,
  handle: Handler,
  isReadOfPool = false,
): Route => ({
  method,
  template,
  operation,
  location,
  handle,
  isReadOfPool,
});

const POOL = '_apis/distributedtask/pools/{poolId}';
const AGENT = `${POOL}/agents/{agentId}`;
const QUEUES = '{project}/_apis/distributedtask/queues';
const PACKAGES = '_apis/distributedtask/packages/{packageType}/{platform}';
const PERMISSIONS = '{project}/_apis/pipelines/pipelinepermissions/{resourceType}/{resourceId}';
const PLAN = '{scope}/_apis/distributedtask/hubs/{hub}/plans/{planId}';
const TIMELINE = `${PLAN}/timelines/{timelineId}`;
const L = LOCATIONS;

export const ROUTES: readonly Route[] = [
  route('GET', '_apis/connectionData', 'getConnectionData', L.connectionData, getConnectionData),
  route('GET', '_apis/resourceAreas', 'getResourceAreas', L.resourceAreas, listResourceAreas),
  route('GET', '_apis/resourceAreas/{areaId}', 'getResourceArea', L.resourceAreas, getResourceArea),
  route('GET', '_apis/projects', 'getProjects', L.projects, listProjects),
  route('GET', '_apis/projects/{projectId}', 'getProject', L.projects, getProject),

  route('GET', '_apis/distributedtask/pools', 'getAgentPools', L.pools, listPools),
  route('POST', '_apis/distributedtask/pools', 'addAgentPool', L.pools, addPool),
  route('GET', POOL, 'getAgentPool', L.pools, getPool),
  route('PATCH', POOL, 'updateAgentPool', L.pools, updatePool),
  route('DELETE', POOL, 'deleteAgentPool', L.pools, deletePool),
  route('GET', `${POOL}/permissions/{permissions}`, 'hasPoolPermissions', L.permissions, hasPoolPermissions),
  route(
    'POST',
    '_apis/security/permissionevaluationbatch',
    'hasPermissionsBatch',
    L.permissionBatch,
    hasPermissionsBatch,
  ),
  route('GET', `${POOL}/poolmetadata`, 'getAgentPoolMetadata', L.poolMetadata, getPoolMetadata),
  route('PUT', `${POOL}/poolmetadata`, 'setAgentPoolMetadata', L.poolMetadata, setPoolMetadata),
  route('GET', '_apis/distributedtask/elasticpools', 'getElasticPools', L.elasticPools, listElasticPools),
  route('GET', '_apis/distributedtask/elasticpools/{poolId}', 'getElasticPool', L.elasticPools, getElasticPool),
  route(
    'GET',
    '_apis/distributedtask/elasticpools/{poolId}/nodes',
    'getElasticNodes',
    L.elasticNodes,
    listElasticNodes,
  ),
  route(
    'GET',
    '_apis/distributedtask/elasticpools/{poolId}/logs',
    'getElasticPoolLogs',
    L.elasticLogs,
    listElasticLogs,
  ),

  route('GET', QUEUES, 'getAgentQueues', L.queues, listQueues),
  route('POST', QUEUES, 'addAgentQueue', L.queues, addQueue),
  route('GET', `${QUEUES}/{queueId}`, 'getAgentQueue', L.queues, getQueue),
  route('DELETE', `${QUEUES}/{queueId}`, 'deleteAgentQueue', L.queues, deleteQueue),
  route('GET', `${QUEUES}/{queueId}/agentrequests`, 'getAgentRequestsForQueue', L.queueRequests, listQueueRequests),

  route('GET', `${POOL}/agents`, 'getAgents', L.agents, listAgents, true),
  route('POST', `${POOL}/agents`, 'addAgent', L.agents, addAgent),
  route('GET', AGENT, 'getAgent', L.agents, getAgent, true),
  route('PUT', AGENT, 'replaceAgent', L.agents, putAgent),
  route('PATCH', AGENT, 'updateAgent', L.agents, updateAgent),
  route('DELETE', AGENT, 'deleteAgent', L.agents, deleteAgent),
  route('PUT', `${AGENT}/usercapabilities`, 'updateAgentUserCapabilities', L.userCapabilities, replaceUserCapabilities),
  route('PUT', `${AGENT}/updates`, 'updateAgentUpdateState', L.updates, updateAgentState),
  route('GET', PACKAGES, 'getPackages', L.packages, listPackages),
  route('GET', `${PACKAGES}/{version}`, 'getPackage', L.packages, getPackage),

  route('POST', `${POOL}/sessions`, 'createAgentSession', L.sessions, createSession),
  route('DELETE', `${POOL}/sessions/{sessionId}`, 'deleteAgentSession', L.sessions, deleteSession),
  route('GET', `${POOL}/messages`, 'getMessage', L.messages, getMessage),
  route('POST', `${POOL}/messages`, 'refreshAgents', L.messages, refreshAgents),
  route('DELETE', `${POOL}/messages/{messageId}`, 'deleteMessage', L.messages, deleteMessage),

  route('GET', `${POOL}/jobrequests`, 'getAgentRequests', L.jobRequests, listJobRequests, true),
  route('POST', `${POOL}/jobrequests`, 'queueAgentRequestByPool', L.jobRequests, addJobRequest),
  route('GET', `${POOL}/jobrequests/{requestId}`, 'getAgentRequest', L.jobRequests, getJobRequest, true),
  route('PATCH', `${POOL}/jobrequests/{requestId}`, 'updateAgentRequest', L.jobRequests, updateJobRequest),
  route('DELETE', `${POOL}/jobrequests/{requestId}`, 'deleteAgentRequest', L.jobRequests, deleteJobRequest),

  route('POST', `${PLAN}/events`, 'postEvent', L.planEvents, raisePlanEvent),
  route('GET', TIMELINE, 'getTimeline', L.timelines, getTimeline),
  route('GET', `${TIMELINE}/records`, 'getRecords', L.records, getRecords),
  route('PATCH', `${TIMELINE}/records`, 'updateRecords', L.records, updateRecords),
  route('POST', `${TIMELINE}/records/{recordId}/feed`, 'appendTimelineRecordFeed', L.feeds, appendFeed),
  route('GET', `${PLAN}/logs`, 'getLogs', L.logs, listLogs),
  route('POST', `${PLAN}/logs`, 'createLog', L.logs, createLog),
  route('GET', `${PLAN}/logs/{logId}`, 'getLog', L.logs, getLog),
  route('POST', `${PLAN}/logs/{logId}`, 'appendLogContent', L.logs, appendLog),
  route('POST', `${PLAN}/jobs/{jobId}/oidctoken`, 'createOidcToken', L.oidcTokens, createOidcToken),

  route('GET', '{project}/_apis/pipelines', 'listPipelines', L.pipelines, listPipelines),
  route('GET', '{project}/_apis/pipelines/{pipelineId}', 'getPipeline', L.pipelines, getPipeline),
  route('POST', '{project}/_apis/pipelines/{pipelineId}/preview', 'preview', L.preview, previewPipeline),
  route('GET', PERMISSIONS, 'getPipelinePermissionsForResource', L.pipelinePermissions, getPipelinePermissions),
  route('PATCH', PERMISSIONS, 'updatePipelinePermisionsForResource', L.pipelinePermissions, updatePipelinePermissions),
  route('GET', '{project}/_apis/build/definitions', 'getDefinitions', L.definitions, listDefinitions),
  route('GET', '{project}/_apis/build/definitions/{definitionId}', 'getDefinition', L.definitions, getDefinition),
  route('GET', '{project}/_apis/build/builds', 'getBuilds', L.builds, listBuilds),
  route('GET', '{project}/_apis/build/builds/{buildId}', 'getBuild', L.builds, getBuild),
  route(
    'GET',
    '{project}/_apis/release/definitions',
    'getReleaseDefinitions',
    L.releaseDefinitions,
    listReleaseDefinitions,
  ),
  route(
    'GET',
    '{project}/_apis/release/definitions/{definitionId}',
    'getReleaseDefinition',
    L.releaseDefinitions,
    getReleaseDefinition,
  ),
];

/** Operations of the real service that a reader might expect here; the names are the clients'. */
export const UNBUILT: readonly (readonly [method: string, template: string, operation: string])[] = [
  ['POST', '_apis/distributedtask/elasticpools', 'createElasticPool'],
  ['PATCH', '_apis/distributedtask/elasticpools/{poolId}', 'updateElasticPool'],
  ['PATCH', '_apis/distributedtask/elasticpools/{poolId}/nodes/{nodeId}', 'updateElasticNode'],
  ['GET', '_apis/distributedtask/agentclouds', 'getAgentClouds'],
  ['POST', '_apis/distributedtask/agentclouds', 'addAgentCloud'],
  ['GET', '_apis/distributedtask/resourceusage', 'getResourceUsage'],
  ['GET', '_apis/distributedtask/resourcelimits', 'getResourceLimits'],
  ['GET', `${POOL}/maintenancedefinitions`, 'getAgentPoolMaintenanceDefinitions'],
  ['GET', `${POOL}/maintenancejobs`, 'getAgentPoolMaintenanceJobs'],
  ['POST', `${QUEUES}/{queueId}/agentrequests`, 'queueAgentRequest'],
  ['PUT', QUEUES, 'createTeamProject'],
  ['PATCH', '{project}/_apis/pipelines/pipelinepermissions', 'updatePipelinePermisionsForResources'],
  ['POST', '{project}/_apis/pipelines', 'createPipeline'],
  ['POST', '{project}/_apis/pipelines/{pipelineId}/runs', 'runPipeline'],
  ['POST', '{project}/_apis/build/definitions', 'createDefinition'],
  ['GET', '{project}/_apis/build/builds/{buildId}/timeline', 'getBuildTimeline'],
  ['POST', '_apis/hooks/subscriptions', 'createSubscription'],
];
