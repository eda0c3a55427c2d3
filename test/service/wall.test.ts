// The real clock: its speed and its sleeps, on a scale at which nothing depends on how fast this machine is.
import { describe, expect, it } from '@jest/globals';
import { deadlineIn, randomId, scaledClock, wallClock, wallRandom } from '../../service/wall.ts';

describe('scaledClock', () => {
  it('starts at the given instant and runs ahead of the wall', async () => {
    const clock = scaledClock(10_000, 1_000_000);
    const before = clock.now();
    expect(before).toBeGreaterThanOrEqual(1_000_000);
    await wallClock.sleep(5);
    expect(clock.now() - before).toBeGreaterThanOrEqual(30_000);
  });

  it('divides a sleep by its speed: a day passes within the limit of this test', async () => {
    const clock = scaledClock(86_400_000, 0);
    const before = clock.now();
    await clock.sleep(86_400_000);
    expect(clock.now() - before).toBeGreaterThanOrEqual(86_000_000);
  });

  it('ends a sleep with an error when it is aborted, before and during', async () => {
    await expect(wallClock.sleep(600_000, AbortSignal.abort())).rejects.toThrow();
    const controller = new AbortController();
    const sleeping = wallClock.sleep(2 ** 40, controller.signal);
    controller.abort();
    await expect(sleeping).rejects.toThrow();
  });
});

describe('the rest of the wall', () => {
  it('gives chance in [0, 1) and ids that differ', () => {
    const draws = Array.from({ length: 100 }, () => wallRandom.next());
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
    expect(new Set(draws).size).toBe(100);
    expect(randomId()).not.toBe(randomId());
  });

  it('aborts at a deadline', async () => {
    const signal = deadlineIn(1);
    const holdsTheProcess = setInterval(() => undefined, 1000);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
    clearInterval(holdsTheProcess);
  });
});
