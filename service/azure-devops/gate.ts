// The gate before every call of one identity. Azure DevOps asks for a rest with `Retry-After` on answers of 200 too, and
// tells with `X-RateLimit-Remaining` how much of the budget is left (azure-devops-wire.md 8); whoever ignores it is
// delayed, then refused. So calls go further and further apart as the budget shrinks, and stop only where they must.
import { noAnswer, retryAfterMs } from '../answer.ts';
import type { Clock, HttpResponse } from '../ports.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';

export interface Gate {
  /** Waits where the rest is short; throws `throttled` with what is left of a long one. */
  pass(operation: string, signal?: AbortSignal): Promise<void>;
  /** Learns from an answer how long the next call has to wait. */
  heed(answer: HttpResponse): void;
}

const longestWaitMs = 5_000;
/** The documented longest delay, for a 429 that does not say. */
const restWithoutWishMs = 30_000;
/** Between two calls where nothing of the budget is left; none from this share of it on. */
const widestSpacingMs = 5_000;
const freeFrom = 0.5;
/** What was told of the budget is old after its window has passed. */
const windowMs = 300_000;

export function createGate(clock: Clock): Gate {
  const now = (): number => steadyNow(clock);
  let openAt = Number.NEGATIVE_INFINITY;
  let [spacing, toldAt] = [0, Number.NEGATIVE_INFINITY];
  /** Calls that were let through wait for one another, so that they do not leave in one burst. */
  let lastAt = Number.NEGATIVE_INFINITY;
  const nextAt = (): number => {
    const apart = now() - toldAt > windowMs ? 0 : spacing;
    return Math.max(openAt, lastAt + apart);
  };
  return {
    pass: async (operation, signal) => {
      for (let wait = nextAt() - now(); wait > 0; wait = nextAt() - now()) {
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
      lastAt = now();
    },
    heed: (answer) => {
      const asked = retryAfterMs(answer.headers, clock.now()) ?? (answer.status === 429 ? restWithoutWishMs : 0);
      if (asked > 0) openAt = Math.max(openAt, now() + asked);
      // Without a word of it the budget is far from used up.
      [spacing, toldAt] = [spacingOf(shareLeft(answer) ?? 1), now()];
    },
  };
}

function spacingOf(share: number): number {
  const used = Math.max(0, 1 - share / freeFrom);
  return Math.round(widestSpacingMs * used ** 1.5);
}

/** Of the budget, from 0 to 1; null where the answer does not tell. Without a limit only an empty budget says something. */
function shareLeft(answer: HttpResponse): number | null {
  const { 'x-ratelimit-remaining': remaining, 'x-ratelimit-limit': limit } = answer.headers;
  if (remaining === undefined || !Number.isFinite(Number(remaining))) return null;
  if (limit === undefined) return Number(remaining) <= 0 ? 0 : 1;
  return Number(limit) > 0 ? Math.min(1, Math.max(0, Number(remaining) / Number(limit))) : null;
}
