// Who of the waiting gets which machine, as far as anybody can tell: the agent that comes online first goes to the first
// request in the order of service that it fits. Claims count the same machines, but whom they name matters only for counting.
import { isStarting, type Claims } from './claims.ts';
import type { JobRequest } from './job-request.ts';
import type { Node } from './node.ts';
import type { PoolSettings } from './pool.ts';
import { inServiceOrder } from './priority.ts';

export interface ServingOrder {
  /** Request id → the node that exists for it. */
  readonly nodes: ReadonlyMap<number, Node>;
  /** In the order in which they are served: neither a node nor a machine that was asked for is left for them. */
  readonly withoutNode: readonly JobRequest[];
}

export function servingOrder(
  claims: Claims,
  nodes: readonly Node[],
  settings: Pick<PoolSettings, 'priority'>,
): ServingOrder {
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
  const waiting = inServiceOrder(
    claims.groups
      .filter((group) => group.fitsNew)
      .flatMap((group) => group.requests)
      .filter((request) => !served.has(request.requestId)),
    settings,
  );
  booting.forEach((node, index) => {
    const request = waiting[index];
    if (request !== undefined) served.set(request.requestId, node);
  });
  return { nodes: served, withoutNode: waiting.slice(claims.onBootingCount) };
}
