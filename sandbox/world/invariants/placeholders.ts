// I-11, of the agents that let a job wait: two hundred at most at any time, and at the end, when everybody has rested, one for
// each priority at least stands again, whoever took them away. Of two processes that lead, each may have one under way.
import { isByController, numberIn, type Checker } from './checker.ts';

const mostOfOne = 200;
const leastAtRest = 3;

export function placeholderChecker(): Checker {
  const standing = new Set<number>();
  let wasAny = false;
  let most = mostOfOne;
  return (event, report) => {
    const agent = numberIn(event, 'agent');
    if (event.kind === 'serviceStart') most = Math.max(most, mostOfOne - 1 + (numberIn(event, 'controller') ?? 1));
    if (event.kind === 'end') {
      if (wasAny && standing.size < leastAtRest)
        report(
          event.t,
          `${String(standing.size)} placeholders are left: a job would fail in place of waiting.`,
          'I-11',
        );
      return;
    }
    if (agent === null) return;
    if (event.kind === 'agentDeleted') standing.delete(agent);
    if (event.kind !== 'agentRegistered' || event.placeholder !== true || !isByController(event)) return;
    wasAny = true;
    standing.add(agent);
    if (standing.size > most)
      report(event.t, `${String(standing.size)} placeholders are registered; ${String(most)} are the most.`, 'I-11');
  };
}
