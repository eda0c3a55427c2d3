// The record of a machine's life ends only when both halves are gone by their ids, and it takes the agent that a broken
// claim has left: without it the machine would be destroyed under an agent that nobody remembers.
import { beforeEach, expect, it } from '@jest/globals';
import { claimMilliseconds, keepGenerations } from '../../../service/controller/generations.ts';
import type { Generation, Observation } from '../../../service/domain/observation.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';
import { agent, fresh, generation, instance, minute, now0, unknown } from '../../builders.ts';
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
});

const parts = () => ({ store, lease, clouds, now: () => now });

/** What is kept after one look, and in the store. */
async function kept(picture: Partial<Observation> = {}): Promise<readonly Generation[]> {
  const seen = { ...(await pictureOf(parts())), ...picture };
  await keepGenerations(passContext(parts()), seen);
  return await store.listGenerations('linux');
}

const emptyLists = () => ({
  agents: fresh([]),
  lanes: [{ scaleSet: fresh(clouds.scaleSet), instances: fresh([]) }],
});

it.each([
  ['its instance', () => clouds.agents.clear()],
  ['its agent', () => clouds.instances.clear()],
])('stays on lists that lack both halves while %s is there by its id', async (_name, change) => {
  await store.startGeneration(lease, generation());
  change();
  expect(await kept(emptyLists())).toMatchObject([{ generationId: 'g-1', agentId: 1 }]);
});

// Dealt seed 7264: it still counts to the maximum, and only what has a record is asked for when a list lacks it.
it('begins for a machine that is on its way out when it is seen first', async () => {
  clouds.instances.set('2', instance({ instanceId: '2', vmId: 'vm-2', provisioningState: 'deleting' }));
  await store.startGeneration(lease, generation());
  expect(await kept()).toMatchObject([{ generationId: 'g-1' }, { vmId: 'vm-2', instanceId: '2' }]);
});

it('stays while one of the two cannot be asked for', async () => {
  await store.startGeneration(lease, generation());
  clouds.instances.clear();
  clouds.before = (call) => {
    if (call.startsWith('readAgent')) throw new CloudError('unavailable', call, '503');
  };
  expect(await kept(emptyLists())).toHaveLength(1);
});

it('ends when both halves are gone', async () => {
  await store.startGeneration(lease, generation());
  clouds.instances.clear();
  clouds.agents.clear();
  expect(await kept()).toEqual([]);
});

it('stays while the machine is being claimed', async () => {
  await store.startGeneration(lease, generation({ agentId: null, agentName: null, claimedAt: now0 }));
  clouds.instances.clear();
  now += claimMilliseconds - 1;
  expect(await kept()).toHaveLength(1);
  now += 1;
  expect(await kept()).toEqual([]);
});

it('ends, too, where its claim lies ahead, for the clock was set back since', async () => {
  await store.startGeneration(lease, generation({ agentId: null, agentName: null, claimedAt: now0 + 180 * minute }));
  clouds.instances.clear();
  expect(await kept()).toEqual([]);
});

it('takes the agent that a broken claim has left, by what the registration says', async () => {
  await store.startGeneration(lease, generation({ agentId: null, agentName: null, claimedAt: now0 }));
  clouds.agents.clear();
  clouds.agents.set(
    5,
    agent({ agentId: 5, name: 'agents-1-5', isOnline: false, systemCapabilities: { 'Weir.Generation': 'g-1' } }),
  );
  clouds.agents.set(
    6,
    agent({ agentId: 6, name: 'agents-2-6', isOnline: false, systemCapabilities: { 'Weir.Generation': 'g-2' } }),
  );
  expect(await kept()).toMatchObject([{ generationId: 'g-1', agentId: 5, agentName: 'agents-1-5' }]);
});

it.each([
  ['of an agent that Weir enabled goes though Azure tells of no machine', true, false],
  ['of an agent that is disabled stays', false, true],
])('the mark %s', async (_what, isEnabled, isDisabledByWeir) => {
  await store.startGeneration(lease, generation({ isDisabledByWeir: true }));
  clouds.agents.set(1, agent({ isEnabled }));
  const lanes = [{ scaleSet: fresh(clouds.scaleSet), instances: unknown([]) }];
  expect(await kept({ lanes })).toMatchObject([{ generationId: 'g-1', isDisabledByWeir }]);
});
