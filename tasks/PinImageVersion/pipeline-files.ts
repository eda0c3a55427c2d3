// Reads the pipeline files that are named, changes them and writes back only those that changed.
import { readFile, writeFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { TaskProblem } from '../task-problem.ts';
import { pinInText, type PinTarget } from './pipeline-text.ts';

export interface ChangedFile {
  readonly file: string;
  readonly previous: string | null;
  readonly diff: readonly string[];
}

const largestBytes = 1_048_576;

/** `paths` are whole; what lies outside of `folder` or is no YAML file is refused. */
export async function changeFiles(
  folder: string,
  paths: readonly string[],
  target: PinTarget,
): Promise<{ readonly files: readonly ChangedFile[]; readonly looked: number }> {
  const files: ChangedFile[] = [];
  const found = paths.filter((path) => /\.ya?ml$/i.test(path));
  for (const path of found) {
    const file = relative(folder, path);
    if (file.startsWith('..') || isAbsolute(file))
      throw new TaskProblem(`${path} is outside of the sources.`, 'Name files of the checkout.');
    const text = await readFile(path, 'utf8');
    if (text.length > largestBytes)
      throw new TaskProblem(`${file} is too large for a pipeline.`, 'Name pipeline files only.');
    const result = pinInText(text, target, file);
    if (result.text === text) continue;
    await writeFile(path, result.text);
    files.push({ file, previous: result.previous, diff: diffOf(text, result.text) });
  }
  return { files, looked: found.length };
}

/** Lines that went and came, as `- ` and `+ `. */
function diffOf(before: string, after: string): readonly string[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  const lines: string[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < fresh.length) {
    if (old[at] === fresh[to]) {
      at += 1;
      to += 1;
      continue;
    }
    const again = fresh.indexOf(old[at] ?? '\0', to);
    if (at < old.length && (again < 0 || again - to > 3)) lines.push(`- ${old[at++] ?? ''}`);
    else lines.push(`+ ${fresh[to++] ?? ''}`);
  }
  return lines;
}
