// The whole check of a checkout: types, lint, format, bundles and every test. One command, and its last line counts:
// a tool is counted like a test, so that nothing fails without being seen.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name, ...path) => join(root, 'node_modules', name, ...path);
/** The tests need the bundles and nothing else: these run beside everything, one after the other, and have a core where tests wait. */
const beside = [
  ['types', [bin('typescript-7', 'bin', 'tsc'), '-b', 'tsconfig.all.json']],
  ['format', [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['lint', [bin('oxlint', 'bin', 'oxlint')]],
];
const bundles = ['bundles', [bin('webpack', 'bin', 'webpack.js'), '--config', 'webpack.config.mjs']];
const jest = [bin('jest', 'bin', 'jest.js')];
/** What one process has compiled no other compiles again: tests start many. Known by contents, so that never a stale one is run. */
process.env.NODE_COMPILE_CACHE ??= join(root, '.cache', 'node');
const countsFile = join(root, '.cache', 'test-counts.json');

const asked = process.argv.slice(2);
// With arguments a person asks for some tests only; the tools run for the whole.
const isWhole = asked.length === 0;
const besidePassed = isWhole ? inTurn(beside) : [];
const toolsPassed = isWhole ? [await passes(...bundles)] : [];
rmSync(countsFile, { force: true });
const status = await jestStatus();
toolsPassed.push(...(await besidePassed));
const toolsFailed = toolsPassed.filter((isOk) => !isOk).length;
const counts = readCounts();
// Jest may fail without a failed test, such as by a worker that does not end: the line says so too.
if (status !== 0 && counts.failed === 0) counts.failed = 1;
const passed = counts.passed + toolsPassed.length - toolsFailed;
const failed = counts.failed + toolsFailed;
process.stdout.write(`\n${String(passed)} passed, ${String(failed)} failed\n`);
process.exit(status === 0 && failed === 0 ? 0 : 1);

function jestStatus() {
  const child = spawn(process.execPath, [...jest, ...asked], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, WEIR_TEST_COUNTS: countsFile },
  });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
}

async function inTurn(tools) {
  const passed = [];
  for (const [name, args] of tools) passed.push(await passes(name, args));
  return passed;
}

async function passes(name, args) {
  const started = performance.now();
  let said = '';
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.on('error', reject).on('close', resolve);
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok' : 'FAILED'}  ${name} (${seconds} s)\n`);
  if (code !== 0) process.stdout.write(`${said}\n`);
  return code === 0;
}

/** A run that died before its end wrote nothing: that is one failure, never zero. */
function readCounts() {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
}
