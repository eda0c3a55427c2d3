// What a picture has under a number: its agents by their ids, and the requests by the agents that they are given to.
import type { Agent } from './agent.ts';

export interface ByNumber<T> {
  get(number: number): T | undefined;
}

/** Worked out once for each list. Of one that is listed twice the later entry counts. */
export function agentsById(agents: readonly Agent[]): ByNumber<Agent> {
  const before = known.get(agents);
  if (before !== undefined) return before;
  const byId = byNumber(agents, ({ agentId }) => agentId);
  known.set(agents, byId);
  return byId;
}

const known = new WeakMap<readonly Agent[], ByNumber<Agent>>();

/**
 * Of two under one number the later counts, and under null there is nothing. Azure DevOps counts up, so the ids of a pool mostly lie
 * near each other: then a table is quicker than a map.
 */
export function byNumber<T>(list: readonly T[], numberOf: (one: T) => number | null): ByNumber<T> {
  let least = Infinity;
  for (const one of list) least = Math.min(least, numberOf(one) ?? Infinity);
  const most = least === Infinity ? least : least + 16 * list.length + 1024;
  const places = new Int32Array(least === Infinity ? 0 : most - least).fill(-1);
  const others = new Map<number, T>();
  for (let place = 0; place < list.length; place += 1) {
    const one = list[place];
    const number = one === undefined ? null : numberOf(one);
    if (one === undefined || number === null) continue;
    if (number < most) places[number - least] = place;
    else others.set(number, one);
  }
  return {
    get: (number) => {
      if (!(number >= least && number < most)) return others.get(number);
      const place = places[number - least] ?? -1;
      return place < 0 ? undefined : list[place];
    },
  };
}
