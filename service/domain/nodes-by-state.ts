// The nodes of a pass by their state. A pass has thousands of nodes, most of them at work, and many reasons look only at those in some state.
import type { Node, NodeState } from './node.ts';

/** In the order of the list; worked out once for each list. */
export function nodesIn(nodes: readonly Node[], state: NodeState): readonly Node[] {
  return byState(nodes).get(state) ?? none;
}

const none: readonly Node[] = [];

function byState(nodes: readonly Node[]): ReadonlyMap<NodeState, readonly Node[]> {
  const known = sorted.get(nodes);
  if (known !== undefined) return known;
  const states = new Map<NodeState, Node[]>();
  let last: NodeState | null = null;
  let own: Node[] = [];
  for (const node of nodes) {
    if (node.state !== last) {
      last = node.state;
      own = states.get(last) ?? [];
      if (own.length === 0) states.set(last, own);
    }
    own.push(node);
  }
  sorted.set(nodes, states);
  return states;
}

const sorted = new WeakMap<readonly Node[], ReadonlyMap<NodeState, readonly Node[]>>();
