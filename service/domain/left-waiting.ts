// Who of the queue has no node after the matching. A long queue mostly has none, so what is left is told group by group, and the
// order of service across all groups is looked for where somebody asks for it.
import type { Queue, RequestGroup } from './fit.ts';
import type { JobRequest } from './job-request.ts';

export interface LeftWaiting {
  /** For each group, in the order in which they are served: a new node would serve them. */
  readonly left: readonly (readonly JobRequest[])[];
  /** How many that are. */
  readonly leftCount: number;
  /** The same in the order of service across all groups; put together at the first look. */
  readonly withoutNode: readonly JobRequest[];
  /** Neither a node that exists nor one that Weir could make fits them. In the order of service. */
  readonly misfits: readonly JobRequest[];
}

export interface Booked {
  /** Requests that have a node, or the promise of one. */
  readonly taken: ReadonlySet<JobRequest>;
  /** How many of them are in each group. */
  readonly takenOf: readonly number[];
}

/** Of those that have no node: who gets a new one, and whom none would help. Who waits for the agent with his tag is neither. */
export function leftWaiting(queue: Queue, { taken, takenOf }: Booked): LeftWaiting {
  const open = queue.groups.map((group, place) =>
    group.waitsForTag === true ? nobody : without(group, taken, takenOf[place] ?? 0),
  );
  const isHelped = ({ fitsNew }: RequestGroup): boolean => fitsNew;
  const left = queue.groups.map((group, place) => (isHelped(group) ? (open[place] ?? nobody) : nobody));
  const others = queue.groups.map((group, place) => (isHelped(group) ? nobody : (open[place] ?? nobody)));
  let inOrder: readonly JobRequest[] | null = null;
  return {
    left,
    leftCount: left.reduce((sum, { length }) => sum + length, 0),
    get withoutNode() {
      return (inOrder ??= inTurn(queue, left));
    },
    misfits: inTurn(queue, others),
  };
}

const nobody: readonly JobRequest[] = [];

/** Who has a node is mostly among the first of his group, and behind the last of them nobody has to be looked at. */
function without({ requests }: RequestGroup, taken: ReadonlySet<JobRequest>, takenHere: number): readonly JobRequest[] {
  if (takenHere === 0) return requests;
  const rest: JobRequest[] = [];
  let open = takenHere;
  let place = 0;
  for (; place < requests.length && open > 0; place += 1) {
    const request = requests[place];
    if (request === undefined) continue;
    if (taken.has(request)) open -= 1;
    else rest.push(request);
  }
  return rest.length === 0 ? requests.slice(place) : rest.concat(requests.slice(place));
}

/** `lists` has some requests of each group, in their order: all of them in the order of the queue. */
export function inTurn(
  { requests, groupAt }: Pick<Queue, 'requests' | 'groupAt'>,
  lists: readonly (readonly JobRequest[] | undefined)[],
): readonly JobRequest[] {
  const some = lists.filter((list) => list !== undefined && list.length > 0);
  if (some.length < 2) return some[0] ?? nobody;
  const next = lists.map(() => 0);
  const found: JobRequest[] = [];
  for (let turn = 0; turn < requests.length; turn += 1) {
    const [request, group] = [requests[turn], groupAt(turn)];
    const place = next[group] ?? 0;
    if (request === undefined || lists[group]?.[place] !== request) continue;
    found.push(request);
    next[group] = place + 1;
  }
  return found;
}
