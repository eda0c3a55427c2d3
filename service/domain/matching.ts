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
  turns: readonly Turn[] = demand.map((count, group): Turn => [group, count]),
): Matching {
  const flow = demand.map(() => new Map<number, number>());
  const left = [...demand];
  const spare = [...supply];
  for (const limit of [preferredUpTo, supply.length]) {
    // Whoever finds no place now finds none later either: what others gain never opens a path for him.
    const barren = new Set<number>();
    const reached = demand.map(() => 0);
    for (const [group, count] of turns) {
      reached[group] = (reached[group] ?? 0) + count;
      while (!barren.has(group)) {
        const open = (reached[group] ?? 0) - ((demand[group] ?? 0) - (left[group] ?? 0));
        if (open <= 0) break;
        if (!augment(group, open, limit, left, spare, adjacent, flow)) barren.add(group);
      }
    }
  }
  return { flow, unmatched: left };
}

export type Turn = readonly [group: number, count: number];

/** Breadth first from a demand group to supply with something left, through groups that could be served elsewhere. */
function augment(
  start: number,
  most: number,
  limit: number,
  left: number[],
  spare: number[],
  adjacent: readonly (readonly number[])[],
  flow: readonly Map<number, number>[],
): boolean {
  const reachedFrom = new Map<number, number>();
  const servedFrom = new Map<number, number>();
  const queue = [start];
  const seen = new Set(queue);
  for (const group of queue) {
    for (const supply of adjacent[group] ?? []) {
      if (supply >= limit || reachedFrom.has(supply)) continue;
      reachedFrom.set(supply, group);
      if ((spare[supply] ?? 0) > 0) {
        push(supply, start, most, left, spare, flow, reachedFrom, servedFrom);
        return true;
      }
      for (const [rival, served] of flow.entries()) {
        if (seen.has(rival) || (served.get(supply) ?? 0) === 0) continue;
        seen.add(rival);
        servedFrom.set(rival, supply);
        queue.push(rival);
      }
    }
  }
  return false;
}

function push(
  end: number,
  start: number,
  most: number,
  left: number[],
  spare: number[],
  flow: readonly Map<number, number>[],
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
    const served = flow[group];
    served?.set(gains, (served.get(gains) ?? 0) + amount);
    if (loses !== null) served?.set(loses, (served.get(loses) ?? 0) - amount);
  }
  left[start] = (left[start] ?? 0) - amount;
  spare[end] = (spare[end] ?? 0) - amount;
}
