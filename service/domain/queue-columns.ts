// What a pass looks at of each waiting request, side by side: a queue has tens of thousands, and to visit every one of them again
// for one number costs more than what is done with it.
import { isHeldByParallelLimit, type JobRequest } from './job-request.ts';
import { writingReader } from './writings.ts';

export interface QueueColumns {
  /** For each request of a list, in its order, the place of its writing of demands. */
  readonly written: Int32Array;
  readonly writings: readonly (readonly string[])[];
  /** For each writing the requests that write so, in the order of the list. */
  readonly lists: readonly (readonly JobRequest[])[];
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
  const reader = new ColumnReader(requests.length);
  for (const request of requests) reader.read(request);
  return noteColumns(requests, reader);
}

/** For who visits them anyway. */
export function noteColumns(requests: readonly JobRequest[], reader: ColumnReader): QueueColumns {
  const columns = reader.columns();
  known.set(requests, columns);
  return columns;
}

const known = new WeakMap<readonly JobRequest[], QueueColumns>();

export class ColumnReader {
  readonly #written: Int32Array;
  readonly #writings: (readonly string[])[] = [];
  readonly #lists: JobRequest[][] = [];
  readonly #place = writingReader();
  #isOrdered = true;
  #namesAgents = false;
  #holdsBack = false;
  #length = 0;
  #lastId = -Infinity;
  #lastQueuedAt = -Infinity;

  /** `most`: no more requests than these are read. */
  constructor(most: number) {
    this.#written = new Int32Array(most);
  }

  read(request: JobRequest): void {
    const { requestId, queuedAt, demands, matchedAgentIds } = request;
    if (matchedAgentIds !== null) this.#namesAgents = true;
    if (isHeldByParallelLimit(request)) this.#holdsBack = true;
    const place = this.#place(demands);
    const list = this.#lists[place];
    if (list === undefined) {
      this.#writings.push(demands);
      this.#lists.push([request]);
    } else list.push(request);
    this.#written[this.#length] = place;
    this.#length += 1;
    if (requestId <= this.#lastId || queuedAt < this.#lastQueuedAt) this.#isOrdered = false;
    this.#lastId = requestId;
    this.#lastQueuedAt = queuedAt;
  }

  columns(): QueueColumns {
    return {
      written: this.#written.subarray(0, this.#length),
      writings: this.#writings,
      lists: this.#lists,
      isOrdered: this.#isOrdered,
      namesAgents: this.#namesAgents,
      holdsBack: this.#holdsBack,
    };
  }
}
