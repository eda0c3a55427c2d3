// The typed client for what-ifs: the hub's page calls it.
import { createCall, fill, type ClientOptions } from './client.ts';
import { whatIfRoutes } from './routes.ts';
import type { WhatIfPage, WhatIfRequest, WhatIfStarted, WhatIfView } from './what-if.ts';

/** Everything throws `ServiceProblem`. */
export interface WhatIfClient<Signal> {
  /** What there is to replay, and the newest what-if of the pool. */
  whatIfs(pool: string, signal?: Signal): Promise<WhatIfPage>;
  startWhatIf(pool: string, request: WhatIfRequest, signal?: Signal): Promise<WhatIfStarted>;
  whatIf(pool: string, whatIfId: string, signal?: Signal): Promise<WhatIfView>;
  cancelWhatIf(pool: string, whatIfId: string, signal?: Signal): Promise<WhatIfView>;
}

export function createWhatIfClient<Signal>(options: ClientOptions<Signal>): WhatIfClient<Signal> {
  const call = createCall(options);
  const stop = (signal?: Signal) => (signal === undefined ? {} : { signal });
  const view = ['whatIfId', 'state', 'rows'];
  return {
    whatIfs: (pool, signal) =>
      call({
        method: 'GET',
        path: fill(whatIfRoutes.whatIfs, pool),
        expected: ['now', 'history', 'newest'],
        ...stop(signal),
      }),
    startWhatIf: (pool, request, signal) =>
      call({
        method: 'POST',
        path: fill(whatIfRoutes.whatIfs, pool),
        expected: ['whatIfId'],
        body: request,
        ...stop(signal),
      }),
    whatIf: (pool, id, signal) =>
      call({ method: 'GET', path: fill(whatIfRoutes.whatIf, pool, id), expected: view, ...stop(signal) }),
    cancelWhatIf: (pool, id, signal) =>
      call({ method: 'DELETE', path: fill(whatIfRoutes.whatIf, pool, id), expected: view, ...stop(signal) }),
  };
}
