// What every store promises of generations, the lives of machines.
import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../../service/ports.ts';
import { codeOf, generationOf, leaseOn, minute, newName } from './rows.ts';

export function generationRules(use: () => Store): void {
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

    it('know that a disable was answered until it is written down anew, or its mark goes', async () => {
      const lease = await leaseOn(use());
      const id = `shut ${lease.pool}`;
      await use().startGeneration(lease, generationOf(id, { isDisabledByWeir: true }));
      const after = async (change: Parameters<Store['changeGeneration']>[2]) => {
        await use().changeGeneration(lease, id, change);
        return (await use().listGenerations(lease.pool))[0]?.isKnownShut ?? false;
      };
      expect(await after({ isDisabledByWeir: true, isKnownShut: true })).toBe(true);
      expect(await after({ isSaved: true })).toBe(true);
      expect(await after({ isDisabledByWeir: true })).toBe(false);
      await after({ isDisabledByWeir: true, isKnownShut: true });
      expect(await use().unmarkGate(lease, id, 3)).toBe(true);
      expect(await after({})).toBe(false);
    });

    it('know that a disable waits for its answer until one is written down, or another mark', async () => {
      const lease = await leaseOn(use());
      const id = `asked ${lease.pool}`;
      await use().startGeneration(lease, generationOf(id, { isDisabledByWeir: false }));
      const after = async (change: Parameters<Store['changeGeneration']>[2]) => {
        await use().changeGeneration(lease, id, change);
        return (await use().listGenerations(lease.pool))[0]?.isShutAsked ?? false;
      };
      const asked = { isDisabledByWeir: true, isShutAsked: true };
      expect([await after(asked), await after({ isSaved: true })]).toEqual([true, true]);
      expect(await after({ isDisabledByWeir: true, isKnownShut: true })).toBe(false);
      expect([await after(asked), await after({ isDisabledByWeir: true })]).toEqual([true, false]);
      await after(asked);
      expect(await use().unmarkGate(lease, id, 5)).toBe(true);
      expect(await after({})).toBe(false);
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

    it('keep the job that their agent ran before them', async () => {
      const lease = await leaseOn(use());
      const id = `g of ${lease.pool}`;
      await use().startGeneration(lease, generationOf(id));
      await use().claimGeneration(id, 1);
      await use().completeClaim(id, 31, 'weir-1', 7);
      expect((await use().listGenerations(lease.pool))[0]).toMatchObject({ agentId: 31, formerRequestId: 7 });
    });

    it('know when the answer to a registration was lost last, without a lease', async () => {
      const lease = await leaseOn(use());
      const id = `g of ${lease.pool}`;
      await use().startGeneration(lease, generationOf(id));
      await use().noteLostRegistration(id, 7.5);
      await use().noteLostRegistration(id, 9.5);
      await use().noteLostRegistration('ended', 1);
      expect(await use().listGenerations(lease.pool)).toEqual([generationOf(id, { registrationLostAt: 9.5 })]);
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
