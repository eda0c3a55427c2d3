// What is known of the run that a job belongs to: whether it goes on, what began it, and the commit that it builds.

import type { Organization } from './organization.ts';
import type { PullRequest, RequestRecord, RunRecord } from './state.ts';

/** A run as its jobs tell it, or as it was told from outside. */
export interface RunFacts extends RunRecord {
  readonly name: string;
  readonly projectId: string;
  readonly isInProgress: boolean;
  readonly pullRequest: PullRequest | null;
}

/** Newest first. */
export function runsOf(organization: Organization, projectId: string): readonly RunFacts[] {
  const { pipelines, runs, requests } = organization.state;
  const found = new Map<number, RunFacts>();
  for (const run of runs.values()) {
    if (pipelines.get(run.pipelineId)?.projectId !== projectId) continue;
    found.set(run.id, { ...run, name: String(run.id), projectId, isInProgress: false, pullRequest: null });
  }
  for (const request of requests.values()) {
    if (request.projectId !== projectId || runs.has(request.owner.id)) continue;
    found.set(request.owner.id, withJob(organization, found.get(request.owner.id), request));
  }
  return [...found.values()].sort((a, b) => b.at - a.at || b.id - a.id);
}

/** A run goes on while one of its jobs does. Between two of its jobs the emulator knows of none, and says that it is over. */
function withJob(organization: Organization, run: RunFacts | undefined, request: RequestRecord): RunFacts {
  const { owner, definition, projectId, queueTime } = request;
  const branch = organization.state.pipelines.get(definition.id)?.defaultBranch ?? 'main';
  const pullRequest = run?.pullRequest ?? request.pullRequest ?? null;
  return {
    id: owner.id,
    name: owner.name,
    pipelineId: definition.id,
    projectId,
    branch: pullRequest === null ? branch : `refs/pull/${pullRequest.number}/merge`,
    at: run?.at ?? queueTime,
    isInProgress: run?.isInProgress === true || request.result === null,
    pullRequest,
  };
}

export const refOf = (branch: string): string => (branch.startsWith('refs/') ? branch : `refs/heads/${branch}`);

/** A commit stands for a revision of the pipeline: repositories themselves are not built. */
export function versionOf(organization: Organization, pipelineId: number): string {
  return `${organization.state.pipelines.get(pipelineId)?.revision ?? 0}`.padStart(40, '0');
}

export interface Repository {
  readonly id: string;
  readonly url: string;
  readonly version: string;
  readonly ref: string;
}

/** Each project has one repository, of its own name and id. */
export function repositoryOf(organization: Organization, request: RequestRecord, base: string): Repository {
  const { projectId, definition } = request;
  const project = organization.state.projects.get(projectId)?.name ?? '';
  return {
    id: projectId,
    url: `${base}/${encodeURIComponent(project)}/_git/${encodeURIComponent(project)}`,
    version: versionOf(organization, definition.id),
    ref: refOf(withJob(organization, undefined, request).branch),
  };
}
