// What every store must do with the finished jobs that what-ifs replay.
import { describe, expect, it } from '@jest/globals';
import type { PastJob } from '../../../service/domain/past-job.ts';
import type { Store } from '../../../service/ports.ts';
import { LeaseLost } from '../../../service/problem.ts';
import { leaseOn, staleLease } from './rows.ts';

function jobAt(requestId: number, queuedAt: number, more: Partial<PastJob> = {}): PastJob {
  return { requestId, queuedAt, startedAt: queuedAt + 1.5, finishedAt: queuedAt + 10, image: '', ...more };
}

export function jobHistoryRules(use: () => Store): void {
  describe('finished jobs', () => {
    it('are kept once, in the order in which they were queued, to the fraction of a millisecond', async () => {
      const lease = await leaseOn(use());
      const first = jobAt(7, 100.25, { image: 'ubuntu' });
      const [second, third] = [jobAt(5, 200), jobAt(9_000_000_000, 300, { image: '\u{1f980} "' })];
      expect(await use().noteJobs(lease, [third, first])).toBe(2);
      expect(await use().noteJobs(lease, [second, { ...first, queuedAt: 1 }])).toBe(1);
      expect(await use().noteJobs(lease, [])).toBe(0);
      expect(await use().listJobs(lease.pool, 0, 1000, 10)).toEqual([first, second, third]);
      expect(await use().listJobs(lease.pool, 100.25, 300, 10)).toEqual([first, second]);
      expect(await use().listJobs(lease.pool, 0, 1000, 2)).toEqual([second, third]);
      expect(await use().jobSpan(lease.pool)).toEqual({ jobs: 3, from: 100.25, to: 300 });
    });

    it('are written by the holder of the lease only, go when they are old, and go with the pool', async () => {
      const lease = await leaseOn(use());
      await use().noteJobs(lease, [jobAt(1, -5000), jobAt(2, -4000)]);
      await expect(use().noteJobs(await staleLease(use()), [jobAt(3, 1)])).rejects.toThrow(LeaseLost);
      await use().prune(-4500);
      expect(await use().jobSpan(lease.pool)).toEqual({ jobs: 1, from: -4000, to: -4000 });
      await use().deletePool(lease.pool);
      expect(await use().jobSpan(lease.pool)).toEqual({ jobs: 0, from: null, to: null });
    });
  });
}
