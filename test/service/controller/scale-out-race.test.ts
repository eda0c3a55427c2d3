// Two processes may lead for a moment, and each counts the machines of the other: the maximum holds, and one of them gets them.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { scaleOut } from '../../../service/controller/scale-out.ts';
import type { Decision } from '../../../service/domain/decision.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { fresh, now0, scaleSet, scaleSetId, settings } from '../../builders.ts';
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

/** Two lanes of a pool of three, and two processes that both hold the lease: each wants two machines on a lane of its own. */
describe('two processes that both lead', () => {
  const idOf = (lane: string) => `${scaleSetId}-${lane}`;
  const capacities = new Map<string, number>();

  /** One scale-out; `meanwhile` happens when the machines have been counted for it, and nothing is written yet; then `written`. */
  async function scaleOutOf(
    lane: string,
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
    written: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<string> {
    const parts = { store, lease, clouds, now: () => now0 };
    const setOf = (id: string) => scaleSet({ id, capacity: capacities.get(id) ?? 0 });
    const context = passContext(
      {
        ...parts,
        store: {
          ...store,
          reserveMachines: async (...args) => {
            await meanwhile();
            return await store.reserveMachines(...args);
          },
          openOperation: async (...args) => {
            const opened = await store.openOperation(...args);
            await written();
            return opened;
          },
        },
        clouds: {
          ...clouds,
          azure: {
            ...clouds.azure,
            readScaleSet: (id) => Promise.resolve(setOf(id)),
            setCapacity: (one, capacity) => {
              capacities.set(one.id, capacity);
              return Promise.resolve({ operationUrl: null });
            },
          },
        },
      },
      { settings: settings({ maxCapacity: 3 }) },
    );
    const lanes = ['a', 'b'].map((one) => ({
      scaleSet: fresh(scaleSet({ id: idOf(one), capacity: 0 })),
      instances: fresh([]),
    }));
    const target = { ...decision.target!, scaleSetId: idOf(lane) };
    return (await scaleOut(context, { ...(await pictureOf(parts)), lanes }, { ...decision, to: 2, target })).words;
  }

  it.each([
    ['while the row of the other is open', () => Promise.resolve()],
    [
      'when the other has done and closed its own',
      async () => {
        for (const one of await store.listOpenOperations('linux'))
          await store.changeOperation(lease, one.operationId, now0, { phase: 'done' });
      },
    ],
  ])('keep the maximum of the pool %s', async (_, close) => {
    capacities.clear();
    const late = await scaleOutOf('a', async () => {
      expect(await scaleOutOf('b')).toBe('Capacity 0 → 2.');
      await close();
    });
    expect(late).toMatch(/^Not taken: 2 machines and 2 more would pass the maximum of 3/);
    expect([...capacities]).toEqual([[idOf('b'), 2]]);
  });

  it('do not both give way where both have written before either counts', async () => {
    capacities.clear();
    const waiting: (() => void)[] = [];
    const both = () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 2) for (const go of waiting) go();
      });
    const now = () => Promise.resolve();
    const said = await Promise.all([scaleOutOf('a', now, both), scaleOutOf('b', now, both)]);
    expect(said[0]).toBe('Capacity 0 → 2.');
    expect(said[1]).toMatch(/^Not taken: 2 machines and 2 more would pass the maximum of 3/);
    expect([...capacities]).toEqual([[idOf('a'), 2]]);
  });
});
