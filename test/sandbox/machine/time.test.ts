// Virtual time inside machines: order, cost, and knowing when everything has settled.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Scheduler } from '../../../sandbox/machine/scheduler.ts';
import { splitLikeShell } from '../../../sandbox/machine/shell-words.ts';
import { agentExtension, FakeWorld, linux } from './fake-world.ts';

describe('the scheduler', () => {
  it('runs what is due in order of its instant, and in order of its making among equals', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 60 }), (delays) => {
        const scheduler = new Scheduler(0);
        const ran: { at: number; index: number; now: number }[] = [];
        const life = { isAlive: () => true };
        delays.forEach((at, index) => scheduler.after(at, life, () => ran.push({ at, index, now: scheduler.now })));
        scheduler.advance(100);
        const expected = delays
          .map((at, index) => ({ at, index, now: at }))
          .sort((left, right) => left.at - right.at || left.index - right.index);
        expect(ran).toEqual(expected);
        expect(scheduler.nextEventAt()).toBeNull();
      }),
    );
  });

  it('forgets the timers of a life that has ended', () => {
    const scheduler = new Scheduler(0);
    let isAlive = true;
    const ran: string[] = [];
    scheduler.after(10, { isAlive: () => isAlive }, () => ran.push('dead'));
    scheduler.after(20, { isAlive: () => true }, () => ran.push('alive'));
    isAlive = false;
    expect(scheduler.nextEventAt()).toBe(20);
    scheduler.advance(30);
    expect(ran).toEqual(['alive']);
  });
});

describe('idle', () => {
  it('waits for a request that is under way and for what follows from its answer', async () => {
    const world = new FakeWorld();
    const held: (() => void)[] = [];
    const answer = { status: 200, headers: {}, body: '#!/bin/bash' };
    const machines = new FakeWorld({
      send: () => new Promise((resolve) => held.push(() => resolve(answer))),
    }).machines;
    machines.booted(linux, 'create', world.now);
    machines.runExtension(linux, agentExtension, world.now);
    let isIdle = false;
    const idle = machines.idle().then(() => (isIdle = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(held).toHaveLength(1);
    expect(isIdle).toBe(false);
    held[0]!();
    await idle;
    expect(machines.nextEventAt()).not.toBeNull();
  });

  it('throws what went wrong inside by a mistake', async () => {
    const { machines, now } = new FakeWorld({
      host: {
        extensionFinished: () => {
          throw new Error('the host is broken');
        },
        attestedDocument: () => '{}',
        rebootedItself: () => undefined,
      },
    });
    machines.booted(linux, 'create', now);
    machines.runExtension(linux, { ...agentExtension, settings: {} }, now);
    await expect(machines.idle()).rejects.toThrow('the host is broken');
  });
});

describe('two thousand agents', () => {
  it('poll once a minute each and do nothing else', async () => {
    const world = new FakeWorld();
    world.claimAnswer = { ...world.claimAnswer, runOnce: false };
    for (let index = 0; index < 2000; index += 1) {
      const identity = { ...linux, vmId: `vm-${index}`, instanceId: String(index) };
      world.machines.booted(identity, 'create', world.now);
      world.machines.runExtension(identity, agentExtension, world.now);
    }
    await passQuickly(world, 200);
    expect(world.kinds().filter((kind) => kind === 'agentOnline')).toHaveLength(2000);
    world.requests.length = 0;
    await passQuickly(world, 600);
    expect(world.requests.length).toBeGreaterThan(2000 * 8);
    expect(world.requests.length).toBeLessThan(2000 * 12);
  });
});

describe('the words of a line', () => {
  it('are split at blanks outside quotes, and an open quote is no line', () => {
    expect(splitLikeShell(` --a 'b c'  "d\\"e" f\\ g '' `)).toEqual(['--a', 'b c', 'd"e', 'f g', '']);
    expect(splitLikeShell(`--a 'b`)).toBeNull();
  });
});

/** In steps of a second, as a world of many machines moves: what is due within one happens in one step. */
async function passQuickly(world: FakeWorld, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) await world.step(1);
}
