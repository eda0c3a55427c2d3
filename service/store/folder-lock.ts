// One process per database folder. Beside the folder stands `<folder>.lock.<number>` with the holder in it; the holder
// is the highest number, and numbers only grow, so no process ever removes a lock that another has just taken.
import { execFile } from 'node:child_process';
import {
  access,
  constants,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { UserProblem } from '../problem.ts';

interface Holder {
  readonly pid: number;
  /** When the process began, as the system tells it: a pid alone is reused. */
  readonly started: string | null;
  readonly host: string;
}

/** Gives what releases the lock. Throws UserProblem `DB_LOCKED` or `DB_OPEN`. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = resolve(folder);
  const me: Holder = { pid: process.pid, started: await startOf(process.pid), host: hostname() };
  try {
    await expectWritableParent(dirname(path));
    await mkdir(dirname(path), { recursive: true });
    for (;;) {
      const highest = Math.max(0, ...(await numbersOf(path)));
      if (highest > 0) await refuseIfHeld(path, highest);
      const mine = highest + 1;
      if (!(await create(path, mine, me))) continue;
      const all = await numbersOf(path);
      if (Math.max(...all) > mine) {
        // Another process was here between our look and our file: the highest number holds.
        await rm(fileOf(path, mine), { force: true });
        continue;
      }
      for (const old of all) if (old < mine) await rm(fileOf(path, old), { force: true });
      // The file stays, empty of a holder: its number must not be given twice.
      return () => writeFile(fileOf(path, mine), 'released\n');
    }
  } catch (error) {
    if (error instanceof UserProblem) throw error;
    throw new UserProblem('DB_OPEN', `The folder ${folder} cannot be written: ${(error as Error).message}`, {
      field: 'dataFolder',
      value: folder,
      nextStep: 'Give the service the right to write there, or name another folder.',
    });
  }
}

/** Below a place such as /proc a recursive mkdir never returns, so the nearest folder that exists is asked first. */
async function expectWritableParent(folder: string): Promise<void> {
  for (let parent = folder; ; parent = dirname(parent)) {
    const isThere = await stat(parent).then(
      () => true,
      () => false,
    );
    if (!isThere && parent !== dirname(parent)) continue;
    await access(parent, constants.W_OK);
    // Root may write anywhere by its rights, and still not where the kernel keeps the folder for itself.
    if (parent !== folder) await rmdir(await mkdtemp(join(parent, '.weir-')));
    return;
  }
}

function fileOf(path: string, number: number): string {
  return `${path}.lock.${number}`;
}

async function numbersOf(path: string): Promise<readonly number[]> {
  const prefix = `${basename(path)}.lock.`;
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d*$/u.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
}

/** False where the number is taken already. */
async function create(path: string, number: number, holder: Holder): Promise<boolean> {
  try {
    const file = await open(fileOf(path, number), 'wx');
    try {
      await file.writeFile(`${JSON.stringify(holder)}\n`);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function refuseIfHeld(path: string, number: number): Promise<void> {
  const holder = await readHolder(fileOf(path, number));
  if (holder === null) return;
  const file = fileOf(path, number);
  if (holder.host !== hostname()) {
    throw await locked(
      path,
      number,
      holder,
      ` on ${holder.host}`,
      `Stop it there; if that machine is gone for good, delete ${file}.`,
    );
  }
  if (!isAlive(holder.pid)) return;
  const started = await startOf(holder.pid);
  if (started !== null && holder.started !== null && started !== holder.started) return;
  const which = holder.pid === process.pid ? ' (this one)' : '';
  throw await locked(path, number, holder, which, 'Stop it first, or name another folder.');
}

async function locked(
  path: string,
  number: number,
  holder: Holder,
  where: string,
  nextStep: string,
): Promise<UserProblem> {
  // Released and replaced between our reading and this look, the file has no date any more.
  const since = await stat(fileOf(path, number)).then(
    ({ mtime }) => ` since ${mtime.toISOString()}`,
    () => '',
  );
  return new UserProblem('DB_LOCKED', `The database in ${path} is in use by process ${holder.pid}${where}${since}.`, {
    field: 'dataFolder',
    value: path,
    nextStep,
  });
}

/** Null for a released lock, and for one whose writer died before it wrote. */
async function readHolder(file: string): Promise<Holder | null> {
  for (let tries = 0; tries < 20; tries += 1) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      // Its holder was replaced between our look and our reading.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'released\n';
      throw error;
    });
    if (text.endsWith('\n')) return text.startsWith('{') ? (JSON.parse(text) as Holder) : null;
    await new Promise((done) => setTimeout(done, 50));
  }
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Null where the system does not tell: then a living pid counts as the holder. */
async function startOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') return await startOnLinux(pid);
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() === '' ? null : stdout.trim();
  } catch {
    return null;
  }
}

/** Ticks since the machine booted, with the boot they count from; slim containers have no `ps`. */
async function startOnLinux(pid: number): Promise<string | null> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8');
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  // The second field is a program name that may hold spaces and parentheses; the start is the 20th after it.
  const ticks = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? null : `${ticks}@${boot.trim()}`;
}
