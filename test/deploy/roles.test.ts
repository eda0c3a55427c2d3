// The roles that the README tells people to give: exactly what Weir needs, judged request by request by the emulated Azure.
import { describe, expect, it } from '@jest/globals';
import { createWorld } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { now0 } from '../builders.ts';
import { fixedKeys } from '../stories/fixed-keys.ts';
import { actionsOf, roleBook, type Assignment, type RoleBook } from './role.ts';

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000001';
const scaleSet = `${subscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/virtualMachineScaleSets/agents`;

const ownSet: readonly Assignment[] = [
  { actions: actionsOf('own-set'), scope: scaleSet },
  { actions: actionsOf('operations'), scope: subscription },
];

/** Two jobs in a row on one set: machines are made, wiped or deleted, and their operations followed. */
async function serve(assignments: readonly Assignment[], recycleAfterEachUse: boolean, hours = 1.5): Promise<RoleBook> {
  const book = roleBook('weir', assignments);
  const world = await createWorld({
    seed: 1,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings: { maxCapacity: 1, recycleAfterEachUse },
    arrivals: [arrival(60), arrival(61)],
    generateKeys: await fixedKeys(),
    permits: book.permits,
  });
  await world.run(now0 + hours * 3_600_000, () => false);
  return book;
}

function arrival(at: number) {
  const names = { label: '', jobName: 'build', definitionName: 'web shop', runName: 'run 1', runId: at };
  return { at, durationSeconds: 120, ...names };
}

describe('the role for a pool on its own scale set', () => {
  it('covers every request of a pool, and has no action that none of them needs', async () => {
    const used = new Set<string>();
    for (const recycle of [true, false]) {
      const book = await serve(ownSet, recycle);
      expect(book.refused).toEqual([]);
      book.used.forEach((action) => used.add(action));
    }
    expect([...used].sort()).toEqual([...actionsOf('own-set'), ...actionsOf('operations')].sort());
  });

  it.each(actionsOf('own-set').filter((action) => action.endsWith('/write') || action.endsWith('/action')))(
    'without %s Azure refuses in its own words, and nothing else is asked for',
    async (missing) => {
      const without = ownSet.map((one) => ({ ...one, actions: one.actions.filter((action) => action !== missing) }));
      const book = await serve(without, true, 0.5);
      expect([...new Set(book.refused.map((refusal) => refusal.split(' at ')[0]))]).toEqual([missing]);
    },
  );
});
