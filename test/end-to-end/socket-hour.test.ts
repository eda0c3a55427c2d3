// One hour of real arrivals over real sockets: the real service with its own database in a folder, the real Azure client
// with its client secret over https, Azure DevOps over http, and machines that claim their agents from the service.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, it } from '@jest/globals';
import { raiseStage } from '../../cli/sandbox-stage.ts';
import type { AzureDevOpsEvent } from '../../sandbox/azure-devops/events.ts';
import { arrivalsOfTrace, type Arrival } from '../../sandbox/workload/arrivals.ts';
import { generateArrivals } from '../../sandbox/workload/generator.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import { parseTrace } from '../../service/domain/trace.ts';
import { openStore } from '../../service/store/open-store.ts';
import { until } from './until.ts';

/** Twice as fast, a crowded machine would miss the deadlines of its own boots. */
const speed = 60;
const maximum = 30;
const hourSeconds = 3600;
const minutes = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'weir-hour-'));
const traceFile = new URL('../../../shared/traces/bitcoin-core-gha-2025.csv.gz', import.meta.url);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Thursday 18 September 2025, 8 to 9 o'clock UTC: two whole runs of 19 jobs, the longest of 40 minutes, none left out. */
function realHour(): readonly Arrival[] {
  const trace = parseTrace(gunzipSync(readFileSync(traceFile)).toString('utf8'));
  if ('faults' in trace) throw new Error(trace.faults.map((fault) => `line ${fault.line}: ${fault.words}`).join('; '));
  const from = (14 * 24 + 8) * hourSeconds;
  const jobs = trace.jobs.filter(({ arrival }) => arrival >= from && arrival < from + hourSeconds);
  return arrivalsOfTrace(jobs, from, (jobs[0]?.arrival ?? from) - from);
}

function syntheticHour(): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  for (const arrival of generateArrivals({ random: seededRandom(7), peakRunsPerHour: 8, firstHour: 10 })) {
    if (arrival.at >= hourSeconds) break;
    arrivals.push(arrival);
  }
  return arrivals;
}

it(
  'an hour of arrivals is served to the last job over real sockets, never above the maximum',
  async () => {
    const isReal = existsSync(traceFile);
    const arrivals = isReal ? realHour() : syntheticHour();
    expect(arrivals.length).toBeGreaterThanOrEqual(10);
    const events: AzureDevOpsEvent[] = [];
    const notes: string[] = [];
    const machines = { now: 0, most: 0 };
    const store = await openStore({ kind: 'folder', folder: join(folder, 'data') });
    const stage = await raiseStage({
      ...{ store, speed, port: 0, arrivals },
      settings: { maxCapacity: maximum },
      onAzureDevOpsEvent: (event) => void events.push(event),
      onAzureEvent: ({ kind }) => {
        machines.now += kind === 'instanceCreated' ? 1 : kind === 'instanceDeleted' ? -1 : 0;
        machines.most = Math.max(machines.most, machines.now);
      },
      note: (line) => void notes.push(line),
    });
    try {
      const ended = () => events.filter((event) => event.kind === 'jobFinished' || event.kind === 'jobLost');
      await until('every job has ended', 480, () => ended().length + stage.failed.length >= arrivals.length);
      expect({ failed: stage.failed, lost: ended().filter((event) => event.kind === 'jobLost') }).toEqual({
        failed: [],
        lost: [],
      });
      const results = ended().map((event) => ('result' in event ? event.result : ''));
      expect(results).toEqual(arrivals.map(() => 'succeeded'));
    } finally {
      await stage.close();
      await store.close();
    }
    expect(notes).toEqual([]);
    expect(machines.most).toBeGreaterThan(1);
    expect(machines.most).toBeLessThanOrEqual(maximum);
    process.stdout.write(`${isReal ? 'real' : 'synthetic'} hour over sockets: ${reportOf(events)}\n`);
  },
  10 * minutes,
);

/** Keys and database take their time on the wall, so these waits have it `speed` times over: they are no measure of Weir. */
function reportOf(events: readonly AzureDevOpsEvent[]): string {
  const queuedAt = new Map<number, number>();
  const waits: number[] = [];
  for (const event of events) {
    if (event.kind === 'jobQueued') queuedAt.set(event.requestId, event.at);
    if (event.kind === 'jobStarted') waits.push((event.at - (queuedAt.get(event.requestId) ?? event.at)) / 1000);
  }
  waits.sort((left, right) => left - right);
  const at = (share: number) => waits[Math.ceil(share * waits.length) - 1]?.toFixed(0) ?? '-';
  return `${waits.length} jobs, waits p50 ${at(0.5)} s, p95 ${at(0.95)} s`;
}
