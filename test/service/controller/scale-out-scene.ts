// What the tests of scaling out begin with: a pool of one machine whose scale set is empty, and the wish for that machine.
import type { Decision } from '../../../service/domain/decision.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { now0, scaleSet, scaleSetId, settings } from '../../builders.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

export interface ScaleOutScene {
  readonly store: Store;
  readonly lease: Lease;
  readonly clouds: SmallClouds;
}

export async function scaleOutScene(): Promise<ScaleOutScene> {
  const store = createMemoryStore({ now: () => now0 });
  await store.savePool(settings({ maxCapacity: 1 }), null, false);
  const lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
  return { store, lease, clouds: smallClouds(scaleSet({ capacity: 0 })) };
}

export const oneMachine: Decision = {
  kind: 'scaleOut',
  reason: { code: 'requestsWithoutNode', words: '1 job request queued.' },
  to: 1,
  target: { scaleSetId, generationId: null, instanceId: null, vmId: null, agentId: null },
};
