// Two processes may lead for a moment, and each counts the machines of the other: the maximum holds, and one of them gets them. And
// what a scale-out had made counts, where a person writes the capacity right after it.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { followScaleOuts, scaleOut } from '../../../service/controller/scale-out.ts';
import { CloudError } from '../../../service/problem.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { fresh, now0, scaleSet, scaleSetId, settings } from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { oneMachine, scaleOutScene } from './scale-out-scene.ts';
import type { SmallClouds } from './small-clouds.ts';

let store: Store;
let lease: Lease;
let clouds: SmallClouds;

beforeEach(async () => {
  ({ store, lease, clouds } = await scaleOutScene());
});

const atOnce = () => Promise.resolve();

/** Something that happens once, and whoever waits for it. */
function moment() {
  let come: () => void = () => undefined;
  const hasCome = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { come: () => come(), hasCome };
}

/** Two lanes of a pool of three, and two processes that both hold the lease: each wants machines on a lane of its own. */
describe('two processes that both lead', () => {
  const idOf = (lane: string) => `${scaleSetId}-${lane}`;
  const capacities = new Map<string, number>();

  beforeEach(() => capacities.clear());

  /** One scale-out; `meanwhile` happens when the machines have been counted for it, and nothing is written yet; then `written`. */
  async function scaleOutOf(
    lane: string,
    meanwhile: () => Promise<unknown> = atOnce,
    written: () => Promise<unknown> = atOnce,
    asked: (capacity: number) => Promise<unknown> = atOnce,
    to = 2,
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
            setCapacity: async (one, capacity) => {
              await asked(capacity);
              capacities.set(one.id, capacity);
              return { operationUrl: null };
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
    const target = { ...oneMachine.target!, scaleSetId: idOf(lane) };
    return (await scaleOut(context, { ...(await pictureOf(parts)), lanes }, { ...oneMachine, to, target })).words;
  }

  it.each([
    ['while the row of the other is open', atOnce],
    [
      'when the other has done and closed its own',
      async () => {
        for (const one of await store.listOpenOperations('linux'))
          await store.changeOperation(lease, one.operationId, now0, { phase: 'done' });
      },
    ],
  ])('keep the maximum of the pool %s', async (_, close) => {
    const late = await scaleOutOf('a', async () => {
      expect(await scaleOutOf('b')).toBe('Capacity 0 → 2.');
      await close();
    });
    expect(late).toMatch(/^Not taken: 2 machines and 2 more would pass the maximum of 3/);
    expect([...capacities]).toEqual([[idOf('b'), 2]]);
  });

  it('do not both give way where both have written before either counts', async () => {
    const waiting: (() => void)[] = [];
    const both = () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 2) for (const go of waiting) go();
      });
    const said = await Promise.all([scaleOutOf('a', atOnce, both), scaleOutOf('b', atOnce, both)]);
    expect(said[0]).toBe('Capacity 0 → 2.');
    expect(said[1]).toMatch(/^Not taken: 2 machines and 2 more would pass the maximum of 3/);
    expect([...capacities]).toEqual([[idOf('a'), 2]]);
  });

  it('keep the maximum where Azure refuses the first, and the second has written before less is asked for', async () => {
    const [second, asked, written, less] = [moment(), moment(), moment(), moment()];
    const late = scaleOutOf(
      'b',
      () => (second.come(), asked.hasCome),
      () => (written.come(), less.hasCome),
      atOnce,
      3,
    );
    await second.hasCome;
    const refuseThree = async (capacity: number) => {
      if (capacity === 3) {
        asked.come();
        await written.hasCome;
        throw new CloudError('outOfCapacity', 'setCapacity', 'QuotaExceeded');
      }
      less.come();
      await late;
    };
    expect(await scaleOutOf('a', atOnce, atOnce, refuseThree, 3)).toBe('Capacity 0 → 1.');
    expect(await late).toBe('Not taken: 1 machines and 3 more would pass the maximum of 3.');
    expect([...capacities]).toEqual([[idOf('a'), 1]]);
  });
});

// Dealt seed 7954: a person lowered the capacity six seconds after, and the machine that went was in no list.
it.each([
  ['counts for half a minute', 20_000, /^Not taken: 1 machines exist/],
  ['counts no more after it', 40_000, /^Capacity 0 → 1\.$/],
])('what a scale-out had made before somebody wrote the capacity %s', async (_how, after, words) => {
  let now = now0;
  const parts = { store, lease, clouds, now: () => now };
  const context = passContext(parts, { settings: settings({ maxCapacity: 1 }) });
  await scaleOut(context, await pictureOf(parts), oneMachine);
  const message = 'Operation execution has been preempted by a more recent operation.';
  clouds.operation = { status: 'failed', code: 'OperationPreempted', message, isOutOfCapacity: false };
  clouds.scaleSet = { ...clouds.scaleSet, capacity: 0 };
  now += after;
  await followScaleOuts(context, await pictureOf(parts));
  expect((await scaleOut(context, await pictureOf(parts), oneMachine)).words).toMatch(words);
});
