// `npm start` and `npm test` on a fresh machine: installs what the lock file names, Node 24 included, then goes on with
// that Node. Plain JavaScript without packages, because it runs before anything is installed, on Node 20 or newer.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const mark = join(root, 'node_modules', '.weir-installed');

const [what, ...rest] = process.argv.slice(2);
install();
if (what === 'start') run(['--no-warnings=ExperimentalWarning', join(root, 'cli', 'bin.mjs'), 'start', ...rest]);
else if (what === 'test') run(['--no-warnings=ExperimentalWarning', join(root, 'cli', 'test.mjs'), ...rest]);
else fail(`bootstrap knows "start" and "test", not "${String(what)}".`);

/** Installs only when the lock file has changed since the last time: a second start takes no time for it. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(node) && existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  // `npm ci` empties the directory first, and a link leads to that of another checkout, which would lose its packages.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() === true)
    fail(
      'node_modules is a link: installing here would empty the directory it leads to. Remove the link, then try again.',
    );
  process.stderr.write('Installing what package-lock.json names. This takes a minute the first time.\n');
  const clean = npm('ci');
  // `npm ci` refuses a lock file that lacks another platform's optional packages; `npm install` does not.
  if (clean.status !== 0) {
    const loose = npm('install');
    if (loose.status !== 0) {
      process.stderr.write(`${clean.stderr}\n${loose.stderr}\n`);
      fail('The packages could not be installed. Look at the messages above: usually the registry was not reached.');
    }
  }
  if (!existsSync(node))
    fail('Node 24 was not installed: install scripts must be allowed (npm config get ignore-scripts).');
  writeFileSync(mark, lock);
}

function npm(verb) {
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // Warnings about engines are about this older Node, which nothing but npm itself runs on.
  return spawnSync(command, [verb, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function run(args) {
  const child = spawn(node, args, { cwd: root, stdio: 'inherit' });
  // Ctrl-C reaches the child through the terminal as well; this covers a signal sent to this process alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

function fail(words) {
  process.stderr.write(`${words}\n`);
  process.exit(1);
}
