// The what-ifs of a pool as its overview needs them: the newest, whether it runs, and how to start or end one.
import { useCallback, useState } from 'react';
import type { WhatIfPage } from '../../contract/what-if.ts';
import { toProblem, type HubProblem } from '../problem.ts';
import type { HubClient } from '../service.ts';
import { replace, useLive } from '../use-live.ts';
import { spanOf, type Past } from './past.ts';

const movingMs = 2000;
const restMs = 60_000;

export function useReplays(client: HubClient, pool: string) {
  const [seen, setSeen] = useState<{ readonly id: string | null; readonly isRunning: boolean }>(nothing);
  /** The newest when one was started; undefined: none was. Until another one stands there, ours is still to come. */
  const [before, setBefore] = useState<string | null>();
  const [refused, setRefused] = useState<HubProblem | null>(null);
  const read = useCallback(
    async (signal: AbortSignal): Promise<WhatIfPage> => {
      const page = await client.whatIfs(pool, signal);
      setSeen({ id: page.newest?.whatIfId ?? null, isRunning: page.newest?.state === 'running' });
      return page;
    },
    [client, pool],
  );
  const isMoving = seen.isRunning || seen.id === before;
  const { data, problem, retry } = useLive({ read, intervalMs: isMoving ? movingMs : restMs, join: replace });
  const act = (work: Promise<unknown>, onDone: () => void): void => {
    setRefused(null);
    work.then(onDone, (cause: unknown) => setRefused(toProblem(cause)));
  };
  return {
    ...{ newest: data?.newest ?? null, isRead: data !== null, now: data?.now ?? '', problem, refused, retry },
    /** Exactly the time that is looked at. */
    start: (past: Past, now: string) =>
      act(client.startWhatIf(pool, spanOf(past, now)), () => {
        setBefore(seen.id);
        retry();
      }),
    cancel: (whatIfId: string) => act(client.cancelWhatIf(pool, whatIfId), retry),
  };
}

const nothing = { id: null, isRunning: false };
