// Classic release definitions. The real service answers for them on a host of its own; here they stand beside the rest.

import { list, ok, parameter, query, type Call, type Handler } from './call.ts';
import { invalid, VssError } from './errors.ts';
import type { Organization } from './organization.ts';
import { expectBuildReader } from './pipelines.ts';
import { findProject } from './projects.ts';
import { nextNumber, type ReleaseDefinitionRecord } from './state.ts';

/** `definition` has `environments` and `variables` as the service has them. */
export function addReleaseDefinition(
  organization: Organization,
  name: string,
  definition: Readonly<Record<string, unknown>>,
  projectName?: string,
): ReleaseDefinitionRecord {
  const [first] = organization.state.projects.values();
  const project = projectName === undefined ? first : findProject(organization, projectName);
  if (project === undefined) throw invalid('The organisation has no project.');
  const id = nextNumber(organization.state, 'definition');
  const record = { id, projectId: project.id, name, revision: 1, definition };
  organization.state.releaseDefinitions.set(id, record);
  return record;
}

export const listReleaseDefinitions: Handler = (organization, call) => {
  const isWhole = query(call, '$expand')?.toLowerCase().includes('environments') === true;
  return list(definitionsOf(organization, call).map((record) => view(record, call, isWhole)));
};

export const getReleaseDefinition: Handler = (organization, call) => {
  const wanted = Number(parameter(call, 'definitionId'));
  const found = definitionsOf(organization, call).find((record) => record.id === wanted);
  if (found === undefined)
    throw new VssError(404, 'ReleaseDefinitionNotFoundException', `Release definition ${wanted} does not exist.`);
  return ok(view(found, call, true));
};

function definitionsOf(organization: Organization, call: Call): readonly ReleaseDefinitionRecord[] {
  expectBuildReader(call);
  const project = findProject(organization, parameter(call, 'project'));
  return [...organization.state.releaseDefinitions.values()].filter((record) => record.projectId === project.id);
}

function view({ id, name, revision, projectId, definition }: ReleaseDefinitionRecord, call: Call, isWhole: boolean) {
  const { environments, ...others } = definition;
  const url = `${call.base}/${projectId}/_apis/Release/definitions/${id}`;
  return { ...others, id, name, revision, path: '\\', url, ...(isWhole ? { environments } : {}) };
}
