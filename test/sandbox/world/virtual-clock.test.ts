// The clock of the simulator: whoever sleeps wakes, and time has gone on for him.
import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../../../sandbox/world/virtual-clock.ts';
import { now0 } from '../../builders.ts';

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
