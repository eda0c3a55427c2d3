// A reimage ends with a proof of the wipe or with a delete, never by the clock alone (I-3).
import { beforeEach, expect, it } from '@jest/globals';
import { advanceReclaims, settleMilliseconds } from '../../../service/controller/reclaim.ts';
import type { OpenOperation } from '../../../service/domain/observation.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { agent, generation, hour, instance, minute, now0, scaleSetId } from '../../builders.ts';
import { oneMachine } from './one-machine.ts';
import { passContext, pictureOf } from './pass-context.ts';
import type { SmallClouds } from './small-clouds.ts';

let now: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;

beforeEach(async () => {
  now = now0;
  ({ store, lease, clouds } = await oneMachine(() => now));
  clouds.agents.set(1, agent());
  await store.startGeneration(lease, generation());
  await askForReimage();
});

async function askForReimage(): Promise<void> {
  await store.openOperation(lease, {
    kind: 'reimage',
    phase: 'intended',
    scaleSetId,
    generationId: 'g-1',
    instanceId: '1',
    vmId: 'vm-1',
    agentId: 1,
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: now,
    deadlineAt: null,
    reason: { code: 'recycledForRequest', words: 'It has run its job.' },
  });
  await pass();
  now += settleMilliseconds;
  expect(await pass()).toMatchObject({ kind: 'reimage', phase: 'requested' });
}

async function pass(): Promise<OpenOperation | null> {
  lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
  const parts = { store, lease, clouds, now: () => now };
  await advanceReclaims(passContext(parts), await pictureOf(parts));
  return (await store.listOpenOperations('linux'))[0] ?? null;
}

const wipes = () => clouds.calls.filter((call) => call.startsWith('reimageInstance')).length;
const firstLife = async () => (await store.findGeneration('vm-1'))!.generation.generationId === 'g-1';

it('is asked for again when Azure does not know the operation any more, and deleted when that does not help', async () => {
  clouds.operation = { status: 'unknown' };
  now += 10 * minute;
  expect(await pass()).toMatchObject({ kind: 'reimage', phase: 'requested' });
  expect(wipes()).toBe(1);
  now += minute;
  expect(await pass()).toMatchObject({ kind: 'reimage', phase: 'deregistered' });
  for (let minutes = 0; minutes < 40; minutes += 1) {
    now += minute;
    await pass();
    expect(await firstLife()).toBe(true);
  }
  expect(wipes()).toBe(3);
  expect(clouds.calls.at(-1)).toBe('deleteInstances 1');
});

it('is asked for again in the same time where the clock was set back by hours since', async () => {
  clouds.operation = { status: 'unknown' };
  now -= 3 * hour;
  expect(await pass()).toMatchObject({ phase: 'requested', phaseSince: now });
  now += 11 * minute;
  expect(await pass()).toMatchObject({ kind: 'reimage', phase: 'deregistered' });
});

it('is not repeated for as long as Azure says that it runs, up to half an hour', async () => {
  now += 30 * minute;
  await pass();
  expect(wipes()).toBe(1);
  now += minute;
  await pass();
  now += minute;
  await pass();
  expect(wipes()).toBe(2);
});

it('becomes a delete when Azure reports its failure, and begins no life', async () => {
  clouds.operation = { status: 'failed', code: 'Internal', message: 'An internal error.', isOutOfCapacity: false };
  now += minute;
  expect(await pass()).toMatchObject({ kind: 'delete', phase: 'deregistered', generationId: 'g-1' });
  await pass();
  expect(clouds.calls.at(-1)).toBe('deleteInstances 1');
  expect(await firstLife()).toBe(true);
});

it('is not over while the instance is still being updated, whatever the operation says', async () => {
  clouds.operation = { status: 'succeeded' };
  clouds.instances.set('1', instance({ provisioningState: 'updating' }));
  now += minute;
  expect(await pass()).toMatchObject({ kind: 'reimage', phase: 'requested' });
  clouds.instances.set('1', instance());
  expect(await pass()).toBeNull();
  expect(await firstLife()).toBe(false);
});

it('begins a new life, too, where the life that it ends lies ahead, for the clock was set back since', async () => {
  const [open] = await store.listOpenOperations('linux');
  await store.changeOperation(lease, open!.operationId, now, { phase: 'cancelled' });
  now -= 3 * hour;
  await askForReimage();
  clouds.operation = { status: 'succeeded' };
  expect(await pass()).toBeNull();
  expect(await store.listGenerations('linux')).toMatchObject([{ vmId: 'vm-1', startedBy: 'reimage', startedAt: now }]);
});
