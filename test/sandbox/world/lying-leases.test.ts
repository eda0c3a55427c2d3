// Two processes that hold one lease for ever: what the other has closed or ended already is told as a lost lease.
import { expect, it } from '@jest/globals';
import { lyingLeases } from '../../../sandbox/world/lying-leases.ts';
import { LeaseLost } from '../../../service/problem.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { generation, now0, operation, settings } from '../../builders.ts';

async function two() {
  const store = lyingLeases(createMemoryStore({ now: () => now0 }));
  await store.savePool(settings(), null, false);
  const [one, other] = [
    await store.acquireLease('linux', 'one', 60_000),
    await store.acquireLease('linux', 'other', 60_000),
  ];
  return { store, one: one!, other: other! };
}

it('an operation that the other has closed', async () => {
  const { store, one, other } = await two();
  const { operationId } = (await store.openOperation(one, operation({ kind: 'delete' })))!;
  await store.changeOperation(other, operationId, now0, { phase: 'done' });
  await expect(store.changeOperation(one, operationId, now0, { phase: 'requested' })).rejects.toThrow(LeaseLost);
});

// Dealt seed 8116: the other ended the life of a machine while this one waited for the answer to the disable of its agent.
it('a life that the other has ended', async () => {
  const { store, one, other } = await two();
  await store.startGeneration(one, generation());
  await store.changeGeneration(one, 'g-1', { isDisabledByWeir: true });
  await store.endGeneration(other, 'g-1');
  await expect(store.changeGeneration(one, 'g-1', { isKnownShut: true })).rejects.toThrow(LeaseLost);
});
