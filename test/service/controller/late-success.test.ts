// A machine that was given up because it did not come up, and comes up while it is being reclaimed, is kept (I-10).
import { describe, expect, it } from '@jest/globals';
import { advanceReclaims } from '../../../service/controller/reclaim.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { agent, generation, hour, instance, now0, operation, scaleSet, second, settings } from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { smallClouds } from './small-clouds.ts';

async function reclaimed(code: string, comesOnlineAfter: number, isStopped = false) {
  const time = { now: now0 };
  const store = createMemoryStore({ now: () => now0 });
  await store.savePool(settings(), null, false);
  const clouds = smallClouds(scaleSet({ capacity: 1 }));
  clouds.agents.set(1, agent({ isOnline: false, isEnabled: false }));
  clouds.instances.set('1', instance({ provisioningState: 'failed' }));
  const lease = (await store.acquireLease('linux', 'me', hour))!;
  await store.startGeneration(lease, generation({ isDisabledByWeir: true }));
  const { operationId: _, phaseSince: _since, attempts: _tries, lastProblem: _problem, ...row } = operation();
  await store.openOperation(lease, { ...row, phase: 'intended', agentId: 1, reason: { code, words: '' } });
  for (; time.now < now0 + 60 * second; time.now += 10 * second) {
    if (time.now - now0 >= comesOnlineAfter)
      for (const [id, one] of clouds.agents) clouds.agents.set(id, { ...one, isOnline: true });
    const parts = { store, lease: (await store.acquireLease('linux', 'me', hour))!, clouds, now: () => time.now };
    await advanceReclaims(passContext(parts), await pictureOf(parts), undefined, isStopped);
  }
  const [left] = await store.listGenerations('linux');
  return {
    isRegistered: clouds.agents.has(1),
    isOpen: (await store.listOpenOperations('linux')).length > 0,
    isOurs: left?.isDisabledByWeir,
  };
}

describe('a reclaim of a machine that did not come up', () => {
  it.each(['provisioningFailed', 'extensionFailed', 'bootDeadlinePassed'])(
    'for %s is given up when its agent is online, and the gate may open it',
    async (code) => {
      expect(await reclaimed(code, 20 * second)).toEqual({ isRegistered: true, isOpen: false, isOurs: true });
    },
  );

  it('goes on while the agent is offline', async () => {
    expect((await reclaimed('extensionFailed', hour)).isRegistered).toBe(false);
  });

  it('stands still while everything that destroys is stopped', async () => {
    expect(await reclaimed('extensionFailed', hour, true)).toEqual({ isRegistered: true, isOpen: true, isOurs: true });
  });

  it('for another reason goes on, for an idle agent is online', async () => {
    expect((await reclaimed('idleTooLong', 0)).isRegistered).toBe(false);
  });
});
