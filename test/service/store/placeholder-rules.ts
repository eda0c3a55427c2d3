// What every store must do with placeholders that machines take over.
import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../../service/ports.ts';
import { leaseOn } from './rows.ts';

export function placeholderRules(use: () => Store): void {
  describe('a placeholder', () => {
    it('is given to one machine only, which then keeps it or lets it be forgotten', async () => {
      const lease = await leaseOn(use());
      const nine = { agentId: 9, name: 'nine', image: 'ubuntu' };
      await use().savePlaceholder(lease, nine);
      const taken = await Promise.all([1, 2, 3].map(() => use().takePlaceholder(lease.pool, 9)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await use().takePlaceholder(lease.pool, 8)).toBe(false);
      expect(await use().listPlaceholders(lease.pool)).toEqual([]);
      // A pass that does not know of it yet does not take it back.
      await use().savePlaceholder(lease, nine);
      expect(await use().listPlaceholders(lease.pool)).toEqual([]);
      await use().forgetPlaceholder(lease.pool, 9);
      await use().savePlaceholder(lease, { ...nine, name: 'returned' });
      // One that nobody has taken is not forgotten.
      await use().forgetPlaceholder(lease.pool, 9);
      expect(await use().listPlaceholders(lease.pool)).toEqual([{ ...nine, name: 'returned' }]);
    });
  });
}
