// The baselines by the names that `weir replay --policy` takes, at the defaults that their documentation names; a standby of
// the settings is what each of them calls its minimum, pool, idle count or buffer.
import type { PoolSettings } from '../pool.ts';
import { bootProfiles } from '../replay-machines.ts';
import type { TraceJob } from '../trace.ts';
import { runBaseline, type BaselineFigures, type BaselineOptions } from './baseline-world.ts';
import { buildkite } from './buildkite.ts';
import { clusterAutoscaler } from './cluster-autoscaler.ts';
import { gitlab } from './gitlab.ts';
import { keda } from './keda.ts';
import { managedPools, noPeaks, notePeak, type Peaks } from './managed-pools.ts';
import { terraformRunners } from './terraform-runners.ts';

export const baselineNames = [
  'keda',
  'terraformAws',
  'buildkite',
  'gitlab',
  'managedPools10',
  'managedPools25',
  'managedPools50',
  'managedPools75',
  'managedPools90',
  'managedPoolsOff',
  'clusterAutoscaler',
] as const;

export type BaselineName = (typeof baselineNames)[number];

/** `past`: jobs before the window, from which those learn that look at history; `from` is where the window begins. */
export function runNamed(
  name: BaselineName,
  settings: PoolSettings,
  options: BaselineOptions,
  past: readonly TraceJob[],
  from: number,
): BaselineFigures {
  const standby = settings.desiredIdle;
  const keeping = { ...options, standby };
  switch (name) {
    case 'keda':
      return runBaseline(keda({ pollSeconds: 30, minimum: standby }), keeping);
    case 'terraformAws': {
      const delaySeconds = options.isOneJob ? 0 : 30;
      // Machines that boot as Windows does are Windows to it, whatever the settings say of the pool.
      const isWindows = settings.osType === 'windows' || options.profile === bootProfiles.windows;
      const minimumAgeSeconds = isWindows ? 900 : 300;
      return runBaseline(terraformRunners({ delaySeconds, poolSize: standby, minimumAgeSeconds }), keeping);
    }
    case 'buildkite':
      return runBaseline(buildkite({ buffer: standby, idleSeconds: 600 }), options);
    case 'gitlab': {
      const rule = gitlab({ idleCount: standby, scaleFactor: 0, scaleFactorLimit: 0, idleSeconds: 1200 });
      return runBaseline(rule, keeping);
    }
    case 'clusterAutoscaler':
      return runBaseline(clusterAutoscaler({ unneededSeconds: 600, overprovisioned: standby }), keeping);
    default: {
      const percentile = name === 'managedPoolsOff' ? null : Number(name.slice('managedPools'.length));
      return runBaseline(managedPools({ percentile, graceSeconds: 0 }, peaksBefore(past, from)), options);
    }
  }
}

/** The five-minute peaks of demand had each job before the window begun when it came. */
export function peaksBefore(jobs: readonly TraceJob[], from: number): Peaks {
  const steps = jobs
    .filter((job) => job.arrival < from)
    .flatMap((job) => [
      { at: job.arrival, by: 1 },
      { at: Math.min(from, job.arrival + job.duration), by: -1 },
    ])
    .sort((left, right) => left.at - right.at);
  let peaks = noPeaks;
  let demand = 0;
  let last = steps[0]?.at ?? 0;
  for (const { at, by } of steps) {
    // What still runs when five minutes begin belongs to their peak, whether it ends in them or runs through.
    for (let begins = nextBucket(last); begins < at; begins += bucketSeconds) peaks = notePeak(peaks, begins, demand);
    last = at;
    demand += by;
    peaks = notePeak(peaks, at, demand);
  }
  return peaks;
}

const bucketSeconds = 300;

function nextBucket(at: number): number {
  return (Math.floor(at / bucketSeconds) + 1) * bucketSeconds;
}
