// Runs, as far as they tell which branches of which pipelines are in use: one for each build of the job requests, and those that
// were told.

import { list, parameter, query, type Handler } from './call.ts';
import { isoTime, type Organization } from './organization.ts';
import { expectBuildReader } from './pipelines.ts';
import { findProject } from './projects.ts';
import { nextNumber, type RunRecord } from './state.ts';

/** A run that happened elsewhere: only its pipeline, its branch and its time are known. */
export function addRun(organization: Organization, pipelineId: number, branch: string, at: number): RunRecord {
  const run = { id: nextNumber(organization.state, 'build'), pipelineId, branch, at };
  organization.state.runs.set(run.id, run);
  return run;
}

/** Newest first. */
export const listBuilds: Handler = (organization, call) => {
  expectBuildReader(call);
  const project = findProject(organization, parameter(call, 'project'));
  const { pipelines, runs, requests } = organization.state;
  const after = query(call, 'minTime');
  const least = after === undefined ? -Infinity : Date.parse(after);
  const told = [...runs.values()].filter((run) => pipelines.get(run.pipelineId)?.projectId === project.id);
  const seen = new Map<number, RunRecord>(told.map((run) => [run.id, run]));
  for (const request of requests.values()) {
    if (request.projectId !== project.id || seen.has(request.owner.id)) continue;
    const branch = pipelines.get(request.definition.id)?.defaultBranch ?? 'main';
    seen.set(request.owner.id, {
      id: request.owner.id,
      pipelineId: request.definition.id,
      branch,
      at: request.queueTime,
    });
  }
  const builds = [...seen.values()].filter((run) => run.at >= least).sort((a, b) => b.at - a.at || b.id - a.id);
  const from = Number(query(call, 'continuationToken') ?? 0);
  const size = Number(query(call, '$top') ?? 1000);
  const headers = from + size < builds.length ? { 'x-ms-continuationtoken': String(from + size) } : undefined;
  return list(
    builds.slice(from, from + size).map((run) => buildView(organization, run)),
    headers,
  );
};

function buildView(organization: Organization, { id, pipelineId, branch, at }: RunRecord): unknown {
  const pipeline = organization.state.pipelines.get(pipelineId);
  return {
    id,
    status: 'completed',
    queueTime: isoTime(at),
    sourceBranch: branch.startsWith('refs/') ? branch : `refs/heads/${branch}`,
    sourceVersion: `${pipeline?.revision ?? 0}`.padStart(40, '0'),
    definition: { id: pipelineId, name: pipeline?.name ?? '' },
  };
}
