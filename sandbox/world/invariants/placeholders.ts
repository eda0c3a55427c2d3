// I-11, of the agents that let a job wait: two hundred at most at any time, and at the end, when everybody has rested, one for
// each priority at least stands again, whoever took them away. Of two processes that lead, each may have one under way; what
// is one too many by that goes again, but while a job may wait on it.
import type { JournalEvent } from '../journal.ts';
import { isByController, numberIn, type Checker, type Report } from './checker.ts';

const mostOfOne = 200;
const leastAtRest = 3;
/** Two looks of a pool at rest, in which nothing goes wrong: one may have been under way. */
const tooLongSeconds = 120;

interface Placeholders {
  readonly standing: Set<number>;
  wasAny: boolean;
  most: number;
  /** Jobs that nobody has yet. */
  readonly waiting: Set<number>;
  /** Since when nothing keeps one that is too many; seconds. */
  freeSince: number;
  isTold: boolean;
}

export function placeholderChecker(): Checker {
  const state: Placeholders = {
    ...{ standing: new Set(), wasAny: false, most: mostOfOne },
    ...{ waiting: new Set(), freeSince: 0, isTold: false },
  };
  return (event, report) => {
    const { standing } = state;
    lasting(state, event, report);
    const agent = numberIn(event, 'agent');
    if (event.kind === 'serviceStart')
      state.most = Math.max(state.most, mostOfOne - 1 + (numberIn(event, 'controller') ?? 1));
    if (event.kind === 'end') {
      if (state.wasAny && standing.size < leastAtRest)
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
    state.wasAny = true;
    standing.add(agent);
    if (standing.size > state.most)
      report(
        event.t,
        `${String(standing.size)} placeholders are registered; ${String(state.most)} are the most.`,
        'I-11',
      );
  };
}

/** Judged by what was so until this moment. */
function lasting(state: Placeholders, event: JournalEvent, report: Report): void {
  const isOver = state.standing.size > mostOfOne;
  if (!isOver || state.waiting.size > 0) state.freeSince = event.t;
  if (!isOver) state.isTold = false;
  const seconds = Math.round(event.t - state.freeSince);
  if (seconds > tooLongSeconds && !state.isTold) {
    state.isTold = true;
    const words = `${String(state.standing.size)} placeholders stand for ${String(seconds)} s; ${String(mostOfOne)} are the most.`;
    report(event.t, words, 'I-11');
  }
  if (['fault', 'serviceStart', 'serviceCrash'].includes(event.kind)) state.freeSince = event.t;
  const request = numberIn(event, 'request');
  if (request === null) return;
  if (event.kind === 'jobQueued' && event.admissible === true) state.waiting.add(request);
  if (['jobAssigned', 'jobFinished', 'jobLost'].includes(event.kind)) state.waiting.delete(request);
}
