// The facts of each other tool's sizing, one by one (performance.md 3b to 3g).
import { describe, expect, it } from '@jest/globals';
import type { FreeMachine, PoolView } from '../../../../service/domain/baselines/baseline.ts';
import { buildkite } from '../../../../service/domain/baselines/buildkite.ts';
import { clusterAutoscaler } from '../../../../service/domain/baselines/cluster-autoscaler.ts';
import { gitlab } from '../../../../service/domain/baselines/gitlab.ts';
import { keda } from '../../../../service/domain/baselines/keda.ts';
import { runNamed } from '../../../../service/domain/baselines/named.ts';
import { terraformRunners } from '../../../../service/domain/baselines/terraform-runners.ts';
import { seededRandom } from '../../../../service/domain/chance.ts';
import { bootProfiles } from '../../../../service/domain/replay-machines.ts';
import { settings } from '../../../builders.ts';

interface Told {
  readonly now?: number;
  /** Arrivals of the jobs that wait. */
  readonly waiting?: readonly number[];
  readonly busy?: number;
  /** When each was created. */
  readonly boots?: readonly number[];
  /** Since when each is idle; created 100 s before. */
  readonly idle?: readonly number[];
  readonly maximum?: number;
  readonly lastCreateAt?: number;
}

function view(told: Told): PoolView {
  const machine = (number: number, createdAt: number, idleSince: number): FreeMachine => ({
    number,
    createdAt,
    idleSince,
  });
  return {
    now: told.now ?? 10_000,
    waitingSince: told.waiting ?? [],
    busy: told.busy ?? 0,
    boots: (told.boots ?? []).map((at, index) => machine(index + 1, at, at)),
    idle: (told.idle ?? []).map((at, index) => machine(index + 101, at - 100, at)),
    wiping: 0,
    maximum: told.maximum ?? 200,
    lastCreateAt: told.lastCreateAt ?? -Infinity,
  };
}

const removed = (machines: readonly FreeMachine[]) => machines.map((machine) => machine.number);
const three = [9_990, 9_991, 9_992];

describe('KEDA', () => {
  const rule = keda({ pollSeconds: 30, minimum: 2 });
  it('creates what waits and its minimum, less what boots and idles', () => {
    expect(rule.look(view({ waiting: three, boots: [9_900], idle: [9_000] }), null).create).toBe(3);
  });
  it('does not count what runs, polls every 30 s, and gives each machine one job', () => {
    expect(rule.look(view({ busy: 50, idle: [1, 2] }), null).create).toBe(0);
    expect(rule).toMatchObject({ period: 30, isTold: false, isAlwaysOneJob: true });
  });
  it('never removes an idle machine', () => {
    expect(rule.look(view({ idle: [1, 2, 3, 4, 5] }), null).remove).toEqual([]);
  });
});

describe('terraform-aws-github-runner', () => {
  const rule = terraformRunners({ delaySeconds: 30, poolSize: 0, minimumAgeSeconds: 300 });
  const noCron = { lastLookAt: 9_995, lastCronAt: 9_999 };
  it('creates one machine for each message whose delay ended, although as many boot already', () => {
    const told = view({ waiting: [9_966, 9_968, 9_990], boots: [9_950, 9_951] });
    expect(rule.look(told, noCron).create).toBe(2);
  });
  it('asks again for a job that still waits 15 minutes later', () => {
    expect(rule.look(view({ waiting: [9_068] }), noCron).create).toBe(1);
    expect(rule.look(view({ waiting: [9_060] }), noCron).create).toBe(0);
  });
  it('asks again every 15 minutes, for what was asked for may have been lost or found no room', () => {
    expect(rule.look(view({ waiting: [9_968 - 5 * 900] }), noCron).create).toBe(1);
    expect(rule.look(view({ waiting: [9_960 - 5 * 900, 9_990] }), noCron).create).toBe(0);
  });
  it('leaves machines that boot as Windows does their fifteen minutes, whatever system the settings name', () => {
    const jobs = Array.from({ length: 20 }, () => ({ arrival: 0, duration: 60, label: '' }));
    const figures = (osType: 'linux' | 'windows') => {
      const options = { jobs, profile: bootProfiles.windows, random: seededRandom(3), maximum: 20, isOneJob: true };
      return runNamed('terraformAws', settings({ osType }), options, [], 0);
    };
    expect(figures('linux')).toEqual(figures('windows'));
  });
  it('creates no more than the maximum leaves', () => {
    expect(rule.look(view({ waiting: [9_966, 9_967, 9_968], busy: 8, maximum: 10 }), noCron).create).toBe(2);
  });
  it('ends at its five-minute cron whatever runs no job and is five minutes old', () => {
    const told = view({ boots: [9_600, 9_800], idle: [9_750, 9_990] });
    expect(removed(rule.look(told, { lastLookAt: 9_995, lastCronAt: 9_700 }).remove)).toEqual([101, 1]);
    expect(rule.look(told, noCron).remove).toEqual([]);
  });
  it('tops its pool up to the size at the cron, and keeps as many idle', () => {
    const pool = terraformRunners({ delaySeconds: 30, poolSize: 2, minimumAgeSeconds: 300 });
    const cron = { lastLookAt: 9_995, lastCronAt: 9_700 };
    expect(pool.look(view({ boots: [9_990] }), cron).create).toBe(1);
    expect(removed(pool.look(view({ idle: [9_000, 9_001, 9_002] }), cron).remove)).toEqual([101]);
  });
});

