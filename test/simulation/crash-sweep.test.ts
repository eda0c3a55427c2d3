// The process ends once at every call of a port in one reclaim, before and after the call took effect, and a new process
// goes on from the ledger: no law is broken at any of these points. Passes that only look are all alike and left out.
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Ports } from '../../sandbox/world/incarnation.ts';
import type { CrashPoint } from '../../sandbox/world/life.ts';
import { drawRun, type RunOptions } from '../../sandbox/world/options.ts';
import { simulate } from '../../sandbox/world/simulate.ts';
import { fixedKeys } from '../stories/fixed-keys.ts';
import { isNight, sweepsOr } from './battery-size.ts';

const changes =
  /setAgentEnabled|deleteAgent|deleteInstances|reimageInstance|openOperation|changeOperation|Generation$|completeClaim/;

/** One job on a machine that is wiped after use; a standby of one makes a reimage of it, none a delete. */
function scenario(kind: 'delete' | 'reimage', seed: number): RunOptions {
  const settings = { maxCapacity: 1, desiredIdle: kind === 'reimage' ? 1 : 0, timeToLiveMinutes: 1 };
  const drawn = drawRun(seed, 0.25, [], false, false);
  return {
    ...drawn,
    settings: { ...settings, recycleAfterEachUse: true, sizing: { policy: 'eventDriven' } },
    arrivals: drawn.arrivals.filter((arrival) => arrival.at <= 60),
    leaders: 1,
    movingSeconds: 5,
  };
}

/** Indexes and names of the calls in which the process is ended, told by a run in which it is not. */
async function pointsOf(
  kind: 'delete' | 'reimage',
  seed: number,
): Promise<readonly { readonly at: number; readonly call: string }[]> {
  const calls: string[] = [];
  const [begins, ends]: [number[], number[]] = [[], []];
  let operation: string | null = null;
  const ports = (real: Ports): Ports => ({
    ...real,
    store: {
      ...real.store,
      openOperation: async (lease, row) => {
        const opened = await real.store.openOperation(lease, row);
        if (row.kind === kind && operation === null && opened !== null) {
          operation = opened.operationId;
          begins.push(calls.length - 1);
        }
        return opened;
      },
      changeOperation: async (lease, id, now, change) => {
        if (id === operation && change.phase === 'done') ends.push(calls.length - 1);
        await real.store.changeOperation(lease, id, now, change);
      },
    },
  });
  const generateKeys = await fixedKeys();
  const crashAt = (call: string) => {
    calls.push(call);
    return null;
  };
  await simulate(scenario(kind, seed), { generateKeys, ports, crashAt });
  const [[begin], [end]] = [begins, ends];
  if (begin === undefined || end === undefined)
    throw new Error(`No ${kind} began and ended in the run without a crash.`);
  const starts = calls.flatMap((call, index) => (call === 'store.readPool' ? [index] : []));
  return starts.flatMap((start, place) => {
    const next = starts[place + 1] ?? calls.length;
    const indexes = Array.from({ length: next - start }, (_, offset) => start + offset);
    const isInside = next > begin && start <= end + 40;
    const isChange = indexes.some((index) => changes.test(calls[index] ?? ''));
    return isInside && isChange ? indexes.map((at) => ({ at, call: calls[at] ?? '' })) : [];
  });
}

/** Each seed draws other facts of both clouds; one where every change waits for it, more at night. */
const seeds = Array.from({ length: sweepsOr(1) }, (_, index) => 7 + index);
const sweeps = seeds.flatMap((seed) => [['delete', seed] as const, ['reimage', seed] as const]);

describe.each(sweeps)('a process that ends in the middle of a %s (seed %i)', (kind, seed) => {
  let tried = 0;
  afterAll(() => void process.stdout.write(`${kind}: the process ended at ${String(tried)} points, one by one\n`));

  it.each(['before', 'after'] as const)(
    '%s each call breaks no law, and the next process finishes it',
    async (point: CrashPoint) => {
      const all = await pointsOf(kind, seed);
      // A call that only reads leaves the same behind whether the process ended before or after it.
      // With every change the calls that change something are enough; the others follow at night.
      const points = all.filter(({ call }) => (isNight() && point === 'before') || changes.test(call));
      expect(points.length).toBeGreaterThan(10);
      tried += points.length;
      const generateKeys = await fixedKeys();
      const broken: unknown[] = [];
      for (const { at } of points) {
        let calls = 0;
        let crashes = 0;
        const run = await simulate(scenario(kind, seed), {
          generateKeys,
          crashAt: () => ((calls += 1) === at + 1 ? point : null),
          onEvent: (event) => {
            if (event.kind === 'serviceCrash') crashes += 1;
          },
        });
        if (run.violations.length > 0 || crashes !== 1) broken.push({ at, crashes, violations: run.violations });
      }
      expect(broken).toEqual([]);
    },
    1_200_000,
  );
});
