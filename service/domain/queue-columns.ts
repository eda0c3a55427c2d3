// What a pass looks at of each waiting request, side by side: a queue has tens of thousands, and to visit every one of them again
// for one number costs more than what is done with it.
import { isHeldByParallelLimit, type JobRequest } from './job-request.ts';

/** One entry for each request of a list, in its order. */
export interface QueueColumns {
  readonly ids: readonly number[];
  readonly demands: readonly (readonly string[])[];
  /** True where the ids rise from entry to entry and nobody was queued before the one ahead of him: then nobody is in it twice, too. */
  readonly isOrdered: boolean;
  /** True where Azure DevOps told of some request which agents it matches. */
  readonly namesAgents: boolean;
  /** True where Azure DevOps holds some request back for the limit of parallel jobs. */
  readonly holdsBack: boolean;
}

/** Worked out once for each list. */
export function columnsOf(requests: readonly JobRequest[]): QueueColumns {
  const before = known.get(requests);
  if (before !== undefined) return before;
  const columns = new ColumnReader();
  for (const request of requests) columns.read(request);
  known.set(requests, columns);
  return columns;
}

/** For who visits them anyway. */
export function noteColumns(requests: readonly JobRequest[], columns: QueueColumns): void {
  known.set(requests, columns);
}

const known = new WeakMap<readonly JobRequest[], QueueColumns>();

export class ColumnReader implements QueueColumns {
  readonly ids: number[] = [];
  readonly demands: (readonly string[])[] = [];
  isOrdered = true;
  namesAgents = false;
  holdsBack = false;
  #lastId = -Infinity;
  #lastQueuedAt = -Infinity;

  read(request: JobRequest): void {
    const { requestId, queuedAt, demands, matchedAgentIds } = request;
    this.namesAgents ||= matchedAgentIds !== null;
    this.holdsBack ||= isHeldByParallelLimit(request);
    this.ids.push(requestId);
    this.demands.push(demands);
    this.isOrdered &&= requestId > this.#lastId && queuedAt >= this.#lastQueuedAt;
    this.#lastId = requestId;
    this.#lastQueuedAt = queuedAt;
  }
}
