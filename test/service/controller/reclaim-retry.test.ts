// What Azure refuses to delete is asked for again, later and later, and not for ever at the same pace.
import { beforeEach, expect, it } from '@jest/globals';
import { advanceReclaims, settleMilliseconds } from '../../../service/controller/reclaim.ts';
import { CloudError } from '../../../service/problem.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { agent, generation, now0, operation } from '../../builders.ts';
import { oneMachine } from './one-machine.ts';
import { passContext, pictureOf } from './pass-context.ts';
import type { SmallClouds } from './small-clouds.ts';

let now: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;
const carried = new Set<string>();

/** The delete stands right before Azure is asked for the first time. */
beforeEach(async () => {
  now = now0;
  carried.clear();
  ({ store, lease, clouds } = await oneMachine(() => now));
  clouds.agents.set(1, agent());
  await store.startGeneration(lease, generation());
  await store.openOperation(lease, operation({ kind: 'delete', startedAt: now }));
  await pass();
  now += settleMilliseconds;
});

async function pass(): Promise<string | null> {
  const parts = { store, lease, clouds, now: () => now };
  lease = (await store.acquireLease('linux', 'me', 60_000)) ?? lease;
  await advanceReclaims(passContext(parts), await pictureOf(parts), undefined, false, carried);
  return (await store.listOpenOperations('linux'))[0]?.phase ?? null;
}

it('asks again, later and later, when Azure refuses the delete', async () => {
  clouds.before = (call) => {
    if (call.startsWith('deleteInstances')) throw new CloudError('conflict', call, 'busy');
  };
  expect(await pass()).toBe('deregistered');
  const before = clouds.calls.length;
  now += 1_000;
  expect(await pass()).toBe('deregistered');
  expect(clouds.calls.length).toBe(before);
  clouds.before = () => undefined;
  now += 15_000;
  expect(await pass()).toBe('requested');
});

it('still asks only every ten minutes when Azure has refused the delete for a day', async () => {
  let asked = 0;
  clouds.before = (call) => {
    if (!call.startsWith('deleteInstances')) return;
    asked += 1;
    throw new CloudError('conflict', call, 'busy');
  };
  for (let minutes = 0; minutes < 24 * 60; minutes += 1) {
    await pass();
    now += 60_000;
  }
  expect(asked).toBeLessThan(24 * 6 + 10);
  expect(asked).toBeGreaterThan(24 * 6 - 10);
});

it('rests for an hour where Azure asks for longer, and then asks again', async () => {
  const asked: number[] = [];
  clouds.before = (call) => {
    if (!call.startsWith('deleteInstances')) return;
    asked.push(now);
    throw new CloudError('throttled', call, 'too many', { retryAfterMs: 2 * 3_600_000 });
  };
  for (let minutes = 0; minutes < 90; minutes += 1) {
    await pass();
    now += 60_000;
  }
  expect(asked.map((at) => at - (asked[0] ?? 0))).toEqual([0, 3_600_000]);
});
