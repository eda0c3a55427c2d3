// Who of the queue had which node in the last pass.
import type { Queue } from './fit.ts';
import type { JobRequest } from './job-request.ts';
import type { Memory } from './memory.ts';

export interface Claimant {
  readonly group: number;
  readonly request: JobRequest;
}

/** Node key → the request that claimed it in the last pass, as far as it still waits. */
export function claimants(
  { requests, groupOf, ids: waiting }: Queue,
  { claims }: Memory,
): ReadonlyMap<string, Claimant> {
  const claimants = new Map<string, Claimant>();
  // The oldest have the claims, so most of a long queue is younger than the last of them.
  const ids = Object.keys(claims).map(Number);
  const newest = ids.reduce((latest, id) => Math.max(latest, id), -1);
  let index = -1;
  for (const id of waiting) {
    index += 1;
    if (id > newest) continue;
    const key = claims[id];
    const request = requests[index];
    if (key !== undefined && request !== undefined) claimants.set(key, { group: groupOf[index] ?? 0, request });
  }
  return claimants;
}
