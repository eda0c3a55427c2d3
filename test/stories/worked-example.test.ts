// The documented example of Azure DevOps' scale set agents, told step by step in virtual time: standby 2, maximum 4, a fresh
// machine for each job, no machines to begin with. Once by the documented rules, once by Weir's own.
import { describe, expect, it } from '@jest/globals';
import { minute, second, settings } from '../builders.ts';
import { TinyWorld } from './tiny-world.ts';

const example = { desiredIdle: 2, maxCapacity: 4, recycleAfterEachUse: true, timeToLiveMinutes: 30 } as const;

describe('the worked example by the documented rules, 50 % a step', () => {
  const pool = settings({ ...example, sizing: { policy: 'sampled', incrementPercent: 50 } });

  it('goes from nothing to two idle, to three idle and one busy, to four idle, and after the delay back to two', () => {
    const world = new TinyWorld(pool);
    world.run(4 * minute);
    // 1: idle 0 is below the standby of 2, so two are added.
    expect([world.idle, world.busy]).toEqual([2, 0]);
    expect(world.history('scaleOut')).toHaveLength(1);

    world.queue(4 * minute);
    world.run(10 * second);
    expect([world.idle, world.busy]).toEqual([1, 1]);

    // 2: the next sample finds one idle and adds two more.
    world.run(3.75 * minute);
    expect([world.idle, world.busy, world.machines.length]).toEqual([3, 1, 4]);

    // 3: the job ends, its machine is wiped and comes back.
    world.run(2.5 * minute);
    expect([world.idle, world.busy, world.machines.length]).toEqual([4, 0, 4]);
    expect(world.history('reimage')).toEqual([expect.stringContaining('recycledAfterUse')]);

    // 4: 29 minutes without a job change nothing.
    world.run(29 * minute);
    expect(world.idle).toBe(4);
    expect(world.history('reclaim')).toEqual([]);

    // 5: after more than 30 minutes the two that are too many go, and the standby never does.
    world.run(10 * minute);
    expect([world.idle, world.machines.length]).toEqual([2, 2]);
    world.run(3 * 60 * minute);
    expect([world.idle, world.machines.length]).toEqual([2, 2]);
    expect(world.largest).toBe(4);
  });

  it('does not see a burst that is over before the next sample', () => {
    const world = new TinyWorld(pool);
    world.run(6 * minute);
    world.queue(30 * second);
    world.queue(30 * second);
    world.run(20 * second);
    expect([world.idle, world.busy]).toEqual([0, 2]);
    world.run(3 * minute);
    expect(world.idle).toBe(2);
    expect(world.history('scaleOut')).toHaveLength(1);
  });

  it('scales out first and deletes what is unhealthy only afterwards', () => {
    const world = new TinyWorld(pool);
    world.broken.add(2);
    world.run(60 * minute);
    const grown = world.history('scaleOut').map(minuteOf);
    const reclaimed = world.history('reclaim').map(minuteOf);
    expect(grown).toHaveLength(2);
    expect(reclaimed[0]).toBeGreaterThan(grown[1] ?? Infinity);
    expect(world.idle).toBeGreaterThanOrEqual(2);
    expect(world.largest).toBeLessThanOrEqual(4);
  });
});

describe('the worked example by claims', () => {
  const pool = settings({ ...example, sizing: { policy: 'eventDriven', preset: 'fast' } });

  it('adds one machine, not two, for the standby that one job took', () => {
    const world = new TinyWorld(pool);
    world.run(4 * minute);
    expect([world.idle, world.busy]).toEqual([2, 0]);
    world.queue(10 * minute);
    world.run(4 * minute);
    expect([world.idle, world.busy, world.machines.length]).toEqual([2, 1, 3]);
    // The used machine is wiped and stays for the idle delay; then the standby alone is left.
    world.run(10 * minute);
    expect([world.idle, world.busy, world.machines.length]).toEqual([3, 0, 3]);
    world.run(40 * minute);
    expect([world.idle, world.busy, world.machines.length]).toEqual([2, 0, 2]);
    expect(world.largest).toBe(3);
  });

  it('answers a burst that is shorter than the five minutes of a sample', () => {
    const world = new TinyWorld(pool);
    world.run(6 * minute);
    world.queue(30 * second);
    world.queue(30 * second);
    world.run(20 * second);
    expect(world.history('scaleOut')).toEqual([
      expect.stringContaining('standbyBelowMinimum'),
      expect.stringContaining('standbyBelowMinimum'),
    ]);
  });

  it('replaces an unhealthy machine and scales out at once, and stays within the maximum', () => {
    const world = new TinyWorld(pool);
    world.broken.add(2);
    world.run(2 * minute);
    world.queue(10 * minute);
    world.queue(10 * minute);
    world.queue(10 * minute);
    world.run(10 * minute);
    expect([world.waiting, world.busy]).toEqual([0, 3]);
    expect(world.history('reclaim')[0]).toContain('provisioningFailed');
    expect(world.largest).toBeLessThanOrEqual(4);
  });
});

function minuteOf(told: string): number {
  return Number(told.split(' ')[0]);
}
