// In which scale set a node is. Azure writes the id of one set now with these and now with those capitals.
import type { Node } from './node.ts';

/** In lower case; empty where the node has none. */
export function laneOf({ scaleSetId }: Pick<Node, 'scaleSetId'>): string {
  if (scaleSetId === null) return '';
  const known = folded.get(scaleSetId);
  if (known !== undefined) return known;
  if (folded.size >= mostKnown) folded.clear();
  const lower = scaleSetId.toLowerCase();
  folded.set(scaleSetId, lower);
  return lower;
}

/** The same few ids are asked for again and again, once for each node of a pass. */
const folded = new Map<string, string>();
const mostKnown = 1000;

/** Several reasons of a pass ask for the lanes of all its nodes. */
export function nodesByLane(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const known = byLane.get(nodes);
  if (known !== undefined) return known;
  const lanes = new Map<string, Node[]>();
  for (const node of nodes) {
    const lane = laneOf(node);
    const own = lanes.get(lane);
    if (own === undefined) lanes.set(lane, [node]);
    else own.push(node);
  }
  byLane.set(nodes, lanes);
  return lanes;
}

const byLane = new WeakMap<readonly Node[], ReadonlyMap<string, readonly Node[]>>();
