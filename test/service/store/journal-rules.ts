// What every store must do with the log, the samples, the view and the picture of a pool, and how old ones go.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Store } from '../../../service/ports.ts';
import { entryOf, leaseOn, operationOf, sampleOf } from './rows.ts';

export function journalRules(use: () => Store): void {
  describe('what people see', () => {
    it('is a log in pages, newest first, with every word as it was written', async () => {
      const lease = await leaseOn(use());
      const hostile = 'a job called "\u0000\ud800 \n\' ); drop table weir.log; --"';
      const words = ['one', 'two', hostile, 'four', 'five'];
      await use().appendLog(
        lease,
        words.slice(0, 3).map((word, index) => entryOf(index, word)),
      );
      await use().appendLog(
        lease,
        words.slice(3).map((word, index) => entryOf(index + 3.5, word)),
      );
      const first = await use().listLog(lease.pool, 2, null);
      expect(first.map((entry) => entry.decision.reason.words)).toEqual(['five', 'four']);
      const second = await use().listLog(lease.pool, 2, first[1]!.id);
      expect(second.map((entry) => entry.decision.reason.words)).toEqual([hostile, 'two']);
      expect(second[0]).toEqual({ ...entryOf(2, hostile), id: expect.any(Number) });
      expect(await use().listLog(lease.pool, 2, second[1]!.id)).toHaveLength(1);
    });

    it('is a log of one pool only', async () => {
      const [lease, other] = [await leaseOn(use()), await leaseOn(use())];
      await use().appendLog(lease, [entryOf(1, 'mine')]);
      expect(await use().listLog(other.pool, 10, null)).toEqual([]);
    });

    it('is every sample where there is room, between both ends inclusive', async () => {
      const lease = await leaseOn(use());
      const samples = [1.5, 2, 3, 4].map((at) => sampleOf(at, 1));
      for (const sample of [...samples].reverse()) await use().appendSample(lease, sample);
      await use().appendSample(lease, sampleOf(4, 9));
      expect(await use().listSamples(lease.pool, 2, 4, 10)).toEqual([sampleOf(2, 1), sampleOf(3, 1), sampleOf(4, 9)]);
      expect(await use().listSamples(lease.pool, 5, 9, 10)).toEqual([]);
    });

    it('is the busiest sample of each part where there are more samples than points', async () => {
      const lease = await leaseOn(use());
      for (const [at, queued] of [
        [0, 1],
        [1, 5],
        [2, 0],
        [6, 2],
        [7, 2],
        [10, 0],
      ] as const) {
        await use().appendSample(lease, sampleOf(at, queued));
      }
      expect(await use().listSamples(lease.pool, 0, 100, 2)).toEqual([sampleOf(1, 5), sampleOf(7, 2)]);
      expect(await use().listSamples(lease.pool, 0, 100, 1)).toEqual([sampleOf(1, 5)]);
    });

    it('never has more points than asked for, all of them real, in order and with the peak among them', async () => {
      const picture = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.nat(50)), {
        selector: ([at]) => at,
        minLength: 1,
        maxLength: 30,
      });
      await fc.assert(
        fc.asyncProperty(picture, fc.integer({ min: 1, max: 12 }), async (points, maximum) => {
          const lease = await leaseOn(use());
          for (const [at, queued] of points) await use().appendSample(lease, sampleOf(at, queued));
          const chosen = await use().listSamples(lease.pool, 0, 1e6, maximum);
          const real = new Map(points);
          expect(chosen.length).toBeLessThanOrEqual(maximum);
          expect(chosen.map((one) => real.get(one.at))).toEqual(chosen.map((one) => one.queued));
          expect(chosen.map((one) => one.at)).toEqual(
            chosen.map((one) => one.at).sort((first, second) => first - second),
          );
          expect(Math.max(...chosen.map((one) => one.queued))).toBe(Math.max(...real.values()));
        }),
        { numRuns: 25 },
      );
    });

    it('is the newest view, byte for byte', async () => {
      const lease = await leaseOn(use());
      expect(await use().readView(lease.pool)).toBeNull();
      await use().writeView(lease, { at: 1, document: '{"a":1}' });
      const document = '{"z": 1,  "a":"\\u0000", "at":1.50}';
      await use().writeView(lease, { at: 2.5, document });
      expect(await use().readView(lease.pool)).toEqual({ at: 2.5, document });
    });

    it('is the newest whole picture, and goes with the pool', async () => {
      const lease = await leaseOn(use());
      expect(await use().readPicture(lease.pool)).toBeNull();
      await use().writePicture(lease, { at: 1, document: '{"a":1}' });
      await use().writePicture(lease, { at: 2, document: '{"a":2}' });
      expect(await use().readPicture(lease.pool)).toEqual({ at: 2, document: '{"a":2}' });
      await use().deletePool(lease.pool);
      expect(await use().readPicture(lease.pool)).toBeNull();
    });

    it('goes when it is old, and what is open or young stays', async () => {
      const lease = await leaseOn(use());
      const { pool } = lease;
      await use().appendLog(lease, [entryOf(-20, 'old'), entryOf(-10, 'young')]);
      for (const at of [-20, -10]) await use().appendSample(lease, sampleOf(at, 1));
      const open = await use().openOperation(lease, operationOf(null, { startedAt: -20 }));
      await use().prune(-10);
      expect((await use().listLog(pool, 10, null)).map((entry) => entry.at)).toEqual([-10]);
      expect((await use().listSamples(pool, -100, 0, 10)).map((sample) => sample.at)).toEqual([-10]);
      expect(await use().listOpenOperations(pool)).toEqual([open]);
    });
  });
}
