// Whose turn it is in a full pool. A machine that ends its job would go on to the next job of its own image for as long as one comes,
// and a job of another image would never get a place: whoever is served before that next one by a while gets it (decision 0033).
import { mostOfLane } from './breaker.ts';
import { serves, type Target } from './image-catalog.ts';
import type { JobRequest } from './job-request.ts';
import { machinesOf } from './lane-capacity.ts';
import { isRefused, laneRoom } from './lane-room.ts';
import type { Need } from './needs.ts';
import type { Node } from './node.ts';
import { countIn } from './nodes-by-state.ts';
import type { Pass, Plan } from './pass.ts';
import { placeOfNode } from './placed-class.ts';
import { servedAsOf } from './priority.ts';
import { lackingPlaces } from './room-making.ts';
import { leavingStates } from './scale-in.ts';
import { goesBefore } from './turn.ts';

/** Used machines, each with the request of another image that gets its place, though a later one could have the machine wiped. */
export function placesInTurn(pass: Pass, plan: Plan, used: readonly Node[]): ReadonlyMap<Node, JobRequest> {
  const given = new Map<Node, JobRequest>();
  const needs = plan.needs.filter(({ requests }) => requests.length > 0);
  if (used.length === 0 || needs.length < 2 || pass.claims.catalog.isOwnSet) return given;
  const queue = new TurnQueue(pass, plan, needs, used.length);
  const open = [...used];
  const takeFor = (target: Target): Node | undefined => {
    const at = open.findIndex((node) => serves(placeOfNode(node, pass.claims.catalog), target, pass.claims.catalog));
    return at < 0 ? undefined : open.splice(at, 1)[0];
  };
  for (let next = queue.next(); next !== null && open.length > 0; next = queue.next()) {
    const { need, request } = next;
    let node = takeFor(need.target);
    for (
      let before = queue.passedBy(request);
      node !== undefined && before !== null;
      before = queue.passedBy(request)
    ) {
      given.set(node, before);
      node = takeFor(need.target);
    }
    if (node === undefined) queue.passOver(need, request);
  }
  return given;
}

/** Requests in the order of service, and those of them that found neither a machine nor a place. */
class TurnQueue {
  readonly #pass: Pass;
  readonly #heads: Map<Need, number>;
  /** How many more places would help each. */
  readonly #helped: Map<Need, number>;
  readonly #passed: JobRequest[] = [];
  /** Places below the maximum, and those of machines that go already. */
  #free: number;

  constructor(pass: Pass, plan: Plan, needs: readonly Need[], most: number) {
    this.#pass = pass;
    this.#heads = new Map(needs.map((need) => [need, 0]));
    this.#helped = new Map(needs.map((need) => [need, Math.min(most, placesFor(pass, plan, need))]));
    const machines = pass.lanes.reduce((sum, lane) => sum + machinesOf(lane), 0);
    const reclaimed = plan.decisions.filter(({ kind }) => kind === 'reclaim').length;
    const below = Math.max(0, pass.settings.maxCapacity - machines);
    this.#free = below + countIn(pass.nodes, leavingStates) + reclaimed;
  }

  next(): { readonly need: Need; readonly request: JobRequest } | null {
    let first: { readonly need: Need; readonly request: JobRequest; readonly at: number } | null = null;
    for (const [need, place] of this.#heads) {
      const request = need.requests[place];
      if (request === undefined) continue;
      const at = servedAsOf(request, this.#pass.settings);
      if (first === null || at < first.at) first = { need, request, at };
    }
    if (first !== null) this.#heads.set(first.need, (this.#heads.get(first.need) ?? 0) + 1);
    return first;
  }

  /** It found no machine: a free place is his, or he is passed over for now. */
  passOver(need: Need, request: JobRequest): void {
    const helped = this.#helped.get(need) ?? 0;
    if (helped <= 0) return;
    this.#helped.set(need, helped - 1);
    const isResting = laneRoom(need.target, this.#pass, 0).kind === 'resting';
    if (!isResting && this.#free > 0) this.#free -= 1;
    else this.#passed.push(request);
  }

  /** Takes out the first of those who were passed over and whose turn it was long before this one, or null. */
  passedBy(request: JobRequest): JobRequest | null {
    const at = this.#passed.findIndex((one) => goesBefore(one, request, this.#pass));
    return at < 0 ? null : (this.#passed.splice(at, 1)[0] ?? null);
  }
}

/** Requests that a freed place would help: not those whose lane cannot be made, or where even that brings no machine. */
function placesFor(pass: Pass, plan: Plan, need: Need): number {
  if (isRefused(need.target, pass)) return 0;
  const room = laneRoom(need.target, pass, 0);
  if (room.kind === 'missing') return need.requests.length;
  if (room.kind === 'lane') return Math.min(need.requests.length, mostOfLane(pass, plan, room.lane));
  return room.kind === 'resting' ? lackingPlaces(pass, plan, need, room.lane) : 0;
}
