#!/usr/bin/env node
// Starts the command line on Node 24, whatever Node started this file: the sources run as they are, so they are never stale.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('weir.ts', import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  // Known by their contents, so that never a stale one is run; where nothing can be written there is none. NODE_COMPILE_CACHE, where
  // somebody has set it, has been obeyed before this line.
  nodeModule.enableCompileCache(fileURLToPath(new URL('../.cache/node', import.meta.url)));
  const { main } = await import(new URL('weir.ts', import.meta.url));
  await main(process.argv.slice(2));
} else {
  const bundled = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(bundled)) {
    process.stderr.write(
      'weir needs Node 24 and did not find the one it installs. Run "npm ci" in the checkout, then try again.\n',
    );
    process.exit(1);
  }
  const child = spawn(bundled, ['--no-warnings=ExperimentalWarning', entry, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
}
