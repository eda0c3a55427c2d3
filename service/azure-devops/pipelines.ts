// Pipelines of one organisation behind our port, for demand discovery: reads only, one at a time, with an identity that may be
// another than the one that works the pools (pipelines-and-yaml.md 1).
import type { Pipeline, PipelinesPort, Project, Queue, RecentRun, ReleaseDefinition } from '../pipelines-port.ts';
import { noAnswer } from '../answer.ts';
import { CloudError } from '../problem.ts';
import { retryRead } from '../retry.ts';
import { fieldsOf, type Fields } from '../wire.ts';
import type { AzureDevOpsOptions } from './client.ts';
import { bodyOf, exchange, type Ask } from './exchange.ts';
import { createGate, type Gate } from './gate.ts';
import { translateList } from './translate.ts';

const released = '7.1';
const preview = '7.1-preview.1';
const callTimeoutMs = 60_000;
const pageSize = '200';
/** A project with more definitions is told to be not wholly covered, rather than read for hours. */
const mostPages = 50;
const mostRunPages = 5;

export function createPipelines(options: AzureDevOpsOptions): PipelinesPort {
  const call: Call = { ...options, gate: createGate(options.clock) };
  const releases = { ...call, organization: releaseHost(options.organization) };
  return {
    listProjects: async () =>
      (await pages(call, 'listProjects', '_apis/projects', {}, released, mostPages)).map(projectOf),
    listQueues: async (projectId, poolId) => {
      const query = { poolIds: String(poolId) };
      return (
        await pages(call, 'listQueues', `${part(projectId)}/_apis/distributedtask/queues`, query, released, 1)
      ).map(queueOf);
    },
    readQueuePermissions: async (projectId, queueId) => {
      const path = `${part(projectId)}/_apis/pipelines/pipelinepermissions/queue/${queueId}`;
      const { body } = await read(call, 'readQueuePermissions', { method: 'GET', path, apiVersion: preview });
      return permissionsOf(fieldsOf(body, 'queuePermissions'));
    },
    listPipelines: async (projectId) => {
      const query = { includeAllProperties: 'true', $top: pageSize };
      const path = `${part(projectId)}/_apis/build/definitions`;
      const all = await pages(call, 'listPipelines', path, query, released, mostPages);
      return all.flatMap((raw, index) => pipelineOf(raw, `definitions[${index}]`));
    },
    listRecentRuns: async (projectId, since) => {
      const query = {
        minTime: new Date(since).toISOString(),
        queryOrder: 'queueTimeDescending',
        $top: pageSize,
      };
      const path = `${part(projectId)}/_apis/build/builds`;
      return (await pages(call, 'listRecentRuns', path, query, released, mostRunPages)).flatMap(runOf);
    },
    preview: async (projectId, pipelineId, branch) => {
      const self = branch === null ? {} : { resources: { repositories: { self: { refName: branch } } } };
      const ask: Ask = {
        method: 'POST',
        path: `${part(projectId)}/_apis/pipelines/${pipelineId}/preview`,
        apiVersion: released,
        body: { previewRun: true, ...self },
      };
      const { body } = await read(call, 'preview', ask);
      return fieldsOf(body, 'preview').text('finalYaml') ?? '';
    },
    listReleaseDefinitions: async (projectId) => {
      const path = `${part(projectId)}/_apis/release/definitions`;
      const query = { $expand: 'environments', $top: pageSize };
      return (await pages(releases, 'listReleaseDefinitions', path, query, released, mostPages)).map(releaseOf);
    },
  };
}

interface Call extends AzureDevOpsOptions {
  readonly gate: Gate;
}

/** Releases live on a host of their own; a server and the sandbox have them beside the rest. */
function releaseHost(organization: URL): URL {
  const url = new URL(organization);
  if (url.hostname === 'dev.azure.com') url.hostname = 'vsrm.dev.azure.com';
  else url.hostname = url.hostname.replace(/^([a-z0-9-]+)\.visualstudio\.com$/i, '$1.vsrm.visualstudio.com');
  return url;
}

async function pages(
  call: Call,
  operation: string,
  path: string,
  query: Readonly<Record<string, string>>,
  apiVersion: string,
  most: number,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let next: Readonly<Record<string, string>> = {};
  for (let page = 0; page < most; page += 1) {
    const ask: Ask = { method: 'GET', path, query: { ...query, ...next }, apiVersion };
    const { body, continuation } = await read(call, operation, ask);
    items.push(...translateList(body, operation));
    if (continuation === null) return items;
    next = { continuationToken: continuation };
  }
  return items;
}

async function read(
  call: Call,
  operation: string,
  ask: Ask,
): Promise<{ readonly body: unknown; readonly continuation: string | null }> {
  const signal = call.deadline?.(callTimeoutMs);
  return await retryRead(call, signal, async () => {
    await call.gate.pass(operation, signal);
    const authorization = await call.authorization().catch((cause: unknown) => {
      throw noAnswer(operation, cause);
    });
    const answer = await exchange(call.send, call.organization, authorization, operation, ask, signal);
    call.gate.heed(answer);
    const token = answer.headers['x-ms-continuationtoken'] ?? '';
    return { body: bodyOf(operation, answer, call.clock.now()), continuation: token === '' ? null : token };
  });
}

function projectOf(raw: unknown): Project {
  const project = fieldsOf(raw, 'project');
  return { projectId: project.requiredText('id'), name: project.requiredText('name') };
}

function queueOf(raw: unknown): Queue {
  const queue = fieldsOf(raw, 'queue');
  return { queueId: queue.requiredNumber('id'), name: queue.requiredText('name') };
}

function permissionsOf(permissions: Fields) {
  const granted = (permissions.objects('pipelines') ?? []).filter((one) => one.flag('authorized') !== false);
  return {
    isOpenToAll: permissions.object('allPipelines')?.flag('authorized') === true,
    pipelineIds: granted.map((one) => one.requiredNumber('id')),
  };
}

function pipelineOf(raw: unknown, path: string): readonly Pipeline[] {
  const definition = fieldsOf(raw, path);
  if (definition.text('queueStatus') === 'disabled' || definition.text('quality') === 'draft') return [];
  const process = definition.object('process');
  const file = process?.text('yamlFilename') ?? null;
  return [
    {
      pipelineId: definition.requiredNumber('id'),
      name: definition.text('name') ?? `definition ${definition.requiredNumber('id')}`,
      revision: definition.number('revision') ?? 0,
      kind: process?.number('type') === 2 || file !== null ? 'yaml' : 'classic',
      file,
      defaultBranch: definition.object('repository')?.text('defaultBranch') ?? null,
      defaultQueueId: definition.object('queue')?.number('id') ?? null,
      definition: raw,
    },
  ];
}

function runOf(raw: unknown): readonly RecentRun[] {
  const build = fieldsOf(raw, 'build');
  const pipelineId = build.object('definition')?.number('id') ?? null;
  const branch = build.text('sourceBranch');
  return pipelineId === null || branch === null ? [] : [{ pipelineId, branch, commit: build.text('sourceVersion') }];
}

function releaseOf(raw: unknown): ReleaseDefinition {
  const release = fieldsOf(raw, 'release');
  const releaseId = release.requiredNumber('id');
  return {
    releaseId,
    name: release.text('name') ?? `release ${releaseId}`,
    revision: release.number('revision') ?? 0,
    definition: raw,
  };
}

function part(projectId: string): string {
  if (projectId === '' || projectId.includes('/'))
    throw new CloudError('unreadable', 'project', `"${projectId}" is not the id of a project.`);
  return encodeURIComponent(projectId);
}
