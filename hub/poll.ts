// Asks again and again while somebody looks: one request at a time, slower after failures, none while the page is hidden.
import { ServiceProblem } from '../contract/client.ts';
import { toProblem, type HubProblem } from './problem.ts';

export interface PollOptions<Data> {
  readonly read: (signal: AbortSignal) => Promise<Data>;
  readonly intervalMs: number;
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

export function startPoll<Data>(options: PollOptions<Data>): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: AbortController | null = null;
  let failures = 0;
  let isStopped = false;

  const ask = async (): Promise<void> => {
    if (underWay !== null || isStopped) return;
    clearTimeout(timer);
    const controller = new AbortController();
    underWay = controller;
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
    timer = setTimeout(hurry, delayAfter(failures, options.intervalMs, retryAfterMs));
  };
  // A function, because the flag changes while the answer is awaited and the compiler would believe it cannot.
  const isStoppedNow = (): boolean => isStopped;
  const hurry = (): void => void ask();
  const follow = (): void => {
    if (document.hidden) clearTimeout(timer);
    else hurry();
  };
  document.addEventListener('visibilitychange', follow);
  hurry();
  return {
    hurry,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
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
