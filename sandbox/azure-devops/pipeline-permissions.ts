// Which pipelines may use a queue. Where all may, the answer says so apart from the single ones (pipelines-and-yaml.md 1.2).

import { asBody, flag, integer, object, optional, type Body } from './body.ts';
import { ok, parameter, type Call, type Handler } from './call.ts';
import { accessDenied, invalid, queueNotFound } from './errors.ts';
import { RIGHTS } from './identity.ts';
import { isoTime, type Organization } from './organization.ts';
import { expectBuildReader } from './pipelines.ts';
import { findProject } from './projects.ts';
import type { QueuePermissions } from './state.ts';

export const getPipelinePermissions: Handler = (organization, call) => {
  expectBuildReader(call);
  return ok(view(organization, permissionsOf(organization, queueIdOf(organization, call))));
};

export const updatePipelinePermissions: Handler = (organization, call) => {
  const queueId = queueIdOf(organization, call);
  if ((call.caller.rights & RIGHTS.manage) === 0) throw accessDenied(call.caller.name, 'Manage', `queue ${queueId}`);
  const body = asBody(call.body());
  const before = permissionsOf(organization, queueId);
  const all = optional(body, 'allPipelines', object);
  const pipelineIds = new Set(before.pipelineIds);
  for (const one of listed(body)) {
    if (flag(one, 'authorized')) pipelineIds.add(integer(one, 'id'));
    else pipelineIds.delete(integer(one, 'id'));
  }
  const isOpenToAll = all === undefined ? before.isOpenToAll : flag(all, 'authorized');
  const after = { queueId, isOpenToAll, pipelineIds: [...pipelineIds] };
  organization.state.queuePermissions.set(queueId, after);
  return ok(view(organization, after));
};

function queueIdOf(organization: Organization, call: Call): number {
  const project = findProject(organization, parameter(call, 'project'));
  const kind = parameter(call, 'resourceType').toLowerCase();
  if (kind !== 'queue') throw invalid(`The emulator keeps pipeline permissions of queues only, not of ${kind}.`);
  const queue = organization.state.queues.get(Number(parameter(call, 'resourceId')));
  if (queue?.projectId !== project.id) throw queueNotFound(parameter(call, 'resourceId'));
  return queue.id;
}

function permissionsOf(organization: Organization, queueId: number): QueuePermissions {
  return organization.state.queuePermissions.get(queueId) ?? { queueId, isOpenToAll: false, pipelineIds: [] };
}

function listed(body: Body): readonly Body[] {
  const { pipelines } = body;
  if (pipelines === undefined || pipelines === null) return [];
  if (!Array.isArray(pipelines)) throw invalid('pipelines must be a list.');
  return pipelines.map(asBody);
}

function view(organization: Organization, { queueId, isOpenToAll, pipelineIds }: QueuePermissions): unknown {
  const granted = { authorized: true, authorizedBy: null, authorizedOn: isoTime(organization.now) };
  return {
    resource: { type: 'queue', id: String(queueId) },
    ...(isOpenToAll ? { allPipelines: granted } : {}),
    pipelines: pipelineIds.map((id) => ({ id, ...granted })),
  };
}
