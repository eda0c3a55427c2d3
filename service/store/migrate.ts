// Brings the schema to this version's state, each step once and all of them in one transaction.
import { UserProblem } from '../problem.ts';
import { migrations, type Migration } from './migrations.ts';
import { numberIn, type Sql } from './sql.ts';

/** Any number, as long as every Weir asks for the same one: two replicas that start together take turns. */
const turnNumber = 7_793_471;

/** Throws UserProblem `DB_SCHEMA_NEWER` where a newer Weir was here; nothing is changed then. */
export async function migrate(sql: Sql, steps: readonly Migration[] = migrations): Promise<void> {
  const newest = Math.max(...steps.map((step) => step.version));
  await sql.transaction(async (query) => {
    await query('select pg_advisory_xact_lock($1::bigint)', [turnNumber]);
    await query('create schema if not exists weir');
    await query(`create table if not exists weir.schema_version (
      version integer primary key, name text not null, applied_at timestamptz not null default now())`);
    const [row] = await query('select coalesce(max(version), 0) as version from weir.schema_version');
    const version = row === undefined ? 0 : numberIn(row, 'version');
    if (version > newest) throw schemaNewer(version, newest);
    for (const step of steps) {
      if (step.version <= version) continue;
      await query(step.sql);
      await query('insert into weir.schema_version (version, name) values ($1, $2)', [step.version, step.name]);
    }
  });
}

function schemaNewer(found: number, known: number): UserProblem {
  return new UserProblem(
    'DB_SCHEMA_NEWER',
    `The database has schema ${found}, and this Weir knows schemas up to ${known}.`,
    {
      field: 'database',
      value: String(found),
      nextStep: 'Start the newer Weir again, or give this one a database of its own.',
    },
  );
}
