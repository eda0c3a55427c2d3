// Mistakes that other autoscalers made in public, as stories that must end well here.
import { describe, expect, it } from '@jest/globals';
import { hour, minute, second, settings } from '../builders.ts';
import { TinyWorld } from './tiny-world.ts';

describe('sizing by claims', () => {
  it('makes no second machine for a job that was picked up between two passes (KEDA 7747)', () => {
    const world = new TinyWorld(settings());
    world.queue(10 * minute);
    world.run(9 * minute);
    expect([world.busy, world.machines.length]).toEqual([1, 1]);
    expect(world.history('scaleOut')).toHaveLength(1);
  });

  it('never takes a busy machine away when the queue is empty (KEDA 8185)', () => {
    const world = new TinyWorld(settings({ recycleAfterEachUse: false, sizing: { preset: 'economy' } }));
    for (let job = 0; job < 4; job += 1) world.queue(hour);
    world.run(50 * minute);
    // The world itself throws where a machine is wiped or deleted under a job.
    expect([world.busy, world.machines.length]).toEqual([4, 4]);
    expect(world.history('reclaim')).toEqual([]);
  });

  it('scales for a second batch while the first still runs (KEDA 7757)', () => {
    const world = new TinyWorld(settings());
    for (let job = 0; job < 3; job += 1) world.queue(hour);
    world.run(10 * minute);
    for (let job = 0; job < 2; job += 1) world.queue(hour);
    world.run(10 * minute);
    expect([world.waiting, world.busy, world.machines.length]).toEqual([0, 5, 5]);
  });

  it('counts machines in flight, so a queue that grows while they boot adds only what is missing (terraform-aws-github-runner)', () => {
    const world = new TinyWorld(settings());
    for (let job = 0; job < 6; job += 1) {
      world.queue(20 * minute);
      world.run(10 * second);
    }
    world.run(10 * minute);
    expect([world.busy, world.largest]).toEqual([6, 6]);
  });

  it('serves more jobs than the maximum one after the other, by wiping and never by one machine too many', () => {
    const world = new TinyWorld(settings({ maxCapacity: 3 }));
    for (let job = 0; job < 9; job += 1) world.queue(5 * minute);
    world.run(2 * hour);
    expect([world.waiting, world.busy, world.largest]).toEqual([0, 0, 3]);
    expect(world.history('reimage')).toHaveLength(9);
    expect(world.history('scaleOut')).toHaveLength(1);
    expect(world.machines).toEqual([]);
  });

  it('does not let machines that never come up strand a job (ARC 4602)', () => {
    const world = new TinyWorld(settings());
    world.broken.add(1).add(2);
    world.queue(5 * minute);
    world.queue(5 * minute);
    world.run(12 * minute);
    expect(world.waiting).toBe(0);
    world.run(hour);
    expect(world.machines).toEqual([]);
  });

  it('decides nothing at rest', () => {
    const world = new TinyWorld(settings({ desiredIdle: 2 }));
    world.queue(5 * minute);
    world.run(hour);
    const settled = world.said.length;
    world.run(3 * hour);
    expect(world.said.slice(settled)).toEqual([]);
    expect([world.idle, world.machines.length]).toEqual([2, 2]);
  });

  it('reuses machines that may run many jobs, and gives them back when the day is over', () => {
    const world = new TinyWorld(
      settings({ recycleAfterEachUse: false, desiredIdle: 1, sizing: { preset: 'balanced' } }),
    );
    for (let job = 0; job < 20; job += 1) {
      world.queue(4 * minute);
      world.run(minute);
    }
    world.run(hour);
    expect(world.waiting).toBe(0);
    expect(world.largest).toBeLessThan(20);
    expect([world.idle, world.machines.length]).toEqual([1, 1]);
  });
});
