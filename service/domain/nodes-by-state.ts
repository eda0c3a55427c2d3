// The nodes of a pass by their state. A pass has thousands of nodes, most of them at work, and many reasons look only at those in some state.
import type { Node, NodeState } from './node.ts';

/** In the order of the list; worked out once for each list. */
export function nodesIn(nodes: readonly Node[], state: NodeState): readonly Node[] {
  return sortedOut(nodes).byState.get(state) ?? none;
}

/** Those in one of the states, in the order of the list. */
export function nodesInAny(nodes: readonly Node[], states: ReadonlySet<NodeState>): readonly Node[] {
  const { byState } = sortedOut(nodes);
  let [only, isMixed]: [readonly Node[] | null, boolean] = [null, false];
  for (const [state, own] of byState) {
    if (!states.has(state)) continue;
    isMixed = only !== null;
    if (isMixed) break;
    only = own;
  }
  return isMixed ? nodes.filter((node) => states.has(node.state)) : (only ?? none);
}

export function countIn(nodes: readonly Node[], states: ReadonlySet<NodeState>): number {
  let sum = 0;
  for (const [state, own] of sortedOut(nodes).byState) if (states.has(state)) sum += own.length;
  return sum;
}

/** How many have a job. */
export function busyCount(nodes: readonly Node[]): number {
  return sortedOut(nodes).busy;
}

const none: readonly Node[] = [];

interface SortedOut {
  readonly byState: ReadonlyMap<NodeState, readonly Node[]>;
  readonly busy: number;
}

function sortedOut(nodes: readonly Node[]): SortedOut {
  const known = sorted.get(nodes);
  if (known !== undefined) return known;
  const states = new Map<NodeState, Node[]>();
  let busy = 0;
  let last: NodeState | null = null;
  let own: Node[] = [];
  for (const node of nodes) {
    if (node.state !== last) {
      last = node.state;
      own = states.get(last) ?? [];
      if (own.length === 0) states.set(last, own);
    }
    own.push(node);
    if (node.requestId !== null) busy += 1;
  }
  const found = { byState: states, busy };
  sorted.set(nodes, found);
  return found;
}

const sorted = new WeakMap<readonly Node[], SortedOut>();
