// The typed client for nodes, their timeline and the statistics of a pool.
import { createCall, fill, type ClientOptions } from './client.ts';
import type { NodeAccepted, NodeAction, NodeRequest, Statistics, Timeline } from './nodes.ts';
import { idempotencyHeader, nodeRoutes } from './routes.ts';

/** Two instants as ISO 8601 strings. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/** Everything throws `ServiceProblem`. */
export interface NodeClient<Signal> {
  /** `node` is its key; the same idempotency key for every repetition. */
  askNode(
    pool: string,
    node: string,
    action: NodeAction,
    request: NodeRequest,
    idempotencyKey: string,
  ): Promise<NodeAccepted>;
  timeline(pool: string, span: Span, signal?: Signal): Promise<Timeline>;
  statistics(pool: string, span: Span, signal?: Signal): Promise<Statistics>;
}

export function createNodeClient<Signal>(options: ClientOptions<Signal>): NodeClient<Signal> {
  const call = createCall(options);
  const read = <Body>(route: string, pool: string, { from, to }: Span, expected: readonly string[], signal?: Signal) =>
    call<Body>({
      method: 'GET',
      path: `${fill(route, pool)}?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`,
      expected,
      ...(signal === undefined ? {} : { signal }),
    });
  return {
    askNode: (pool, node, action, body, idempotencyKey) =>
      call({
        method: 'POST',
        path: fill(nodeRoutes.node, pool)
          .replace(':node', () => encodeURIComponent(node))
          .replace(':action', action),
        expected: ['node', 'action', 'words'],
        body,
        headers: { [idempotencyHeader]: idempotencyKey },
      }),
    timeline: (pool, span, signal) => read(nodeRoutes.timeline, pool, span, ['nodes', 'states', 'start'], signal),
    statistics: (pool, span, signal) => read(nodeRoutes.statistics, pool, span, ['waits', 'machineHours'], signal),
  };
}
