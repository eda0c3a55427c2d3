// The store as plain data in memory, with the meaning of the SQL one and passing the same tests: for the simulator's
// thousands of runs. Every method has done its work when it returns its promise.
import type { Store } from '../ports.ts';
import { claimsIn, generationsIn } from './memory/generations.ts';
import { historyIn } from './memory/history.ts';
import { jobHistoryIn } from './memory/job-history.ts';
import { journalIn } from './memory/journal.ts';
import { lanesIn } from './memory/lanes.ts';
import { ledgerIn } from './memory/ledger.ts';
import { placeholdersIn } from './memory/placeholders.ts';
import { leasesIn, poolsIn } from './memory/pools.ts';
import { recordsIn } from './memory/records.ts';
import { copyOf, done, emptyRows, putBack, type Rows } from './memory/rows.ts';

/** `now` is the clock of leases and nonces, in milliseconds: what the database's own clock is to the others. */
export function createMemoryStore(options: { readonly now: () => number }): Store {
  return storeOf(emptyRows(), options);
}

/** The same with backups: `backUp` copies everything, and what it gives back sets the store to that copy again. */
export function memoryStoreWithBackups(options: { readonly now: () => number }): {
  readonly store: Store;
  readonly backUp: () => () => void;
} {
  const rows = emptyRows();
  const backUp = () => {
    const copy = copyOf(rows);
    return () => putBack(rows, copy);
  };
  return { store: storeOf(rows, options), backUp };
}

function storeOf(rows: Rows, options: { readonly now: () => number }): Store {
  const { forgetPool, ...records } = recordsIn(rows);
  const pools = poolsIn(rows);
  const { forgetHistory, pruneHistory, ...history } = historyIn(rows);
  const journal = journalIn(rows, options.now);
  return {
    close: () => done(() => undefined),
    ping: () => done(() => undefined),
    ...pools,
    deletePool: (pool) => {
      forgetPool(pool);
      forgetHistory(pool);
      return pools.deletePool(pool);
    },
    ...records,
    ...leasesIn(rows, options.now),
    ...lanesIn(rows),
    ...ledgerIn(rows),
    ...generationsIn(rows),
    ...claimsIn(rows, options.now),
    ...placeholdersIn(rows, options.now),
    ...history,
    ...journal,
    prune: (before) => {
      pruneHistory(before);
      return journal.prune(before);
    },
    ...jobHistoryIn(rows),
  };
}
