// Nodes in the order of their names, as a person counts: 9 before 10.
import { useMemo } from 'react';
import type { NodeView } from '../../contract/api.ts';

const byName = new Intl.Collator(undefined, { numeric: true });

/** Each picture of the pool brings new nodes, and seldom new names: only those are sorted anew. */
export function useByName(nodes: readonly NodeView[]): readonly NodeView[] {
  const names = JSON.stringify(nodes.map(({ name }) => name));
  const order = useMemo(() => {
    const all = JSON.parse(names) as readonly string[];
    return all.map((_name, index) => index).sort((a, b) => byName.compare(all[a] ?? '', all[b] ?? ''));
  }, [names]);
  return useMemo(() => order.flatMap((place) => nodes[place] ?? []), [order, nodes]);
}
