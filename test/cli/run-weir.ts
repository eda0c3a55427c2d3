// Runs the real command line as a process, as a person or a script does.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../cli/verb.ts';
import { run as runCommandLine } from '../../cli/weir.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly note: string;
}

/** In this process: the same from argument to exit code, without the second that a process takes. */
export async function callWeir(...args: readonly string[]): Promise<Ran> {
  let [out, note] = ['', ''];
  const io: Io = {
    out: (text) => void (out += text),
    note: (text) => void (note += text),
    untilStopped: () => Promise.resolve('SIGINT'),
  };
  return { code: await runCommandLine(args, io), out, note };
}

export function runWeir(...args: readonly string[]): Promise<Ran> {
  const bin = join(import.meta.dirname, '../../cli/bin.mjs');
  return run(process.execPath, ['--no-warnings=ExperimentalWarning', bin, ...args]);
}

export function run(command: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, note] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (note += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, note }));
  });
}

export const snapshotFile = (name: string): string => join(import.meta.dirname, '../snapshots', `${name}.json`);

/** A file that holds `content` while `use` runs. */
export async function withFile<T>(content: string, use: (file: string) => Promise<T>, name = 'file.json'): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-cli-'));
  try {
    const file = join(folder, name);
    await writeFile(file, content);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
