// What a pool shows to people: its log and its newest view; and how old rows go.
import type { LogEntry, PoolView, Store } from '../ports.ts';
import { fenced } from './fence.ts';
import { numberIn, textIn, type Sql, type SqlRow } from './sql.ts';

type JournalMethods =
  'appendLog' | 'listLog' | 'writeView' | 'readView' | 'listViewTimes' | 'writePicture' | 'readPicture' | 'prune';

export function journalOf(sql: Sql): Pick<Store, JournalMethods> {
  return {
    appendLog: async (lease, entries) => {
      await fenced(
        sql,
        lease,
        `insert into weir.log (pool, at, entry)
         select held.pool, line.at, line.entry::json
         from held, unnest($4::double precision[], $5::text[]) with ordinality as line (at, entry, place)
         order by line.place returning 1 as wrote`,
        [entries.map((entry) => entry.at), entries.map((entry) => JSON.stringify(bodyOf(entry)))],
      );
    },
    listLog: async (pool, limit, before) => {
      const rows = await sql.query(
        `select id, at, entry from weir.log where pool = $1 and ($2::bigint is null or id < $2::bigint)
         order by id desc limit $3`,
        [pool, before, limit],
      );
      return rows.map((row) => ({
        id: numberIn(row, 'id'),
        at: numberIn(row, 'at'),
        ...(row.entry as Omit<LogEntry, 'at'>),
      }));
    },
    writeView: async (lease, view) => {
      await fenced(
        sql,
        lease,
        `insert into weir.view (pool, at, document) select held.pool, $4::double precision, $5::json from held
         on conflict (pool) do update set at = excluded.at, document = excluded.document returning 1 as wrote`,
        [view.at, view.document],
      );
    },
    readView: async (pool) => {
      const [row] = await sql.query('select at, document::text as document from weir.view where pool = $1', [pool]);
      return row === undefined ? null : viewOf(row);
    },
    listViewTimes: async () => {
      const rows = await sql.query('select pool, at from weir.view');
      return new Map(rows.map((row) => [textIn(row, 'pool'), numberIn(row, 'at')]));
    },
    writePicture: async (lease, picture) => {
      await fenced(
        sql,
        lease,
        `insert into weir.picture (pool, at, document) select held.pool, $4::double precision, $5::json from held
         on conflict (pool) do update set at = excluded.at, document = excluded.document returning 1 as wrote`,
        [picture.at, picture.document],
      );
    },
    readPicture: async (pool) => {
      const [row] = await sql.query('select at, document::text as document from weir.picture where pool = $1', [pool]);
      return row === undefined ? null : viewOf(row);
    },
    prune: async (before) => {
      await sql.query(
        `with log_gone as (delete from weir.log where at < $1::double precision),
              samples_gone as (delete from weir.sample where at < $1::double precision),
              jobs_gone as (delete from weir.past_job where finished_at < $1::double precision),
              spans_gone as (delete from weir.node_span where to_at < $1::double precision),
              starts_gone as (delete from weir.job_start where started_at < $1::double precision),
              boots_gone as (delete from weir.boot where at < $1::double precision)
         delete from weir.operation where closed_at < $1::double precision`,
        [before],
      );
      await sql.query('delete from weir.nonce where until <= now()');
    },
  };
}

function bodyOf({ level, decision, outcome }: LogEntry): Omit<LogEntry, 'at'> {
  return { level, decision, outcome };
}

function viewOf(row: SqlRow): PoolView {
  return { at: numberIn(row, 'at'), document: textIn(row, 'document') };
}
