// What the loop and its picture of the clouds survive: a database that restarts, and a list that stays empty.
import { describe, expect, it } from '@jest/globals';
import { createController } from '../../../service/controller/controller.ts';
import { freshRecollection } from '../../../service/controller/context.ts';
import { observe } from '../../../service/controller/observe.ts';
import { CloudError, UserProblem } from '../../../service/problem.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { instance, minute, now0, scaleSet, settings } from '../../builders.ts';
import { passContext } from './pass-context.ts';
import { smallClouds } from './small-clouds.ts';

describe('the loop', () => {
  it('goes on when the database does not answer while it looks for pools', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    let looks = 0;
    const store = {
      ...createMemoryStore({ now: () => now0 }),
      listPools: () => {
        looks += 1;
        if (looks === 2) stop.abort();
        return looks === 1
          ? Promise.reject(new UserProblem('DB_UNAVAILABLE', 'The database does not answer.'))
          : Promise.resolve([]);
      },
    };
    await createController({
      store,
      owner: 'me',
      clock: { now: () => now0, sleep: () => Promise.resolve() },
      line: (_level, words) => lines.push(words),
      contextFor: () => {
        throw new Error('no pool is worked here');
      },
      leaseMilliseconds: 30_000,
      pollMovingMilliseconds: 5_000,
      pollRestMilliseconds: 15_000,
    }).run(stop.signal);
    expect(looks).toBe(2);
    expect(lines).toEqual(['The pools could not be listed: The database does not answer.']);
  });

  it.each([
    ['', 0],
    [', also while the clock was set back by hours', 3 * 60 * minute],
  ])('lets old records go once an hour%s, and keeps five weeks', async (_what, setBack) => {
    const stop = new AbortController();
    const pruned: number[] = [];
    let now = now0;
    const store = {
      ...createMemoryStore({ now: () => now }),
      prune: (before: number) => {
        pruned.push((now - before) / (24 * 60 * minute));
        if (pruned.length === 2) stop.abort();
        return Promise.resolve();
      },
    };
    let sleeps = 0;
    let elapsed = 0;
    await createController({
      store,
      owner: 'me',
      clock: {
        now: () => now,
        elapsed: () => elapsed,
        sleep: (milliseconds) => {
          sleeps += 1;
          now += milliseconds - (sleeps === 1 ? setBack : 0);
          elapsed += milliseconds;
          return Promise.resolve();
        },
      },
      line: () => undefined,
      contextFor: () => {
        throw new Error('no pool is worked here');
      },
      leaseMilliseconds: 30_000,
      pollMovingMilliseconds: 5_000,
      pollRestMilliseconds: 15_000,
    }).run(stop.signal);
    expect(pruned).toEqual([35, 35]);
    expect(elapsed / minute).toBeCloseTo(120, 0);
  });
});

describe('a pool that is woken', () => {
  it.each([
    ['while its pass runs is looked at again in a second', true, 1_000],
    ['by nobody waits as after any pass that failed', false, 10_000],
  ])('%s', async (_name, isWoken, expected) => {
    const stop = new AbortController();
    const store = createMemoryStore({ now: () => now0 });
    await store.savePool(settings(), null, false);
    const slept: number[] = [];
    const controller = createController({
      store,
      owner: 'me',
      clock: {
        now: () => now0,
        sleep: async (milliseconds) => {
          if (milliseconds !== 5_000) {
            slept.push(milliseconds);
            stop.abort();
          }
          await new Promise((resolve) => setImmediate(resolve));
        },
      },
      line: () => undefined,
      contextFor: () => {
        if (isWoken) controller.wake('linux');
        throw new CloudError('unavailable', 'a read', 'Nothing answers.');
      },
      leaseMilliseconds: 30_000,
      pollMovingMilliseconds: 5_000,
      pollRestMilliseconds: 15_000,
    });
    await controller.run(stop.signal);
    expect(slept).toEqual([expected]);
  });
});

describe('an empty list of instances', () => {
  it('is doubted at first, and believed when it stays empty', async () => {
    let now = now0;
    const store = createMemoryStore({ now: () => now });
    await store.savePool(settings(), null, false);
    const lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
    const clouds = smallClouds(scaleSet({ capacity: 2 }));
    clouds.instances.set('1', instance());
    clouds.instances.set('2', instance({ instanceId: '2' }));
    const context = passContext({ store, lease, clouds, now: () => now });
    const recollection = freshRecollection();
    const seen = async () => (await observe(context, recollection)).lanes[0]!.instances.freshness;
    expect(await seen()).toBe('fresh');
    clouds.instances.clear();
    now += minute;
    expect(await seen()).toBe('stale');
    now += 8 * minute;
    expect(await seen()).toBe('stale');
    now += minute;
    expect(await seen()).toBe('fresh');
    clouds.instances.set('1', instance());
    clouds.instances.set('2', instance({ instanceId: '2' }));
    expect(await seen()).toBe('fresh');
    clouds.instances.clear();
    now -= 60 * minute;
    expect(await seen()).toBe('stale');
    now += 10 * minute;
    expect(await seen()).toBe('fresh');
  });
});
