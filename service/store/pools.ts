// The settings of every pool with their revision: a change names the revision it was made from.
import type { PoolSettings } from '../domain/pool.ts';
import type { PoolRecord, SettingsAuthor, Store } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import { booleanIn, numberIn, numberOrNullIn, textIn, textOrNullIn, type Sql, type SqlRow } from './sql.ts';

export function poolsOf(sql: Sql): Pick<Store, 'listPools' | 'readPool' | 'savePool' | 'deletePool'> {
  const readPool = async (pool: string): Promise<PoolRecord | null> => {
    const [row] = await sql.query('select * from weir.pool where pool = $1', [pool]);
    return row === undefined ? null : recordOf(row);
  };
  return {
    readPool,
    listPools: async () => (await sql.query('select * from weir.pool order by pool collate "C"')).map(recordOf),
    savePool: async (settings, expectedRevision, isManagedByFile, author) => {
      const document = JSON.stringify(settings);
      const [by, at] = [author?.by ?? null, author?.at ?? null];
      const [row] =
        expectedRevision === null
          ? await sql.query(
              `insert into weir.pool (pool, settings, revision, is_managed_by_file, changed_by, changed_at)
               values ($1, $2, 1, $3, $4, $5::double precision) on conflict (pool) do nothing returning *`,
              [settings.name, document, isManagedByFile, by, at],
            )
          : await sql.query(
              `update weir.pool set settings = $2, revision = revision + 1, is_managed_by_file = $3, saved_at = now(),
                 changed_by = $5, changed_at = $6::double precision
               where pool = $1 and revision = $4 returning *`,
              [settings.name, document, isManagedByFile, expectedRevision, by, at],
            );
      if (row === undefined) throw staleRevision(settings.name, await readPool(settings.name));
      return recordOf(row);
    },
    deletePool: async (pool) => {
      // The lease's row stays with a raised epoch: a holder that has not heard of it yet writes nothing more.
      await sql.query(
        `with pool_gone as (delete from weir.pool where pool = $1),
              operations_gone as (delete from weir.operation where pool = $1),
              generations_gone as (delete from weir.generation where pool = $1),
              lanes_gone as (delete from weir.lane where pool = $1),
              records_gone as (delete from weir.record where pool = $1),
              placeholders_gone as (delete from weir.placeholder where pool = $1),
              log_gone as (delete from weir.log where pool = $1),
              samples_gone as (delete from weir.sample where pool = $1),
              spans_gone as (delete from weir.node_span where pool = $1),
              starts_gone as (delete from weir.job_start where pool = $1),
              boots_gone as (delete from weir.boot where pool = $1),
              jobs_gone as (delete from weir.past_job where pool = $1),
              picture_gone as (delete from weir.picture where pool = $1),
              view_gone as (delete from weir.view where pool = $1)
         update weir.lease set owner = null, until = '-infinity', epoch = epoch + 1, reserved = 0, memory = null
         where pool = $1`,
        [pool],
      );
    },
  };
}

/** `current` is what stands there now; null where the pool is gone. */
export function staleRevision(pool: string, current: PoolRecord | null): UserProblem {
  return new UserProblem(
    'STALE_REVISION',
    current === null
      ? `Pool "${pool}" has been removed meanwhile.`
      : `${current.author?.by ?? 'Somebody'} saved revision ${current.revision} of pool "${pool}" meanwhile.`,
    {
      field: 'revision',
      ...(current === null ? {} : { value: String(current.revision) }),
      nextStep: 'Read the settings again and repeat the change.',
    },
  );
}

function recordOf(row: SqlRow): PoolRecord {
  return {
    pool: textIn(row, 'pool'),
    settings: row.settings as PoolSettings,
    revision: numberIn(row, 'revision'),
    isManagedByFile: booleanIn(row, 'is_managed_by_file'),
    author: authorOf(row),
  };
}

function authorOf(row: SqlRow): SettingsAuthor | null {
  const [by, at] = [textOrNullIn(row, 'changed_by'), numberOrNullIn(row, 'changed_at')];
  return by === null || at === null ? null : { by, at };
}
