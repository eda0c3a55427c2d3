// The newest answer of the service, kept on the screen while later questions fail.
import { useCallback, useContext, useEffect, useRef, useState } from 'react';
import { LiveFeed } from './live-feed.tsx';
import { startPoll, type Poll } from './poll.ts';
import type { HubProblem } from './problem.ts';

export interface Live<Data> {
  readonly data: Data | null;
  /** Wall-clock milliseconds of the newest answer, or null before the first. */
  readonly receivedAt: number | null;
  /** Why the newest question failed; null when it did not. */
  readonly problem: HubProblem | null;
  readonly retry: () => void;
}

export interface LiveOptions<Data, Shown> {
  /** Restarts everything when it changes, so it must be memoised and name what it reads. */
  readonly read: (signal: AbortSignal) => Promise<Data>;
  readonly intervalMs: number;
  /** What stands on the screen after an answer; must be a function that never changes. */
  readonly join: (held: Shown | null, data: Data) => Shown;
}

/** `change` alters what is shown between two answers, such as by older pages of a list. */
export function useLive<Data, Shown = Data>({ read, intervalMs, join }: LiveOptions<Data, Shown>) {
  const [state, setState] = useState<State<Shown>>(nothingYet);
  const poll = useRef<Poll | null>(null);
  const feed = useContext(LiveFeed);
  useEffect(() => {
    poll.current = startPoll({
      read,
      intervalMs,
      feed,
      onData: (data) => setState((last) => ({ data: join(last.data, data), receivedAt: Date.now(), problem: null })),
      onProblem: (problem) => setState((last) => ({ ...last, problem })),
    });
    return () => poll.current?.stop();
  }, [read, intervalMs, join, feed]);
  const retry = useCallback(() => poll.current?.hurry(), []);
  const change = useCallback(
    (by: (data: Shown | null) => Shown) => setState((last) => ({ ...last, data: by(last.data) })),
    [],
  );
  return { ...state, retry, change };
}

/** The plain case: each answer takes the place of the one before. */
export function replace<Data>(_held: Data | null, data: Data): Data {
  return data;
}

type State<Data> = Omit<Live<Data>, 'retry'>;

const nothingYet = { data: null, receivedAt: null, problem: null };
