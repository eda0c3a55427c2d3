// One task of the bench: every contestant on one workload, one mode and one kind of boots, each with all its seeds.
import { peaksBefore } from '../../service/domain/baselines/named.ts';
import { clairvoyantBound } from '../../service/domain/bound.ts';
import { lognormalMean, seededRandom } from '../../service/domain/chance.ts';
import type { PoolSettings, Preset } from '../../service/domain/pool.ts';
import { validatePoolSettings } from '../../service/domain/pool-rules.ts';
import { bootProfiles } from '../../service/domain/replay-machines.ts';
import { replay } from '../../service/domain/replay.ts';
import { fixedStandby, presets, rivals, sweptStandby, sweptTimes } from './contestants.ts';
import { readWorkload, type Workload, type WorkloadName } from './workloads.ts';

export interface Task {
  readonly workload: WorkloadName;
  readonly isOneJob: boolean;
  readonly boot: keyof typeof bootProfiles;
  readonly seeds: number;
  /** False: only the usual setting of each rival. */
  readonly isSwept: boolean;
}

/** Means of the seeds; the waits in seconds. */
export interface Row {
  readonly workload: WorkloadName;
  readonly title: string;
  readonly isOneJob: boolean;
  readonly boot: Task['boot'];
  readonly family: string;
  readonly setting: string;
  readonly isUsual: boolean;
  readonly mean: number;
  /** Of the seeds' means. */
  readonly meanRange: readonly [number, number];
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly vmHours: number;
  readonly timesC0: number;
  readonly mostMachines: number;
  readonly creates: number;
}

export interface Measured {
  readonly rows: readonly Row[];
  /** Days of pool time in a second of replay, by family; ours by preset. */
  readonly poolDaysPerSecond: Readonly<Record<string, number>>;
}

/** `timer` in milliseconds. Null where the trace does not stand beside the project. */
export async function measure(task: Task, timer: () => number): Promise<Measured | null> {
  const workload = await readWorkload(task.workload);
  if (workload === null) return null;
  const speed = new Map<string, { days: number; ms: number }>();
  const timed = <T>(what: string, run: () => T): T => {
    const began = timer();
    const result = run();
    const known = speed.get(what) ?? { days: 0, ms: 0 };
    const days = ((workload.jobs.at(-1)?.arrival ?? 0) - workload.from) / 86_400;
    speed.set(what, { days: known.days + days, ms: known.ms + timer() - began });
    return result;
  };
  const rows = [...ourRows(task, workload, timed), ...rivalRows(task, workload, timed)];
  const poolDaysPerSecond = Object.fromEntries([...speed].map(([name, { days, ms }]) => [name, (1000 * days) / ms]));
  return { rows, poolDaysPerSecond };
}

type Timed = <T>(what: string, run: () => T) => T;

interface Run {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly vmHours: number;
  readonly most: number;
  readonly creates: number;
}

function ourRows(task: Task, workload: Workload, timed: Timed): readonly Row[] {
  const rows = presets.map((preset) => ourRow(task, workload, timed, { preset }));
  // One boot seed is enough for a front.
  const swept = { ...task, seeds: 1 };
  const times = sweptTimes.map((one) => ourRow(swept, workload, timed, { preset: 'balanced', times: one }));
  if (workload.name !== 'small') return [...rows, ...times];
  const kept = sweptStandby.flatMap((desiredIdle) =>
    (['economy', 'balanced'] as const).map((preset) =>
      ourRow(desiredIdle === fixedStandby ? task : swept, workload, timed, { preset, desiredIdle }),
    ),
  );
  return [...rows, ...kept, ...times];
}

interface OwnSetting {
  readonly preset: Preset;
  readonly desiredIdle?: number;
  readonly times?: number;
}

