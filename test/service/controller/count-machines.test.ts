// How many machines a pool has or has asked for, where lists and capacities are not of the same moment.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { listedOf } from '../../../service/controller/count-machines.ts';
import { scaleOut } from '../../../service/controller/scale-out.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { fresh, instance, minute, now0, operation, scaleSet, scaleSetId, settings } from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { oneMachine, scaleOutScene } from './scale-out-scene.ts';
import type { SmallClouds } from './small-clouds.ts';

let store: Store;
let lease: Lease;
let clouds: SmallClouds;

beforeEach(async () => {
  ({ store, lease, clouds } = await scaleOutScene());
});

/** Two machines are listed; a scale-out of this pass found the capacity at `from` and asked for four. */
async function counted(from: number, readAt = now0): Promise<number> {
  const { operationId: _id, phaseSince: _since, attempts: _tries, lastProblem: _problem, ...row } = operation();
  const scaleOut = { kind: 'scaleOut', phase: 'requested', generationId: null, instanceId: null, vmId: null } as const;
  await store.openOperation(lease, {
    ...row,
    ...scaleOut,
    scaleSetId,
    startedAt: now0,
    fromCapacity: from,
    toCapacity: 4,
  });
  const instances = { ...fresh([instance(), instance({ instanceId: '2', vmId: 'vm-2' })]), readAt };
  const lanes = [{ scaleSet: fresh(scaleSet({ capacity: 4 })), instances }];
  return await listedOf(passContext({ store, lease, clouds, now: () => now0 }), { lanes }, { more: 0, most: 9 });
}

describe('machines that were asked for since the list was read', () => {
  it.each<[string, number, number]>([
    ['are those that the capacity has more than the list', 2, 4],
    ['are fewer where some of them were asked for before', 3, 4],
    // Seed 8045: a person deletes one in the middle of a pass.
    ['are more where one of the list had left the capacity before them', 1, 5],
  ])('%s', async (_, from, machines) => {
    expect(await counted(from)).toBe(machines);
  });

  it('are in a list that was read after them', async () => {
    expect(await counted(1, now0 + minute)).toBe(4);
  });
});

describe('a scale-out beside a machine that has left the capacity since the list', () => {
  it.each<[string, number, number]>([
    ['counts that machine, in whose place another one was made that no list shows', 1, 1],
    // Seed 7230: the set and its list were told as they had been three minutes before.
    ['counts with the capacity as it is now, which has machines that the picture lacks', 1, 2],
  ])('%s', async (_, pictured, capacity) => {
    clouds.scaleSet = { ...clouds.scaleSet, capacity };
    clouds.instances.set('1', instance());
    const { operationId: _id, phaseSince: _since, attempts: _tries, lastProblem: _problem, ...row } = operation();
    await store.openOperation(lease, { ...row, kind: 'delete', phase: 'requested' });
    const parts = { store, lease, clouds, now: () => now0 };
    const picture = await pictureOf(parts);
    const lanes = picture.lanes.map((lane) => ({ ...lane, scaleSet: fresh(scaleSet({ capacity: pictured })) }));
    const most = capacity + 1;
    const context = passContext(parts, { settings: settings({ maxCapacity: most }) });
    const { words } = await scaleOut(context, { ...picture, lanes }, { ...oneMachine, to: most });
    expect([words, clouds.calls]).toEqual([expect.stringContaining(`Not taken: ${most} machines exist`), []]);
  });
});
