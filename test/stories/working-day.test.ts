// A whole working day of real arrivals, served by the real service against both emulators in virtual time: every job is
// finished, the maximum holds at every instant, and no machine goes while its agent has a job.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { AzureDevOpsEvent } from '../../sandbox/azure-devops/events.ts';
import { arrivalsOfTrace, type Arrival } from '../../sandbox/workload/arrivals.ts';
import { generateArrivals } from '../../sandbox/workload/generator.ts';
import type { World } from '../../sandbox/world/moving-world.ts';
import { createWorld } from '../../sandbox/world/world.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import { parseTrace, type Trace } from '../../service/domain/trace.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { hour, now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

const daySeconds = 86_400;
const maximum = 60;

interface Day {
  readonly world: World;
  readonly events: readonly AzureDevOpsEvent[];
  readonly mostMachines: number;
}

async function serve(arrivals: readonly Arrival[], settings: Record<string, unknown>): Promise<Day> {
  const events: AzureDevOpsEvent[] = [];
  let machines = 0;
  let mostMachines = 0;
  const world = await createWorld({
    seed: 5,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings: { maxCapacity: maximum, ...settings },
    arrivals,
    skipsQuietPasses: true,
    generateKeys: await fixedKeys(),
    onAzureDevOpsEvent: (event) => events.push(event),
    onAzureEvent: (event) => {
      if (event.kind === 'instanceCreated') machines += 1;
      if (event.kind === 'instanceDeleted') machines -= 1;
      mostMachines = Math.max(mostMachines, machines);
    },
  });
  const isServed = () => events.filter((event) => event.kind === 'jobFinished').length === arrivals.length;
  await world.run(now0 + 3 * 24 * hour, isServed);
  await world.run(world.clock.now() + 2 * hour);
  return { world, events, mostMachines };
}

function expectServed({ world, events, mostMachines }: Day, arrivals: readonly Arrival[]): void {
  expect(world.failed).toEqual([]);
  expect(events.filter((event) => event.kind === 'jobLost')).toEqual([]);
  const finished = events.filter((event) => event.kind === 'jobFinished');
  expect(finished.map((event) => event.result).filter((result) => result !== 'succeeded')).toEqual([]);
  expect(finished.length).toBe(arrivals.length);
  expect(mostMachines).toBeLessThanOrEqual(maximum);
  expect(world.clouds.azure.instances().length).toBe(world.settings.desiredIdle);
  // Nothing but the placeholders, one for each priority, and the standby agents stays registered.
  expect(world.clouds.azureDevOps.agents().length).toBe(3 + world.settings.desiredIdle);
}

function report(name: string, { events }: Day): void {
  const queuedAt = new Map(
    events.flatMap((event) => (event.kind === 'jobQueued' ? [[event.requestId, event.at] as const] : [])),
  );
  const waits = events
    .flatMap((event) => (event.kind === 'jobStarted' ? [(event.at - queuedAt.get(event.requestId)!) / 1000] : []))
    .sort((left, right) => left - right);
  const at = (share: number) => waits[Math.ceil(share * waits.length) - 1]?.toFixed(0) ?? '-';
  process.stdout.write(`${name}: ${waits.length} jobs, waits p50 ${at(0.5)} s, p95 ${at(0.95)} s\n`);
}

const file = new URL('../../../shared/traces/bitcoin-core-gha-2025.csv.gz', import.meta.url);
const isPresent = existsSync(file);
if (!isPresent) process.stdout.write('skipped: the real trace does not stand beside the project (../shared/traces)\n');

describe('a working day', () => {
  (isPresent ? it : it.skip)(
    'of the real trace is served to the last job, each on a fresh machine',
    async () => {
      const trace = parseTrace(gunzipSync(readFileSync(file)).toString('utf8')) as Trace;
      // Thursday 4 September 2025, midnight to midnight UTC: a day of up to 53 jobs at once that two cores can afford in every change.
      const from = 0;
      const jobs = trace.jobs.filter((job) => job.arrival >= from && job.arrival < from + daySeconds);
      expect(jobs.length).toBeGreaterThan(200);
      const arrivals = arrivalsOfTrace(jobs, from, 60);
      const day = await serve(arrivals, { desiredIdle: 1 });
      report('real day', day);
      expectServed(day, arrivals);
    },
    600_000,
  );

  it('of the seeded generator is served with agents that are used again', async () => {
    const arrivals: Arrival[] = [];
    for (const arrival of generateArrivals({ random: seededRandom(4), peakRunsPerHour: 6, firstHour: 8 })) {
      if (arrival.at > 9 * 3600) break;
      arrivals.push(arrival);
    }
    expect(arrivals.length).toBeGreaterThan(60);
    const day = await serve(arrivals, { desiredIdle: 2, recycleAfterEachUse: false });
    report('synthetic day', day);
    expectServed(day, arrivals);
  }, 600_000);
});
