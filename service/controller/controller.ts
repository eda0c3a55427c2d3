// Works every pool of the store for as long as it holds the pool's lease: one loop per pool, so that one pool's
// failure never stops another's pass. The world calls `pass` itself and never `run`.
import { keptDays } from '../domain/past-job.ts';
import type { Clock, Lease, PoolRecord, Store } from '../ports.ts';
import { CloudError, LeaseLost, UserProblem } from '../problem.ts';
import { steadyNow } from '../steady.ts';
import { freshRecollection, type PoolContext, type Recollection, type WriteLine } from './context.ts';
import { runPass, type PassOutcome } from './pass.ts';
import { createWakers } from './wakers.ts';

export interface ControllerOptions {
  readonly store: Store;
  /** Names this process in leases. */
  readonly owner: string;
  readonly clock: Clock;
  readonly line: WriteLine;
  readonly contextFor: (record: PoolRecord, lease: Lease) => PoolContext;
  /** Leases live on the wall clock. */
  readonly leaseMilliseconds: number;
  readonly pollMovingMilliseconds: number;
  readonly pollRestMilliseconds: number;
}

export interface Controller {
  /** One pass; null where the pool is gone or somebody else works it. */
  pass(pool: string): Promise<PassOutcome | null>;
  /** Looks at the pool again at once (service hook, API call). */
  wake(pool: string): void;
  /** Resolves when the signal has fired and every pass in hand has ended and released its lease. */
  run(signal: AbortSignal): Promise<void>;
}

/** After a pass that failed, and while another Weir holds the pool. */
const pauseMilliseconds = 10_000;
/** A pass that wakes its own pool runs no faster than this. */
const soonMilliseconds = 1_000;
/** How often old records are removed. */
const pruneMilliseconds = 3_600_000;
const keptMilliseconds = keptDays * 24 * 3_600_000;
/** New pools in the store are found within this time. */
const lookMilliseconds = 5_000;

export function createController(options: ControllerOptions): Controller {
  const recollections = new Map<string, Recollection>();
  const wakers = createWakers();
  const held = new Map<string, Lease>();

  async function pass(pool: string): Promise<PassOutcome | null> {
    const record = await options.store.readPool(pool);
    if (record === null) return null;
    const lease = await options.store.acquireLease(pool, options.owner, options.leaseMilliseconds);
    if (lease === null) {
      recollections.delete(pool);
      return null;
    }
    held.set(pool, lease);
    const recollection = recollections.get(pool) ?? freshRecollection();
    recollections.set(pool, recollection);
    return await runPass(options.contextFor(record, lease), recollection);
  }

  async function work(pool: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const outcome = await guarded(pool);
      if (outcome === 'gone') return;
      // What was said during the pass, it may have read before: it is looked at again, soon.
      if (wakers.takeCall(pool)) await rest(options.clock, soonMilliseconds, signal);
      else await wakers.sleep(pool, signal, (any) => rest(options.clock, dueIn(options, outcome), any));
    }
    const lease = held.get(pool);
    if (lease !== undefined) await options.store.releaseLease(lease);
  }

  async function guarded(pool: string): Promise<PassOutcome | 'failed' | 'gone'> {
    try {
      const outcome = await pass(pool);
      if (outcome !== null) return outcome;
      return (await options.store.readPool(pool)) === null ? 'gone' : 'failed';
    } catch (error) {
      if (!isOutside(error)) throw error;
      options.line('warn', `A pass of pool "${pool}" ended early: ${error.message}`, { error: error.name });
      recollections.delete(pool);
      return 'failed';
    }
  }

  return {
    pass,
    wake: (pool) => wakers.wake(pool),
    run: async (signal) => {
      const loops = new Map<string, Promise<void>>();
      let prunedAt = steadyNow(options.clock);
      while (!signal.aborted) {
        if (steadyNow(options.clock) - prunedAt > pruneMilliseconds) {
          prunedAt = steadyNow(options.clock);
          await prune(options);
        }
        for (const { pool } of await poolsNow(options)) {
          if (loops.has(pool)) continue;
          loops.set(
            pool,
            work(pool, signal).finally(() => loops.delete(pool)),
          );
        }
        await rest(options.clock, lookMilliseconds, signal);
      }
      await Promise.all(loops.values());
    },
  };
}

/** A database that restarts must not end the service: the loops that run go on by themselves, new pools come later. */
async function poolsNow(options: ControllerOptions): Promise<readonly PoolRecord[]> {
  try {
    return await options.store.listPools();
  } catch (error) {
    if (!isOutside(error)) throw error;
    options.line('warn', `The pools could not be listed: ${error.message}`, { error: error.name });
    return [];
  }
}

/** Log, samples and closed operations older than the longest chart are let go; a failure waits for the next hour. */
async function prune(options: ControllerOptions): Promise<void> {
  try {
    const before = options.clock.now() - keptMilliseconds;
    await options.store.prune(before);
    // Answers to requests with a key are promised for a day, and job tokens live for ten minutes.
    for (const kind of ['answer', 'jobToken', 'fix', 'nodeWish']) await options.store.pruneRecords(kind, before);
  } catch (error) {
    if (!isOutside(error)) throw error;
    options.line('warn', `Old records could not be removed: ${error.message}`, { error: error.name });
  }
}

/** The world's failures are answered by trying again; a failed assertion of ours ends the process. */
function isOutside(error: unknown): error is Error {
  return error instanceof CloudError || error instanceof LeaseLost || error instanceof UserProblem;
}

/** A sleep that is cut short ends like any other: whoever sleeps looks at the signal himself. */
async function rest(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function dueIn(options: ControllerOptions, outcome: PassOutcome | 'failed'): number {
  if (outcome === 'failed') return pauseMilliseconds;
  const poll = outcome.isMoving ? options.pollMovingMilliseconds : options.pollRestMilliseconds;
  if (outcome.nextDueAt === null) return poll;
  return Math.max(1_000, Math.min(poll, outcome.nextDueAt - options.clock.now()));
}
