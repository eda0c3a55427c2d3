// Which group of requests gets how many of which nodes, in the order of service (docs/decisions/0007).
import type { Queue } from './fit.ts';
import { isContested, match, type Matching } from './matching.ts';
import type { PoolSettings } from './pool.ts';
import { turnsByAge, turnsOf } from './priority.ts';

/** `adjacent`: for each group the kinds of nodes that it may have, best first; those below `idleUpTo` are taken first. */
export function matchInTurn(
  queue: Queue,
  settings: Pick<PoolSettings, 'priority'>,
  supply: readonly number[],
  adjacent: readonly (readonly number[])[],
  idleUpTo: number,
): Matching['flow'] {
  const demand = queue.groups.map(({ requests }) => requests.length);
  const turns = turnsOf(queue.groups, settings);
  const matching = match(demand, supply, adjacent, idleUpTo, turns);
  // Whole groups are quicker to match than single requests, and where nobody loses by it their order does not matter.
  if (turns !== undefined || !isContested(matching, adjacent)) return matching.flow;
  return match(demand, supply, adjacent, idleUpTo, turnsByAge(queue)).flow;
}
