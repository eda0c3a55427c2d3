// In which order the waiting jobs are served: High before Medium before Low, and whoever waited long enough counts as one
// priority higher, so that nobody starves.
import { equalsIgnoringCase, parseDemand } from './demand.ts';
import type { JobRequest } from './job-request.ts';
import type { Turn } from './matching.ts';
import type { PoolSettings } from './pool.ts';

export const priorities = ['High', 'Medium', 'Low'] as const;
export type Priority = (typeof priorities)[number];

/** The name of the demand, and of the label that meets it. */
export const priorityLabel = 'Priority';

/** As it is written in the settings; a job that names none, or one that does not exist, is Medium. */
export function priorityOf(request: Pick<JobRequest, 'demands'>): Priority {
  return namedPriority(request.demands) ?? 'Medium';
}

/** The priority that the demands ask for by name: only an agent with that label meets them. */
export function namedPriority(demands: readonly string[]): Priority | null {
  for (const text of demands) {
    // Parsing every demand of every request would cost more than the order itself.
    if (!isPriorityText(text)) continue;
    const demand = parseDemand(text);
    if (demand.kind !== 'equals' || !equalsIgnoringCase(demand.name, priorityLabel)) continue;
    const named = priorities.find((one) => equalsIgnoringCase(one, demand.value));
    if (named !== undefined) return named;
  }
  return null;
}

/**
 * The instant by which the queue is ordered: when it was queued, later by one `agingMinutes` for each priority below High.
 * So a job goes ahead of every higher one that is queued more than that much later, and nothing depends on when one looks.
 */
export function servedAsOf(request: JobRequest, settings: Pick<PoolSettings, 'priority'>): number {
  return request.queuedAt + serviceDelay(request, settings);
}

/** Milliseconds; the same for all requests with the same demands. */
export function serviceDelay(request: Pick<JobRequest, 'demands'>, settings: Pick<PoolSettings, 'priority'>): number {
  return priorities.indexOf(priorityOf(request)) * settings.priority.agingMinutes * 60_000;
}

/** Total: two different requests are never equal. Jobs of one run with one priority stay in the order of the run. */
export function inServiceOrder(
  requests: readonly JobRequest[],
  settings: Pick<PoolSettings, 'priority'>,
): readonly JobRequest[] {
  const keyed = requests.map((request) => ({ request, at: servedAsOf(request, settings) }));
  const compare = (a: Keyed, b: Keyed): number =>
    a.at - b.at || a.request.queuedAt - b.request.queuedAt || a.request.requestId - b.request.requestId;
  // Most queues come in this order already, and to see that costs less than to sort them.
  const isOrdered = keyed.every((one, place) => {
    const before = keyed[place - 1];
    return before === undefined || compare(before, one) <= 0;
  });
  return isOrdered ? requests : keyed.sort(compare).map(({ request }) => request);
}

interface Keyed {
  readonly request: JobRequest;
  /** `servedAsOf`. */
  readonly at: number;
}

/**
 * The groups of a queue in turns: each request before all that are served later. One that only existing nodes fit counts as
 * one priority higher, for a new machine would not help it. Undefined where nobody names a priority: then age decides.
 */
export function turnsOf(
  groups: readonly { readonly requests: readonly JobRequest[]; readonly fitsNew: boolean }[],
  settings: Pick<PoolSettings, 'priority'>,
): readonly Turn[] | undefined {
  if (!groups.some(({ requests }) => usesPriorities(requests.slice(0, 1)))) return undefined;
  const places = groups.flatMap(({ requests, fitsNew }, group) => {
    const boost = fitsNew ? 0 : settings.priority.agingMinutes * 60_000;
    return requests.map((request) => ({ group, at: servedAsOf(request, settings) - boost, id: request.requestId }));
  });
  places.sort((a, b) => a.at - b.at || a.id - b.id);
  const turns: [group: number, count: number][] = [];
  for (const { group } of places) {
    const last = turns.at(-1);
    if (last?.[0] === group) last[1] += 1;
    else turns.push([group, 1]);
  }
  return turns;
}

/**
 * The same where nobody names a priority: who only fits what exists first, then by age. Nothing is made that nobody asks for, for a
 * long queue mostly finds nothing.
 */
export function turnsByAge({
  groups,
  groupAt,
  requests,
}: {
  readonly groups: readonly { readonly requests: readonly JobRequest[]; readonly fitsNew: boolean }[];
  readonly groupAt: (turn: number) => number;
  readonly requests: readonly JobRequest[];
}): Iterable<Turn> {
  return {
    *[Symbol.iterator]() {
      for (const [group, one] of groups.entries()) if (!one.fitsNew) yield [group, one.requests.length];
      for (let turn = 0; turn < requests.length; turn += 1) {
        const group = groupAt(turn);
        if (groups[group]?.fitsNew === true) yield [group, 1];
      }
    },
  };
}

/** True where some job asks for a priority by name: only then does the order of the queue have to be looked after. */
export function usesPriorities(requests: readonly Pick<JobRequest, 'demands'>[]): boolean {
  return requests.some((request) => namedPriority(request.demands) !== null);
}

function isPriorityText(text: string): boolean {
  return text.length > priorityLabel.length && equalsIgnoringCase(text.slice(0, priorityLabel.length), priorityLabel);
}
