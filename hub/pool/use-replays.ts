// The what-ifs of a pool as its overview needs them: the newest, whether it runs, and how to start or end one.
import { useCallback, useState } from 'react';
import type { WhatIfPage } from '../../contract/what-if.ts';
import { toProblem, type HubProblem } from '../problem.ts';
import type { HubClient } from '../service.ts';
import { replace, useLive } from '../use-live.ts';
import { spanOf, type Past } from './past.ts';

const runningMs = 2000;
const restMs = 60_000;

export function useReplays(client: HubClient, pool: string) {
  const [isRunning, setRunning] = useState(false);
  const [refused, setRefused] = useState<HubProblem | null>(null);
  const read = useCallback(
    async (signal: AbortSignal): Promise<WhatIfPage> => {
      const page = await client.whatIfs(pool, signal);
      setRunning(page.newest?.state === 'running');
      return page;
    },
    [client, pool],
  );
  const { data, problem, retry } = useLive({ read, intervalMs: isRunning ? runningMs : restMs, join: replace });
  const act = (work: Promise<unknown>): void => {
    setRefused(null);
    work.then(retry, (cause: unknown) => setRefused(toProblem(cause)));
  };
  return {
    ...{ newest: data?.newest ?? null, isRead: data !== null, now: data?.now ?? '', problem, refused, retry },
    /** Exactly the time that is looked at. */
    start: (past: Past, now: string) => act(client.startWhatIf(pool, spanOf(past, now))),
    cancel: (whatIfId: string) => act(client.cancelWhatIf(pool, whatIfId)),
  };
}
