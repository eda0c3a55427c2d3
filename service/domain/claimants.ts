// Who of the queue had which node in the last pass.
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
  let newest = -1;
  for (const id of Object.keys(claims)) newest = Math.max(newest, Number(id));
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
