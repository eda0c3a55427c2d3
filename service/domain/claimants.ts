// Who of the queue had which node in the last pass, and what of it the next pass is to know.
import type { Queue } from './fit.ts';
import type { JobRequest } from './job-request.ts';
import type { Memory } from './memory.ts';

export interface Claimant {
  readonly group: number;
  readonly request: JobRequest;
}

/** Node key → the request that claimed it in the last pass, as far as it still waits. */
export function claimants({ requests, groupAt, isOrdered }: Queue, { claims }: Memory): ReadonlyMap<string, Claimant> {
  const claimants = new Map<string, Claimant>();
  // The oldest have the claims, so most of a long queue is younger than the last of them.
  const { newest } = extentOf(claims);
  let index = -1;
  for (const request of requests) {
    index += 1;
    const { requestId } = request;
    if (requestId > newest) {
      if (isOrdered) break;
      continue;
    }
    const key = claims[requestId];
    if (key !== undefined) claimants.set(key, { group: groupAt(index), request });
  }
  return claimants;
}

/** Request id → node key: the record of the last pass where it says the same, for to write another is dear. */
export function claimRecord(byNode: ReadonlyMap<string, JobRequest>, { claims }: Memory): Memory['claims'] {
  if (byNode.size === extentOf(claims).count && isSame(byNode, claims)) return claims;
  return Object.fromEntries([...byNode].map(([key, request]) => [String(request.requestId), key]));
}

function isSame(byNode: ReadonlyMap<string, JobRequest>, claims: Memory['claims']): boolean {
  for (const [key, { requestId }] of byNode) if (claims[requestId] !== key) return false;
  return true;
}

interface Extent {
  readonly count: number;
  /** The highest id of a request. */
  readonly newest: number;
}

function extentOf(claims: Memory['claims']): Extent {
  const known = extents.get(claims);
  if (known !== undefined) return known;
  let newest = -1;
  const ids = Object.keys(claims);
  for (const id of ids) newest = Math.max(newest, Number(id));
  const extent = { count: ids.length, newest };
  extents.set(claims, extent);
  return extent;
}

/** A record is read twice in a pass, and in the next one again where nothing has changed. */
const extents = new WeakMap<Memory['claims'], Extent>();
