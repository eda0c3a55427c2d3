// `npm run package`: builds the hub and the tasks and packs them into out/weir-<version>.vsix; with `-- --dev` under the names of
// development, to be installed beside the real one. tfx checks little (hub-and-tasks.md 6), so
// what it lets pass is held by test/package.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stageDevelopment } from './development-extension.mjs';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `This needs Node 24 and runs on ${process.versions.node}. Use "npm run package" after "npm ci".\n`,
  );
  process.exit(1);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const { version } = read('package.json');
const manifest = read('vss-extension.json');
if (manifest.version !== version) {
  process.stderr.write(
    `vss-extension.json says version ${manifest.version}, package.json says ${version}. Make them equal.\n`,
  );
  process.exit(1);
}

const { ensureBundles, ensureTaskBundles } = await import(new URL('bundles.ts', import.meta.url));
const note = (line) => process.stderr.write(`${line}\n`);
await Promise.all([ensureBundles(note), ensureTaskBundles(note)]).catch((problem) => {
  process.stderr.write(`${problem.message}\n`);
  process.exit(1);
});

const isDevelopment = process.argv.includes('--dev');
const [named] = process.argv.slice(2).filter((argument) => argument !== '--dev');
const out = named ?? join(root, 'out', `weir${isDevelopment ? '-dev' : ''}-${version}.vsix`);
const folder = isDevelopment ? join(root, '.cache', 'development-extension') : root;
if (isDevelopment) stageDevelopment(root, folder);
mkdirSync(dirname(out), { recursive: true });
const tfx = join(root, 'node_modules', 'tfx-cli', '_build', 'tfx-cli.js');
const packed = spawnSync(
  process.execPath,
  [
    tfx,
    'extension',
    'create',
    '--manifests',
    'vss-extension.json',
    '--root',
    folder,
    '--output-path',
    out,
    '--no-color',
  ],
  { cwd: folder, encoding: 'utf8' },
);
if (packed.status !== 0) {
  process.stderr.write(`${packed.stdout}${packed.stderr}`);
  process.exit(1);
}
process.stdout.write(`${out}\n`);
