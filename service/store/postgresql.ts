// A PostgreSQL server by pg: for several replicas, and where the data must survive a power cut.
import type { Pool } from 'pg';
import { UserProblem } from '../problem.ts';
import { storable, type Sql, type SqlRow } from './sql.ts';

const connectMilliseconds = 10_000;
const statementMilliseconds = 30_000;

/** Statements throw UserProblem `DB_UNAVAILABLE` while the server does not answer. */
export async function openPostgresql(url: string): Promise<Sql> {
  const address = addressOf(url);
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'weir',
    max: 10,
    connectionTimeoutMillis: connectMilliseconds,
    statement_timeout: statementMilliseconds,
  });
  // An idle connection that breaks is reported here and replaced by the pool; the next statement tells what is wrong.
  pool.on('error', () => undefined);
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw new UserProblem('DB_OPEN', `PostgreSQL at ${address} cannot be used: ${wordsOf(error)}`, {
      field: 'database',
      value: address,
      nextStep: 'Check that the server runs, and the host, port, user, password and database name of the URL.',
    });
  }
  return sqlOn(pool);
}

function sqlOn(pool: Pool): Sql {
  return {
    query: async (text, values = []) => {
      try {
        return (await pool.query<SqlRow>(text, storable(values))).rows;
      } catch (error) {
        throw isOutage(error) ? unavailable(error) : error;
      }
    },
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        await work(async (text, values) => {
          // Without parameters several statements may stand in one text; the driver gives a list of answers then.
          const answer: unknown = await (values === undefined
            ? client.query(text)
            : client.query(text, storable(values)));
          return Array.isArray(answer) ? [] : (answer as { rows: SqlRow[] }).rows;
        });
        await client.query('commit');
        client.release();
      } catch (error) {
        // Discarding the connection rolls back, also where it no longer answers.
        client.release(true);
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

/**
 * The server refused for its own sake (connection, resources, operator, system, deadlock), or did not answer at all. Any
 * other refusal is a mistake of ours and stays what it is.
 */
function isOutage(error: unknown): boolean {
  const state = error instanceof Error && 'severity' in error && 'code' in error ? String(error.code) : null;
  return state === null || /^(08|40|53|57|58)/.test(state);
}

function unavailable(error: unknown): UserProblem {
  return new UserProblem('DB_UNAVAILABLE', `The database does not answer: ${wordsOf(error)}`, {
    field: 'database',
    nextStep: 'Weir tries again by itself. If it stays so, look at the PostgreSQL server.',
  });
}

/** Host, port and database: never the password. */
function addressOf(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw notAUrl();
  }
  if (parsed.protocol !== 'postgres:' && parsed.protocol !== 'postgresql:') throw notAUrl();
  return `${parsed.host}${parsed.pathname}`;
}

function notAUrl(): UserProblem {
  return new UserProblem('DB_URL_INVALID', 'The database is not given as the URL of a PostgreSQL server.', {
    field: 'database',
    nextStep: 'Write postgres://user:password@host:5432/database, or leave it out for the embedded database.',
  });
}

/** Node reports a refused connection to several addresses as an error without words of its own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message;
  return error instanceof Error ? error.message : String(error);
}
