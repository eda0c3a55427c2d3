// Priorities on a loaded pool: the real service against both emulators, in virtual time. The seed's own example, and Low
// jobs that must not starve.
import { describe, expect, it } from '@jest/globals';
import type { AzureDevOpsEvent } from '../../sandbox/azure-devops/events.ts';
import type { Arrival } from '../../sandbox/workload/arrivals.ts';
import { createWorld, type World } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { hour, minute, now0, second } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

interface Told {
  readonly world: World;
  readonly events: readonly AzureDevOpsEvent[];
}

async function tell(arrivals: readonly Arrival[], settings: Record<string, unknown>): Promise<Told> {
  const events: AzureDevOpsEvent[] = [];
  const world = await createWorld({
    seed: 3,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings,
    arrivals,
    skipsQuietPasses: true,
    generateKeys: await fixedKeys(),
    onAzureDevOpsEvent: (event) => events.push(event),
  });
  return { world, events };
}

function job(name: string, at: number, durationSeconds: number, ...demands: readonly string[]): Arrival {
  return { at, durationSeconds, label: '', demands, jobName: name, definitionName: name, runName: name, runId: at };
}

interface JobTime {
  readonly name: string;
  readonly queuedAt: number;
  readonly startedAt: number | null;
}

/** In the order in which they were queued. */
function jobsOf({ world, events }: Told): readonly JobTime[] {
  const started = new Map(
    events.flatMap((event) => (event.kind === 'jobStarted' ? [[event.requestId, event.at] as const] : [])),
  );
  return world.clouds.azureDevOps.requests().map(({ id, jobName, queueTime }) => ({
    name: jobName,
    queuedAt: queueTime,
    startedAt: started.get(id) ?? null,
  }));
}

const startOf = (told: Told, name: string) => jobsOf(told).find((one) => one.name === name)?.startedAt ?? null;
const bumps = async (world: World) =>
  (await world.store.listLog('linux', 1000, null)).filter((entry) => entry.decision.kind === 'bump').length;

describe('the example of the demands article: at most 10 agents, 10 jobs run, 20 wait, and a High one is queued last', () => {
  const running = Array.from({ length: 10 }, (_, index) => job(`running ${index}`, 60, 1500 + 60 * index));
  const waiting = Array.from({ length: 20 }, (_, index) => job(`waiting ${index}`, 900 + index, 300));
  const hotfix = job('hotfix', 1000, 60, 'Priority -equals High');

  it.each([
    ['agents that run many jobs', false],
    ['agents that run one job', true],
  ])(
    'with %s the High one is the next that runs',
    async (_name, recycleAfterEachUse) => {
      const told = await tell([...running, ...waiting, hotfix], { maxCapacity: 10, recycleAfterEachUse });
      await told.world.run(
        now0 + 2 * hour,
        () => startOf(told, 'waiting 3') !== null && startOf(told, 'hotfix') !== null,
      );
      expect(told.world.failed).toEqual([]);
      const jobs = jobsOf(told);
      const high = startOf(told, 'hotfix');
      const others = jobs.filter((one) => one.name.startsWith('waiting') && one.startedAt !== null);
      expect(
        jobs.filter((one) => one.name.startsWith('running') && (one.startedAt ?? Infinity) < now0 + 900 * second),
      ).toHaveLength(10);
      expect(others.length).toBeGreaterThan(0);
      for (const other of others) expect(other.startedAt).toBeGreaterThanOrEqual(high!);
      // The others keep their order.
      expect(others.map((one) => one.name).slice(0, 2)).toEqual(['waiting 0', 'waiting 1']);
      expect(await bumps(told.world)).toBe(1);
    },
    240_000,
  );
});

describe('a pool that never has enough agents', () => {
  it('serves a Low job though higher ones never end, and no job overtakes it that was queued two steps of ageing later', async () => {
    const arrivals = Array.from({ length: 75 }, (_, index) => [
      job(`high ${index}`, 60 + 60 * index, 110, 'Priority -equals High'),
      job(`medium ${index}`, 61 + 60 * index, 110),
    ]).flat();
    const low = job('low', 305, 110, 'Priority -equals Low');
    const settings = { maxCapacity: 2, recycleAfterEachUse: false, priority: { batchSeconds: 10, agingMinutes: 10 } };
    const told = await tell(
      [...arrivals, low].toSorted((a, b) => a.at - b.at),
      settings,
    );
    await told.world.run(now0 + 75 * minute, () => startOf(told, 'low') !== null);
    expect(told.world.failed).toEqual([]);
    const own = jobsOf(told).find((one) => one.name === 'low')!;
    expect(own.startedAt).not.toBeNull();
    const overtakers = jobsOf(told).filter(
      (one) => one.queuedAt > own.queuedAt && (one.startedAt ?? Infinity) < own.startedAt!,
    );
    expect(overtakers.some((one) => one.name.startsWith('high'))).toBe(true);
    expect(overtakers.some((one) => one.name.startsWith('medium'))).toBe(true);
    // A job that ends on the other node between two passes is all that may slip in between.
    const late = overtakers.filter((one) => one.queuedAt > own.queuedAt + 20 * minute);
    expect(late.length).toBeLessThanOrEqual(2);
    // And a High job waits less than a Medium one all the while.
    const waits = (name: string) =>
      jobsOf(told).flatMap((one) =>
        one.name.startsWith(name) && one.startedAt !== null ? [one.startedAt - one.queuedAt] : [],
      );
    const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
    expect(mean(waits('high'))).toBeLessThan(mean(waits('medium')));
  }, 900_000);
});
