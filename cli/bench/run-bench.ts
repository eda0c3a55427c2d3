// Runs the measurements and prints them: the presets and the sampling rule on the same jobs, then decide at four sizes.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateArrivals } from '../../sandbox/workload/generator.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import type { PoolSettings, Preset, SizingPolicy } from '../../service/domain/pool.ts';
import { validatePoolSettings } from '../../service/domain/pool-rules.ts';
import { bootProfiles } from '../../service/domain/replay-machines.ts';
import { replay, type ReplayResult } from '../../service/domain/replay.ts';
import type { TraceJob } from '../../service/domain/trace.ts';
import { readTraceFile } from '../trace-file.ts';
import type { Arguments, Io } from '../verb.ts';
import { decideSizes, timeDecide } from './decide-timing.ts';

interface Workload {
  readonly name: string;
  readonly jobs: readonly TraceJob[];
  /** Jobs before it are history. */
  readonly from: number;
  readonly maxCapacity: number;
}

interface Row {
  readonly workload: string;
  readonly config: string;
  readonly machines: 'fresh' | 'reused';
  readonly mean: number;
  readonly p95: number;
  readonly p99: number;
  readonly vmHours: number;
  readonly timesC0: number;
}

const configs: readonly (readonly [SizingPolicy, Preset])[] = [
  ['sampled', 'balanced'],
  ['eventDriven', 'economy'],
  ['eventDriven', 'balanced'],
  ['eventDriven', 'fast'],
];
const bootSeeds = [1, 2, 3];
const weekSeconds = 7 * 86_400;

export async function runBench(args: Arguments, io: Io): Promise<number> {
  const rows: Row[] = [];
  for (const workload of await workloads(io)) {
    for (const isFresh of [true, false]) {
      for (const [policy, preset] of configs) {
        const row = rowOf(workload, isFresh, policy, preset);
        rows.push(row);
        if (!args.flag('json')) io.out(`${rows.length === 1 ? heading() : ''}${line(row)}`);
      }
    }
  }
  const timings = decideSizes.map((size) =>
    timeDecide(size, baseSettings({}), size.agents > 5_000 ? 10 : 40, () => performance.now()),
  );
  if (args.flag('json')) io.out(`${JSON.stringify({ rows, timings })}\n`);
  else
    for (const one of timings)
      io.out(
        `decide, ${one.agents} agents, ${one.queued} queued: p50 ${one.p50.toFixed(1)} ms, p99 ${one.p99.toFixed(1)} ms\n`,
      );
  return 0;
}

async function workloads(io: Io): Promise<readonly Workload[]> {
  const made = [
    { name: 'small team (synthetic)', jobs: week(2), from: weekSeconds / 2, maxCapacity: 20 },
    { name: 'mid-size (synthetic)', jobs: week(20), from: weekSeconds / 2, maxCapacity: 200 },
  ];
  const file = fileURLToPath(new URL('../../../shared/traces/bitcoin-core-gha-2025.csv.gz', import.meta.url));
  if (!existsSync(file)) {
    io.note('The real trace does not stand beside the project, so only synthetic jobs are replayed.\n');
    return made;
  }
  const { jobs } = await readTraceFile(file);
  const half = ((jobs[0]?.arrival ?? 0) + (jobs.at(-1)?.arrival ?? 0)) / 2;
  return [...made, { name: 'real trace, second half', jobs, from: half, maxCapacity: 200 }];
}

function week(peakRunsPerHour: number): readonly TraceJob[] {
  const jobs: TraceJob[] = [];
  for (const arrival of generateArrivals({ random: seededRandom(2026), peakRunsPerHour, firstHour: 0 })) {
    if (arrival.at > weekSeconds) return jobs;
    jobs.push({ arrival: arrival.at, duration: arrival.durationSeconds, label: '' });
  }
  return jobs;
}

function rowOf(workload: Workload, isFresh: boolean, policy: SizingPolicy, preset: Preset): Row {
  const { jobs, from, maxCapacity } = workload;
  const settings = baseSettings({ maxCapacity, recycleAfterEachUse: isFresh, sizing: { policy, preset } });
  const results = bootSeeds.map((bootSeed) =>
    replay({ jobs, settings, profile: bootProfiles.linux, bootSeed, from, to: Number.POSITIVE_INFINITY }),
  );
  const mean = (of: (result: ReplayResult) => number) =>
    results.reduce((sum, one) => sum + of(one), 0) / results.length;
  return {
    workload: workload.name,
    config: policy === 'sampled' ? 'sampled 25 %' : preset,
    machines: isFresh ? 'fresh' : 'reused',
    mean: mean((one) => one.waitSeconds.mean),
    p95: mean((one) => one.waitSeconds.p95),
    p99: mean((one) => one.waitSeconds.p99),
    vmHours: mean((one) => one.vmHours),
    timesC0: mean((one) => one.vmHours / one.c0VmHours),
  };
}

function baseSettings(overrides: Readonly<Record<string, unknown>>): PoolSettings {
  const read = validatePoolSettings({
    name: 'bench',
    organization: 'https://dev.azure.com/bench',
    poolId: 1,
    scaleSet:
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/bench/providers/Microsoft.Compute/virtualMachineScaleSets/bench',
    ...overrides,
  });
  if ('settings' in read) return read.settings;
  throw new Error(read.problems.map((problem) => problem.message).join(' '));
}

function heading(): string {
  return `${'jobs'.padEnd(26)}${'machines'.padEnd(10)}${'sizing'.padEnd(14)}${['mean s', 'p95 s', 'p99 s', 'VM-h', '× C0'].map((word) => word.padStart(9)).join('')}\n`;
}

function line(row: Row): string {
  const numbers = [
    row.mean.toFixed(1),
    row.p95.toFixed(0),
    row.p99.toFixed(0),
    row.vmHours.toFixed(0),
    row.timesC0.toFixed(2),
  ];
  return `${row.workload.padEnd(26)}${row.machines.padEnd(10)}${row.config.padEnd(14)}${numbers.map((text) => text.padStart(9)).join('')}\n`;
}