describe('buildkite-agent-scaler', () => {
  const rule = buildkite({ buffer: 3, idleSeconds: 600 });
  it('wants a machine for each job that waits or runs, and the buffer only while there are jobs', () => {
    expect(rule.look(view({ waiting: three, busy: 2 }), null).create).toBe(6);
    expect(rule.look(view({ waiting: [9_990] }), null).create).toBe(2);
    expect(rule.look(view({}), null).create).toBe(0);
  });
  it('tries one more where the group has converged and fewer than half of the agents answer', () => {
    const told = { waiting: three, boots: [1, 2, 3, 4, 5, 6], lastCreateAt: 9_600 };
    expect(rule.look(view(told), null).create).toBe(1);
    expect(rule.look(view({ ...told, lastCreateAt: 9_900 }), null).create).toBe(0);
  });
  it('does not scale in by itself: an agent ends after ten idle minutes', () => {
    expect(removed(rule.look(view({ idle: [9_400, 9_401] }), null).remove)).toEqual([101]);
  });
});

describe('GitLab', () => {
  const rule = gitlab({ idleCount: 3, scaleFactor: 0.2, scaleFactorLimit: 5, idleSeconds: 1200 });
  it('keeps the idle count, or a share of what is in use up to the limit', () => {
    expect(rule.look(view({}), null).create).toBe(3);
    expect(rule.look(view({ busy: 20 }), null).create).toBe(4);
    expect(rule.look(view({ busy: 100 }), null).create).toBe(5);
  });
  it('creates for what waits above the idle machines that it wants', () => {
    expect(rule.look(view({ waiting: three, boots: [9_900] }), null).create).toBe(5);
  });
  it('removes what is idle beyond it after the idle time', () => {
    expect(removed(rule.look(view({ idle: [8_000, 8_100, 8_200, 8_300, 9_900] }), null).remove)).toEqual([101, 102]);
    expect(rule.look(view({ idle: [8_900, 9_000, 9_100, 9_200] }), null).remove).toEqual([]);
  });
});

describe('cluster-autoscaler', () => {
  const rule = clusterAutoscaler({ unneededSeconds: 600, overprovisioned: 0 });
  it('creates pending less upcoming', () => {
    expect(rule.look(view({ waiting: three, boots: [9_900] }), null).create).toBe(2);
  });
  it('removes after ten unneeded minutes, but not within ten minutes after an add', () => {
    const told = { idle: [9_300, 9_500] };
    expect(removed(rule.look(view(told), null).remove)).toEqual([101]);
    expect(rule.look(view({ ...told, lastCreateAt: 9_500 }), null).remove).toEqual([]);
  });
  it('gives a boot up after 15 minutes and scans every ten seconds', () => {
    expect(rule).toMatchObject({ givesUpAfter: 900, period: 10 });
  });
  it('holds machines free for pods of low priority', () => {
    const over = clusterAutoscaler({ unneededSeconds: 600, overprovisioned: 2 });
    expect(over.look(view({ waiting: [9_999] }), null).create).toBe(3);
    expect(removed(over.look(view({ idle: [1, 2, 3] }), null).remove)).toEqual([101]);
  });
});
