// A PostgreSQL server for tests: the one of WEIR_TEST_DATABASE_URL, or a private cluster on a free loopback port that
// lives in a temporary folder. On Debian, as root and where continuous integration asks for it, installs the server first.
import { execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

export type TestServer =
  { readonly url: string; readonly stop: () => Promise<void> } | { readonly skippedBecause: string };

export async function startPostgresql(): Promise<TestServer> {
  const given = process.env.WEIR_TEST_DATABASE_URL;
  if (given !== undefined && given !== '') return await ownDatabase(given);
  const isAsked = process.env.CI === 'true' || process.env.WEIR_TEST_POSTGRESQL === '1';
  let programs = await findPrograms();
  if (programs === null && isAsked && process.getuid?.() === 0) {
    await run('apt-get', ['update'], { maxBuffer: 1e8 });
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql'], {
      env: environment,
      maxBuffer: 1e8,
    });
    programs = await findPrograms();
  }
  if (programs !== null) return await ownCluster(programs);
  return {
    skippedBecause:
      'no PostgreSQL server is installed. Set WEIR_TEST_DATABASE_URL, or run as root on Debian with WEIR_TEST_POSTGRESQL=1.',
  };
}

/** A database of its own on the given server, dropped at the end: whatever else is there stays untouched. */
async function ownDatabase(server: string): Promise<TestServer> {
  const name = `weir_test_${process.pid}`;
  const ask = async (statement: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await ask(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => ask(`drop database ${name}`) };
}

/** The folder of the newest server installed by Debian's packages. */
async function findPrograms(): Promise<string | null> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.map(Number).sort((first, second) => second - first)[0];
  return newest === undefined ? null : `/usr/lib/postgresql/${newest}/bin`;
}

async function ownCluster(programs: string): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-postgresql-'));
  const user = await serverUser();
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  await run(join(programs, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'weir', '-E', 'UTF8', '--locale=C'], {
    ...user,
    cwd: folder,
  });
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`, '-c', 'fsync=off'];
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const server = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...settings], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    });
    const ended = new Promise((done) => server.once('exit', done));
    const isOver = () => server.exitCode !== null;
    const url = `postgres://weir@127.0.0.1:${port}/postgres`;
    await answers(url, isOver);
    if (isOver()) {
      // Somebody else was given the port between the look at it and the start.
      if (tries < 5) continue;
      throw new Error(`PostgreSQL ended at once, ${tries} times.`);
    }
    return {
      url,
      stop: async () => {
        // "Fast shutdown": open connections are cut.
        server.kill('SIGINT');
        await ended;
        await rm(folder, { recursive: true });
      },
    };
  }
}

/** PostgreSQL refuses to run as root, so root becomes the user that the package made. */
async function serverUser(): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Tries until it answers; not beyond its end. */
async function answers(url: string, isOver: () => boolean): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (isOver()) return;
      if (tries === 600) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