function ourRow(task: Task, workload: Workload, timed: Timed, own: OwnSetting): Row {
  const { preset, desiredIdle = 0, times } = own;
  const stated = poolSettings({ recycleAfterEachUse: task.isOneJob, desiredIdle, sizing: { preset } });
  // Settings stop at 1,000 machines; a what-if of a grid may have more.
  const sizing = times === undefined ? stated.sizing : { ...stated.sizing, times };
  const settings = { ...stated, sizing, maxCapacity: workload.maximum };
  const profile = bootProfiles[task.boot];
  const runs = seedsOf(task).map((bootSeed): Run => {
    const options = { jobs: workload.jobs, settings, profile, bootSeed, from: workload.from, to: Infinity };
    const { waitSeconds, vmHours, maximumInstances, creates } = timed(nameOf(own), () => replay(options));
    return { ...waitSeconds, vmHours, most: maximumInstances, creates };
  });
  const setting = nameOf(own);
  return rowOf(task, workload, { family: 'Weir', setting, isUsual: setting === preset }, runs);
}

function nameOf({ preset, desiredIdle = 0, times }: OwnSetting): string {
  if (times !== undefined) return `hours × ${times}`;
  return desiredIdle === 0 ? preset : `${preset}, standby ${desiredIdle}`;
}

function rivalRows(task: Task, workload: Workload, timed: Timed): readonly Row[] {
  const jobs = workload.jobs.filter((job) => job.arrival >= workload.from);
  const all = rivals(task.isOneJob, task.boot === 'windows', peaksBefore(workload.jobs, workload.from));
  return all
    .filter((one) => task.isSwept || one.isUsual)
    .map((rival) => {
      const runs = seedsOf(task).map((seed): Run => {
        const profile = bootProfiles[task.boot];
        const options = {
          jobs,
          profile,
          random: seededRandom(seed),
          maximum: workload.maximum,
          isOneJob: task.isOneJob,
        };
        const figures = timed(rival.family, () => rival.run(options));
        const waits = Float64Array.from(figures.waits).sort();
        const at = (share: number): number => waits[Math.max(0, Math.ceil(share * waits.length) - 1)] ?? 0;
        const mean = waits.reduce((sum, wait) => sum + wait, 0) / Math.max(1, waits.length);
        const vmHours = figures.machineSeconds / 3600;
        return {
          mean,
          p50: at(0.5),
          p95: at(0.95),
          p99: at(0.99),
          vmHours,
          most: figures.maximumInstances,
          creates: figures.creates,
        };
      });
      return rowOf(task, workload, rival, runs);
    });
}

function rowOf(
  task: Task,
  workload: Workload,
  who: Pick<Row, 'family' | 'setting' | 'isUsual'>,
  runs: readonly Run[],
): Row {
  const mean = (of: (run: Run) => number): number => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  const means = runs.map((run) => run.mean);
  const profile = bootProfiles[task.boot];
  const jobs = workload.jobs.filter((job) => job.arrival >= workload.from);
  const reimage = task.isOneJob ? lognormalMean(profile.reimage) : null;
  const c0 = clairvoyantBound(jobs, lognormalMean(profile.create), reimage) / 3600;
  const { family, setting, isUsual } = who;
  return {
    ...{
      workload: workload.name,
      title: workload.title,
      isOneJob: task.isOneJob,
      boot: task.boot,
      family,
      setting,
      isUsual,
    },
    ...{ mean: mean((run) => run.mean), meanRange: [Math.min(...means), Math.max(...means)] },
    ...{ p50: mean((run) => run.p50), p95: mean((run) => run.p95), p99: mean((run) => run.p99) },
    ...{ vmHours: mean((run) => run.vmHours), timesC0: mean((run) => run.vmHours) / c0 },
    ...{ mostMachines: Math.max(...runs.map((run) => run.most)), creates: mean((run) => run.creates) },
  };
}

function seedsOf({ seeds }: Task): readonly number[] {
  return Array.from({ length: seeds }, (_, index) => index + 1);
}

export function poolSettings(overrides: Readonly<Record<string, unknown>>): PoolSettings {
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
