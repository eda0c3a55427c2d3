// Pipelines, YAML and classic: how they come into the organisation, and their lists. The YAML language itself is not built: a
// pipeline is kept with the final YAML of each branch, as the service would answer a preview of it.

import { accessDenied, invalid, VssError } from './errors.ts';
import { list, ok, parameter, query, type Call, type Handler } from './call.ts';
import type { Organization } from './organization.ts';
import { findProject } from './projects.ts';
import { nextNumber, type PipelineRecord, type ProjectRecord } from './state.ts';

export interface PipelineToAdd {
  /** The organisation's first project when absent. */
  readonly project?: string;
  readonly name: string;
  readonly folder?: string;
  /** The root file of a YAML pipeline. */
  readonly file?: string;
  /** Short name; `main` when absent. */
  readonly defaultBranch?: string;
  /** Short name of a branch → its final YAML, or the message that a preview of it fails with. */
  readonly yaml?: Readonly<Record<string, string | { readonly error: string }>>;
  /** Of a classic pipeline: `process`, `queue`, `demands`, `variables` as the service has them. */
  readonly classic?: Readonly<Record<string, unknown>>;
  readonly queueStatus?: 'enabled' | 'paused' | 'disabled';
  readonly quality?: 'definition' | 'draft';
  /** Pools whose queues it may use. */
  readonly poolIds?: readonly number[];
}

/** A second one of that name in the project changes the first: its revision grows. */
export function addPipeline(organization: Organization, pipeline: PipelineToAdd): PipelineRecord {
  const project = projectOf(organization, pipeline.project);
  const { state } = organization;
  const id = definitionId(organization, project.id, pipeline.name);
  const record: PipelineRecord = {
    id,
    projectId: project.id,
    name: pipeline.name,
    folder: pipeline.folder ?? '\\',
    revision: (state.pipelines.get(id)?.revision ?? 0) + 1,
    file: pipeline.file ?? 'azure-pipelines.yml',
    defaultBranch: pipeline.defaultBranch ?? 'main',
    yaml: pipeline.yaml ?? {},
    classic: pipeline.classic ?? null,
    queueStatus: pipeline.queueStatus ?? 'enabled',
    quality: pipeline.quality ?? 'definition',
  };
  state.pipelines.set(id, record);
  for (const queue of state.queues.values()) {
    if (queue.projectId === project.id && pipeline.poolIds?.includes(queue.poolId) === true)
      authorizePipeline(organization, queue.id, id);
  }
  return record;
}

/** The same name in the same project is the same pipeline. */
export function definitionId(organization: Organization, projectId: string, name: string): number {
  const key = `${projectId}/${name.toLowerCase()}`;
  const { definitions } = organization.state;
  const known = definitions.get(key)?.id ?? nextNumber(organization.state, 'definition');
  definitions.set(key, { key, id: known });
  return known;
}

/** As a person does with *Permit* on a run, and as a run that was let through shows. */
export function authorizePipeline(organization: Organization, queueId: number, pipelineId: number): void {
  const { queuePermissions } = organization.state;
  const before = queuePermissions.get(queueId) ?? { queueId, isOpenToAll: false, pipelineIds: [] };
  if (before.pipelineIds.includes(pipelineId)) return;
  queuePermissions.set(queueId, { ...before, pipelineIds: [...before.pipelineIds, pipelineId] });
}

/** Whoever has no right on builds sees none of this. */
export function expectBuildReader(call: Call): void {
  if (call.caller.readsPipelines === false || call.caller.agentId !== null || call.caller.requestId !== null)
    throw accessDenied(call.caller.name, 'View builds', 'this project');
}

export const listPipelines: Handler = (organization, call) => {
  expectBuildReader(call);
  const project = findProject(organization, parameter(call, 'project'));
  return list(pipelinesOf(organization, project).map((pipeline) => pipelineView(pipeline, project, call)));
};

export const getPipeline: Handler = (organization, call) => {
  const { pipeline, project } = findPipeline(organization, call, 'pipelineId');
  const configuration =
    pipeline.classic === null
      ? { type: 'yaml', path: pipeline.file, repository: { id: repositoryId(project), type: 'azureReposGit' } }
      : { type: 'designerJson' };
  return ok({ ...pipelineView(pipeline, project, call), configuration });
};

export const listDefinitions: Handler = (organization, call) => {
  expectBuildReader(call);
  const project = findProject(organization, parameter(call, 'project'));
  const isWhole = query(call, 'includeAllProperties')?.toLowerCase() === 'true';
  const all = pipelinesOf(organization, project);
  const from = Number(query(call, 'continuationToken') ?? 0);
  const size = Number(query(call, '$top') ?? 1000);
  const page = all.slice(from, from + size);
  const headers = from + size < all.length ? { 'x-ms-continuationtoken': String(from + size) } : undefined;
  return list(
    page.map((pipeline) => definitionView(pipeline, project, call, isWhole)),
    headers,
  );
};

export const getDefinition: Handler = (organization, call) => {
  const { pipeline, project } = findPipeline(organization, call, 'definitionId');
  return ok(definitionView(pipeline, project, call, true));
};

export function findPipeline(
  organization: Organization,
  call: Call,
  name: string,
): { readonly pipeline: PipelineRecord; readonly project: ProjectRecord } {
  expectBuildReader(call);
  const project = findProject(organization, parameter(call, 'project'));
  const pipeline = organization.state.pipelines.get(Number(parameter(call, name)));
  if (pipeline?.projectId === project.id) return { pipeline, project };
  throw new VssError(404, 'DefinitionNotFoundException', `Definition ${parameter(call, name)} does not exist.`);
}

function pipelinesOf(organization: Organization, project: ProjectRecord): readonly PipelineRecord[] {
  return [...organization.state.pipelines.values()].filter((pipeline) => pipeline.projectId === project.id);
}

function projectOf(organization: Organization, name: string | undefined): ProjectRecord {
  const [first] = organization.state.projects.values();
  if (name !== undefined) return findProject(organization, name);
  if (first === undefined) throw invalid('The organisation has no project.');
  return first;
}

function pipelineView({ id, name, folder, revision }: PipelineRecord, project: ProjectRecord, call: Call) {
  const url = `${call.base}/${project.id}/_apis/pipelines/${id}?revision=${revision}`;
  return { url, id, revision, name, folder };
}

function definitionView(pipeline: PipelineRecord, project: ProjectRecord, call: Call, isWhole: boolean): unknown {
  const { id, name, folder, revision, queueStatus, quality, classic } = pipeline;
  const reference = {
    ...{ id, name, revision, quality, queueStatus },
    path: folder,
    type: 'build',
    url: `${call.base}/${project.id}/_apis/build/Definitions/${id}?revision=${revision}`,
    project: { id: project.id, name: project.name },
  };
  if (!isWhole) return reference;
  const repository = {
    id: repositoryId(project),
    type: 'TfsGit',
    name: project.name,
    defaultBranch: `refs/heads/${pipeline.defaultBranch}`,
  };
  if (classic === null) return { ...reference, repository, process: { yamlFilename: pipeline.file, type: 2 } };
  return { ...reference, repository, ...classic };
}

const repositoryId = (project: ProjectRecord): string => project.id;
