// The gate before every call of one identity. Azure DevOps asks for a rest with `Retry-After` on answers of 200 too, and
// warns with `X-RateLimit-Remaining` before it throttles (azure-devops-wire.md 8); whoever ignores it is delayed, then refused.
import { noAnswer, retryAfterMs } from '../answer.ts';
import type { Clock, HttpResponse } from '../ports.ts';
import { CloudError } from '../problem.ts';

export interface Gate {
  /** Waits where the rest is short; throws `throttled` with what is left of a long one. */
  pass(operation: string, signal?: AbortSignal): Promise<void>;
  /** Learns from an answer how long the next call has to wait. */
  heed(answer: HttpResponse): void;
}

const longestWaitMs = 5_000;
/** The documented longest delay, for a 429 that does not say. */
const restWithoutWishMs = 30_000;
const spacingWhenLowMs = 1_000;

export function createGate(clock: Clock): Gate {
  let openAt = Number.NEGATIVE_INFINITY;
  return {
    pass: async (operation, signal) => {
      for (let wait = openAt - clock.now(); wait > 0; wait = openAt - clock.now()) {
        if (wait > longestWaitMs) {
          throw new CloudError(
            'throttled',
            operation,
            `${operation}: Azure DevOps asked for a rest; ${Math.ceil(wait / 1000)} s are left.`,
            {
              retryAfterMs: wait,
            },
          );
        }
        await clock.sleep(wait, signal).catch((cause: unknown) => {
          throw noAnswer(operation, cause);
        });
      }
    },
    heed: (answer) => {
      const asked =
        retryAfterMs(answer.headers, clock.now()) ??
        (answer.status === 429 ? restWithoutWishMs : isLow(answer) ? spacingWhenLowMs : 0);
      if (asked > 0) openAt = Math.max(openAt, clock.now() + asked);
    },
  };
}

/** Less than a fifth of the budget is left. */
function isLow(answer: HttpResponse): boolean {
  const { 'x-ratelimit-remaining': remaining, 'x-ratelimit-limit': limit } = answer.headers;
  if (remaining === undefined) return false;
  return limit === undefined ? Number(remaining) <= 0 : Number(remaining) < Number(limit) / 5;
}
