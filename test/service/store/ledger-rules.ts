// What every store promises of the ledger.
import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../../service/ports.ts';
import { leaseOn, operationOf } from './rows.ts';

export function ledgerRules(use: () => Store): void {
  describe('the ledger', () => {
    it('gives back what was opened and lists it in order of time', async () => {
      const lease = await leaseOn(use());
      const later = await use().openOperation(lease, operationOf(`late ${lease.pool}`, { startedAt: 2000 }));
      const earlier = await use().openOperation(
        lease,
        operationOf(null, { kind: 'scaleOut', fromCapacity: 2, toCapacity: 5 }),
      );
      expect(earlier).toEqual({
        ...operationOf(null, { kind: 'scaleOut', fromCapacity: 2, toCapacity: 5 }),
        operationId: expect.any(String),
        phaseSince: 1000.5,
        attempts: 0,
        lastProblem: null,
      });
      expect(await use().listOpenOperations(lease.pool)).toEqual([earlier, later]);
    });

    it('holds one open operation for each generation', async () => {
      const lease = await leaseOn(use());
      const generation = `g of ${lease.pool}`;
      const tries = await Promise.all([1, 2, 3].map(() => use().openOperation(lease, operationOf(generation))));
      const opened = tries.filter((one) => one !== null);
      expect(opened).toHaveLength(1);
      await use().changeOperation(lease, opened[0]!.operationId, 2000, { phase: 'cancelled' });
      expect(await use().openOperation(lease, operationOf(generation))).not.toBeNull();
    });

    it('holds any number of operations that name no generation', async () => {
      const lease = await leaseOn(use());
      for (let count = 0; count < 3; count += 1) await use().openOperation(lease, operationOf(null));
      expect(await use().listOpenOperations(lease.pool)).toHaveLength(3);
    });

    it('changes only the fields that are given and dates a phase from when it began', async () => {
      const lease = await leaseOn(use());
      const opened = await use().openOperation(lease, operationOf(null));
      const { operationId } = opened!;
      await use().changeOperation(lease, operationId, 2000, {
        phase: 'requested',
        operationUrl: 'https://a/1',
        deadlineAt: 9000.5,
      });
      await use().changeOperation(lease, operationId, 3000, {
        phase: 'requested',
        attempts: 2,
        lastProblem: 'It said "no".',
      });
      await use().changeOperation(lease, operationId, 3500, { toCapacity: 3, isInDoubt: true });
      await use().changeOperation(lease, operationId, 4000, { operationUrl: null });
      expect(await use().listOpenOperations(lease.pool)).toEqual([
        {
          ...opened,
          phase: 'requested',
          phaseSince: 2000,
          deadlineAt: 9000.5,
          attempts: 2,
          lastProblem: 'It said "no".',
          toCapacity: 3,
          isInDoubt: true,
        },
      ]);
    });

    it('lets no phase begin later than its newest change', async () => {
      const lease = await leaseOn(use());
      const opened = await use().openOperation(lease, operationOf(null, { startedAt: 9000 }));
      await use().changeOperation(lease, opened!.operationId, 2000, {});
      await use().changeOperation(lease, opened!.operationId, 3000, { attempts: 1 });
      expect(await use().listOpenOperations(lease.pool)).toMatchObject([{ phaseSince: 2000, startedAt: 9000 }]);
    });

    it.each(['done', 'failed', 'cancelled'] as const)('closes a row whose phase is %s, once', async (phase) => {
      const lease = await leaseOn(use());
      const opened = await use().openOperation(lease, operationOf(null));
      await use().changeOperation(lease, opened!.operationId, 2000, { phase });
      expect(await use().listOpenOperations(lease.pool)).toEqual([]);
      await expect(use().changeOperation(lease, opened!.operationId, 3000, { phase: 'requested' })).rejects.toThrow(
        'is not open',
      );
    });

    it('does not change the operation of another pool', async () => {
      const [lease, other] = [await leaseOn(use()), await leaseOn(use())];
      const opened = await use().openOperation(lease, operationOf(null));
      await expect(use().changeOperation(other, opened!.operationId, 1, { attempts: 5 })).rejects.toThrow(
        'is not open',
      );
    });
  });
}
