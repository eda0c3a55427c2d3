// What every store must do, run over PGlite in memory and in a folder, PostgreSQL and the store of plain data.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Store } from '../../../service/ports.ts';
import { LeaseLost } from '../../../service/problem.ts';
import { historyRules } from './history-rules.ts';
import { jobHistoryRules } from './job-history-rules.ts';
import { journalRules } from './journal-rules.ts';
import { laneRules } from './lane-rules.ts';
import { placeholderRules } from './placeholder-rules.ts';
import { recordRules } from './record-rules.ts';
import { codeOf, entryOf, generationOf, leaseOn, newName, operationOf, settingsOf } from './rows.ts';
import { leaseRules } from './lease-rules.ts';
import { ledgerRules } from './ledger-rules.ts';
import { generationRules } from './generation-rules.ts';

export function storeContract(title: string, open: () => Promise<Store>): void {
  describe(title, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store.close();
    });
    const use = () => store;
    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
    poolRules(use);
    leaseRules(use);
    ledgerRules(use);
    laneRules(use);
    jobHistoryRules(use);
    generationRules(use);
    journalRules(use);
    historyRules(use);
    recordRules(use);
    placeholderRules(use);
  });
}

function poolRules(use: () => Store): void {
  describe('pools', () => {
    it('are saved whole, read back equal and listed by name', async () => {
      const [first, second] = [`${newName()} a`, `${newName()} b`];
      const settings = settingsOf(first);
      const record = { pool: first, settings, revision: 1, isManagedByFile: true, author: null };
      expect(await use().savePool(settings, null, true)).toEqual(record);
      await use().savePool(settingsOf(second), null, false);
      expect(await use().readPool(first)).toEqual(record);
      const listed = (await use().listPools()).map((one) => one.pool);
      expect(listed).toEqual([...listed].sort());
      expect(listed).toEqual(expect.arrayContaining([first, second]));
    });

    it('grow their revision with each change and refuse one made from an older revision', async () => {
      const settings = settingsOf(newName());
      await use().savePool(settings, null, false);
      expect((await use().savePool({ ...settings, maxCapacity: 12 }, 1, false)).revision).toBe(2);
      await expect(use().savePool({ ...settings, maxCapacity: 13 }, 1, false)).rejects.toMatchObject({
        code: 'STALE_REVISION',
        value: '2',
      });
      expect((await use().readPool(settings.name))?.settings.maxCapacity).toBe(12);
    });

    it('say who made their revision, and when', async () => {
      const settings = settingsOf(newName());
      const [ada, ben] = [
        { by: 'Ada', at: 1.5 },
        { by: "Ben O'Neil <ben>", at: 1_795_000_000_000 },
      ];
      await use().savePool(settings, null, false, ada);
      expect((await use().readPool(settings.name))?.author).toEqual(ada);
      expect((await use().savePool(settings, 1, false, ben)).author).toEqual(ben);
      await expect(use().savePool(settings, 1, false, ada)).rejects.toThrow(`${ben.by} saved revision 2 of pool`);
      // Whoever made the next one, it was not Ben.
      expect((await use().savePool(settings, 2, true)).author).toBeNull();
    });

    it('let one of several who save from the same revision win', async () => {
      const settings = settingsOf(newName());
      await use().savePool(settings, null, false);
      const tries = [11, 12, 13, 14].map((maxCapacity) =>
        codeOf(use().savePool({ ...settings, maxCapacity }, 1, false)),
      );
      expect((await Promise.all(tries)).filter((code) => code === 'STALE_REVISION')).toHaveLength(3);
      expect((await use().readPool(settings.name))?.revision).toBe(2);
    });

    it('are not created twice, and not changed where they do not exist', async () => {
      const settings = settingsOf(newName());
      expect(await codeOf(use().savePool(settings, 3, false))).toBe('STALE_REVISION');
      await use().savePool(settings, null, false);
      expect(await codeOf(use().savePool(settings, null, false))).toBe('STALE_REVISION');
    });

    it('take everything with them when they are deleted, also the right of whoever works them', async () => {
      const lease = await leaseOn(use());
      const { pool } = lease;
      await use().savePool(settingsOf(pool), null, false);
      await use().writeMemory(lease, { version: 1 });
      await use().openOperation(lease, operationOf(`g of ${pool}`));
      await use().startGeneration(lease, generationOf(`g of ${pool}`));
      await use().appendLog(lease, [entryOf(1, 'x')]);
      await use().deletePool(pool);
      expect(await use().readPool(pool)).toBeNull();
      expect(await use().readMemory(pool)).toBeNull();
      expect(await use().listOpenOperations(pool)).toEqual([]);
      expect(await use().listGenerations(pool)).toEqual([]);
      expect(await use().listLog(pool, 10, null)).toEqual([]);
      await expect(use().writeMemory(lease, {})).rejects.toThrow(LeaseLost);
      expect((await leaseOn(use(), pool)).epoch).toBeGreaterThan(lease.epoch);
    });

    it('with names that no database can hold are only not there', async () => {
      expect(await use().readPool('a\0b')).toBeNull();
      expect(await use().findGeneration('\0')).toBeNull();
      expect(await use().useNonce('\ud800\0')).toBe(false);
    });
  });
}
