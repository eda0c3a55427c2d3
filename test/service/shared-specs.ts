// The official examples beside the project, read in place. Where they are absent the tests that use them are skipped, and say so.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../../../shared/specs');

export function readSpec(path: string): unknown {
  return JSON.parse(readFileSync(resolve(root, path), 'utf8').replace(/^\uFEFF/, '')) as unknown;
}

/** An `it` that needs the shared specifications. */
export function itWithSpecs(name: string, test: () => void): void {
  if (existsSync(root)) it(name, test);
  else it.skip(`${name} (skipped: the folder ../shared/specs is not beside this checkout)`, test);
}
