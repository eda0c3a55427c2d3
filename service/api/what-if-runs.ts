// What-ifs under way in this process: each result is written where everybody reads it, and whoever ends one there ends the
// replay here.
import type { FastifyInstance } from 'fastify';
import type { WhatIfRow } from '../../contract/what-if.ts';
import type { ReplayResult } from '../domain/replay.ts';
import { paretoFront, type Variant } from '../domain/what-if.ts';
import { count } from '../domain/words.ts';
import type { PoolRecord } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import type { ReplayRun } from '../replay-port.ts';
import type { ApiOptions } from './options.ts';
import { RestProblem } from './problem-answer.ts';
import type { Order } from './what-if-order.ts';
import { changeWhatIf, readWhatIf, writeWhatIf, type WhatIf } from './what-if-record.ts';

/** Each takes a core for seconds to minutes, and passes need some too. */
const mostAtOnce = 2;

export interface WhatIfRuns {
  start(record: PoolRecord, order: Order, startedBy: string): Promise<WhatIf>;
  /** Ends it wherever it runs; null where it does not. */
  cancel(pool: string, whatIfId: string): Promise<WhatIf | null>;
}

export function createWhatIfRuns(app: FastifyInstance, options: ApiOptions): WhatIfRuns {
  const { store } = options;
  const here = new Map<string, { readonly pool: string; readonly run: ReplayRun; readonly written: Promise<void> }>();
  let starting = 0;
  app.addHook('onClose', async () => {
    for (const [whatIfId, { pool, run, written }] of here) {
      run.stop();
      await changeWhatIf(store, pool, whatIfId, (value) => ended(value, 'failed', 'The service was stopped.'));
      await written;
    }
  });

  const follow = (pool: string, whatIfId: string, order: Order): void => {
    const startReplays = options.startReplays;
    if (startReplays === undefined) return;
    let turn: Promise<unknown> = Promise.resolve();
    const run = startReplays(order.replays, (result) => {
      turn = turn.then(async () => {
        const changed = await changeWhatIf(store, pool, whatIfId, (value) => withResult(value, order.variants, result));
        if (changed === null) run.stop();
      });
      // What the store refuses shows at the end; until then nobody may take it for unhandled.
      turn.catch(() => run.stop());
    });
    const end = run.done
      .then(() => turn)
      .then(() => changeWhatIf(store, pool, whatIfId, finished))
      .catch(async (error: unknown) => {
        app.log.error({ pool, whatIfId, cause: String(error) }, 'A what-if failed.');
        const words = `It came to no end: ${error instanceof Error ? error.message : 'something went wrong.'}`;
        await changeWhatIf(store, pool, whatIfId, (value) => ended(value, 'failed', words));
      });
    const written = end.then(
      () => undefined,
      // The store is gone as well: the record shows as left behind.
      () => undefined,
    );
    here.set(whatIfId, { pool, run, written });
    void written.then(() => here.delete(whatIfId));
  };

  return {
    start: async (record, order, startedBy) => {
      if (options.startReplays === undefined)
        throw new UserProblem('WHAT_IF_UNAVAILABLE', 'This service runs no what-ifs.');
      if (here.size + starting >= mostAtOnce)
        throw new RestProblem(
          'WHAT_IF_BUSY',
          `${count(here.size + starting, 'what-if')} of other pools run already.`,
          30,
        );
      starting += 1;
      try {
        const value = await begin(record.pool, order, startedBy, options);
        follow(record.pool, value.whatIfId, order);
        return value;
      } finally {
        starting -= 1;
      }
    },
    cancel: async (pool, whatIfId) => {
      const changed = await changeWhatIf(store, pool, whatIfId, (value) =>
        ended(value, 'cancelled', `It was cancelled after ${value.rows.length} of ${count(value.of, 'replay')}.`),
      );
      if (changed !== null) here.get(whatIfId)?.run.stop();
      return changed;
    },
  };
}

async function begin(pool: string, order: Order, startedBy: string, options: ApiOptions): Promise<WhatIf> {
  const { store, clock, wallClock } = options;
  const kept = await readWhatIf(store, pool, wallClock.now());
  const value: WhatIf = {
    whatIfId: options.newId(),
    state: 'running',
    words: '',
    startedAt: clock.now(),
    beganWall: wallClock.now(),
    startedBy,
    ...order.about,
    of: order.variants.length,
    rows: [],
  };
  const isFree = kept?.value.state !== 'running';
  if (isFree && (await writeWhatIf(store, pool, kept?.revision ?? null, progressed(value)))) return progressed(value);
  throw new UserProblem('WHAT_IF_RUNNING', 'A what-if of this pool runs already.');
}

function progressed(value: WhatIf): WhatIf {
  const jobs = count(value.jobs, 'job');
  return { ...value, words: `Replaying ${jobs}: ${value.rows.length} of ${value.of} settings are done.` };
}

function withResult(value: WhatIf, variants: readonly Variant[], result: ReplayResult): WhatIf {
  const variant = variants[value.rows.length];
  if (variant === undefined) throw new Error('There are more results than replays.');
  return progressed({ ...value, rows: withFront([...value.rows, rowOf(variant, result)]) });
}

function rowOf({ name, isCurrent, isEdited, settings }: Variant, result: ReplayResult): WhatIfRow {
  const { maxCapacity, desiredIdle, timeToLiveMinutes, recycleAfterEachUse, profile, sizing } = settings;
  const { mean, p50, p95 } = result.waitSeconds;
  const { vmHours, c0VmHours, workVmHours, maximumInstances, creates, reimages } = result;
  return {
    ...{ name, isCurrent, isEdited },
    settings: { maxCapacity, desiredIdle, timeToLiveMinutes, recycleAfterEachUse, profile: { ...profile }, sizing },
    waitSeconds: { mean, p50, p95 },
    ...{ vmHours, c0VmHours, workVmHours, maximumInstances, creates, reimages },
    isOnFront: true,
  };
}

function withFront(rows: readonly WhatIfRow[]): readonly WhatIfRow[] {
  const front = paretoFront(rows.map((row) => ({ wait: row.waitSeconds.mean, hours: row.vmHours })));
  return rows.map((row, index) => ({ ...row, isOnFront: front[index] === true }));
}

function finished(value: WhatIf): WhatIf {
  return ended(value, 'finished', `${count(value.jobs, 'job')} replayed with ${value.rows.length} settings.`);
}

function ended(value: WhatIf, state: WhatIf['state'], words: string): WhatIf {
  return { ...value, state, words };
}
