// The project's own files as text, for the rules about the source.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const rooms = ['cli', 'contract', 'hub', 'tasks', 'service', 'sandbox', 'test', 'deploy'];

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

export function sources(pattern: RegExp): readonly SourceFile[] {
  return rooms
    .flatMap((room) => walk(join(root, room)))
    .flatMap((file) => {
      const path = relative(root, file).replaceAll('\\', '/');
      if (!pattern.test(path)) return [];
      const text = readFileSync(file, 'utf8');
      return [{ path, text, lines: text.split('\n').length - 1 }];
    });
}

function walk(folder: string): readonly string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    // A room that is not built yet has no folder.
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}
