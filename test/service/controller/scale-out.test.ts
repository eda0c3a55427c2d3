// Scaling out holds the maximum also where the list of instances is old: what the records know is asked for by its id.
import { beforeEach, expect, it } from '@jest/globals';
import { scaleOut } from '../../../service/controller/scale-out.ts';
import type { Decision } from '../../../service/domain/decision.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { fresh, generation, instance, now0, scaleSet, scaleSetId, settings } from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

let store: Store;
let lease: Lease;
let clouds: SmallClouds;

beforeEach(async () => {
  store = createMemoryStore({ now: () => now0 });
  await store.savePool(settings({ maxCapacity: 1 }), null, false);
  lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
  clouds = smallClouds(scaleSet({ capacity: 0 }));
});

const decision: Decision = {
  kind: 'scaleOut',
  reason: { code: 'requestsWithoutNode', words: '1 job request queued.' },
  to: 1,
  target: { scaleSetId, generationId: null, instanceId: null, vmId: null, agentId: null },
};

async function scaled(): Promise<string> {
  const parts = { store, lease, clouds, now: () => now0 };
  const picture = await pictureOf(parts);
  // An old list, without the machine that is being deleted and has left the capacity.
  const lanes = [{ scaleSet: fresh(clouds.scaleSet), instances: fresh([]) }];
  return await scaleOut(
    passContext(parts, { settings: settings({ maxCapacity: 1 }) }),
    { ...picture, lanes },
    decision,
  );
}

it('counts a machine that the list lacks and Azure still has', async () => {
  await store.startGeneration(lease, generation());
  clouds.instances.set('1', instance({ provisioningState: 'deleting' }));
  expect(await scaled()).toMatch(/^Not taken: 1 machines exist/);
  expect(clouds.calls).toEqual([]);
});

it('does not count one that is gone, or whose place another machine has', async () => {
  await store.startGeneration(lease, generation());
  await store.startGeneration(lease, generation({ generationId: 'g-2', vmId: 'vm-2', instanceId: '2' }));
  clouds.instances.set('2', instance({ instanceId: '2', vmId: 'vm-3' }));
  expect(await scaled()).toBe('Capacity 0 → 1.');
});

it('sends the same capacity again where Azure has room for the machines that are missing, and for no more', async () => {
  clouds.scaleSet = { ...clouds.scaleSet, capacity: 1 };
  clouds.before = (call) => {
    if (call === 'setCapacity 2') throw new CloudError('outOfCapacity', call, 'QuotaExceeded');
  };
  const parts = { store, lease, clouds, now: () => now0 };
  const context = passContext(parts, { settings: settings({ maxCapacity: 2 }) });
  expect(await scaleOut(context, await pictureOf(parts), { ...decision, to: 2 })).toBe('Capacity 1 → 1.');
});
