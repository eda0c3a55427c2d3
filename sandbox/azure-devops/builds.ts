// Runs: which branches of which pipelines are in use, whether a run goes on, and what began it. There is one for each build of the job
// requests, and those that were told.

import { list, ok, parameter, query, type Handler } from './call.ts';
import { VssError } from './errors.ts';
import { isoTime, type Organization } from './organization.ts';
import { expectBuildReader } from './pipelines.ts';
import { findProject } from './projects.ts';
import { refOf, runsOf, versionOf, type RunFacts } from './run.ts';
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
  const after = query(call, 'minTime');
  const least = after === undefined ? -Infinity : Date.parse(after);
  const builds = runsOf(organization, project.id).filter((run) => run.at >= least);
  const from = Number(query(call, 'continuationToken') ?? 0);
  const size = Number(query(call, '$top') ?? 1000);
  const headers = from + size < builds.length ? { 'x-ms-continuationtoken': String(from + size) } : undefined;
  return list(
    builds.slice(from, from + size).map((run) => buildView(organization, run)),
    headers,
  );
};

export const getBuild: Handler = (organization, call) => {
  expectBuildReader(call);
  const project = findProject(organization, parameter(call, 'project'));
  const wanted = parameter(call, 'buildId');
  const run = runsOf(organization, project.id).find((one) => String(one.id) === wanted);
  if (run === undefined)
    throw new VssError(404, 'BuildNotFoundException', `The requested build ${wanted} could not be found.`);
  return ok(buildView(organization, run));
};

function buildView(organization: Organization, run: RunFacts): unknown {
  const { id, name, pipelineId, projectId, branch, at, isInProgress } = run;
  const { pipelines, projects } = organization.state;
  return {
    id,
    buildNumber: name,
    status: isInProgress ? 'inProgress' : 'completed',
    queueTime: isoTime(at),
    sourceBranch: refOf(branch),
    sourceVersion: versionOf(organization, pipelineId),
    definition: { id: pipelineId, name: pipelines.get(pipelineId)?.name ?? '' },
    project: { id: projectId, name: projects.get(projectId)?.name ?? '' },
    ...triggerOf(run),
  };
}

/** Two places say whether a pull request comes from a fork (pipelines-and-yaml.md 4.3). */
function triggerOf({ pullRequest }: RunFacts) {
  if (pullRequest === null) return { reason: 'individualCI', triggerInfo: {} };
  const { number, isFork } = pullRequest;
  const triggerInfo = { 'pr.number': String(number), 'pr.isFork': isFork ? 'True' : 'False' };
  const parameters = {
    'system.pullRequest.pullRequestNumber': String(number),
    'system.pullRequest.isFork': isFork ? 'True' : 'False',
  };
  return { reason: 'pullRequest', triggerInfo, parameters: JSON.stringify(parameters) };
}
