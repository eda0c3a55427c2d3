// The whole check of a checkout: types, lint, imports, bundles and every test. One command, one closing line.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name, ...path) => join(root, 'node_modules', name, ...path);
const tools = [
  [
    'types',
    [
      bin('typescript', 'bin', 'tsc'),
      '-b',
      '.',
      'service/domain',
      'contract',
      'sandbox/azure',
      'sandbox/azure-devops',
      'hub',
      'test/hub',
    ],
  ],
  ['lint', [bin('eslint', 'bin', 'eslint.js'), '.']],
  ['format', [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['bundles', [bin('webpack', 'bin', 'webpack.js'), '--config', 'webpack.config.mjs']],
];
const jest = [
  '--experimental-vm-modules',
  '--no-warnings=ExperimentalWarning',
  bin('jest', 'bin', 'jest.js'),
  ...process.argv.slice(2),
];

let failed = 0;
// With arguments a person asks for some tests only; the tools run for the whole.
for (const [name, args] of process.argv.length > 2 ? [] : tools) {
  const started = performance.now();
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${result.status === 0 ? 'ok' : 'FAILED'}  ${name} (${seconds} s)\n`);
  if (result.status === 0) continue;
  failed += 1;
  process.stdout.write(`${result.stdout}\n${result.stderr}\n`);
}
const result = spawnSync(process.execPath, jest, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, WEIR_FAILED_TOOLS: String(failed) },
});
process.exit(result.status === 0 && failed === 0 ? 0 : 1);
