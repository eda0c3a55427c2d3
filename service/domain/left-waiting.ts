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

export interface Booked {
  /** Requests that have a node, or the promise of one. */
  readonly taken: ReadonlySet<JobRequest>;
  /** How many of them are in each group. */
  readonly takenOf: readonly number[];
}

/** Of those that have no node: who gets a new one, and whom none would help. Who waits for the agent with his tag is neither. */
export function leftWaiting(
  requests: readonly JobRequest[],
  groupOf: ArrayLike<number>,
  groups: readonly RequestGroup[],
  { taken, takenOf }: Booked,
): LeftWaiting {
  const withoutNode: JobRequest[] = [];
  const withoutNodeGroups: number[] = [];
  const misfits: JobRequest[] = [];
  // Who has a node is mostly among the first of his group, and the others need not be looked for.
  const left = [...takenOf];
  let index = -1;
  for (const request of requests) {
    index += 1;
    const place = groupOf[index] ?? 0;
    const group = groups[place];
    if (group === undefined || group.waitsForTag === true) continue;
    const open = left[place] ?? 0;
    if (open > 0 && taken.has(request)) {
      left[place] = open - 1;
      continue;
    }
    if (!group.fitsNew) misfits.push(request);
    else {
      withoutNode.push(request);
      withoutNodeGroups.push(place);
    }
  }
  return { withoutNode, withoutNodeGroups, misfits };
}
