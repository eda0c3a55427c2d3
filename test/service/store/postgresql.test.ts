// A real PostgreSQL keeps the rules of every store, with several replicas and while it is away.
import { afterAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LeaseLost } from '../../../service/problem.ts';
import { migrations } from '../../../service/store/migrations.ts';
import { openStore } from '../../../service/store/open-store.ts';
import { openPostgresql } from '../../../service/store/postgresql.ts';
import { startPostgresql } from './postgresql.ts';
import { minute, newName } from './rows.ts';
import { storeContract } from './store-contract.ts';

const server = await startPostgresql();

if ('skippedBecause' in server) {
  process.stderr.write(`The store is not tested on PostgreSQL: ${server.skippedBecause}\n`);
  it.skip('PostgreSQL', () => undefined);
} else {
  const { url } = server;
  afterAll(() => server.stop());
  storeContract('PostgreSQL', () => openStore({ kind: 'server', url }));
  severalReplicas(url);
}

function severalReplicas(url: string): void {
  const open = () => openStore({ kind: 'server', url });

  /** Waits until some statement on the server waits for a row that another has locked. */
  async function somebodyWaits(client: pg.Client): Promise<void> {
    for (;;) {
      const { rows } = await client.query<{ count: number }>('select count(*)::int from pg_locks where not granted');
      if ((rows[0]?.count ?? 0) > 0) return;
    }
  }

  async function connected(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client;
  }

  describe('several replicas on one PostgreSQL', () => {
    it('that start together migrate the schema once', async () => {
      const client = await connected();
      await client.query('drop schema if exists weir cascade');
      const stores = await Promise.all([open(), open(), open()]);
      const { rows } = await client.query('select version from weir.schema_version');
      expect(rows).toHaveLength(migrations.length);
      for (const store of stores) await store.close();
      await client.end();
    });

    it('work a pool one at a time', async () => {
      const [first, second] = await Promise.all([open(), open()]);
      const pool = newName();
      const leases = await Promise.all([
        first.acquireLease(pool, 'first', minute),
        second.acquireLease(pool, 'second', minute),
      ]);
      expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
      await Promise.all([first.close(), second.close()]);
    });

    it('cannot write once another has begun to take the lease, even before that is committed', async () => {
      const [store, client] = [await open(), await connected()];
      const lease = await store.acquireLease(newName(), 'frozen', 0);
      await client.query('begin');
      await client.query("update weir.lease set owner = 'second', epoch = epoch + 1 where pool = $1", [lease!.pool]);
      const late = store.appendLog(lease!, [
        { at: 1, level: 'info', decision: { kind: 'wait', reason: { code: 'x', words: 'x' } }, outcome: '' },
      ]);
      const outcome = late.then(
        () => 'written',
        (error: unknown) => error,
      );
      await somebodyWaits(client);
      await client.query('commit');
      expect(await outcome).toBeInstanceOf(LeaseLost);
      expect(await store.listLog(lease!.pool, 1, null)).toEqual([]);
      await Promise.all([store.close(), client.end()]);
    });

    it('wait for a write in hand before they take the lease', async () => {
      const [store, client] = [await open(), await connected()];
      const lease = await store.acquireLease(newName(), 'slow', 0);
      await client.query('begin');
      await client.query('select 1 from weir.lease where pool = $1 for share', [lease!.pool]);
      let taken = false;
      const taking = store.acquireLease(lease!.pool, 'second', minute).then((next) => {
        taken = true;
        return next;
      });
      await somebodyWaits(client);
      expect(taken).toBe(false);
      await client.query('commit');
      expect(await taking).toMatchObject({ owner: 'second', epoch: lease!.epoch + 1 });
      await Promise.all([store.close(), client.end()]);
    });
  });

  describe('a PostgreSQL that does not answer', () => {
    it('in the middle of a statement is a problem that passes, and the next statement works', async () => {
      const [store, client] = [await open(), await connected()];
      const pool = newName();
      await store.acquireLease(pool, 'first', 0);
      await client.query('begin');
      await client.query('select 1 from weir.lease where pool = $1 for share', [pool]);
      const taking = store.acquireLease(pool, 'second', minute).catch((error: unknown) => error);
      await somebodyWaits(client);
      await client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'weir' and pid <> pg_backend_pid()",
      );
      expect(await taking).toMatchObject({ code: 'DB_UNAVAILABLE' });
      await client.query('rollback');
      expect(await store.acquireLease(pool, 'second', minute)).toMatchObject({ owner: 'second' });
      await Promise.all([store.close(), client.end()]);
    });

    it('is told apart from a statement that is wrong', async () => {
      const sql = await openPostgresql(url);
      await expect(sql.query('select no_such_column')).rejects.toMatchObject({ code: '42703' });
      await sql.close();
    });

    it.each([
      ['postgres://weir:secret@127.0.0.1:1/postgres', 'DB_OPEN'],
      ['mysql://weir:secret@127.0.0.1/postgres', 'DB_URL_INVALID'],
      ['not a url, secret', 'DB_URL_INVALID'],
    ])('as %s is a problem without the password in it', async (wrong, code) => {
      const problem: unknown = await openStore({ kind: 'server', url: wrong }).catch((error: unknown) => error);
      expect(problem).toMatchObject({ code, field: 'database' });
      expect(JSON.stringify(problem) + String(problem)).not.toContain('secret');
    });
  });
}
