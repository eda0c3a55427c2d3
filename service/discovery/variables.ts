// Variables whose values stand in the YAML itself: `$(name)` is expanded once with them, as the service does, and the legs of
// a matrix are told apart. What only the run knows stays as it is written, and is not guessed.
import { child, type YamlNode } from './yaml-node.ts';

/** Names in lower case. */
export type Variables = ReadonlyMap<string, string>;

export const noVariables: Variables = new Map();

/** Both forms: a mapping, and a list of `name` and `value`. Groups and templates are not known here. */
export function withVariables(outer: Variables, node: YamlNode | null): Variables {
  const written =
    node?.entries ??
    (node?.items ?? []).flatMap((item): (readonly [string, YamlNode])[] => {
      const [name, value] = [child(item, 'name')?.text ?? null, child(item, 'value')];
      return name === null || value === null ? [] : [[name, value]];
    });
  if (written.length === 0) return outer;
  const all = new Map(outer);
  for (const [name, { text }] of written) {
    // A value that is an expression is not known, and hides what the name stood for outside.
    if (text === null || isOpen(text)) all.delete(name.toLowerCase());
    else all.set(name.toLowerCase(), text);
  }
  return all;
}

/** One set of variables for each leg; null where the legs only exist at run time. */
export function legsOf(strategy: YamlNode | null, outer: Variables): readonly Variables[] | null {
  const matrix = child(strategy, 'matrix');
  if (matrix === null) return [outer];
  if (matrix.entries === null) return null;
  return matrix.entries.length === 0 ? [outer] : matrix.entries.map(([, leg]) => withVariables(outer, leg));
}

/** One level: a value that holds a macro itself is not expanded again. */
export function expand(text: string, variables: Variables): string {
  return text.replaceAll(/\$\(([^()]+)\)/g, (macro, name: string) => variables.get(name.trim().toLowerCase()) ?? macro);
}

/** True for a text that still holds what only the run knows. */
export function isOpen(text: string): boolean {
  return text.includes('$(') || text.includes('$[') || text.includes('${{');
}
