// what every store must do with records: revisions, all or nothing, lists in order, and the fence of the lease.
import { describe, expect, it } from '@jest/globals';
import type { RecordWrite } from '../../../service/records.ts';
import type { Store } from '../../../service/ports.ts';
import { LeaseLost } from '../../../service/problem.ts';
import { leaseOn, newName, settingsOf, staleLease } from './rows.ts';

export function recordRules(use: () => Store): void {
  const write = (pool: string, key: string, change: Partial<RecordWrite> = {}): RecordWrite => {
    const plain = { kind: 'pin', pool, key, expected: null, document: { text: `${key} "\\ 'ü` }, at: 1, isOpen: true };
    return { ...plain, ...change };
  };

  describe('records with a revision', () => {
    it('come back as they were written, with a revision that grows', async () => {
      const pool = newName();
      expect(await use().writeRecords([write(pool, 'a')])).toBe(true);
      expect(await use().readRecord('pin', pool, 'a')).toEqual({
        pool,
        key: 'a',
        revision: 1,
        document: { text: `a "\\ 'ü` },
      });
      await use().writeRecords([write(pool, 'a', { expected: 1, document: { text: 'b' } })]);
      expect(await use().readRecord('pin', pool, 'a')).toMatchObject({ revision: 2, document: { text: 'b' } });
      expect(await use().readRecord('pin', pool, 'b')).toBeNull();
      expect(await use().readRecord('other', pool, 'a')).toBeNull();
    });

    it('are written all or not at all', async () => {
      const pool = newName();
      await use().writeRecords([write(pool, 'a')]);
      const stale = write(pool, 'a', { expected: 7, document: { text: 'lost' } });
      expect(await use().writeRecords([write(pool, 'b'), stale])).toBe(false);
      expect(await use().writeRecords([write(pool, 'c'), write(pool, 'a')])).toBe(false);
      expect((await use().listRecords('pin', pool)).map((row) => row.key)).toEqual(['a']);
    });

    it('let one of several who write from the same revision win', async () => {
      const pool = newName();
      await use().writeRecords([write(pool, 'a')]);
      const tries = [1, 2, 3, 4].map((n) => write(pool, 'a', { expected: 1, document: { n } }));
      const answers = await Promise.all(tries.map((one) => use().writeRecords([one])));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect((await use().readRecord('pin', pool, 'a'))?.revision).toBe(2);
    });

    it('are listed newest first, the open ones apart, at most so many', async () => {
      const pool = newName();
      await use().writeRecords([
        write(pool, 'a', { at: 1 }),
        write(pool, 'b', { at: 3, isOpen: false }),
        write(pool, 'c', { at: 2 }),
      ]);
      const keys = async (choice?: { isOpen?: boolean; limit?: number }) =>
        (await use().listRecords('pin', pool, choice)).map((row) => row.key);
      expect(await keys()).toEqual(['b', 'c', 'a']);
      expect(await keys({ isOpen: true })).toEqual(['c', 'a']);
      expect(await keys({ isOpen: false })).toEqual(['b']);
      expect(await keys({ limit: 2 })).toEqual(['b', 'c']);
    });

    it('are removed from the revision that was read, found without their pool, and go with it', async () => {
      const [pool, key] = [newName(), newName()];
      await use().savePool(settingsOf(pool), null, false);
      await use().writeRecords([write(pool, 'a'), write(pool, key)]);
      expect(await use().writeRecords([write(pool, 'a', { expected: 2, document: null })])).toBe(false);
      expect(await use().writeRecords([write(pool, 'a', { expected: 1, document: null })])).toBe(true);
      expect(await use().findRecord('pin', key)).toMatchObject({ pool, key });
      await use().deletePool(pool);
      expect(await use().findRecord('pin', key)).toBeNull();
    });

    it('closed ones are let go by age', async () => {
      const pool = newName();
      const kind = newName();
      await use().writeRecords([
        write(pool, 'old', { kind, at: 1, isOpen: false }),
        write(pool, 'new', { kind, at: 9, isOpen: false }),
        write(pool, 'open', { kind, at: 1 }),
      ]);
      await use().pruneRecords(kind, 5);
      expect((await use().listRecords(kind, pool)).map((row) => row.key)).toEqual(['new', 'open']);
    });

    it('are not written under a lease that is stale', async () => {
      const lease = await leaseOn(use());
      expect(await use().writeRecords([write(lease.pool, 'a')], lease)).toBe(true);
      const old = await staleLease(use());
      await expect(use().writeRecords([write(old.pool, 'a')], old)).rejects.toBeInstanceOf(LeaseLost);
      expect(await use().readRecord('pin', old.pool, 'a')).toBeNull();
    });
  });
}
