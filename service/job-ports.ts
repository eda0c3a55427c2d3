// What the API needs to believe a pipeline: whose job a token is, and what its run really is.

/** Of a job's OIDC token whose signature, issuer, audience and times were checked. Names in it change on rename: ids count. */
export interface JobClaims {
  readonly projectId: string;
  readonly definitionId: number;
  /** Null where the token does not say it. */
  readonly runId: number | null;
  /** `p://organisation/project/pipeline`: for people to read. */
  readonly subject: string;
  /** Unique for each token. */
  readonly tokenId: string;
}

export interface RunFacts {
  readonly projectId: string;
  readonly definitionId: number;
  readonly isInProgress: boolean;
  readonly isForkPullRequest: boolean;
}

/** Both throw `CloudError` where nothing answers: never allow then. */
export interface JobTrust {
  /** Null where the token is no valid job token of the organisation. */
  verify(organization: string, token: string): Promise<JobClaims | null>;
  /** As Weir's own identity reads it; null where there is no such run. */
  readRun(organization: string, projectId: string, runId: number): Promise<RunFacts | null>;
}
