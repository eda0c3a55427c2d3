// The final YAML of a pipeline as nodes that know their line. It was written by whoever may write a pipeline, so aliases are
// not followed and nothing is believed to have a shape.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

export interface YamlNode {
  /** From 1. */
  readonly line: number;
  /** As it is written, also where YAML would read a number or a truth; null where it is no text. */
  readonly text: string | null;
  /** Null where it is no list. */
  readonly items: readonly YamlNode[] | null;
  /** In their order; null where it is no mapping. The last of two equal keys counts. */
  readonly entries: readonly (readonly [string, YamlNode])[] | null;
}

const longestText = 4_000_000;

/** Null, with the reason, where it is no YAML. */
export function parseYaml(text: string): YamlNode | { readonly problem: string } {
  if (text.length > longestText)
    return { problem: `it has ${text.length} characters; at most ${longestText} are read` };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) {
    return { problem: `line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n', 1)[0] ?? ''}` };
  }
  return nodeOf(document.contents, lines);
}

/** Null where there is no such key, or where it stands for nothing. */
export function child(node: YamlNode | null, key: string): YamlNode | null {
  const found = node?.entries?.findLast(([name]) => name === key)?.[1] ?? null;
  return found === null || isNothing(found) ? null : found;
}

function isNothing({ text, items, entries }: YamlNode): boolean {
  return text === null && items === null && entries === null;
}

function nodeOf(raw: unknown, lines: LineCounter): YamlNode {
  const start = typeof raw === 'object' && raw !== null && 'range' in raw && Array.isArray(raw.range) ? raw.range : [];
  const offset: unknown = start[0];
  const line = typeof offset === 'number' ? lines.linePos(offset).line : 1;
  const nothing = { line, text: null, items: null, entries: null };
  if (isAlias(raw)) return nothing;
  if (isSeq(raw)) return { ...nothing, items: raw.items.map((item) => nodeOf(item, lines)) };
  if (isMap(raw)) {
    const entries = raw.items.map(({ key, value }): [string, YamlNode] => {
      const name = nodeOf(key, lines);
      const node = nodeOf(value, lines);
      // A key without a value has no place of its own.
      return [name.text ?? '', isNothing(node) ? { ...node, line: name.line } : node];
    });
    return { ...nothing, entries };
  }
  if (!isScalar(raw) || raw.value === null) return nothing;
  return { ...nothing, text: typeof raw.value === 'string' ? raw.value : (raw.source ?? JSON.stringify(raw.value)) };
}
