// What every store keeps of the past: states of nodes, waits, boots and the use of machines.
import { describe, expect, it } from '@jest/globals';
import type { NodeNow } from '../../../service/history.ts';
import type { Store } from '../../../service/ports.ts';
import { LeaseLost } from '../../../service/problem.ts';
import { leaseOn, sampleOf, staleLease } from './rows.ts';

const seen = (node: string, state: string, since: number): NodeNow => ({ node, name: `${node}!`, state, since });

export function historyRules(use: () => Store): void {
  describe('the past', () => {
    it('has each state of each node from when it began to when the next one did', async () => {
      const lease = await leaseOn(use());
      await use().noteNodes(lease, 10, [seen('a', 'creatingCompute', 4), seen('b', 'idle', 99)]);
      await use().noteNodes(lease, 20, [seen('a', 'creatingCompute', 4), seen('b', 'assigned', 18)]);
      await use().noteNodes(lease, 30, [seen('a', 'idle', 4)]);
      const spans = await use().listNodeSpans(lease.pool, 0, 100, 10);
      expect(spans.map(({ node, state, from, to }) => [node, state, from, to])).toEqual([
        ['a', 'idle', 30, null],
        ['b', 'assigned', 20, 30],
        ['b', 'idle', 10, 20],
        ['a', 'creatingCompute', 4, 30],
      ]);
      expect((await use().listNodeSpans(lease.pool, 25, 29, 10)).map((one) => one.from)).toEqual([20, 4]);
      expect(await use().listNodeSpans(lease.pool, 0, 100, 1)).toEqual([spans[0]]);
      await use().prune(25);
      expect(await use().listNodeSpans(lease.pool, 0, 100, 10)).toHaveLength(3);
    });

    it('ends every state where the pool has no nodes any more', async () => {
      const lease = await leaseOn(use());
      await use().noteNodes(lease, 10, [seen('a', 'idle', 1)]);
      await use().noteNodes(lease, 12, []);
      expect(await use().listNodeSpans(lease.pool, 0, 50, 5)).toEqual([
        { node: 'a', name: 'a!', state: 'idle', from: 1, to: 12 },
      ]);
    });

    it('has forgotten a node whose last state was pruned', async () => {
      const lease = await leaseOn(use());
      await use().noteNodes(lease, 10, [seen('a', 'idle', 4), seen('b', 'idle', 4)]);
      await use().noteNodes(lease, 12, [seen('b', 'idle', 4)]);
      await use().prune(25);
      await use().noteNodes(lease, 30, [seen('a', 'offline', 20), seen('b', 'offline', 20)]);
      const spans = await use().listNodeSpans(lease.pool, 13, 100, 10);
      expect(spans.map(({ node, state, from }) => [node, state, from])).toEqual([
        ['b', 'offline', 30],
        ['a', 'offline', 20],
        ['b', 'idle', 4],
      ]);
    });

    it('counts each job once, and knows how long half and nearly all of them waited', async () => {
      const lease = await leaseOn(use());
      const starts = [10, 20, 30, 40, 50].map((wait, index) => ({
        requestId: index,
        queuedAt: 100,
        startedAt: 100 + wait,
      }));
      await use().noteStarts(lease, starts);
      await use().noteStarts(lease, [{ requestId: 0, queuedAt: 0, startedAt: 110 }]);
      expect(await use().readWaits(lease.pool, 0, 1000)).toEqual({ jobs: 5, p50Ms: 30, p95Ms: 48 });
      expect(await use().readWaits(lease.pool, 125, 135)).toEqual({ jobs: 1, p50Ms: 30, p95Ms: 30 });
      expect(await use().readWaits(lease.pool, 500, 600)).toEqual({ jobs: 0, p50Ms: null, p95Ms: null });
    });

    it('knows how long each version of an image takes to boot', async () => {
      const lease = await leaseOn(use());
      const boot = (life: string, version: string | null, seconds: number, at: number) => ({
        ...{ life, image: 'ubuntu', version, startedBy: 'create' as const, at, seconds },
      });
      await use().noteBoots(lease, [boot('1', '1.0.0', 100, 5), boot('2', '1.0.0', 140, 6), boot('3', '2.0.0', 90, 9)]);
      await use().noteBoots(lease, [boot('3', '2.0.0', 9999, 9)]);
      const times = await use().readBoots(lease.pool, 0, Infinity);
      expect(times.map((one) => [one.version, one.boots, one.p50, one.p90, one.slowest])).toEqual([
        ['2.0.0', 1, 90, 90, 90],
        ['1.0.0', 2, 120, 136, 140],
      ]);
      const versions = async (from: number, to: number) =>
        (await use().readBoots(lease.pool, from, to)).map((one) => [one.version, one.boots]);
      expect(await versions(7, Infinity)).toEqual([['2.0.0', 1]]);
      // A part of the past knows nothing of what booted after it.
      expect(await versions(0, 5)).toEqual([['1.0.0', 1]]);
    });

    it('adds up how long machines were there and busy, and counts what nobody saw apart', async () => {
      const lease = await leaseOn(use());
      // Five machines, three of them busy.
      for (const at of [0, 10, 20, 100]) await use().appendSample(lease, sampleOf(at, 1));
      expect(await use().readUse(lease.pool, 0, 200, 50)).toEqual({
        machineMs: 100,
        busyMs: 60,
        knownMs: 20,
        gapMs: 80,
        // None of them tells its size.
        machines: [{ size: null, image: null, machineMs: 100, busyMs: 60, idleMs: 40, bootingMs: 80 }],
      });
      const none = { machineMs: 0, busyMs: 0, knownMs: 0, gapMs: 0, machines: [] };
      expect(await use().readUse(lease.pool, 300, 400, 50)).toEqual(none);
    });

    it('adds machines up by size and image, and those of samples that do not tell apart', async () => {
      const lease = await leaseOn(use());
      const of = (size: string, image: string, machines: number, busy: number) => ({
        ...{ size, image, machines, busy, idle: machines - busy - 1, booting: 1 },
      });
      const told = [of('Small', 'ubuntu', 4, 2), of('Large', 'a "\0" \u{1f980}', 1, 0)];
      await use().appendSample(lease, sampleOf(0, 1));
      await use().appendSample(lease, { ...sampleOf(10, 1), machines: told });
      await use().appendSample(lease, { ...sampleOf(40, 1), machines: told.slice(0, 1) });
      // Written again: the newest holds.
      await use().appendSample(lease, { ...sampleOf(40, 1), machines: told });
      await use().appendSample(lease, { ...sampleOf(60, 1), machines: [] });
      await use().appendSample(lease, sampleOf(70, 1));
      const { machines, machineMs } = await use().readUse(lease.pool, 0, 200, 50);
      expect(machines).toEqual([
        { size: 'Small', image: 'ubuntu', machineMs: 200, busyMs: 100, idleMs: 50, bootingMs: 50 },
        { size: 'Large', image: 'a "\0" \u{1f980}', machineMs: 50, busyMs: 0, idleMs: 0, bootingMs: 50 },
        { size: null, image: null, machineMs: 50, busyMs: 30, idleMs: 20, bootingMs: 40 },
      ]);
      expect(machineMs).toBe(350);
    });

    it('is written only by whoever holds the pool, and goes with it', async () => {
      const stale = await staleLease(use());
      await expect(use().noteNodes(stale, 1, [seen('a', 'idle', 1)])).rejects.toThrow(LeaseLost);
      await expect(use().noteStarts(stale, [])).rejects.toThrow(LeaseLost);
      const lease = await leaseOn(use());
      await use().noteNodes(lease, 1, [seen('a', 'idle', 1)]);
      await use().writeView(lease, { at: 7, document: '{}' });
      expect((await use().listViewTimes()).get(lease.pool)).toBe(7);
      await use().deletePool(lease.pool);
      expect(await use().listNodeSpans(lease.pool, 0, 9, 9)).toEqual([]);
      expect((await use().listViewTimes()).has(lease.pool)).toBe(false);
    });
  });
}
