// Reads may be asked again, mutations never: the one loop that both adapters use for it.
import type { Clock, Random } from './ports.ts';
import { CloudError } from './problem.ts';

const readRetries = 2;

/** Tries at most three times, and only after `unavailable` without a wish to rest. All tries share the caller's deadline. */
export async function retryRead<T>(
  world: { readonly clock: Clock; readonly random: Random },
  signal: AbortSignal | undefined,
  once: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once();
    } catch (problem) {
      const mayRetry = problem instanceof CloudError && problem.kind === 'unavailable' && problem.retryAfterMs === null;
      if (!mayRetry || attempt >= readRetries || signal?.aborted === true) throw problem;
      const rest = 500 * 2 ** attempt * (0.5 + world.random.next());
      await world.clock.sleep(rest, signal).catch(() => {
        throw problem;
      });
    }
  }
}
