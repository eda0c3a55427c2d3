// Maximum matching between counted groups: n requests of one kind against m nodes of one kind, never one by one.

export interface Matching {
  /** For each demand group: supply group → how many of its requests take a node there. */
  readonly flow: readonly ReadonlyMap<number, number>[];
  readonly unmatched: readonly number[];
}

/**
 * Supply groups below `preferredUpTo` are filled first; what is matched there stays matched, so a second kind of supply
 * is used only for what the first cannot serve. Demand groups are served in the order given, and a later group never
 * takes a node from an earlier one without giving it another (augmenting paths). `turns` (demand group, how many of its
 * requests) is another order: then the groups are served in turns, each request before all that come later.
 */
export function match(
  demand: readonly number[],
  supply: readonly number[],
  adjacent: readonly (readonly number[])[],
  preferredUpTo: number,
  turns: Iterable<Turn> = demand.map((count, group): Turn => [group, count]),
): Matching {
  const flow = demand.map(() => new Map<number, number>());
  const state: State = { adjacent, flow, left: [...demand], spare: [...supply], takers: supply.map(() => []) };
  for (const limit of [preferredUpTo, supply.length]) {
    // Whoever finds no place now finds none later either: what others gain never opens a path for him. Nor does one open
    // through any supply that he reached.
    const barren = new Set<number>();
    const dead = new Set<number>();
    const reached = demand.map(() => 0);
    for (const [group, count] of turns) {
      // A long queue mostly waits for nothing that is there, and nobody has to be asked twice.
      if (barren.size === demand.length) break;
      reached[group] = (reached[group] ?? 0) + count;
      while (!barren.has(group)) {
        const open = (reached[group] ?? 0) - ((demand[group] ?? 0) - (state.left[group] ?? 0));
        if (open <= 0) break;
        if (!augment(group, open, limit, dead, state)) barren.add(group);
      }
    }
  }
  return { flow, unmatched: state.left };
}

/** True where somebody found no place at supply that others may have, too: then it matters in which order they were asked. */
export function isContested({ unmatched }: Matching, adjacent: readonly (readonly number[])[]): boolean {
  const groupsAt = new Map<number, number>();
  for (const supplies of adjacent) for (const supply of supplies) groupsAt.set(supply, (groupsAt.get(supply) ?? 0) + 1);
  return unmatched.some(
    (left, group) => left > 0 && adjacent[group]?.some((supply) => (groupsAt.get(supply) ?? 0) > 1),
  );
}

interface State {
  readonly adjacent: readonly (readonly number[])[];
  readonly flow: readonly Map<number, number>[];
  readonly left: number[];
  readonly spare: number[];
  /** For each supply group the demand groups that have nodes there, in their order. */
  readonly takers: readonly number[][];
}

export type Turn = readonly [group: number, count: number];

/** Breadth first from a demand group to supply with something left, through groups that could be served elsewhere. */
function augment(start: number, most: number, limit: number, dead: Set<number>, state: State): boolean {
  const { adjacent, spare, takers } = state;
  const reachedFrom = new Map<number, number>();
  const servedFrom = new Map<number, number>();
  const queue = [start];
  const seen = new Set(queue);
  for (const group of queue) {
    for (const supply of adjacent[group] ?? []) {
      if (supply >= limit || dead.has(supply) || reachedFrom.has(supply)) continue;
      reachedFrom.set(supply, group);
      if ((spare[supply] ?? 0) > 0) {
        push(supply, start, most, state, reachedFrom, servedFrom);
        return true;
      }
      for (const rival of takers[supply] ?? []) {
        if (seen.has(rival)) continue;
        seen.add(rival);
        servedFrom.set(rival, supply);
        queue.push(rival);
      }
    }
  }
  for (const supply of reachedFrom.keys()) dead.add(supply);
  return false;
}

function push(
  end: number,
  start: number,
  most: number,
  { left, spare, flow, takers }: State,
  reachedFrom: ReadonlyMap<number, number>,
  servedFrom: ReadonlyMap<number, number>,
): void {
  const path: { readonly group: number; readonly gains: number; readonly loses: number | null }[] = [];
  let amount = Math.min(most, left[start] ?? 0, spare[end] ?? 0);
  for (let supply: number | undefined = end; supply !== undefined;) {
    const group: number = reachedFrom.get(supply) ?? start;
    const loses: number | undefined = group === start ? undefined : servedFrom.get(group);
    path.push({ group, gains: supply, loses: loses ?? null });
    if (loses !== undefined) amount = Math.min(amount, flow[group]?.get(loses) ?? 0);
    supply = loses;
  }
  for (const { group, gains, loses } of path) {
    change(group, gains, amount, flow, takers);
    if (loses !== null) change(group, loses, -amount, flow, takers);
  }
  left[start] = (left[start] ?? 0) - amount;
  spare[end] = (spare[end] ?? 0) - amount;
}

function change(
  group: number,
  supply: number,
  by: number,
  flow: readonly Map<number, number>[],
  takers: readonly number[][],
): void {
  const before = flow[group]?.get(supply) ?? 0;
  flow[group]?.set(supply, before + by);
  const own = takers[supply];
  if (own === undefined) return;
  if (before === 0 && by > 0) own.splice(placeFor(group, own), 0, group);
  else if (before + by === 0) own.splice(own.indexOf(group), 1);
}

/** The first place in the sorted list whose group is not lower. */
function placeFor(group: number, sorted: readonly number[]): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < group) low = middle + 1;
    else high = middle;
  }
  return low;
}
