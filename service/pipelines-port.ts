// What demand discovery needs of Azure DevOps: the pipelines that may use a pool, and what their jobs will ask for.

export interface Project {
  readonly projectId: string;
  readonly name: string;
}

export interface Queue {
  readonly queueId: number;
  readonly name: string;
}

export interface QueuePermissions {
  readonly isOpenToAll: boolean;
  /** Beside that, these. */
  readonly pipelineIds: readonly number[];
}

export interface Pipeline {
  readonly pipelineId: number;
  readonly name: string;
  /** Grows with each change of the definition, which the YAML file is not a part of. */
  readonly revision: number;
  readonly kind: 'yaml' | 'classic';
  /** Root file of a YAML pipeline. */
  readonly file: string | null;
  /** Such as `refs/heads/main`. */
  readonly defaultBranch: string | null;
  /** For jobs that name no pool. */
  readonly defaultQueueId: number | null;
  /** As it came, for classic ones. */
  readonly definition: unknown;
}

export interface RecentRun {
  readonly pipelineId: number;
  readonly branch: string;
  readonly commit: string | null;
}

export interface ReleaseDefinition {
  readonly releaseId: number;
  readonly name: string;
  readonly revision: number;
  readonly definition: unknown;
}

/** Reads only. Every call throws `CloudError`; `denied` is a missing right. */
export interface PipelinesPort {
  listProjects(): Promise<readonly Project[]>;
  listQueues(projectId: string, poolId: number): Promise<readonly Queue[]>;
  readQueuePermissions(projectId: string, queueId: number): Promise<QueuePermissions>;
  /** Without those that are disabled or drafts. */
  listPipelines(projectId: string): Promise<readonly Pipeline[]>;
  /** Newest first, since the instant; of very many the newest. */
  listRecentRuns(projectId: string, since: number): Promise<readonly RecentRun[]>;
  /** The final YAML. `invalid` where the pipeline itself is at fault: the message has a line for each error. */
  preview(projectId: string, pipelineId: number, branch: string | null): Promise<string>;
  listReleaseDefinitions(projectId: string): Promise<readonly ReleaseDefinition[]>;
}
