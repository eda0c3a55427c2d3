// What is remembered of rights when there is more of it than may be kept: the oldest goes, and nobody is refused by that.
import { expect, it } from '@jest/globals';
import { createRights, type Asker } from '../../../service/api/rights.ts';

const asker: Asker = { organization: 'https://dev.azure.com/fabrikam', token: 't', userId: 'u', userName: 'Ada' };
const span = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

/** Everybody may see every pool; what Azure DevOps is asked about, call by call. */
function everythingAllowed() {
  const stage = { now: 0, asked: [] as (readonly number[])[] };
  const answer = <T>(poolIds: readonly number[], value: T): Promise<T> => {
    stage.asked.push(poolIds);
    return Promise.resolve(value);
  };
  const rights = createRights(
    {
      whoIs: () => Promise.resolve({ id: 'u', name: 'Ada' }),
      may: (_, poolId) => answer([poolId], true),
      mayReadOf: (_, poolIds) => answer(poolIds, new Set(poolIds)),
    },
    () => stage.now,
  );
  return Object.assign(stage, { rights });
}

it('shows a pool whose answer is pushed out of the memory by those that stand before it in the list', async () => {
  const stage = everythingAllowed();
  await stage.rights.mayRead(asker, 1);
  await stage.rights.mayReadOf(asker, span(2, 9_999));
  stage.asked = [];
  expect(await stage.rights.mayReadOf(asker, [20_000, 1])).toEqual(new Set([20_000, 1]));
  expect(stage.asked).toEqual([[20_000], [1]]);
  expect(await stage.rights.mayRead(asker, 1)).toBe(true);
});

it('forgets the oldest answer first, and one that was asked again is not old', async () => {
  const stage = everythingAllowed();
  await stage.rights.mayRead(asker, 1);
  stage.now = 30_000;
  await stage.rights.mayReadOf(asker, span(2, 9_999));
  stage.now = 60_001;
  await stage.rights.mayRead(asker, 1);
  await stage.rights.mayRead(asker, 20_000);
  stage.asked = [];
  await stage.rights.mayRead(asker, 1);
  await stage.rights.mayRead(asker, 2);
  expect(stage.asked).toEqual([[2]]);
});
