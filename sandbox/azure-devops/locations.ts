// Where the resources live: the ids are the ones that the published clients ask for, and from this table those clients
// build their addresses. A resource without a released version only answers to preview versions.

import type { HttpResponse } from '../http-message.ts';
import { list } from './call.ts';

export interface Location {
  readonly id: string;
  readonly area: string;
  readonly resource: string;
  readonly template: string;
  /** The newest preview revision of 7.2. */
  readonly revision: number;
  readonly released: boolean;
}

const at = (
  id: string,
  resource: string,
  template: string,
  released: boolean,
  revision = 1,
  area = 'distributedtask',
): Location => ({
  id,
  area,
  resource,
  template,
  revision,
  released,
});

export const LOCATIONS = {
  connectionData: at(
    '00d9565f-ed9c-4a06-9a50-00e7896ccab4',
    'ConnectionData',
    '_apis/{resource}',
    false,
    1,
    'Location',
  ),
  resourceAreas: at(
    'e81700f7-3be2-46de-8624-2eb35882fcaa',
    'ResourceAreas',
    '_apis/{resource}/{areaId}',
    false,
    1,
    'Location',
  ),
  projects: at('603fe2ac-9723-48b9-88ad-09305aa6c6e1', 'projects', '_apis/{resource}/{*projectId}', true, 4, 'core'),
  pools: at('a8c47e17-4d56-4a56-92bb-de7ea7dc65be', 'pools', '_apis/{area}/{resource}/{poolId}', true),
  permissions: at(
    '162778f3-4b48-48f3-9d58-436fb9c407bc',
    'permissions',
    '_apis/{area}/pools/{poolId}/{resource}/{permissions}',
    false,
  ),
  permissionBatch: at(
    'cf1faa59-1b63-4448-bf04-13d981a46f5d',
    'PermissionEvaluationBatch',
    '_apis/{area}/{resource}',
    true,
    1,
    'Security',
  ),
  poolMetadata: at(
    '0d62f887-9f53-48b9-9161-4c35d5735b0f',
    'poolmetadata',
    '_apis/{area}/pools/{poolId}/{resource}',
    false,
  ),
  queues: at('900fa995-c559-4923-aae7-f8424fe4fbea', 'queues', '{project}/_apis/{area}/{resource}/{queueId}', true),
  queueRequests: at(
    'f5f81ffb-f396-498d-85b1-5ada145e648a',
    'agentrequests',
    '{project}/_apis/{area}/queues/{queueId}/{resource}/{requestId}',
    false,
  ),
  agents: at(
    'e298ef32-5878-4cab-993c-043836571f42',
    'agents',
    '_apis/{area}/pools/{poolId}/{resource}/{agentId}',
    true,
  ),
  userCapabilities: at(
    '30ba3ada-fedf-4da8-bbb5-dacf2f82e176',
    'usercapabilities',
    '_apis/{area}/pools/{poolId}/agents/{agentId}/{resource}',
    false,
  ),
  updates: at(
    '8cc1b02b-ae49-4516-b5ad-4f9b29967c30',
    'updates',
    '_apis/{area}/pools/{poolId}/agents/{agentId}/{resource}',
    false,
  ),
  packages: at(
    '8ffcd551-079c-493a-9c02-54346299d144',
    'packages',
    '_apis/{area}/{resource}/{packageType}/{platform}/{version}',
    true,
    2,
  ),
  sessions: at(
    '134e239e-2df3-4794-a6f6-24f1f19ec8dc',
    'sessions',
    '_apis/{area}/pools/{poolId}/{resource}/{sessionId}',
    false,
  ),
  messages: at(
    'c3a054f6-7a8a-49c0-944e-3a8e5d7adfd7',
    'messages',
    '_apis/{area}/pools/{poolId}/{resource}/{messageId}',
    false,
  ),
  jobRequests: at(
    'fc825784-c92a-4299-9221-998a02d1b54f',
    'jobrequests',
    '_apis/{area}/pools/{poolId}/{resource}/{requestId}',
    false,
  ),
  elasticPools: at('dd3c938f-835b-4971-b99a-db75a47aad43', 'elasticpools', '_apis/{area}/{resource}/{poolId}', true),
  elasticNodes: at(
    '1b232402-5ff0-42ad-9703-d76497835eb6',
    'nodes',
    '_apis/{area}/elasticpools/{poolId}/{resource}/{elasticNodeId}',
    true,
  ),
  elasticLogs: at(
    '595b1769-61d5-4076-a72a-98a02105ca9a',
    'logs',
    '_apis/{area}/elasticpools/{poolId}/{resource}',
    true,
  ),
  planEvents: at(
    '557624af-b29e-4c20-8ab0-0399d2204f3f',
    'events',
    '{scopeIdentifier}/_apis/{area}/hubs/{hubName}/plans/{planId}/{resource}',
    true,
  ),
  timelines: at(
    '83597576-cc2c-453c-bea6-2882ae6a1653',
    'timelines',
    '{scopeIdentifier}/_apis/{area}/hubs/{hubName}/plans/{planId}/{resource}/{timelineId}',
    true,
  ),
  records: at(
    '8893bc5b-35b2-4be7-83cb-99e683551db4',
    'records',
    '{scopeIdentifier}/_apis/{area}/hubs/{hubName}/plans/{planId}/timelines/{timelineId}/{resource}/{recordId}',
    true,
  ),
  feeds: at(
    '858983e4-19bd-4c5e-864c-507b59b58b12',
    'feed',
    '{scopeIdentifier}/_apis/{area}/hubs/{hubName}/plans/{planId}/timelines/{timelineId}/records/{recordId}/{resource}',
    true,
  ),
  logs: at(
    '46f5667d-263a-4684-91b1-dff7fdcf64e2',
    'logs',
    '{scopeIdentifier}/_apis/{area}/hubs/{hubName}/plans/{planId}/{resource}/{logId}',
    true,
  ),
  /** A preview in the specification; clients that ask for 7.1 without saying so are answered (pipelines-and-yaml.md 4.1). */
  oidcTokens: at(
    '69a319f4-28c1-4bfd-93e6-ea0ff5c6f1a2',
    'oidctoken',
    '{scopeIdentifier}/_apis/{area}/hubs/{hubName}/plans/{planId}/jobs/{jobId}/{resource}',
    true,
  ),
  pipelines: at(
    '28e1305e-2afe-47bf-abaf-cbb0e6a91988',
    'pipelines',
    '{project}/_apis/{area}/{pipelineId}',
    true,
    1,
    'pipelines',
  ),
  preview: at(
    '53df2d18-29ea-46a9-bee0-933540f80abf',
    'preview',
    '{project}/_apis/{area}/{pipelineId}/{resource}',
    true,
    1,
    'pipelines',
  ),
  pipelinePermissions: at(
    'b5b9a4a4-e6cd-4096-853c-ab7d8b0c4eb2',
    'pipelinePermissions',
    '{project}/_apis/{area}/{resource}/{resourceType}/{resourceId}',
    false,
    1,
    'pipelinePermissions',
  ),
  definitions: at(
    'dbeaf647-6167-421a-bda9-c9327b25e2e6',
    'Definitions',
    '{project}/_apis/{area}/{resource}/{definitionId}',
    true,
    7,
    'build',
  ),
  builds: at(
    '0cd358e1-9217-4d94-8269-1c1ee6f93dcf',
    'Builds',
    '{project}/_apis/{area}/{resource}/{buildId}',
    true,
    8,
    'build',
  ),
  releaseDefinitions: at(
    'd8f96f24-8ea7-4cb6-baab-2df8fc515665',
    'definitions',
    '{project}/_apis/{area}/{resource}/{definitionId}',
    true,
    4,
    'Release',
  ),
} as const satisfies Record<string, Location>;

const NEWEST = '7.2';
const RELEASED = '7.1';

/** The answer to `OPTIONS _apis` and, of one area, to `OPTIONS _apis/{area}`. */
export function resourceLocations(area?: string): HttpResponse {
  const wanted = Object.values(LOCATIONS).filter(
    (location) => area === undefined || location.area.toLowerCase() === area.toLowerCase(),
  );
  return list(
    wanted.map((location) => ({
      id: location.id,
      area: location.area,
      resourceName: location.resource,
      routeTemplate: location.template,
      resourceVersion: location.revision,
      minVersion: '1.0',
      maxVersion: NEWEST,
      releasedVersion: location.released ? RELEASED : '0.0',
    })),
  );
}
