// Who of the waiting gets which machine, as far as anybody can tell: Azure DevOps gives the agent that comes online first
// to the oldest request it fits. Claims count the same machines, but whom they name matters only for counting.
import { isStarting, type Claims } from './claims.ts';
import type { JobRequest } from './job-request.ts';
import type { Node } from './node.ts';

export interface ServingOrder {
  /** Request id → the node that exists for it. */
  readonly nodes: ReadonlyMap<number, Node>;
  /** Oldest first: neither a node nor a machine that was asked for is left for them. */
  readonly withoutNode: readonly JobRequest[];
}

export function servingOrder(claims: Claims, nodes: readonly Node[]): ServingOrder {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const served = new Map<number, Node>();
  const booting: Node[] = [];
  for (const [key, request] of claims.byNode) {
    const node = byKey.get(key);
    if (node === undefined) continue;
    if (isStarting(node)) booting.push(node);
    else served.set(request.requestId, node);
  }
  booting.sort((a, b) => a.stateSince - b.stateSince);
  const waiting = claims.groups
    .filter((group) => group.fitsNew)
    .flatMap((group) => group.requests)
    .filter((request) => !served.has(request.requestId))
    .toSorted((a, b) => a.queuedAt - b.queuedAt || a.requestId - b.requestId);
  booting.forEach((node, index) => {
    const request = waiting[index];
    if (request !== undefined) served.set(request.requestId, node);
  });
  return { nodes: served, withoutNode: waiting.slice(claims.onBootingCount) };
}
