// Queues: a project's door to a pool. A pool made with autoProvision opens one in every project.

import { asBody, integer, object, optional, text } from './body.ts';
import { commaList, list, noContent, ok, parameter, query, type Call, type Handler } from './call.ts';
import { accessDenied, invalid, queueExists, queueNotFound } from './errors.ts';
import { hasRights, RIGHTS, visiblePool } from './identity.ts';
import type { Organization } from './organization.ts';
import { createPool, poolReference } from './pool.ts';
import { findProject } from './projects.ts';
import { nextNumber, type PoolRecord, type ProjectRecord, type QueueRecord } from './state.ts';

export const listQueues: Handler = (organization, call) => {
  const project = findProject(organization, parameter(call, 'project'));
  const names = [query(call, 'queueName'), ...(commaList(call, 'queueNames') ?? [])]
    .filter((name) => name !== undefined)
    .map((name) => name.toLowerCase());
  const ids = commaList(call, 'queueIds')?.map(Number);
  const poolIds = commaList(call, 'poolIds')?.map(Number);
  const queues = [...organization.state.queues.values()].filter(
    (queue) =>
      queue.projectId === project.id &&
      hasRights(call.caller, queue.poolId, RIGHTS.view) &&
      (names.length === 0 || names.includes(queue.name.toLowerCase())) &&
      (ids === undefined || ids.includes(queue.id)) &&
      (poolIds === undefined || poolIds.includes(queue.poolId)),
  );
  return list(queues.map((queue) => queueView(organization, queue)));
};

export const getQueue: Handler = (organization, call) => ok(queueView(organization, visibleQueue(organization, call)));

export const addQueue: Handler = (organization, call) => {
  const project = findProject(organization, parameter(call, 'project'));
  const body = asBody(call.body());
  const name = text(body, 'name');
  const poolId = optional(optional(body, 'pool', object) ?? {}, 'id', integer);
  if ((call.caller.rights & RIGHTS.manage) === 0)
    throw accessDenied(call.caller.name, 'Manage', `the queues of project ${project.name}`);
  // Without a pool the service makes one of the queue's name.
  const pool =
    poolId === undefined ? createPool(organization, name, {}) : visiblePool(organization, call.caller, String(poolId));
  return ok(queueView(organization, openQueue(organization, project, pool, name)));
};

export const deleteQueue: Handler = (organization, call) => {
  const queue = visibleQueue(organization, call);
  if (!hasRights(call.caller, queue.poolId, RIGHTS.manage))
    throw accessDenied(call.caller.name, 'Manage', `queue ${queue.name}`);
  organization.state.queues.delete(queue.id);
  return noContent();
};

export function visibleQueue(organization: Organization, call: Call): QueueRecord {
  const project = findProject(organization, parameter(call, 'project'));
  const queue = organization.state.queues.get(Number(parameter(call, 'queueId')));
  const isVisible = queue?.projectId === project.id && hasRights(call.caller, queue.poolId, RIGHTS.view);
  if (queue === undefined || !isVisible) throw queueNotFound(parameter(call, 'queueId'));
  return queue;
}

export function openQueue(
  organization: Organization,
  project: ProjectRecord,
  pool: PoolRecord,
  name: string,
): QueueRecord {
  const siblings = [...organization.state.queues.values()].filter((queue) => queue.projectId === project.id);
  if (siblings.some((queue) => queue.name.toLowerCase() === name.toLowerCase())) throw queueExists(name);
  if (siblings.some((queue) => queue.poolId === pool.id))
    throw invalid(`Project ${project.name} already has a queue for pool ${pool.name}.`);
  const queue: QueueRecord = {
    id: nextNumber(organization.state, 'queue'),
    projectId: project.id,
    poolId: pool.id,
    name,
  };
  organization.state.queues.set(queue.id, queue);
  return queue;
}

export function provisionQueues(organization: Organization, pool: PoolRecord): void {
  for (const project of organization.state.projects.values()) openQueue(organization, project, pool, pool.name);
}

function queueView(organization: Organization, queue: QueueRecord): unknown {
  const pool = organization.state.pools.get(queue.poolId);
  return {
    id: queue.id,
    projectId: queue.projectId,
    name: queue.name,
    ...(pool === undefined ? {} : { pool: poolReference(organization, pool) }),
  };
}
