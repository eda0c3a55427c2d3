// Migrations, and the sweeping that the embedded database needs.
import { describe, expect, it } from '@jest/globals';
import { historyOf } from '../../../service/store/history.ts';
import { migrate } from '../../../service/store/migrate.ts';
import { migrations } from '../../../service/store/migrations.ts';
import { openPglite } from '../../../service/store/pglite.ts';

describe('migrations', () => {
  it('run each step once, the new ones on top of the old', async () => {
    const sql = await openPglite(null);
    await migrate(sql);
    await migrate(sql);
    const version = migrations.length + 1;
    const next = { version, name: 'a colour', sql: 'alter table weir.pool add column colour text; select 1;' };
    await migrate(sql, [...migrations, next]);
    await migrate(sql, [...migrations, next]);
    expect(await sql.query('select version, name from weir.schema_version order by version')).toEqual([
      ...migrations.map(({ version: one, name }) => ({ version: one, name })),
      { version, name: 'a colour' },
    ]);
    await sql.close();
  });

  it('leave samples from before sizes were counted with their machine hours', async () => {
    const sql = await openPglite(null);
    await migrate(
      sql,
      migrations.filter(({ version }) => version <= 10),
    );
    for (const at of [0, 10]) await sql.query(`insert into weir.sample values ('a', $1, 0, 0, 1, 2, 1, 4)`, [at]);
    await migrate(sql);
    await sql.query(`insert into weir.sample values ('a', 30, 0, 0, 0, 0, 0, 1, '[["Small","ubuntu",1,1,0,0]]')`);
    await sql.query(`insert into weir.sample values ('a', 31, 0, 0, 0, 0, 0, 0, '[]')`);
    expect((await historyOf(sql).readUse('a', 0, 99, 50)).machines).toEqual([
      { size: null, image: null, machineMs: 120, busyMs: 60, idleMs: 30, bootingMs: 30 },
      { size: 'Small', image: 'ubuntu', machineMs: 1, busyMs: 1, idleMs: 0, bootingMs: 0 },
    ]);
    await sql.close();
  });

  it('give an index to these ages by which rows are pruned', async () => {
    const sql = await openPglite(null);
    await migrate(sql);
    const rows = await sql.query(
      `select tablename || ' ' || substring(indexdef from 'btree \\((\\w+)') as first from pg_indexes where schemaname = 'weir'`,
    );
    const pruned = [
      'log at',
      'sample at',
      'past_job finished_at',
      'node_span to_at',
      'job_start started_at',
      'boot at',
    ];
    expect(rows.map((row) => row.first)).toEqual(expect.arrayContaining([...pruned, 'operation closed_at']));
    await sql.close();
  });

  it('leave nothing of a step that fails', async () => {
    const sql = await openPglite(null);
    const broken = {
      version: migrations.length + 1,
      name: 'broken',
      sql: 'create table weir.half (a int); select no_such_function();',
    };
    await expect(migrate(sql, [...migrations, broken])).rejects.toThrow('no_such_function');
    expect(await sql.query("select to_regclass('weir.half') as half, to_regclass('weir.pool') as pool")).toEqual([
      { half: null, pool: null },
    ]);
    await migrate(sql);
    await sql.close();
  });

  it('refuse the schema of a newer Weir and leave it as it is', async () => {
    const sql = await openPglite(null);
    await migrate(sql, [...migrations, { version: 700, name: 'from the future', sql: 'select 1' }]);
    await expect(migrate(sql)).rejects.toMatchObject({
      code: 'DB_SCHEMA_NEWER',
      message: `The database has schema 700, and this Weir knows schemas up to ${migrations.at(-1)?.version ?? 0}.`,
    });
    await sql.close();
  });
});

describe('the embedded database', () => {
  it('does not grow with every write of a large view, since it is swept', async () => {
    const sql = await openPglite(null);
    await migrate(sql);
    await sql.query("insert into weir.view (pool, at, document) values ('a', 0, '{}')");
    // Random letters do not compress, so every version takes its full size until it is swept.
    for (let count = 0; count < 4100; count += 1) {
      await sql.query(
        `update weir.view set at = $1, document = to_json((select string_agg(md5(random()::text), '') from generate_series(1, 300)))`,
        [count],
      );
    }
    const [size] = await sql.query("select pg_total_relation_size('weir.view')::int as bytes");
    expect(size?.bytes).toBeLessThan(30_000_000);
    const [log] = await sql.query(
      'select (pg_current_wal_lsn() - redo_lsn)::int as bytes from pg_control_checkpoint()',
    );
    expect(log?.bytes).toBeLessThan(10_000_000);
    await sql.close();
  });
});
