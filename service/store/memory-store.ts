// The store as plain data in memory, with the meaning of the SQL one and passing the same tests: for the simulator's
// thousands of runs. Every method has done its work when it returns its promise.
import type { Store } from '../ports.ts';
import { claimsIn, generationsIn } from './memory/generations.ts';
import { journalIn } from './memory/journal.ts';
import { ledgerIn } from './memory/ledger.ts';
import { leasesIn, poolsIn } from './memory/pools.ts';
import { done, emptyRows } from './memory/rows.ts';

/** `now` is the clock of leases and nonces, in milliseconds: what the database's own clock is to the others. */
export function createMemoryStore(options: { readonly now: () => number }): Store {
  const rows = emptyRows();
  return {
    close: () => done(() => undefined),
    ping: () => done(() => undefined),
    ...poolsIn(rows),
    ...leasesIn(rows, options.now),
    ...ledgerIn(rows),
    ...generationsIn(rows),
    ...claimsIn(rows, options.now),
    ...journalIn(rows, options.now),
  };
}
