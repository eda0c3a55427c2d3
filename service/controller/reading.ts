// One reading of one part of the picture: what could not be read keeps its last value, is marked, and is never empty.
import type { Part } from '../domain/observation.ts';
import { CloudError } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import type { PoolContext, Recollection } from './context.ts';

export interface Reading<T> {
  readonly part: Part<T>;
  readonly error: CloudError | null;
}

/** `last` is what was known before; a part that never was known has the empty value. */
export async function readPart<T>(
  now: () => number,
  read: () => Promise<T>,
  last: Part<T> | undefined,
  empty: T,
): Promise<Reading<T>> {
  try {
    const value = await read();
    return { part: { freshness: 'fresh', readAt: now(), value, problem: null }, error: null };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const known = last !== undefined && last.readAt !== null;
    return {
      part: {
        freshness: known ? 'stale' : 'unknown',
        readAt: last?.readAt ?? null,
        value: known ? last.value : empty,
        problem: error.message,
      },
      error,
    };
  }
}

/** A read of Azure, which is not asked again before the time that it named. */
export function readAzure<T>(
  context: PoolContext,
  recollection: Recollection,
  read: () => Promise<T>,
  last: Part<T> | undefined,
  empty: T,
): Promise<Reading<T>> {
  const { clock } = context;
  const once = () => resting(steadyNow(clock), recollection.restUntil.azure, read);
  return readPart(() => clock.now(), once, last, empty);
}

/** A cloud that asked us to rest is not asked again before the time it named. */
export function resting<T>(now: number, until: number, read: () => Promise<T>): Promise<T> {
  if (now >= until) return read();
  const seconds = Math.ceil((until - now) / 1000);
  return Promise.reject(
    new CloudError('throttled', 'rest', `The cloud asked to be left alone for another ${seconds} s.`),
  );
}
