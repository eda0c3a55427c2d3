// What one `pool:` says: the name of a queue and the demands, in every form that YAML has for them.
import { child, type YamlNode } from './yaml-node.ts';

export interface PoolNode {
  readonly line: number;
  /** Null where it names none: a hosted image, or nothing at all. */
  readonly name: string | null;
  readonly demands: readonly { readonly text: string; readonly line: number }[];
  /** What stands where a demand should and is none. */
  readonly faults: readonly { readonly words: string; readonly line: number }[];
}

/** `pool: NAME`, `pool: { name, demands }`, and the older `queue:` of both forms. Null where the level says nothing. */
export function readPool(level: YamlNode | null): PoolNode | null {
  const node = child(level, 'pool') ?? child(level, 'queue');
  if (node === null) return null;
  if (node.text !== null) return { line: node.line, name: nameIn(node.text), demands: [], faults: [] };
  if (node.entries === null) {
    return {
      line: node.line,
      name: null,
      demands: [],
      faults: [{ words: 'the pool is neither a name nor a mapping', line: node.line }],
    };
  }
  const name = child(node, 'name')?.text ?? null;
  return { line: node.line, name: name === null ? null : nameIn(name), ...readDemands(child(node, 'demands')) };
}

/** Agentless jobs reach no queue. */
function nameIn(text: string): string | null {
  const name = text.trim();
  return name === '' || name.toLowerCase() === 'server' ? null : name;
}

function readDemands(node: YamlNode | null): Pick<PoolNode, 'demands' | 'faults'> {
  if (node === null) return { demands: [], faults: [] };
  const items = node.items ?? [node];
  const demands: { text: string; line: number }[] = [];
  const faults: { words: string; line: number }[] = [];
  for (const { text, line } of items) {
    if (text !== null && text.trim() !== '') demands.push({ text: text.trim(), line });
    else faults.push({ words: 'a demand is neither a text nor a list of texts', line });
  }
  return { demands, faults };
}
