// The placeholder agents of a pool in memory: what placeholders.ts does in SQL.
import type { PlaceholderRow, PlaceholderRows } from '../../placeholder-rows.ts';
import { done, held, listIn, type Placeholder, type Rows } from './rows.ts';

const lastsMilliseconds = 10 * 60_000;

export function placeholdersIn(rows: Rows, now: () => number): PlaceholderRows {
  const find = (pool: string, agentId: number): Placeholder | undefined => rows.placeholders.get(pool)?.get(agentId);
  return {
    listPlaceholders: (pool) =>
      done(() =>
        [...(rows.placeholders.get(pool)?.values() ?? [])]
          .filter((one) => one.takenAt === null)
          .sort((first, second) => first.agentId - second.agentId)
          .map(({ agentId, name, image }): PlaceholderRow => ({ agentId, name, image })),
      ),
    savePlaceholder: (lease, placeholder) =>
      done(() => {
        held(rows, lease);
        const takenAt = find(lease.pool, placeholder.agentId)?.takenAt ?? null;
        if (takenAt !== null && now() - takenAt < lastsMilliseconds) return;
        const table = listIn(rows.placeholders, lease.pool, () => new Map<number, Placeholder>());
        table.set(placeholder.agentId, { ...placeholder, takenAt: null });
      }),
    removePlaceholder: (lease, agentId) =>
      done(() => {
        held(rows, lease);
        rows.placeholders.get(lease.pool)?.delete(agentId);
      }),
    takePlaceholder: (pool, agentId) =>
      done(() => {
        const found = find(pool, agentId);
        if (found?.takenAt !== null) return false;
        rows.placeholders.get(pool)?.set(agentId, { ...found, takenAt: now() });
        return true;
      }),
    forgetPlaceholder: (pool, agentId) =>
      done(() => {
        if ((find(pool, agentId)?.takenAt ?? null) !== null) rows.placeholders.get(pool)?.delete(agentId);
      }),
  };
}
