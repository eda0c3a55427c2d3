// What checks of a scale set need of Azure and Azure DevOps, beside what passes read.
import type { ScaleSet } from './domain/instance.ts';
import type { PoolRights } from './domain/pool-right-check.ts';
import type { Grant } from './domain/right-check.ts';
import type { Known, SetFacts } from './domain/set-facts.ts';
import type { Mend } from './domain/set-finding.ts';

export interface SetPort {
  /** What could not be read says so in its part; throws `CloudError` only where the scale set itself cannot be read. */
  readSet(scaleSetId: string): Promise<SetFacts>;
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
