// What a pass works with, over small clouds and a store in memory; a test overrides what it is about.
import type { PoolContext } from '../../../service/controller/context.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { fresh, settings } from '../../builders.ts';
import type { SmallClouds } from './small-clouds.ts';

interface Parts {
  readonly store: Store;
  readonly lease: Lease;
  readonly clouds: SmallClouds;
  readonly now: () => number;
}

let lastId = 0;

export function passContext(parts: Parts, overrides: Partial<PoolContext> = {}): PoolContext {
  return {
    pool: 'linux',
    settings: settings(),
    lease: parts.lease,
    store: parts.store,
    azure: parts.clouds.azure,
    azureDevOps: parts.clouds.azureDevOps,
    clock: { now: parts.now, sleep: () => Promise.resolve() },
    line: () => undefined,
    renderView: () => '{}',
    extensionFor: () => Promise.reject(new Error('not asked here')),
    placeholderKey: () => Promise.reject(new Error('not asked here')),
    newId: () => `id-${(lastId += 1)}`,
    ...overrides,
  };
}

/** A whole, fresh picture of the small clouds and the store. */
export async function pictureOf({ store, clouds, now }: Omit<Parts, 'lease'>): Promise<Observation> {
  return {
    now: now(),
    jobRequests: fresh(clouds.requests),
    agents: fresh([...clouds.agents.values()]),
    lanes: [{ scaleSet: fresh(clouds.scaleSet), instances: fresh([...clouds.instances.values()]) }],
    generations: await store.listGenerations('linux'),
    operations: await store.listOpenOperations('linux'),
    placeholders: await store.listPlaceholders('linux'),
    ownsEverything: false,
  };
}
