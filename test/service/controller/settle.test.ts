// The time between the two readings is real time of one process: no jump of a clock and no restart makes it shorter (S6).
import { expect, it } from '@jest/globals';
import { advanceReclaims } from '../../../service/controller/reclaim.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { agent, generation, hour, instance, now0, operation, scaleSet, second, settings } from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { smallClouds } from './small-clouds.ts';

it('the registration stays for thirty seconds though the clock jumps by an hour, and for thirty more after a restart', async () => {
  const time = { now: now0, elapsed: 0 };
  const store = createMemoryStore({ now: () => now0 });
  await store.savePool(settings(), null, false);
  const clouds = smallClouds(scaleSet({ capacity: 1 }));
  clouds.agents.set(1, agent());
  clouds.instances.set('1', instance());
  let settling = new Map<string, number>();
  const pass = async (): Promise<boolean> => {
    const lease = (await store.acquireLease('linux', 'me', hour))!;
    if ((await store.listGenerations('linux')).length === 0) {
      await store.startGeneration(lease, generation());
      const { operationId: _, phaseSince: _since, attempts: _tries, lastProblem: _problem, ...row } = operation();
      await store.openOperation(lease, { ...row, phase: 'intended', agentId: 1 });
    }
    const parts = { store, lease, clouds, now: () => time.now };
    const clock = { now: () => time.now, elapsed: () => time.elapsed, sleep: () => Promise.resolve() };
    await advanceReclaims(passContext(parts, { clock }), await pictureOf(parts), settling);
    return clouds.agents.has(1);
  };
  const later = (seconds: number, jump = 0): void => {
    time.elapsed += seconds * second;
    time.now += seconds * second + jump;
  };
  await pass();
  later(10, hour);
  expect(await pass()).toBe(true);
  later(10);
  settling = new Map();
  expect(await pass()).toBe(true);
  later(29, -2 * hour);
  expect(await pass()).toBe(true);
  later(1);
  expect(await pass()).toBe(false);
});
