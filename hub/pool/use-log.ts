// The log of one pool: its newest page follows the pool, older pages come when somebody asks for them.
import { useCallback, useState } from 'react';
import type { LogPage } from '../../contract/api.ts';
import { toProblem, type HubProblem } from '../problem.ts';
import type { HubClient } from '../service.ts';
import { useLive } from '../use-live.ts';
import { withNewest, withOlder } from './log-pages.ts';

export interface Log {
  readonly page: LogPage | null;
  readonly problem: HubProblem | null;
  readonly isLoadingOlder: boolean;
  readonly loadOlder: () => void;
  readonly retry: () => void;
}

const intervalMs = 3000;

export function useLog(client: HubClient, name: string): Log {
  const read = useCallback((signal: AbortSignal) => client.log(name, null, signal), [client, name]);
  const { data: page, problem, retry, change } = useLive({ read, intervalMs, join: withNewest });
  const [olderProblem, setOlderProblem] = useState<HubProblem | null>(null);
  const [isLoadingOlder, setIsLoadingOlder] = useState(false);
  const next = page?.next ?? null;
  const loadOlder = useCallback(() => {
    if (next === null) return;
    setIsLoadingOlder(true);
    setOlderProblem(null);
    client
      .log(name, next)
      .then((older) => change((held) => (held === null ? older : withOlder(held, older))))
      .catch((cause: unknown) => setOlderProblem(toProblem(cause)))
      .finally(() => setIsLoadingOlder(false));
  }, [client, name, next, change]);
  return {
    page,
    problem: olderProblem ?? problem,
    isLoadingOlder,
    loadOlder,
    retry: olderProblem === null ? retry : loadOlder,
  };
}
