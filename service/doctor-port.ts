// What checks of a scale set need of Azure and Azure DevOps, beside what passes read.
import type { ScaleSet } from './domain/instance.ts';
import type { PoolRights } from './domain/pool-right-check.ts';
import type { PoolSettings } from './domain/pool.ts';
import type { Grant, RightFinding } from './domain/right-check.ts';
import type { AutoscaleFacts, Known, SetFacts } from './domain/set-facts.ts';
import type { Mend, SetCheck } from './domain/set-finding.ts';

export interface SetPort {
  /** What could not be read says so in its part; throws `CloudError` only where the scale set itself cannot be read. */
  readSet(scaleSetId: string, laneResourceGroup?: string | null): Promise<SetFacts>;
  /** Of a whole subscription, such as `/subscriptions/…`. Throws `CloudError`. */
  listAutoscale(subscription: string): Promise<readonly AutoscaleFacts[]>;
  /** What the identity of the service is granted at a scope, as Azure itself tells it. */
  readGrants(scope: string): Promise<Known<readonly Grant[]>>;
  /** The object id of the identity; null where its token does not say. */
  readIdentity(): Promise<string | null>;
  /** One write each, by the etag that was read. Throws `CloudError`: `conflict` where somebody else wrote meanwhile. */
  mendSet(scaleSet: Pick<ScaleSet, 'id' | 'etag'>, mend: Mend): Promise<void>;
}

export interface OwnRightsPort {
  /** Throws `CloudError`. */
  readPoolRights(poolId: number): Promise<PoolRights>;
}

export interface Inspected {
  readonly check: SetCheck;
  /** Why the service may not mend it, where it otherwise could; null: nothing stands in its way. */
  readonly cannot: string | null;
}

export interface Inspection {
  readonly scaleSetId: string;
  /** Null where the scale set cannot be read: the one check says why. */
  readonly facts: SetFacts | null;
  readonly checks: readonly Inspected[];
  readonly rights: readonly RightFinding[];
}

export interface Mended {
  /** False: it was good already, and nothing was written. */
  readonly isChanged: boolean;
  readonly words: string;
  /** As it is now; as it was before where it could not be read again. */
  readonly inspection: Inspection;
}

/** Everything is read anew; throws `CloudError` where a cloud is silent. */
export interface Doctor {
  lookAtPool(settings: PoolSettings): Promise<Inspection>;
  /** Of a scale set that no pool has yet. */
  lookAtSet(scaleSetId: string): Promise<Inspection>;
  /** One write; throws `UserProblem` CHECK_NOT_FOUND, CHECK_NOT_FIXABLE, FIX_CONFLICT, FIX_REFUSED, FIX_UNKNOWN. */
  mend(settings: PoolSettings, code: string): Promise<Mended>;
}
