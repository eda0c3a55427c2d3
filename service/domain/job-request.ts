// One job that waits for, runs on, or has left an agent, as Azure DevOps tells it.

export type JobResult =
  | 'succeeded'
  | 'succeededWithIssues'
  | 'failed'
  | 'canceled'
  | 'skipped'
  | 'abandoned'
  | 'manuallyQueued'
  | 'dependentOnManualQueue'
  | 'unknown';

/** Instants are milliseconds since the epoch. `assigned` is not `running`: the agent has still to receive the job. */
export interface JobRequest {
  readonly requestId: number;
  readonly queuedAt: number;
  readonly assignedAt: number | null;
  readonly receivedAt: number | null;
  readonly finishedAt: number | null;
  readonly result: JobResult | null;
  readonly lockedUntil: number | null;
  /** Demand strings word for word; `demand.ts` reads them. */
  readonly demands: readonly string[];
  readonly reservedAgentId: number | null;
  /** Null where Azure DevOps left the list out; that does not mean that no agent matches. */
  readonly matchedAgentIds: readonly number[] | null;
  readonly jobName: string | null;
  readonly definitionName: string | null;
  readonly runName: string | null;
  readonly runId: number | null;
  readonly projectId: string | null;
  readonly statusMessage: string | null;
}

export type JobRequestState = 'queued' | 'assigned' | 'running' | 'finished';

export function jobRequestState(request: JobRequest): JobRequestState {
  if (request.result !== null || request.finishedAt !== null) return 'finished';
  if (request.receivedAt !== null) return 'running';
  return request.assignedAt !== null || request.reservedAgentId !== null ? 'assigned' : 'queued';
}

/** Azure DevOps' own words, such as "… the maximum number of requests that can run for parallelism type …": no machine helps. */
export function isHeldByParallelLimit({ statusMessage }: Pick<JobRequest, 'statusMessage'>): boolean {
  return statusMessage !== null && /parallel/i.test(statusMessage);
}
