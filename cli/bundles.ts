// Makes the bundles where they are missing or older than their sources, so that `npm start`, the tests and the package
// never show a stale page, never pack a stale task and never build for nothing.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { UserProblem } from '../service/problem.ts';

/** The pages of hub and portal. `root` is the checkout. Throws a UserProblem with what webpack said when the build fails. */
export async function ensureBundles(log: (line: string) => void, root: string = checkout): Promise<void> {
  await ensure(pages, log, root);
}

/** The pipeline tasks. */
export async function ensureTaskBundles(log: (line: string) => void, root: string = checkout): Promise<void> {
  await ensure(tasks, log, root);
}

async function ensure(kind: Kind, log: (line: string) => void, root: string): Promise<void> {
  const unlock = await lock(join(root, '.cache'));
  try {
    if (areFresh(kind, root)) return;
    log(`Building ${kind.what}.`);
    const webpack = join(root, 'node_modules', 'webpack', 'bin', 'webpack.js');
    const names = kind.names.flatMap((name) => ['--config-name', name]);
    const begun = new Date();
    const built = spawnSync(process.execPath, [webpack, '--config', 'webpack.config.mjs', ...names], {
      cwd: root,
      encoding: 'utf8',
    });
    if (built.status !== 0) {
      const said = `${built.stdout}\n${built.stderr}`.trim();
      throw new UserProblem('BUNDLES_FAILED', `${kind.what} could not be built.\n${said}`, {
        nextStep: 'Mend what webpack names, then start again.',
      });
    }
    // webpack leaves a file alone whose content is the same: without a new date it would be built at every start.
    for (const file of kind.files) utimesSync(join(root, file), begun, begun);
  } finally {
    unlock();
  }
}

const checkout = fileURLToPath(new URL('..', import.meta.url));

interface Kind {
  readonly what: string;
  /** Of webpack's configurations. */
  readonly names: readonly string[];
  /** One file of each bundle: its date is the bundle's. */
  readonly files: readonly string[];
  readonly sources: readonly string[];
}

const always = ['contract', 'webpack.config.mjs', 'package-lock.json'];
const pages: Kind = {
  what: 'the pages of hub and portal',
  names: ['hub', 'portal'],
  files: ['dist/hub/hub.html', 'dist/portal/portal.html'],
  sources: ['hub', 'sandbox/portal', ...always],
};
const tasks: Kind = {
  what: 'the pipeline tasks',
  names: ['tasks'],
  files: ['dist/tasks/ValidateImage/index.js', 'dist/tasks/PinImageVersion/index.js'],
  // Validation straight on Azure looks with the service's eyes (docs/decisions/0012).
  sources: ['tasks', 'service/azure', 'service/domain', ...always],
};

function areFresh(kind: Kind, root: string): boolean {
  const made = kind.files.map((file) => modifiedAt(join(root, file)));
  const changed = kind.sources.map((source) => newestIn(join(root, source)));
  return Math.min(...made) > Math.max(...changed);
}

function newestIn(path: string): number {
  if (!statSync(path).isDirectory()) return modifiedAt(path);
  const inside = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return Math.max(modifiedAt(path), ...inside.map((name) => modifiedAt(join(path, name))));
}

/** Zero for what does not exist: then it is older than everything. */
function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Two test workers may come at once: the second waits and finds fresh bundles. */
async function lock(folder: string): Promise<() => void> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'bundles.lock');
  for (;;) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (cause) {
      if (!(typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EEXIST')) throw cause;
      if (!isHeld(file)) rmSync(file, { force: true });
      else await sleep(200);
    }
  }
}

/** A holder that was killed leaves its lock behind. An empty file is one that is just being written. */
function isHeld(file: string): boolean {
  const holder = readOrEmpty(file);
  if (holder === '') return true;
  try {
    process.kill(Number(holder), 0);
    return true;
  } catch {
    return false;
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The holder has just gone: the next attempt takes the lock.
    return '';
  }
}
