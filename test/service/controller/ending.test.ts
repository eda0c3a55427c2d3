// A pool that ends while its scale set seems to be gone: its ledger is cleared only for what Azure itself says is gone, for
// minutes, with every lane read. Whatever else hides the scale set ends nobody's machine.
import { beforeEach, expect, it } from '@jest/globals';
import { freshRecollection, type Recollection } from '../../../service/controller/context.ts';
import { runPass } from '../../../service/controller/pass.ts';
import { poolLifeWrite } from '../../../service/pool-life.ts';
import type { AzurePort, Lease, Store } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';
import { generation, hour, instance, minute, now0, scaleSet, settings } from '../../builders.ts';
import { emptyPool } from './empty-pool.ts';
import { passContext } from './pass-context.ts';
import type { SmallClouds } from './small-clouds.ts';

let now: number;
/** Between the clock and what the process counts for itself. */
let setBack: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;
let recollection: Recollection;

beforeEach(async () => {
  now = now0;
  setBack = 0;
  ({ store, lease, clouds } = await emptyPool(() => now));
  recollection = freshRecollection();
  await store.startGeneration(lease, generation({ agentId: 11 }));
  const ending = { by: 'ada', at: now0 };
  await store.writeRecords([poolLifeWrite('linux', null, { createdBy: '', createdAt: now0, adopted: [], ending })]);
});

const gone = (code: string) => new CloudError('notFound', 'readScaleSet', code, { status: 404, code });

/** One pass a minute; each is told what Azure answers to the scale set of the settings. */
async function passes(
  answers: readonly (CloudError | null)[],
  azure: Partial<AzurePort> = {},
  lanes = false,
  isManagedByFile = false,
) {
  for (const answer of answers) {
    const readScaleSet = () => (answer === null ? Promise.resolve(clouds.scaleSet) : Promise.reject(answer));
    const listInstances = () => (answer === null ? Promise.resolve([]) : Promise.reject(answer));
    const context = passContext(
      { store, lease, clouds, now: () => now },
      {
        isManagedByFile,
        clock: { now: () => now, elapsed: () => now + setBack, sleep: () => Promise.resolve() },
        placeholderKey: () => Promise.resolve({ modulus: 'AQAB', exponent: 'AQAB' }),
        azure: { ...clouds.azure, readScaleSet, listInstances, ...azure },
        ...(lanes ? { settings: settings({ laneResourceGroup: lanesGroup }) } : {}),
      },
    );
    if ((await store.readPool('linux')) !== null) await runPass(context, recollection);
    now += minute;
  }
}

const lanesGroup = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/lanes';
const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value);
const ledger = async () => (await store.listGenerations('linux')).length;

it.each(['ResourceNotFound', 'ResourceGroupNotFound'])('goes when Azure has said %s for minutes', async (code) => {
  await passes(times(3, gone(code)));
  expect(await ledger()).toBe(1);
  await passes(times(3, gone(code)));
  expect([await ledger(), await store.listPools()]).toEqual([0, []]);
});

it('goes as soon where the clock was set back meanwhile', async () => {
  await passes(times(2, gone('ResourceNotFound')));
  [now, setBack] = [now - 3 * hour, 3 * hour];
  await passes(times(4, gone('ResourceNotFound')));
  expect([await ledger(), await store.listPools()]).toEqual([0, []]);
});

it('ends nothing of a pool that the configuration file names, whatever was begun before', async () => {
  await store.savePool(settings(), 1, true);
  await passes(times(6, gone('ResourceNotFound')), {}, false, true);
  expect([await ledger(), (await store.listPools()).length]).toEqual([1, 1]);
});

it('is kept where the file came to name it while the last pass ran', async () => {
  await store.endGeneration(lease, generation().generationId);
  const inTime = { listInstances: () => store.savePool(settings(), 1, true).then(() => []) };
  await passes([null], inTime);
  expect(await store.readPool('linux')).toMatchObject({ isManagedByFile: true });
});

it.each(['SubscriptionNotFound', 'InvalidResourceNamespace', 'NotFound'])(
  'ends nothing for as long as Azure says %s',
  async (code) => {
    await passes(times(20, gone(code)));
    expect([await ledger(), (await store.listPools()).length]).toEqual([1, 1]);
  },
);

it('counts the minutes anew behind every other answer', async () => {
  const denied = new CloudError('denied', 'readScaleSet', 'AuthorizationFailed', { status: 403 });
  for (const other of [denied, gone('SubscriptionNotFound'), denied])
    await passes([...times(3, gone('ResourceNotFound')), other]);
  expect(await ledger()).toBe(1);
});

it('ends nothing while the lanes cannot be listed, though the template is gone', async () => {
  const unread = { listScaleSets: () => Promise.reject(new CloudError('throttled', 'listScaleSets', 'Too many.')) };
  await passes(times(8, gone('ResourceNotFound')), unread, true);
  expect([await ledger(), (await store.listPools()).length]).toEqual([1, 1]);
  await passes(times(6, gone('ResourceNotFound')), { listScaleSets: () => Promise.resolve([]) }, true);
  expect(await store.listPools()).toEqual([]);
});

it.each([
  ['for minutes while the template is read', 'ResourceGroupNotFound', null, 0],
  ['and the template is gone too', 'ResourceGroupNotFound', gone('ResourceNotFound'), 0],
  ['while the subscription is not seen', 'ResourceGroupNotFound', gone('SubscriptionNotFound'), 1],
  ['of the subscription', 'SubscriptionNotFound', null, 1],
])('with lanes whose group Azure says is gone, %s', async (_, code, template, left) => {
  await store.endGeneration(lease, generation().generationId);
  const key = { image: 'ubuntu', version: null, template: 'x' };
  await store.saveLane(lease, { scaleSetId: `${lanesGroup}/providers/Microsoft.Compute/x/y`, key, createdAt: 1 });
  const unlisted = { listScaleSets: () => Promise.reject(gone(code)) };
  await passes(times(3, template), unlisted, true);
  expect((await store.listLanes('linux')).length).toBe(1);
  [now, setBack] = [now - 3 * hour, 3 * hour];
  await passes(times(8, template), unlisted, true);
  expect([(await store.listLanes('linux')).length, (await store.listPools()).length]).toEqual([left, left]);
});

it('stays while its own scale set asks for machines that Azure has not made, and goes with the last of them', async () => {
  await store.endGeneration(lease, generation().generationId);
  clouds.scaleSet = scaleSet({ capacity: 2 });
  await passes(times(5, null));
  expect(await store.listPools()).toHaveLength(1);
  clouds.scaleSet = scaleSet({ capacity: 0 });
  await passes(times(2, null));
  expect(await store.listPools()).toEqual([]);
});

it("goes though its scale set asks for somebody else's machines", async () => {
  await store.endGeneration(lease, generation().generationId);
  clouds.scaleSet = scaleSet({ capacity: 1 });
  const listInstances = () => Promise.resolve([instance({ instanceId: '9' })]);
  await passes(times(2, null), { listInstances });
  expect(await store.listPools()).toEqual([]);
});
