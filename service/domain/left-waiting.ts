// Who of the queue has no node after the matching.
import type { Claims } from './claims.ts';
import type { RequestGroup } from './fit.ts';
import type { JobRequest } from './job-request.ts';

/** Of those that have no node: who gets a new one, and whom none would help. Who waits for the agent with his tag is neither. */
export function leftWaiting(
  requests: readonly JobRequest[],
  groupOf: readonly number[],
  groups: readonly RequestGroup[],
  taken: ReadonlySet<JobRequest>,
): Pick<Claims, 'withoutNode' | 'withoutNodeGroups' | 'misfits'> {
  const withoutNode: JobRequest[] = [];
  const withoutNodeGroups: number[] = [];
  const misfits: JobRequest[] = [];
  for (const [index, request] of requests.entries()) {
    const place = groupOf[index] ?? 0;
    const group = groups[place];
    if (group === undefined || group.waitsForTag === true || taken.has(request)) continue;
    if (!group.fitsNew) misfits.push(request);
    else {
      withoutNode.push(request);
      withoutNodeGroups.push(place);
    }
  }
  return { withoutNode, withoutNodeGroups, misfits };
}
