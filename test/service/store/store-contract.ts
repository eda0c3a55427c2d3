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
import {
  codeOf,
  entryOf,
  generationOf,
  leaseOn,
  minute,
  newName,
  operationOf,
  sampleOf,
  settingsOf,
  staleLease,
} from './rows.ts';

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

function leaseRules(use: () => Store): void {
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

function ledgerRules(use: () => Store): void {
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
      await use().changeOperation(lease, operationId, 4000, { operationUrl: null });
      expect(await use().listOpenOperations(lease.pool)).toEqual([
        {
          ...opened,
          phase: 'requested',
          phaseSince: 2000,
          deadlineAt: 9000.5,
          attempts: 2,
          lastProblem: 'It said "no".',
        },
      ]);
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

function generationRules(use: () => Store): void {
  describe('generations', () => {
    it('are kept exactly and end for good', async () => {
      const lease = await leaseOn(use());
      const [young, old] = [`young ${lease.pool}`, `old ${lease.pool}`];
      await use().startGeneration(lease, generationOf(young));
      await use().startGeneration(lease, generationOf(old, { startedAt: 5, startedBy: 'reimage', isSaved: true }));
      await use().changeGeneration(lease, young, { firstOnlineAt: 77.125, isDisabledByWeir: false });
      await use().changeGeneration(lease, young, { agentId: 9_007_199_254_740_991, agentName: 'agent' });
      expect(await use().listGenerations(lease.pool)).toEqual([
        generationOf(old, { startedAt: 5, startedBy: 'reimage', isSaved: true }),
        generationOf(young, {
          firstOnlineAt: 77.125,
          isDisabledByWeir: false,
          agentId: 9_007_199_254_740_991,
          agentName: 'agent',
        }),
      ]);
      await use().endGeneration(lease, young);
      await use().endGeneration(lease, young);
      expect((await use().listGenerations(lease.pool)).map((one) => one.generationId)).toEqual([old]);
      await expect(use().changeGeneration(lease, young, { isSaved: true })).rejects.toThrow('has ended');
    });

    it('lose the mark of a disable only while it is the one that was read', async () => {
      const lease = await leaseOn(use());
      const id = `marked ${lease.pool}`;
      await use().startGeneration(lease, generationOf(id, { isDisabledByWeir: true }));
      await use().changeGeneration(lease, id, { isDisabledByWeir: true });
      const read = async () => (await use().listGenerations(lease.pool))[0];
      expect(await use().unmarkGate(lease, id, 0)).toBe(false);
      expect(await read()).toEqual(generationOf(id, { isDisabledByWeir: true, timesDisabled: 1 }));
      expect(await use().unmarkGate(lease, id, 1)).toBe(true);
      expect(await read()).toEqual(generationOf(id, { isDisabledByWeir: false, timesDisabled: 1 }));
      expect(await use().unmarkGate(lease, 'ended', 0)).toBe(false);
    });

    it('are not begun twice', async () => {
      const lease = await leaseOn(use());
      await use().startGeneration(lease, generationOf(`g of ${lease.pool}`));
      await expect(use().startGeneration(lease, generationOf(`g of ${lease.pool}`))).rejects.toThrow();
    });

    it('are found by the machine, the newest of its lives', async () => {
      const lease = await leaseOn(use());
      const vmId = `machine of ${lease.pool}`;
      await use().startGeneration(
        lease,
        generationOf(`second ${lease.pool}`, { vmId, startedAt: 20, startedBy: 'reimage' }),
      );
      await use().startGeneration(lease, generationOf(`first ${lease.pool}`, { vmId, startedAt: 10 }));
      expect(await use().findGeneration(vmId)).toEqual({
        pool: lease.pool,
        generation: generationOf(`second ${lease.pool}`, { vmId, startedAt: 20, startedBy: 'reimage' }),
      });
      expect(await use().findGeneration('nobody')).toBeNull();
    });

    it('are claimed once, however many try at the same moment', async () => {
      const lease = await leaseOn(use());
      const id = `g of ${lease.pool}`;
      await use().startGeneration(lease, generationOf(id));
      const tries = await Promise.all([1, 2, 3, 4].map((now) => use().claimGeneration(id, now)));
      expect(tries.filter(Boolean)).toHaveLength(1);
      expect(await use().claimGeneration(id, 9)).toBe(false);
      await use().completeClaim(id, 31, 'weir-1');
      expect(await use().listGenerations(lease.pool)).toEqual([
        generationOf(id, { claimedAt: tries.indexOf(true) + 1, agentId: 31, agentName: 'weir-1' }),
      ]);
    });

    it('that have ended are neither claimed nor completed', async () => {
      const lease = await leaseOn(use());
      const id = `g of ${lease.pool}`;
      await use().startGeneration(lease, generationOf(id));
      expect(await codeOf(use().completeClaim(id, 1, 'unclaimed'))).toBe('CLAIM_LATE');
      await use().claimGeneration(id, 1);
      await use().endGeneration(lease, id);
      expect(await use().claimGeneration(id, 2)).toBe(false);
      expect(await codeOf(use().completeClaim(id, 1, 'late'))).toBe('CLAIM_LATE');
    });

    it('are claimed with a nonce that works once and not after its time', async () => {
      const nonce = newName();
      await use().issueNonce(nonce, minute);
      const tries = await Promise.all([1, 2, 3].map(() => use().useNonce(nonce)));
      expect(tries.filter(Boolean)).toHaveLength(1);
      await use().issueNonce(`${nonce} short`, 0);
      expect(await use().useNonce(`${nonce} short`)).toBe(false);
      expect(await use().useNonce('never issued')).toBe(false);
    });

    it('stand beside placeholders, which are listed by agent', async () => {
      const lease = await leaseOn(use());
      await use().savePlaceholder(lease, { agentId: 9, name: 'nine', image: 'ubuntu' });
      await use().savePlaceholder(lease, { agentId: 4, name: 'four', image: 'ubuntu' });
      await use().savePlaceholder(lease, { agentId: 9, name: 'nine', image: 'windows' });
      expect(await use().listPlaceholders(lease.pool)).toEqual([
        { agentId: 4, name: 'four', image: 'ubuntu' },
        { agentId: 9, name: 'nine', image: 'windows' },
      ]);
      await use().removePlaceholder(lease, 9);
      await use().removePlaceholder(lease, 9);
      expect(await use().listPlaceholders(lease.pool)).toHaveLength(1);
    });
  });
}
