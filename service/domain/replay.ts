// What-if on a trace of jobs: the rules of the production decide over machines that boot by chance. Open loop: dependent jobs keep
// the time at which the original system released them. The reclaim protocol's own half minute is not modelled.
import { runNamed, type BaselineName } from './baselines/named.ts';
import { clairvoyantBound } from './bound.ts';
import { lognormalMean, seededRandom } from './chance.ts';
import { CountedWorld } from './counted-world.ts';
import type { PoolSettings } from './pool.ts';
import type { BootProfile } from './replay-machines.ts';
import { pastOf } from './replay-past.ts';
import { boundedWindow, wholeTrace, type ReplayWindow } from './replay-window.ts';
import { ReplayWorld } from './replay-world.ts';
import { mostInOnePlacementGroup } from './scale-set-limit.ts';
import type { TraceJob } from './trace.ts';

export interface ReplayOptions {
  readonly jobs: readonly TraceJob[];
  readonly settings: PoolSettings;
  readonly profile: BootProfile;
  readonly bootSeed: number;
  /** Seconds of the trace; jobs outside are neither served nor counted. */
  readonly from: number;
  readonly to: number;
  /** Absent: from the first job to the last machine beyond the standby. */
  readonly window?: ReplayWindow;
  /** The scale set has a single placement group, so it holds a hundred machines and no more. */
  readonly isOneGroup?: boolean;
  /** Another tool's rule instead of the settings' policy. */
  readonly baseline?: BaselineName;
  /** True: every pass is a whole decide over a picture of every machine. Slower by far, and nearly the same in its figures. */
  readonly isWhole?: boolean;
}

export interface ReplayResult {
  readonly policy: string;
  readonly jobs: number;
  readonly waitSeconds: { readonly mean: number; readonly p50: number; readonly p95: number; readonly p99: number };
  readonly vmHours: number;
  readonly c0VmHours: number;
  readonly workVmHours: number;
  readonly maximumInstances: number;
  readonly creates: number;
  readonly deletes: number;
  readonly reimages: number;
}

export function replay(options: ReplayOptions): ReplayResult {
  const jobs = options.jobs.filter((job) => job.arrival >= options.from && job.arrival < options.to);
  const run = options.baseline === undefined ? ownRun(jobs, options) : baselineRun(jobs, options, options.baseline);
  return figuresOf(jobs, options, run);
}

interface Run {
  readonly policy: string;
  /** Seconds. */
  readonly waits: readonly number[];
  readonly machineSeconds: number;
  readonly maximumInstances: number;
  readonly creates: number;
  readonly deletes: number;
  readonly reimages: number;
}

function ownRun(jobs: readonly TraceJob[], { settings, profile, bootSeed, ...options }: ReplayOptions): Run {
  const { isOneGroup = false } = options;
  const bounded = withinGroup(settings, isOneGroup);
  const learned = pastOf(options.jobs, options.from, profile, bounded);
  const isCounted = settings.sizing.policy === 'eventDriven' && options.isWhole !== true;
  const window = boundedWindow(options.window ?? wholeTrace, jobs);
  const random = seededRandom(bootSeed);
  const world = isCounted
    ? new CountedWorld(jobs, bounded, profile, random, learned, window)
    : new ReplayWorld(jobs, settings, profile, random, learned, window, isOneGroup);
  world.run();
  const { machineSeconds, maximumInstances, creates, deletes, reimages } = world;
  const waits = world.waits.map((milliseconds) => milliseconds / 1000);
  return { policy: settings.sizing.policy, waits, machineSeconds, maximumInstances, creates, deletes, reimages };
}

/** Counts know no scale set; where nothing is sized by a share of the maximum, a lower maximum is the same. */
function withinGroup(settings: PoolSettings, isOneGroup: boolean): PoolSettings {
  if (!isOneGroup) return settings;
  return { ...settings, maxCapacity: Math.min(settings.maxCapacity, mostInOnePlacementGroup) };
}

function baselineRun(jobs: readonly TraceJob[], options: ReplayOptions, name: BaselineName): Run {
  const { settings, profile, bootSeed } = options;
  const { maxCapacity: maximum, recycleAfterEachUse: isOneJob } = settings;
  const window = boundedWindow(options.window ?? wholeTrace, jobs);
  const world = { jobs, profile, random: seededRandom(bootSeed), maximum, isOneJob, window };
  return { policy: name, ...runNamed(name, settings, world, options.jobs, options.from) };
}

function figuresOf(jobs: readonly TraceJob[], { settings, profile }: ReplayOptions, run: Run): ReplayResult {
  const waits = run.waits.toSorted((left, right) => left - right);
  const reimage = settings.recycleAfterEachUse ? lognormalMean(profile.reimage) : null;
  return {
    policy: run.policy,
    jobs: jobs.length,
    waitSeconds: {
      mean: round(waits.reduce((sum, wait) => sum + wait, 0) / Math.max(1, waits.length)),
      p50: round(quantile(waits, 0.5)),
      p95: round(quantile(waits, 0.95)),
      p99: round(quantile(waits, 0.99)),
    },
    vmHours: round(run.machineSeconds / 3600),
    c0VmHours: round(clairvoyantBound(jobs, lognormalMean(profile.create), reimage) / 3600),
    workVmHours: round(jobs.reduce((sum, job) => sum + job.duration, 0) / 3600),
    maximumInstances: run.maximumInstances,
    creates: run.creates,
    deletes: run.deletes,
    reimages: run.reimages,
  };
}

/** The nearest-rank quantile of sorted numbers; 0 where there are none. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
