// What every store promises of leases: one holder at a time, epochs that only grow, and nothing written by a stale one.
import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../../service/ports.ts';
import { LeaseLost } from '../../../service/problem.ts';
import { entryOf, generationOf, leaseOn, minute, newName, operationOf, sampleOf, staleLease } from './rows.ts';

export function leaseRules(use: () => Store): void {
  describe('leases', () => {
    it('are renewed by their holder with the same epoch and refused to everybody else', async () => {
      const lease = await leaseOn(use());
      expect(await use().acquireLease(lease.pool, 'second', minute)).toBeNull();
      expect(await use().acquireLease(lease.pool, 'first', minute)).toEqual(lease);
    });

    it('raise the epoch whenever they were free in between, also for the same owner', async () => {
      const lease = await use().acquireLease(newName(), 'first', 0);
      const again = await leaseOn(use(), lease!.pool, 'first');
      expect(again.epoch).toBe(lease!.epoch + 1);
      await use().releaseLease(again);
      expect((await leaseOn(use(), again.pool, 'second')).epoch).toBe(again.epoch + 1);
    });

    it('go to exactly one of many who ask at once', async () => {
      const pool = newName();
      const owners = Array.from({ length: 12 }, (_, index) => `owner ${index}`);
      const leases = await Promise.all(owners.map((owner) => use().acquireLease(pool, owner, minute)));
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
    });

    it('never give one epoch twice', async () => {
      const pool = newName();
      const epochs = [];
      for (let turn = 0; turn < 8; turn += 1) epochs.push((await use().acquireLease(pool, `owner ${turn}`, 0))?.epoch);
      expect(new Set(epochs).size).toBe(8);
      expect(epochs).not.toContain(undefined);
    });

    it('are confirmed while they hold, and lost once they ran out, were released or were taken', async () => {
      const lease = await leaseOn(use());
      await expect(use().confirmLease(lease)).resolves.toBeUndefined();
      await use().releaseLease(lease);
      await expect(use().confirmLease(lease)).rejects.toThrow(LeaseLost);
      const over = await use().acquireLease(newName(), 'first', 0);
      await expect(use().confirmLease(over!)).rejects.toThrow(LeaseLost);
      await expect(use().confirmLease(await staleLease(use()))).rejects.toThrow(LeaseLost);
    });

    it('released by an old holder stay with the new one', async () => {
      const stale = await staleLease(use());
      await use().releaseLease(stale);
      expect(await use().acquireLease(stale.pool, 'third', minute)).toBeNull();
    });

    it('that are stale stop every write and leave nothing behind', async () => {
      const stale = await staleLease(use());
      const { pool } = stale;
      const now = { pool, owner: 'second', epoch: stale.epoch + 1 };
      const generation = generationOf(`g of ${pool}`);
      await use().startGeneration(now, generation);
      const operation = await use().openOperation(now, operationOf(generation.generationId));
      await use().savePlaceholder(now, { agentId: 1, name: 'p', image: 'i' });
      const writes = [
        use().writeMemory(stale, { a: 1 }),
        use().reserveMachines(stale, 1, 1, 10),
        use().openOperation(stale, operationOf('another')),
        use().changeOperation(stale, operation!.operationId, 5, { phase: 'done' }),
        use().startGeneration(stale, generationOf('another')),
        use().changeGeneration(stale, generation.generationId, { isSaved: true }),
        use().endGeneration(stale, generation.generationId),
        use().savePlaceholder(stale, { agentId: 2, name: 'p', image: 'i' }),
        use().removePlaceholder(stale, 1),
        use().appendLog(stale, [entryOf(1, 'x')]),
        use().appendLog(stale, []),
        use().appendSample(stale, sampleOf(1, 1)),
        use().writeView(stale, { at: 1, document: '{}' }),
        use().writePicture(stale, { at: 1, document: '{}' }),
      ];
      const results = await Promise.allSettled(writes);
      expect(results.filter((one) => one.status === 'rejected' && one.reason instanceof LeaseLost)).toHaveLength(14);
      expect(await use().readMemory(pool)).toBeNull();
      expect(await use().listOpenOperations(pool)).toEqual([operation]);
      expect(await use().listGenerations(pool)).toEqual([generation]);
      expect(await use().listPlaceholders(pool)).toEqual([{ agentId: 1, name: 'p', image: 'i' }]);
      expect(await use().listLog(pool, 10, null)).toEqual([]);
      expect(await use().listSamples(pool, 0, 10, 10)).toEqual([]);
      expect(await use().readView(pool)).toBeNull();
    });

    it('keep the memory of the pool for the next holder', async () => {
      const lease = await leaseOn(use());
      expect(await use().readMemory(lease.pool)).toBeNull();
      const memory = { version: 1, idleSince: { 'node "1"\0': 12.5 }, boots: { create: [1, 2] } };
      await use().writeMemory(lease, memory);
      await use().releaseLease(lease);
      await leaseOn(use(), lease.pool, 'second');
      expect(await use().readMemory(lease.pool)).toEqual(memory);
    });

    it('promise machines only up to the maximum', async () => {
      const lease = await leaseOn(use());
      expect(await use().reserveMachines(lease, 4, 6, 10)).toBe(true);
      expect(await use().reserveMachines(lease, 5, 6, 10)).toBe(false);
      expect(await use().reserveMachines(lease, 0, 11, 10)).toBe(false);
    });
  });
}
