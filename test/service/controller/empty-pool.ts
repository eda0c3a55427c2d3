// A pool of the store whose scale set is empty, and the lease: what tests of whole passes begin with.
import type { Lease, Store } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { hour, placeholderAgents, scaleSet, settings } from '../../builders.ts';
import type { OneMachine } from './one-machine.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

export async function emptyPool(now: () => number, model: Parameters<typeof scaleSet>[0] = {}): Promise<OneMachine> {
  const store = createMemoryStore({ now });
  await store.savePool(settings(), null, false);
  const lease = await store.acquireLease('linux', 'me', 24 * hour);
  if (lease === null) throw new Error('Somebody else holds the pool of a new store.');
  return { store, lease, clouds: smallClouds(scaleSet({ capacity: 0, ...model })) };
}

/** Every wanted placeholder stands, as a pass before has registered it. */
export async function standPlaceholders(store: Store, lease: Lease, clouds: SmallClouds): Promise<void> {
  for (const standing of placeholderAgents()) {
    const { agentId, name, systemCapabilities } = standing;
    await store.savePlaceholder(lease, { agentId, name, image: 'ubuntu-22.04' });
    const current = { ...systemCapabilities, 'Agent.Version': '5.0.0' };
    clouds.agents.set(agentId, { ...standing, systemCapabilities: current });
  }
}
