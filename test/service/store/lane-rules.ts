// What every store promises of the lanes that Weir made, and of the labels that their machines have from them.
import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../../service/ports.ts';
import { LeaseLost } from '../../../service/problem.ts';
import { generationOf, leaseOn } from './rows.ts';

export function laneRules(use: () => Store): void {
  describe('lanes', () => {
    const laneOf = (name: string, createdAt: number, version: string | null = '1.0.0') => ({
      scaleSetId: `/sets/${name}`,
      key: { image: 'ubuntu', version, template: 'abc' },
      createdAt,
    });

    it('are kept as they were first written, oldest first, until they are forgotten', async () => {
      const lease = await leaseOn(use());
      await use().saveLane(lease, laneOf('b', 20, null));
      await use().saveLane(lease, laneOf('a', 10));
      await use().saveLane(lease, laneOf('a', 30, '2.0.0'));
      expect(await use().listLanes(lease.pool)).toEqual([laneOf('a', 10), laneOf('b', 20, null)]);
      await use().forgetLane(lease, '/sets/a');
      await use().forgetLane(lease, '/sets/a');
      expect(await use().listLanes(lease.pool)).toEqual([laneOf('b', 20, null)]);
    });

    it('are of their pool alone, and go with it', async () => {
      const [lease, other] = [await leaseOn(use()), await leaseOn(use())];
      await use().saveLane(lease, laneOf('a', 10));
      await use().forgetLane(other, '/sets/a');
      expect(await use().listLanes(other.pool)).toEqual([]);
      expect(await use().listLanes(lease.pool)).toHaveLength(1);
      await use().deletePool(lease.pool);
      expect(await use().listLanes(lease.pool)).toEqual([]);
      await expect(use().saveLane(lease, laneOf('a', 10))).rejects.toThrow(LeaseLost);
    });
  });

  describe('generations', () => {
    it('keep the labels that they were begun with, and those that were decided later', async () => {
      const lease = await leaseOn(use());
      const generationId = `g of ${lease.pool}`;
      const labels = { image: 'ubuntu-22.04', version: '22.4.1' };
      await use().startGeneration(lease, generationOf(generationId, labels));
      await use().changeGeneration(lease, generationId, { workFolder: '/mnt/work', tag: 'perf', alias: 'latest' });
      expect(await use().listGenerations(lease.pool)).toEqual([
        generationOf(generationId, { ...labels, workFolder: '/mnt/work', tag: 'perf', alias: 'latest' }),
      ]);
      await use().changeGeneration(lease, generationId, { tag: null, alias: null });
      expect(await use().listGenerations(lease.pool)).toEqual([
        generationOf(generationId, { ...labels, workFolder: '/mnt/work' }),
      ]);
    });

    it('say why a machine is kept and until when, and that it is not kept any more', async () => {
      const lease = await leaseOn(use());
      const generationId = `kept of ${lease.pool}`;
      await use().startGeneration(lease, generationOf(generationId));
      const kept = { isSaved: true, savedUntil: 1000.5, savedBecause: 'Its job failed.', savedFor: 12 };
      await use().changeGeneration(lease, generationId, kept);
      expect(await use().listGenerations(lease.pool)).toEqual([generationOf(generationId, kept)]);
      await use().changeGeneration(lease, generationId, { isSaved: false, savedUntil: null, savedBecause: null });
      expect(await use().listGenerations(lease.pool)).toEqual([generationOf(generationId, { savedFor: 12 })]);
    });
  });
}
