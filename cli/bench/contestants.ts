// Who is measured: the presets of eventDriven, and every other rule at its usual setting and on a sweep of its own.
import {
  runBaseline,
  type BaselineFigures,
  type BaselineOptions,
} from '../../service/domain/baselines/baseline-world.ts';
import type { Baseline } from '../../service/domain/baselines/baseline.ts';
import { buildkite } from '../../service/domain/baselines/buildkite.ts';
import { clusterAutoscaler } from '../../service/domain/baselines/cluster-autoscaler.ts';
import { gitlab } from '../../service/domain/baselines/gitlab.ts';
import { keda } from '../../service/domain/baselines/keda.ts';
import { managedPools, type Peaks } from '../../service/domain/baselines/managed-pools.ts';
import { sampledAgents } from '../../service/domain/baselines/sampled-agents.ts';
import { terraformRunners } from '../../service/domain/baselines/terraform-runners.ts';
import type { Preset } from '../../service/domain/pool.ts';

export const presets: readonly Preset[] = ['economy', 'balanced', 'fast'];

/** A tiny pool with so many machines that are always free is compared with others that keep as many. */
export const fixedStandby = 3;

/** Weir's own front: hours as multiples of what the jobs need, between and beyond those of the presets. */
export const sweptTimes = [1.15, 1.25, 1.7, 2.2, 4, 6] as const;
/** Of a tiny pool also the machines that are always free. */
export const sweptStandby = [1, 2, 3, 5, 10] as const;

export interface Rival {
  readonly family: string;
  readonly setting: string;
  /** Its documentation's defaults; the others are its sweep. */
  readonly isUsual: boolean;
  readonly run: (options: BaselineOptions) => BaselineFigures;
}

/** `peaks` of the history, for the one that looks at it. */
export function rivals(isOneJob: boolean, isWindows: boolean, peaks: Peaks): readonly Rival[] {
  return [
    ...sampled(),
    ...[0, 1, 2, 5].map((minimum) =>
      rival('KEDA', `min ${minimum}`, minimum === 0, keda({ pollSeconds: 30, minimum })),
    ),
    ...[0, 1, 2, 5].map((poolSize) => {
      const rule = { delaySeconds: isOneJob ? 0 : 30, poolSize, minimumAgeSeconds: isWindows ? 900 : 300 };
      return rival('terraform-aws', `pool ${poolSize}`, poolSize === 0, terraformRunners(rule));
    }),
    ...[0, 3, 10].flatMap((buffer) =>
      [5, 10, 20].map((minutes) => {
        const isUsual = buffer === 0 && minutes === 10;
        return rival(
          'Buildkite',
          `idle ${minutes} min, buffer ${buffer}`,
          isUsual,
          buildkite({ buffer, idleSeconds: 60 * minutes }),
        );
      }),
    ),
    ...[0, 0.2, 0.5].flatMap((scaleFactor) =>
      [0, 3].map((idleCount) => {
        const rule = { idleCount, scaleFactor, scaleFactorLimit: 0, idleSeconds: 1200 };
        return rival('GitLab', `factor ${scaleFactor}, idle ${idleCount}`, scaleFactor + idleCount === 0, gitlab(rule));
      }),
    ),
    ...[null, 10, 25, 50, 75, 90].flatMap((percentile) =>
      [0, 10].map((grace) => {
        const name = `${percentile === null ? 'off' : `p${percentile}`}, grace ${grace} min`;
        const isUsual = grace === 0 && (percentile === null || percentile >= 50);
        return rival(
          'Managed DevOps Pools',
          name,
          isUsual,
          managedPools({ percentile, graceSeconds: 60 * grace }, peaks),
        );
      }),
    ),
    ...[0, 3, 10].map((overprovisioned) => {
      const rule = clusterAutoscaler({ unneededSeconds: 600, overprovisioned });
      return rival('cluster-autoscaler', `over ${overprovisioned}`, overprovisioned === 0, rule);
    }),
  ];
}

function sampled(): readonly Rival[] {
  return [10, 25, 50].flatMap((incrementPercent) =>
    [0, 2, 5].map((standby) => {
      const rule = sampledAgents({ incrementPercent, standby, idleSeconds: 1800 });
      const isUsual = incrementPercent === 25 && standby === 0;
      return rival('VMSS agents', `${incrementPercent} %, standby ${standby}`, isUsual, rule);
    }),
  );
}

function rival<Memory>(family: string, setting: string, isUsual: boolean, rule: Baseline<Memory>): Rival {
  return { family, setting, isUsual, run: (options) => runBaseline(rule, options) };
}
