// What most stories of the controller begin with: one pool on its own scale set, one machine in it, and the lease.
import type { Lease, Store } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { instance, scaleSet, settings } from '../../builders.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

export interface OneMachine {
  readonly store: Store;
  readonly lease: Lease;
  readonly clouds: SmallClouds;
}

/** The machine has no record and no agent yet; the lease holds for two days. */
export async function oneMachine(now: () => number): Promise<OneMachine> {
  const store = createMemoryStore({ now });
  await store.savePool(settings(), null, false);
  const lease = await store.acquireLease('linux', 'me', 48 * 3_600_000);
  if (lease === null) throw new Error('Somebody else holds the pool of a new store.');
  const clouds = smallClouds(scaleSet({ capacity: 1 }));
  clouds.instances.set('1', instance());
  return { store, lease, clouds };
}
