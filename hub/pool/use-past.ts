// The newest answer about the time that is looked at. What belongs to the time before must not stand under the name of this one.
import { useCallback } from 'react';
import type { Span } from '../../contract/node-client.ts';
import { replace, useLive } from '../use-live.ts';
import { spanOf } from './past.ts';
import type { Look } from './use-look.ts';

/** `ask` restarts everything when it changes, so it must be memoised. `data` is null until there is an answer about exactly this time. */
export function usePast<Data>(
  { past, coming, now, ...look }: Look,
  ask: (span: Span, signal: AbortSignal) => Promise<Data>,
  intervalMs: number = look.intervalMs,
) {
  const read = useCallback(
    async (signal: AbortSignal) => ({ past, data: await ask(spanOf(past, now.current ?? ''), signal) }),
    [past, now, ask],
  );
  const { data: answer, problem, retry } = useLive({ read, intervalMs, join: replace });
  const data = answer?.past === past ? answer.data : null;
  // The name that stands there is of the time that is coming.
  return { data: coming === past ? data : null, problem, retry };
}
