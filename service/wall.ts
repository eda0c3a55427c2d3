// The real clock, real chance and real deadlines. The only file that reads them: everything else takes them by argument.
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleepOnTheWall } from 'node:timers/promises';
import type { Clock, Random } from './ports.ts';

export const wallClock: Clock = scaledClock(1);

export const wallRandom: Random = {
  next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};

export function randomId(): string {
  return randomUUID();
}

/** Decimal digits that nobody can guess; at most fourteen. */
export function randomDigits(count: number): string {
  return String(randomInt(0, 10 ** count)).padStart(count, '0');
}

/** Aborts after that long on the wall, however fast the sandbox's clock runs; it never keeps the process alive. */
export function deadlineIn(milliseconds: number): AbortSignal {
  return AbortSignal.timeout(milliseconds);
}

/**
 * A clock that starts at `startAt` (now, unless given) and runs `speed` times as fast as the wall. It is driven by the
 * monotonic timer, so a correction of the machine's own clock never moves it.
 */
export function scaledClock(speed: number, startAt: number = Date.now()): Clock {
  const startedAt = performance.now();
  return {
    now: () => Math.floor(startAt + (performance.now() - startedAt) * speed),
    elapsed: () => Math.floor((performance.now() - startedAt) * speed),
    sleep: (milliseconds, signal) => sleepLong(milliseconds / speed, signal),
  };
}

/** Timers count in 32 bits: a longer sleep is several. */
const longestTimerMs = 2 ** 31 - 1;

async function sleepLong(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let left = Math.max(0, milliseconds);
  do {
    const part = Math.min(left, longestTimerMs);
    await sleepOnTheWall(part, undefined, signal === undefined ? {} : { signal });
    left -= part;
  } while (left > 0);
}
