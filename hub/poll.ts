// Asks again and again while somebody looks: one request at a time, slower after failures, none while the page is hidden.
import { ServiceProblem } from '../contract/client.ts';
import type { Feed } from './event-stream.ts';
import { toProblem, type HubProblem } from './problem.ts';

export interface PollOptions<Data> {
  readonly read: (signal: AbortSignal) => Promise<Data>;
  /** Without a stream of events; with one it is the least time from one question to the next. */
  readonly intervalMs: number;
  readonly feed?: Feed | null;
  readonly onData: (data: Data) => void;
  readonly onProblem: (problem: HubProblem) => void;
}

export interface Poll {
  /** Asks at once, unless a question is under way. */
  hurry(): void;
  stop(): void;
}

const patienceMs = 15_000;
const slowestMs = 30_000;
/** While events come, a question that no event asked for is only a net. */
const quietMs = 15_000;

export function startPoll<Data>(options: PollOptions<Data>): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: AbortController | null = null;
  let failures = 0;
  let isStopped = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  /** Something changed after the question under way was asked. */
  let isBehind = false;

  const ask = async (): Promise<void> => {
    if (underWay !== null || isStopped) return;
    clearTimeout(timer);
    const controller = new AbortController();
    underWay = controller;
    askedAt = Date.now();
    isBehind = false;
    const patience = setTimeout(() => controller.abort(), patienceMs);
    let retryAfterMs: number | null = null;
    try {
      const data = await options.read(controller.signal);
      failures = 0;
      if (!isStoppedNow()) options.onData(data);
    } catch (cause) {
      failures += 1;
      const problem = controller.signal.aborted ? tooSlow : toProblem(cause);
      retryAfterMs = problem.retryAfterMs;
      if (!isStoppedNow()) options.onProblem(problem);
    } finally {
      clearTimeout(patience);
      underWay = null;
    }
    if (isStoppedNow() || document.hidden) return;
    const quiet = options.feed?.isOpen() === true && !isBehindNow() ? Math.max(quietMs, options.intervalMs) : null;
    timer = setTimeout(hurry, delayAfter(failures, quiet ?? options.intervalMs, retryAfterMs));
  };
  const changed = (): void => {
    isBehind = true;
    // While the service fails or is asked, the timer that is set or comes next is soon enough.
    if (underWay !== null || failures > 0 || isStopped || document.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(hurry, Math.max(0, askedAt + options.intervalMs - Date.now()));
  };
  // Functions, because the flags change while the answer is awaited and the compiler would believe they cannot.
  const isStoppedNow = (): boolean => isStopped;
  const isBehindNow = (): boolean => isBehind;
  const hurry = (): void => void ask();
  const follow = (): void => {
    if (document.hidden) clearTimeout(timer);
    else hurry();
  };
  document.addEventListener('visibilitychange', follow);
  const stopListening = options.feed?.subscribe(changed);
  hurry();
  return {
    hurry,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      stopListening?.();
      underWay?.abort();
      document.removeEventListener('visibilitychange', follow);
    },
  };
}

/** Doubles with each failure in a row, up to half a minute; what the service itself asks for always counts. */
export function delayAfter(failures: number, intervalMs: number, retryAfterMs: number | null): number {
  const own = failures === 0 ? intervalMs : Math.min(slowestMs, intervalMs * 2 ** failures);
  return Math.max(own, retryAfterMs ?? 0);
}

const tooSlow = toProblem(
  new ServiceProblem(
    'SERVICE_SLOW',
    `Weir's service did not answer within ${patienceMs / 1000} seconds.`,
    'This page asks again by itself.',
  ),
);
