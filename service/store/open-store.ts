// Opens the store: PGlite in a folder or in memory, or a PostgreSQL server. The same SQL on all of them.
import type { Store } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import { lockFolder } from './folder-lock.ts';
import { jobHistoryOf } from './job-history.ts';
import { claimsOf } from './claims.ts';
import { generationsOf } from './generations.ts';
import { historyOf } from './history.ts';
import { journalOf } from './journal.ts';
import { leasesOf } from './leases.ts';
import { lanesOf } from './lanes.ts';
import { ledgerOf } from './ledger.ts';
import { migrate } from './migrate.ts';
import { openPglite } from './pglite.ts';
import { placeholdersOf } from './placeholders.ts';
import { poolsOf } from './pools.ts';
import { openPostgresql } from './postgresql.ts';
import { recordsOf } from './records.ts';
import { samplesOf } from './samples.ts';
import type { Sql } from './sql.ts';

export type StorePlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'server'; readonly url: string };

/**
 * Throws UserProblem `DB_LOCKED` (another process has the folder), `DB_OPEN` (not writable, not reachable, not a
 * database), `DB_URL_INVALID` or `DB_SCHEMA_NEWER`.
 */
export async function openStore(where: StorePlace): Promise<Store> {
  if (where.kind === 'folder') return await openFolder(where.folder);
  return await storeOn(where.kind === 'server' ? await openPostgresql(where.url) : await openPglite(null));
}

/** PGlite itself takes no lock, and two processes on one folder lose rows silently: ours is taken first. */
async function openFolder(folder: string): Promise<Store> {
  const release = await lockFolder(folder);
  try {
    const store = await storeOn(await openPglite(folder).catch((error: unknown) => notADatabase(folder, error)));
    return {
      ...store,
      close: async () => {
        await store.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function storeOn(sql: Sql): Promise<Store> {
  try {
    await migrate(sql);
  } catch (error) {
    await sql.close();
    throw error;
  }
  return {
    close: () => sql.close(),
    ping: async () => {
      await sql.query('select 1');
    },
    ...poolsOf(sql),
    ...leasesOf(sql),
    ...lanesOf(sql),
    ...ledgerOf(sql),
    ...generationsOf(sql),
    ...claimsOf(sql),
    ...placeholdersOf(sql),
    ...journalOf(sql),
    ...samplesOf(sql),
    ...historyOf(sql),
    ...recordsOf(sql),
    ...jobHistoryOf(sql),
  };
}

function notADatabase(folder: string, error: unknown): never {
  throw new UserProblem(
    'DB_OPEN',
    `The database in ${folder} does not open: ${error instanceof Error ? error.message : String(error)}`,
    {
      field: 'dataFolder',
      value: folder,
      nextStep: 'Name an empty folder, or put back the copy of this one that last worked.',
    },
  );
}
