// The lock of a database folder, with real processes that are really killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockFolder } from '../../../service/store/folder-lock.ts';
import { openStore } from '../../../service/store/open-store.ts';

describe('the lock of a database folder', () => {
  let parent: string;
  let folder: string;
  let children: ChildProcess[];

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'weir-lock-'));
    folder = join(parent, 'data');
    children = [];
  });

  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(parent, { recursive: true });
  });

  /** Gives the process and its first word: `locked` or a problem's code. */
  async function another(): Promise<{ child: ChildProcess; word: string }> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'hold-folder.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const word = await new Promise<string>((done, failed) => {
      child.stdout.once('data', (data: Buffer) => done(data.toString().trim()));
      child.once('exit', (code) => failed(new Error(`The process ended with ${String(code)} and said nothing.`)));
    });
    return { child, word };
  }

  async function killed(child: ChildProcess): Promise<void> {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  it('keeps a second process out and names the one that holds it', async () => {
    const { child, word } = await another();
    expect(word).toBe('locked');
    await expect(openStore({ kind: 'folder', folder })).rejects.toMatchObject({
      code: 'DB_LOCKED',
      message: expect.stringContaining(`in use by process ${String(child.pid)} since 20`),
      nextStep: 'Stop it first, or name another folder.',
    });
    expect(await readdir(parent)).toEqual(['data.lock.1']);
  });

  it('is taken over from a process that was killed', async () => {
    const { child } = await another();
    await killed(child);
    const release = await lockFolder(folder);
    expect(await readdir(parent)).toEqual(['data.lock.2']);
    await release();
  });

  it('of a killed process goes to exactly one of several that start at once', async () => {
    const { child } = await another();
    await killed(child);
    const words = await Promise.all(Array.from({ length: 5 }, async () => (await another()).word));
    expect(words.sort()).toEqual(['DB_LOCKED', 'DB_LOCKED', 'DB_LOCKED', 'DB_LOCKED', 'locked']);
  });

  it('keeps the same process out as well, until it is released', async () => {
    const release = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'DB_LOCKED',
      message: expect.stringContaining(`process ${process.pid} (this one)`),
    });
    await release();
    await (
      await lockFolder(folder)
    )();
  });

  it('is given to one of many who ask at once in one process', async () => {
    for (let round = 0; round < 10; round += 1) {
      const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lockFolder(folder)));
      const won = tries.filter((one) => one.status === 'fulfilled');
      expect(won).toHaveLength(1);
      await won[0]?.value();
    }
  });

  it('never has two holders, however takers and releases cross', async () => {
    let holders = 0;
    let most = 0;
    const taker = async () => {
      for (let turn = 0; turn < 60; turn += 1) {
        const release = await lockFolder(folder).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'DB_LOCKED' });
          return null;
        });
        if (release === null) continue;
        holders += 1;
        most = Math.max(most, holders);
        await new Promise((done) => setImmediate(done));
        holders -= 1;
        await release();
      }
    };
    await Promise.all(Array.from({ length: 8 }, taker));
    expect(most).toBe(1);
  });

  it('is not held by a process that only has the old holder’s number', async () => {
    const impostor = { pid: process.pid, started: 'long ago', host: hostname() };
    await writeFile(`${folder}.lock.41`, `${JSON.stringify(impostor)}\n`);
    await lockFolder(folder);
    expect(await readdir(parent)).toEqual(['data.lock.42']);
  });

  it('of another machine is never taken over, and the answer says how to', async () => {
    await writeFile(`${folder}.lock.3`, `${JSON.stringify({ pid: 1, started: null, host: 'elsewhere' })}\n`);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'DB_LOCKED',
      message: expect.stringContaining('process 1 on elsewhere'),
      nextStep: expect.stringContaining('data.lock.3'),
    });
  });

  it('of a process that died before it wrote its name is taken over', async () => {
    await writeFile(`${folder}.lock.1`, '');
    await lockFolder(folder);
    expect(await readdir(parent)).toEqual(['data.lock.2']);
  });
});

describe('a database folder', () => {
  let parent: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'weir-open-'));
  });

  afterEach(async () => {
    await rm(parent, { recursive: true });
  });

  it('that cannot be written is the problem DB_OPEN with the folder in it', async () => {
    await writeFile(join(parent, 'file'), '');
    const folder = join(parent, 'file', 'data');
    await expect(openStore({ kind: 'folder', folder })).rejects.toMatchObject({
      code: 'DB_OPEN',
      field: 'dataFolder',
      value: folder,
      message: expect.stringContaining('cannot be written'),
    });
  });

  it('that is no database is the problem DB_OPEN, and its lock is free again', async () => {
    const folder = join(parent, 'data');
    await mkdir(folder);
    await writeFile(join(folder, 'PG_VERSION'), '12\n');
    await expect(openStore({ kind: 'folder', folder })).rejects.toMatchObject({ code: 'DB_OPEN', value: folder });
    await (
      await lockFolder(folder)
    )();
  });
});
