// Who of the waiting gets which machine, as far as anybody can tell: the agent that comes online first goes to the first
// request in the order of service that it fits. Claims count the same machines, but whom they name matters only for counting.
import { isStarting, type Claims } from './claims.ts';
import { serves, type Target } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import type { Place } from './lane-place.ts';
import { targetsByRequest } from './needs.ts';
import type { Node } from './node.ts';
import { placeOfNode } from './placed-class.ts';
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
  const coming = servedByBoots(claims, waiting);
  const inTurn = [...coming];
  const firsts = new Map<Place, number>();
  for (const node of booting) {
    const place = placeOfNode(node, claims.catalog);
    // Whoever was served or is not meant for the place stays so, and is not looked at again.
    let next = firsts.get(place) ?? 0;
    for (; next < inTurn.length; next += 1) {
      const [request, target] = inTurn[next] ?? [];
      if (request === undefined || target === undefined || served.has(request.requestId)) continue;
      if (!serves(place, target, claims.catalog)) continue;
      served.set(request.requestId, node);
      break;
    }
    firsts.set(place, next);
  }
  return { nodes: served, withoutNode: waiting.filter((request) => !coming.has(request)) };
}

/** Request id → its place among those without a node; worked out once for each order. */
export function placesWithoutNode(order: ServingOrder): ReadonlyMap<number, number> {
  const known = places.get(order);
  if (known !== undefined) return known;
  const found = new Map(order.withoutNode.map(({ requestId }, place) => [requestId, place]));
  places.set(order, found);
  return found;
}

const places = new WeakMap<ServingOrder, ReadonlyMap<number, number>>();

/** Who gets a machine that boots or was asked for: as many of each kind as the claims count, whoever is served first. */
function servedByBoots(claims: Claims, waiting: readonly JobRequest[]): ReadonlyMap<JobRequest, Target> {
  const all = targetsByRequest(claims);
  const targets = new Map<JobRequest, Target>();
  for (const { place, used } of claims.boots) {
    let left = used;
    for (const request of waiting) {
      if (left === 0) break;
      const target = all.get(request);
      if (target === undefined || targets.has(request) || !serves(place, target, claims.catalog)) continue;
      targets.set(request, target);
      left -= 1;
    }
  }
  const order = new Map(waiting.map((request, place) => [request, place]));
  return new Map([...targets].sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0)));
}
