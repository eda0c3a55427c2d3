// What the checks are told of the jobs of a pool: how many of the last week named no image, where there are several.
import { expect, it } from '@jest/globals';
import { useOfPool } from '../../../service/doctor/pool-use.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { hour, now0, settings } from '../../builders.ts';

const image = (alias: string) => ({ aliases: [alias], source: null, version: 'latest', standbyPercent: '*' as const });

it('counts the jobs of the last week that named no image, where the pool has several', async () => {
  const store = createMemoryStore({ now: () => now0 });
  const several = settings({ images: [image('ubuntu'), image('windows')] });
  await store.savePool(several, null, false);
  const lease = (await store.acquireLease('linux', 'me', hour))!;
  const job = (requestId: number, hoursAgo: number, named: string) => {
    const at = now0 - hoursAgo * hour;
    return { requestId, queuedAt: at, startedAt: at, finishedAt: at, image: named };
  };
  await store.noteJobs(lease, [job(1, 1, ''), job(2, 2, 'ubuntu'), job(3, 160, ''), job(4, 170, '')]);
  const use = await useOfPool(store, several, null, now0);
  expect(use.naming).toEqual({ usual: 'ubuntu', images: 2, jobs: 3, unnamed: 2 });
  const one = await useOfPool(store, settings({ images: [image('ubuntu')] }), null, now0);
  expect(one).not.toHaveProperty('naming');
});
