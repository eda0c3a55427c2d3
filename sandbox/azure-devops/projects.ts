// Projects: enough to find one by id or by name.

import { list, ok, parameter, type Call, type Handler } from './call.ts';
import { projectNotFound } from './errors.ts';
import type { Organization } from './organization.ts';
import type { ProjectRecord } from './state.ts';

export const listProjects: Handler = (organization, call) =>
  list([...organization.state.projects.values()].map((project) => projectView(project, call)));

export const getProject: Handler = (organization, call) =>
  ok(projectView(findProject(organization, parameter(call, 'projectId')), call));

export function findProject(organization: Organization, idOrName: string): ProjectRecord {
  const wanted = idOrName.toLowerCase();
  const found = [...organization.state.projects.values()].find(
    (project) => project.id === wanted || project.name.toLowerCase() === wanted,
  );
  if (found === undefined) throw projectNotFound(idOrName);
  return found;
}

const projectView = (project: ProjectRecord, call: Call): unknown => ({
  id: project.id,
  name: project.name,
  url: `${call.base}/_apis/projects/${project.id}`,
  state: 'wellFormed',
  revision: 1,
  visibility: 'private',
});
