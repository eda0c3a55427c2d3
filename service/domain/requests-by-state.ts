// The job requests of a picture by their state. A pool has tens of thousands, and several reasons of a pass look at one kind of them.
import { jobRequestState, type JobRequest } from './job-request.ts';
import { ColumnReader, noteColumns } from './queue-columns.ts';

export interface RequestsByState {
  /** In the order of the list. */
  readonly queued: readonly JobRequest[];
  /** Given to an agent, or received by it; likewise. */
  readonly given: readonly JobRequest[];
}

/** Worked out once for each list. */
export function requestsByState(requests: readonly JobRequest[]): RequestsByState {
  const before = known.get(requests);
  if (before !== undefined) return before;
  const queued: JobRequest[] = [];
  const given: JobRequest[] = [];
  const columns = new ColumnReader(requests.length);
  for (const request of requests) {
    const state = jobRequestState(request);
    if (state === 'queued') {
      queued.push(request);
      columns.read(request);
    } else if (state !== 'finished') given.push(request);
  }
  noteColumns(queued, columns);
  const found = { queued, given };
  known.set(requests, found);
  return found;
}

const known = new WeakMap<readonly JobRequest[], RequestsByState>();
