// Who of the queue has no node after the matching.
import type { RequestGroup } from './fit.ts';
import type { JobRequest } from './job-request.ts';

export interface LeftWaiting {
  /** Oldest first: a new node would serve them. */
  readonly withoutNode: readonly JobRequest[];
  /** For each of them, the place of its group. */
  readonly withoutNodeGroups: readonly number[];
  /** Neither a node that exists nor one that Weir could make fits them. */
  readonly misfits: readonly JobRequest[];
}

/** Of those that have no node: who gets a new one, and whom none would help. Who waits for the agent with his tag is neither. */
export function leftWaiting(
  requests: readonly JobRequest[],
  groupOf: readonly number[],
  groups: readonly RequestGroup[],
  taken: ReadonlySet<JobRequest>,
): LeftWaiting {
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
