// Records with a revision in memory: what ../records.ts does in SQL.
import type { Records, RecordRow, RecordWrite } from '../../records.ts';
import { byText, done, held, type Rows } from './rows.ts';

/** Kept as text, as in a database: nobody shares an object with the store. */
interface Kept extends Omit<RecordRow, 'document'> {
  readonly document: string;
  readonly kind: string;
  readonly at: number;
  readonly isOpen: boolean;
}

export function recordsIn(rows: Rows): Records & { readonly forgetPool: (pool: string) => void } {
  const kept = new Map<string, Kept>();
  const idOf = (kind: string, pool: string, key: string) => JSON.stringify([kind, pool, key]);
  const rowOf = ({ pool, key, revision, document }: Kept): RecordRow => ({
    ...{ pool, key, revision },
    document: JSON.parse(document) as unknown,
  });
  return {
    readRecord: (kind, pool, key) =>
      done(() => {
        const found = kept.get(idOf(kind, pool, key));
        return found === undefined ? null : rowOf(found);
      }),
    findRecord: (kind, key) =>
      done(() => {
        const all = [...kept.values()].filter((one) => one.kind === kind && one.key === key);
        const [first] = all.sort((a, b) => byText(a.pool, b.pool));
        return first === undefined ? null : rowOf(first);
      }),
    listRecords: (kind, pool, choice = {}) =>
      done(() =>
        [...kept.values()]
          .filter((one) => one.kind === kind && one.pool === pool)
          .filter((one) => choice.isOpen === undefined || one.isOpen === choice.isOpen)
          .sort((a, b) => b.at - a.at || byText(b.key, a.key))
          .slice(0, choice.limit ?? Infinity)
          .map(rowOf),
      ),
    writeRecords: (writes, lease) =>
      done(() => {
        if (lease !== undefined) held(rows, lease);
        const revisionOf = ({ kind, pool, key }: RecordWrite) => kept.get(idOf(kind, pool, key))?.revision ?? null;
        if (writes.some((write) => revisionOf(write) !== write.expected)) return false;
        for (const { expected, ...write } of writes) {
          const id = idOf(write.kind, write.pool, write.key);
          if (write.document === null) kept.delete(id);
          else kept.set(id, { ...write, document: JSON.stringify(write.document), revision: (expected ?? 0) + 1 });
        }
        return true;
      }),
    pruneRecords: (kind, before) =>
      done(() => {
        for (const [id, one] of kept) if (one.kind === kind && !one.isOpen && one.at < before) kept.delete(id);
      }),
    forgetPool: (pool) => {
      for (const [id, one] of kept) if (one.pool === pool) kept.delete(id);
    },
  };
}
