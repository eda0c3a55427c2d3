// The clock of the simulator: whoever sleeps wakes, and time has gone on for him.
import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../../sandbox/world/virtual-clock.ts';
import { createWorld } from '../../../sandbox/world/world.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { hour, now0 } from '../../builders.ts';
import { fixedKeys } from '../../stories/fixed-keys.ts';

describe('a sleep', () => {
  it.each([1e-9, 1e-5, 0.4, 5_000])('of %d ms ends after time has gone on', async (milliseconds) => {
    const clock = new VirtualClock(now0);
    const slept = clock.sleep(milliseconds).then(() => clock.now());
    clock.reach(clock.nextWakeAt() ?? now0);
    expect(await slept).toBeGreaterThan(now0);
  });

  it('of nothing ends at once', async () => {
    const clock = new VirtualClock(now0);
    const slept = clock.sleep(0).then(() => clock.now());
    clock.reach(now0);
    expect(await slept).toBe(now0);
  });
});

it('tells of a run in which somebody sleeps for ever and no time goes by', async () => {
  let isStuck = false;
  const world = await createWorld({
    ...{ seed: 5, startAt: now0, settings: {}, arrivals: [] },
    store: (now) => createMemoryStore({ now }),
    generateKeys: await fixedKeys(),
    sendOfService: (send, clock) => async (request) => {
      while (isStuck) await clock.sleep(0);
      return await send(request);
    },
  });
  isStuck = true;
  await expect(world.run(now0 + hour)).rejects.toThrow('no time goes by');
});
