// What the API is made of; everything that differs between production, sandbox and tests comes in here.
import type { FastifyBaseLogger } from 'fastify';
import type { ImageState } from '../domain/image-state.ts';
import type { Doctor } from '../doctor-port.ts';
import type { JobTrust } from '../job-ports.ts';
import type { AzureLists } from '../azure-lists.ts';
import type { PoolPlaces } from '../pool-places.ts';
import type { StartReplays } from '../replay-port.ts';
import type { Clock, PoolRecord, Store, UserRights } from '../ports.ts';

/** Requests a minute: of one user, and of one address that has shown no valid token. */
export interface RateLimits {
  readonly reads: number;
  readonly writes: number;
  readonly refusals: number;
  /** Of one address on routes without a token: enrolment and health. */
  readonly anonymous: number;
}

export const defaultRateLimits: RateLimits = { reads: 600, writes: 60, refusals: 20, anonymous: 6000 };

export interface ApiOptions {
  readonly store: Store;
  readonly rights: UserRights;
  /** URLs of the organisations that this service serves; anything else is refused. */
  readonly organizations: readonly string[];
  /** Origins of pages, word for word or with `*` for one label; see origins.ts. */
  readonly corsOrigins: readonly string[];
  /** Names under which this service is reached, without ports; null answers under any. Health answers under any. */
  readonly hosts: readonly string[] | null;
  /** The clock of observations: the sandbox's own runs faster. */
  readonly clock: Pick<Clock, 'now'>;
  /** The wall's: tokens live there. */
  readonly wallClock: Pick<Clock, 'now'>;
  readonly about: { readonly version: string; readonly isSandbox: boolean };
  /** Unique in the logs; every refusal names one. */
  readonly newId: () => string;
  /** Null writes nothing. */
  readonly logger: FastifyBaseLogger | null;
  /** Bytes; 262,144 unless given. */
  readonly bodyLimit?: number;
  readonly rateLimits?: Partial<RateLimits>;
  /** PEM. Without it the API speaks plain HTTP: for loopback, or behind a proxy that ends TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Addresses of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  readonly onSettingsSaved?: (pool: string) => void;
  /** Calls again and again until it is told to stop: the pace of event streams, on the wall unless given. */
  readonly every?: (milliseconds: number, work: () => void) => { readonly stop: () => void };
  /** Something of the pool's images, validations or nodes is to change: its next pass is due. */
  readonly onImagesChanged?: (pool: string) => void;
  /** Absent: no job token is believed. */
  readonly jobTrust?: JobTrust;
  /**
   * The versions of one image, by its first alias, as Azure tells them now; the replication of `versions` is among them.
   * Throws `CloudError`. Absent: nobody knows.
   */
  readonly readImageVersions?: (record: PoolRecord, image: string, versions: readonly string[]) => Promise<ImageState>;
  /** Both clouds, for pools that people make; absent: none can be made. */
  readonly places?: PoolPlaces;
  /** Absent: nobody looks at scale sets. */
  readonly doctor?: Doctor;
  /** Absent: no what-if is run. */
  readonly startReplays?: StartReplays;
  /** What people choose from in Azure; absent: nothing. `listsFor` is null for what is not in the configuration. */
  readonly azure?: {
    readonly subscriptions: readonly string[];
    readonly listsFor: (subscriptionId: string) => AzureLists | null;
  };
  /** Whether pools of the organisation may use the subscription; absent: all may use all. Nobody is told of one unknown here. */
  readonly maySubscription?: (organization: string, subscriptionId: string) => boolean;
  /** At least 128 bits that nobody can guess, in letters and digits; two ids unless given. */
  readonly newSecret?: () => string;
}
