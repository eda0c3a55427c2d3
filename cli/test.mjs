// The whole check of a checkout: types, lint, format, bundles and every test. One command, and its last line counts:
// a tool is counted like a test, so that nothing fails without being seen.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name, ...path) => join(root, 'node_modules', name, ...path);
const typed = [
  '.',
  'service/domain',
  'contract',
  'sandbox/azure',
  'sandbox/azure-devops',
  'hub',
  'sandbox/portal/page',
  'test/hub',
];
const tools = [
  ['types', [bin('typescript', 'bin', 'tsc'), '-b', ...typed]],
  ['lint', [bin('eslint', 'bin', 'eslint.js'), '.']],
  ['format', [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['bundles', [bin('webpack', 'bin', 'webpack.js'), '--config', 'webpack.config.mjs']],
];
const jest = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', bin('jest', 'bin', 'jest.js')];
const countsFile = join(root, '.cache', 'test-counts.json');

const asked = process.argv.slice(2);
// With arguments a person asks for some tests only; the tools run for the whole.
const toolsFailed = asked.length > 0 ? 0 : tools.filter(([name, args]) => !passes(name, args)).length;
rmSync(countsFile, { force: true });
const tests = spawnSync(process.execPath, [...jest, ...asked], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, WEIR_TEST_COUNTS: countsFile },
});
const counts = readCounts();
const passed = counts.passed + (asked.length > 0 ? 0 : tools.length - toolsFailed);
const failed = counts.failed + toolsFailed;
process.stdout.write(`\n${String(passed)} passed, ${String(failed)} failed\n`);
process.exit(tests.status === 0 && failed === 0 ? 0 : 1);

function passes(name, args) {
  const started = performance.now();
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const isOk = result.status === 0;
  process.stdout.write(`${isOk ? 'ok' : 'FAILED'}  ${name} (${seconds} s)\n`);
  if (!isOk) process.stdout.write(`${result.stdout}\n${result.stderr}\n`);
  return isOk;
}

/** A run that died before its end wrote nothing: that is one failure, never zero. */
function readCounts() {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
}
