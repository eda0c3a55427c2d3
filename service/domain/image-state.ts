// What is known of the images that a pool offers: the versions there are, and which one `latest` stands for.

/** `unknown`: the replication was not read (it is only given with `$expand=ReplicationStatus`). */
export type Replication = 'replicated' | 'replicating' | 'failed' | 'absent' | 'unknown';

export interface ImageVersion {
  /** `x.y.z`. */
  readonly version: string;
  readonly publishedAt: number | null;
  readonly provisioningState: 'succeeded' | 'creating' | 'failed' | 'deleting' | 'unknown';
  /** In the pool's region or everywhere. */
  readonly isExcludedFromLatest: boolean;
  readonly endOfLifeAt: number | null;
  /** In the pool's region. A Marketplace version that the region lists is `replicated`. */
  readonly replication: Replication;
  /** Percent of the copy to the pool's region, where Azure tells it. */
  readonly progress?: number;
  /** What Azure says of a copy to the pool's region that failed. */
  readonly copyProblem?: string;
}

/** One entry of the settings' `images`, in their order. */
export interface ImageState {
  /** First alias of the image. */
  readonly alias: string;
  readonly kind: 'gallery' | 'marketplace' | 'managed' | 'template';
  /** Newest first by number. Empty for kinds without versions. */
  readonly versions: readonly ImageVersion[];
}

/** A version that somebody let in besides the configured one: by a pin for a run, by a validation, or as the last known good. */
export interface AdmittedVersion {
  readonly image: string;
  readonly version: string;
  readonly why: 'pinned' | 'validated' | 'forRun' | 'lastKnownGood' | 'canary';
  /** Null: until it is withdrawn. */
  readonly until: number | null;
}
