// Records with a revision in SQL: several writes in one transaction, each only where the revision is the one expected.
import type { Records, RecordRow, RecordWrite, Fence } from '../records.ts';
import { LeaseLost } from '../problem.ts';
import { numberIn, textIn, type Sql, type SqlRow } from './sql.ts';

export function recordsOf(sql: Sql): Records {
  return {
    readRecord: async (kind, pool, key) => {
      const [row] = await sql.query('select * from weir.record where kind = $1 and pool = $2 and key = $3', [
        kind,
        pool,
        key,
      ]);
      return row === undefined ? null : rowOf(row);
    },
    findRecord: async (kind, key) => {
      const [row] = await sql.query('select * from weir.record where kind = $1 and key = $2 order by pool limit 1', [
        kind,
        key,
      ]);
      return row === undefined ? null : rowOf(row);
    },
    listRecords: async (kind, pool, choice = {}) => {
      const rows = await sql.query(
        `select * from weir.record where kind = $1 and pool = $2 and ($3::boolean is null or is_open = $3::boolean)
         order by at desc, key collate "C" desc limit $4::int`,
        [kind, pool, choice.isOpen ?? null, choice.limit ?? null],
      );
      return rows.map(rowOf);
    },
    writeRecords: async (writes, lease) => {
      try {
        await sql.transaction(async (query) => {
          if (lease !== undefined) await requireLease(query, lease);
          for (const write of writes) if (!(await writeOne(query, write))) throw new OtherRevision();
        });
        return true;
      } catch (error) {
        if (error instanceof OtherRevision) return false;
        throw error;
      }
    },
    pruneRecords: async (kind, before) => {
      await sql.query('delete from weir.record where kind = $1 and not is_open and at < $2::double precision', [
        kind,
        before,
      ]);
    },
  };
}

/** Takes the transaction back. */
class OtherRevision extends Error {}

/** The lease's row stays locked until the writes are done (see fence.ts). */
async function requireLease(query: Sql['query'], { pool, epoch, owner }: Fence): Promise<void> {
  const rows = await query('select 1 from weir.lease where pool = $1 and epoch = $2::bigint and owner = $3 for share', [
    pool,
    epoch,
    owner,
  ]);
  if (rows.length === 0) throw new LeaseLost(pool);
}

async function writeOne(query: Sql['query'], write: RecordWrite): Promise<boolean> {
  const { kind, pool, key, expected, document, at, isOpen } = write;
  if (document === null) {
    const gone = await query(
      'delete from weir.record where kind = $1 and pool = $2 and key = $3 and revision = $4::int returning 1',
      [kind, pool, key, expected],
    );
    return gone.length === 1;
  }
  const text = JSON.stringify(document);
  const rows =
    expected === null
      ? await query(
          `insert into weir.record (kind, pool, key, revision, at, is_open, document)
           values ($1, $2, $3, 1, $4::double precision, $5::boolean, $6::json)
           on conflict (kind, pool, key) do nothing returning 1`,
          [kind, pool, key, at, isOpen, text],
        )
      : await query(
          `update weir.record set revision = revision + 1, at = $4::double precision, is_open = $5::boolean,
             document = $6::json
           where kind = $1 and pool = $2 and key = $3 and revision = $7::int returning 1`,
          [kind, pool, key, at, isOpen, text, expected],
        );
  return rows.length === 1;
}

function rowOf(row: SqlRow): RecordRow {
  return {
    pool: textIn(row, 'pool'),
    key: textIn(row, 'key'),
    revision: numberIn(row, 'revision'),
    document: row.document,
  };
}
