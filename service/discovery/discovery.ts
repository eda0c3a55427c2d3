// Demand discovery of the pools that want it: a few reads in each pass, so that a scan of hundreds of pipelines neither holds a
// pass up nor hurries Azure DevOps; what it finds is kept in the store and goes into the picture. It never fails a pass.
import type { JobRequest } from '../domain/job-request.ts';
import type { Observation } from '../domain/observation.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import type { Clock, Lease, Store } from '../ports.ts';
import type { PipelinesPort } from '../pipelines-port.ts';
import { discoveredDemands, isDiscoveryState, nothingDiscovered, type DiscoveryState } from './reading.ts';
import { scan } from './scan.ts';

export interface DiscoveryOptions {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now' | 'elapsed'>;
  /** Null where no identity of this organisation reads pipelines. */
  readonly pipelinesFor: (organization: string) => PipelinesPort | null;
}

export interface Discovery {
  /** The picture with what was found so far; a few reads further on. */
  look(settings: PoolSettings, lease: Lease, observation: Observation): Promise<Observation>;
}

const readsInOnePass = 5;
/** Between two looks at what may have changed; a preview is read again only where its key has. */
const everyMilliseconds = 10 * 60_000;
/** After a look that lacked a right, or was given up. */
const laterMilliseconds = 2 * 60_000;
/** A job that failed for want of an agent may be a new pipeline: it is looked for at once, but not again and again. */
const wakeMilliseconds = 60_000;

interface Looking {
  readonly epoch: number;
  state: DiscoveryState;
  running: AsyncGenerator<undefined, DiscoveryState> | null;
  startedAt: number;
  /** By `steadyNow`. */
  nextAt: number;
}

const discoveryKind = 'discoveredDemands';
const key = 'newest';

export function createDiscovery(options: DiscoveryOptions): Discovery {
  const pools = new Map<string, Looking>();
  return {
    look: async (settings, lease, observation) => {
      if (!settings.demands.discovery) {
        pools.delete(lease.pool);
        return observation;
      }
      const known = pools.get(lease.pool);
      // Another Weir may have had the pool meanwhile: what it found stands in the store.
      const looking = known?.epoch === lease.epoch ? known : await begin(options.store, lease);
      pools.set(lease.pool, looking);
      await advance(options, settings, lease, looking, observation);
      return { ...observation, discovered: discoveredDemands(looking.state, observation.now) };
    },
  };
}

async function begin(store: Store, lease: Lease): Promise<Looking> {
  const stored = (await store.readRecord(discoveryKind, lease.pool, key))?.document;
  const state = isDiscoveryState(stored) ? stored : nothingDiscovered;
  return { epoch: lease.epoch, state, running: null, startedAt: 0, nextAt: 0 };
}

async function advance(
  options: DiscoveryOptions,
  settings: PoolSettings,
  lease: Lease,
  looking: Looking,
  observation: Observation,
): Promise<void> {
  const now = options.clock.now();
  const counted = steadyNow(options.clock);
  const pipelines = options.pipelinesFor(settings.organization);
  if (pipelines === null) {
    const missingRights = ['The configuration names no identity that may read the pipelines of this organisation.'];
    looking.state = { ...looking.state, missingRights };
    return;
  }
  if (looking.running === null) {
    // It may lie ahead, for the clock was set back since.
    looking.startedAt = Math.min(looking.startedAt, now);
    const isWoken = now - looking.startedAt >= wakeMilliseconds && isRefusedSince(observation, looking.startedAt);
    if (counted < looking.nextAt && !isWoken) return;
    looking.startedAt = now;
    looking.running = scan({
      pipelines,
      poolId: settings.poolId,
      before: looking.state,
      now: () => options.clock.now(),
    });
  }
  try {
    for (let read = 0; read < readsInOnePass; read += 1) {
      const step = await looking.running.next();
      if (step.done !== true) continue;
      await finish(options, lease, looking, step.value);
      return;
    }
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    looking.running = null;
    looking.nextAt = counted + Math.max(laterMilliseconds, error.retryAfterMs ?? 0);
    const words = `The last look at the pipelines was given up: ${error.message}`;
    looking.state = { ...looking.state, notCovered: [words] };
  }
}

async function finish(
  { store, clock }: DiscoveryOptions,
  lease: Lease,
  looking: Looking,
  state: DiscoveryState,
): Promise<void> {
  looking.running = null;
  looking.state = state;
  looking.nextAt = steadyNow(clock) + (state.missingRights.length > 0 ? laterMilliseconds : everyMilliseconds);
  const before = await store.readRecord(discoveryKind, lease.pool, key);
  const expected = before?.revision ?? null;
  const record = {
    kind: discoveryKind,
    pool: lease.pool,
    key,
    expected,
    document: state,
    at: clock.now(),
    isOpen: true,
  };
  await store.writeRecords([record], lease);
}

function isRefusedSince({ finishedRequests }: Observation, instant: number): boolean {
  return (finishedRequests ?? []).some((one) => isRefused(one) && (one.finishedAt ?? 0) > instant);
}

function isRefused({ result, assignedAt, receivedAt }: JobRequest): boolean {
  return result === 'failed' && assignedAt === null && receivedAt === null;
}
