// The typed client for the checks of scale sets.
import type { ChecksView, FixResult } from './checks.ts';
import { createCall, fill, type ClientOptions } from './client.ts';
import { checkRoutes, idempotencyHeader } from './routes.ts';

/** Everything throws `ServiceProblem`. */
export interface CheckClient<Signal> {
  checks(pool: string, signal?: Signal): Promise<ChecksView>;
  /** Of a scale set that has no pool yet; `poolId` is an agent pool that the asker manages. */
  setChecks(scaleSetId: string, poolId: number, signal?: Signal): Promise<ChecksView>;
  fixCheck(
    pool: string,
    check: string,
    options: { readonly idempotencyKey: string; readonly signal?: Signal },
  ): Promise<FixResult>;
}

export function createCheckClient<Signal>(options: ClientOptions<Signal>): CheckClient<Signal> {
  const call = createCall(options);
  const stop = (signal?: Signal) => (signal === undefined ? {} : { signal });
  const view = ['now', 'checks', 'rights'];
  return {
    checks: (pool, signal) =>
      call({ method: 'GET', path: fill(checkRoutes.poolChecks, pool), expected: view, ...stop(signal) }),
    setChecks: (scaleSetId, poolId, signal) => {
      const query = `scaleSet=${encodeURIComponent(scaleSetId)}&poolId=${poolId}`;
      return call({ method: 'GET', path: `${checkRoutes.setChecks}?${query}`, expected: view, ...stop(signal) });
    },
    fixCheck: (pool, check, { idempotencyKey, signal }) =>
      call({
        method: 'POST',
        path: fill(checkRoutes.fix, pool).replace(':check', () => encodeURIComponent(check)),
        expected: ['isChanged', 'checks'],
        headers: { [idempotencyHeader]: idempotencyKey },
        ...stop(signal),
      }),
  };
}
