// The queue in the order in which it is served, and in groups of requests that ask for the same. A queue has thousands of
// requests and a few writings of demands, so what follows from the demands alone is worked out once for each writing.
import type { JobRequest } from './job-request.ts';
import { compareText } from './node.ts';
import type { PoolSettings } from './pool.ts';
import { serviceDelay } from './priority.ts';
import { columnsOf } from './queue-columns.ts';

export interface ServiceQueue {
  /** In the order in which they are served. */
  readonly requests: readonly JobRequest[];
  /** The place of the group of the request that is served in this turn, counted from 0. */
  readonly groupAt: (turn: number) => number;
  /** Those with the same demands, in whatever order they are written; each group is in the order of service. */
  readonly groups: readonly (readonly JobRequest[])[];
}

/** `queue` is sorted by age. */
export function serviceQueue(queue: readonly JobRequest[], settings: Pick<PoolSettings, 'priority'>): ServiceQueue {
  const { written, writings, lists } = columnsOf(queue);
  const signed = writings.map(signatureOf);
  const signatures = [...new Set(signed)].sort(compareText);
  const placeOf = new Map(signatures.map((signature, place) => [signature, place]));
  const places = signed.map((signature) => placeOf.get(signature) ?? 0);
  const delays = writings.map((demands) => serviceDelay({ demands }, settings));
  const order = orderOfService(queue, written, delays);
  const requests = order === null ? queue : inOrder(queue, order);
  const groupAt = (turn: number): number => places[written[order === null ? turn : (order[turn] ?? 0)] ?? 0] ?? 0;
  // Mostly all of a group write their demands in one order, and then it has been put together already.
  const groups =
    signatures.length === writings.length
      ? signatures.map((_, place) => lists[places.indexOf(place)] ?? [])
      : grouped(requests, groupAt, signatures.length);
  return { requests, groupAt, groups };
}

function grouped(
  requests: readonly JobRequest[],
  groupAt: ServiceQueue['groupAt'],
  count: number,
): readonly (readonly JobRequest[])[] {
  const groups = Array.from({ length: count }, (): JobRequest[] => []);
  for (const [turn, request] of requests.entries()) groups[groupAt(turn)]?.push(request);
  return groups;
}

function inOrder(queue: readonly JobRequest[], order: readonly number[]): readonly JobRequest[] {
  const requests: JobRequest[] = [];
  for (const index of order) {
    const request = queue[index];
    if (request !== undefined) requests.push(request);
  }
  return requests;
}

/** Indexes of the queue; null where the order of age is the order of service. */
function orderOfService(
  queue: readonly JobRequest[],
  written: Int32Array,
  delays: readonly number[],
): readonly number[] | null {
  const distinct = [...new Set(delays)];
  if (distinct.length < 2) return null;
  const runs = distinct.map((): number[] => []);
  const runOf = delays.map((delay) => runs[distinct.indexOf(delay)]);
  const dueAt = queue.map((request, index) => request.queuedAt + (delays[written[index] ?? 0] ?? 0));
  for (const [index, writing] of written.entries()) runOf[writing]?.push(index);
  // Each run is sorted, so this merges a few of them.
  return runs.flat().sort((a, b) => (dueAt[a] ?? 0) - (dueAt[b] ?? 0) || a - b);
}

function signatureOf(demands: readonly string[]): string {
  return demands.toSorted(compareText).join('\n');
}
