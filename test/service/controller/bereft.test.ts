// What a person disabled is left alone while its machine is there (I-16); of a machine that is gone nothing stays (I-8).
import { beforeEach, expect, it } from '@jest/globals';
import { bereftMilliseconds, sweepBereft } from '../../../service/controller/bereft.ts';
import type { Instance } from '../../../service/domain/instance.ts';
import type { Observation, Part } from '../../../service/domain/observation.ts';
import { CloudError } from '../../../service/problem.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { agent, fresh, generation, instance, now0, operation, unknown } from '../../builders.ts';
import { oneMachine } from './one-machine.ts';
import { passContext, pictureOf } from './pass-context.ts';
import type { SmallClouds } from './small-clouds.ts';

let now: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;
let seen: Map<string, number>;

beforeEach(async () => {
  now = now0;
  ({ store, lease, clouds } = await oneMachine(() => now));
  clouds.instances.clear();
  clouds.agents.set(1, agent({ isEnabled: false, isOnline: false }));
  await store.startGeneration(lease, generation({ isDisabledByWeir: false }));
  seen = new Map();
});

/** Whether the agent is still registered after a look, so much later. */
async function stays(
  after: number,
  change: () => Partial<Observation> = () => ({}),
  isStopped = false,
): Promise<boolean> {
  now += after;
  const parts = { store, lease, clouds, now: () => now };
  const picture = await pictureOf(parts);
  await sweepBereft(passContext(parts), { ...picture, ...change() }, seen, isStopped);
  return clouds.agents.has(1);
}

it('goes once no list had its machine for longer than lists lag', async () => {
  expect(await stays(0)).toBe(true);
  expect(await stays(bereftMilliseconds - 1)).toBe(true);
  expect(await stays(1)).toBe(false);
});

const withInstances = (instances: Part<readonly Instance[]>) => ({
  lanes: [{ scaleSet: fresh(clouds.scaleSet), instances }],
});

it.each([
  ['anew after a list had its machine', () => withInstances(fresh([instance()])), true],
  ['through a look that Azure did not answer', () => withInstances(unknown([])), false],
])('waits %s', async (_what, look, isAnew) => {
  await stays(0);
  expect(await stays(bereftMilliseconds, look)).toBe(true);
  expect(await stays(1)).toBe(isAnew);
});

it('stays while a panic stop, or another sizer, holds what destroys, and goes when that is over', async () => {
  await stays(0);
  expect(await stays(bereftMilliseconds, () => ({}), true)).toBe(true);
  expect(await stays(1)).toBe(false);
});

it.each<[string, () => unknown]>([
  ['its machine is there by its id', () => clouds.instances.set('1', instance())],
  ['its agent is at work', () => clouds.agents.set(1, agent({ isEnabled: false }))],
  ['somebody enabled its agent', () => clouds.agents.set(1, agent({ isOnline: false }))],
  ['something is under way with it', () => store.openOperation(lease, operation())],
  [
    'another machine took it over',
    () => store.startGeneration(lease, generation({ generationId: 'g-2', vmId: 'vm-2' })),
  ],
  ['Azure DevOps says that it has a job', () => (clouds.before = refuseDelete)],
])('stays where %s', async (_what, arrange) => {
  await stays(0, () => withInstances(fresh([])));
  await arrange();
  expect(await stays(bereftMilliseconds, () => withInstances(fresh([])))).toBe(true);
});

function refuseDelete(call: string): void {
  if (call.startsWith('deleteAgent')) throw new CloudError('conflict', call, 'It runs a job.');
}
