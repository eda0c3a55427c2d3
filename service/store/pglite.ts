// PostgreSQL inside the process, in a folder or in memory. It has no background workers, so it is swept here.
import type { PGlite } from '@electric-sql/pglite';
import { storable, type Sql, type SqlRow } from './sql.ts';

/**
 * PGlite runs neither autovacuum nor a checkpointer: without a sweep 3,000 writes of a 40 kB view left 125 MB of dead
 * rows and as much write-ahead log; a sweep takes about 0.1 s.
 */
const statementsBetweenSweeps = 2000;

/** Null keeps everything in memory. Imported lazily: with a server the WebAssembly is never loaded. */
export async function openPglite(folder: string | null): Promise<Sql> {
  const { PGlite } = await import('@electric-sql/pglite');
  return sqlOn(await PGlite.create(folder === null ? {} : { dataDir: folder }));
}

function sqlOn(database: PGlite): Sql {
  let statements = 0;
  return {
    query: async (text, values = []) => {
      const { rows } = await database.query<SqlRow>(text, storable(values));
      statements += 1;
      if (statements % statementsBetweenSweeps === 0) {
        await database.query('vacuum');
        await database.query('checkpoint');
      }
      return rows;
    },
    transaction: async (work) => {
      await database.transaction(async (transaction) => {
        await work(async (text, values = []) => {
          if (values.length > 0) return (await transaction.query<SqlRow>(text, storable(values))).rows;
          return (await transaction.exec(text)).at(-1)?.rows ?? [];
        });
      });
    },
    close: () => database.close(),
  };
}
