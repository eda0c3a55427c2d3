// Deleting a pool while the pool itself changes hands: what the configuration file names stays, and a pool that is gone
// leaves no deletion behind for whoever makes one of its name.
import { expect, it } from '@jest/globals';
import { settlePools } from '../../../service/file-pools.ts';
import { poolLifeWrite, readPoolLife, type PoolLife } from '../../../service/pool-life.ts';
import type { Store } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { now0, settings } from '../../builders.ts';
import { apiFixture, fabrikam } from './api-fixture.ts';

const own = settings({ name: 'linux', organization: fabrikam, poolId: 7, scaleSet: `${settings().scaleSet}-own` });
const life: PoolLife = { createdBy: 'ada', createdAt: now0, adopted: ['vm-a'], ending: null };
const toFile = async (store: Store) => {
  await settlePools(store, { pools: [own] });
};

it('is over where the pool stands in the configuration file now', async () => {
  const store = createMemoryStore({ now: () => now0 });
  await store.savePool(own, null, false);
  await store.writeRecords([poolLifeWrite('linux', null, { ...life, ending: { by: 'ada', at: now0 } })]);
  await toFile(store);
  expect((await readPoolLife(store, 'linux'))?.value).toEqual(life);
  expect(await store.readPool('linux')).toMatchObject({ isManagedByFile: true, revision: 2 });
});

it.each([
  ['was deleted meanwhile', null, (store: Store) => store.deletePool('linux'), 'POOL_NOT_FOUND', null],
  ['came into the file, made by nobody here', null, toFile, 'POOL_MANAGED_BY_FILE', null],
  ['came into the file, made by somebody', life, toFile, 'POOL_MANAGED_BY_FILE', life],
])('is taken back where the pool %s', async (_what, before, change, code, after) => {
  const { store, ask, saved } = await apiFixture();
  if (before !== null) await store.writeRecords([poolLifeWrite('linux', null, before)]);
  const write = store.writeRecords.bind(store);
  let isChanged = false;
  Object.assign(store, {
    writeRecords: async (...writes: Parameters<Store['writeRecords']>) => {
      // In between: behind the look at the pool and before the record of its end.
      if (!isChanged) {
        isChanged = true;
        await change(store);
      }
      return await write(...writes);
    },
  });
  const answer = await ask('/v1/pools/linux', { method: 'DELETE' });
  expect(answer.body).toMatchObject({ code });
  expect((await readPoolLife(store, 'linux'))?.value ?? null).toEqual(after);
  expect(saved).toEqual([]);
});
