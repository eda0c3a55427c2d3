// The world that the baselines size: what a machine costs, who takes a job, and what never comes up.
import { describe, expect, it } from '@jest/globals';
import { runBaseline, type BaselineOptions } from '../../../../service/domain/baselines/baseline-world.ts';
import { clusterAutoscaler } from '../../../../service/domain/baselines/cluster-autoscaler.ts';
import { keda } from '../../../../service/domain/baselines/keda.ts';
import { seededRandom } from '../../../../service/domain/chance.ts';

const steady = { create: { p50: 100, p95: 100 }, reimage: { p50: 50, p95: 50 }, neverOnline: 0 };

function options(overrides: Partial<BaselineOptions> = {}): BaselineOptions {
  const jobs = [
    { arrival: 0, duration: 60, label: '' },
    { arrival: 200, duration: 60, label: '' },
  ];
  return { jobs, profile: steady, random: seededRandom(1), maximum: 10, isOneJob: false, ...overrides };
}

const autoscaler = clusterAutoscaler({ unneededSeconds: 600, overprovisioned: 0 });

describe('a baseline’s world', () => {
  it('lets the first job wait for a boot and the second take the machine that idles', () => {
    expect(runBaseline(autoscaler, options())).toMatchObject({ waits: [105, 5], creates: 1, maximumInstances: 1 });
  });

  it('bills from the create to the delete', () => {
    // Idle from 265; ten minutes after that, at the next scan, it goes.
    expect(runBaseline(autoscaler, options()).machineSeconds).toBe(870);
  });

  it('ends a machine with its job where the pool or the rule wants that', () => {
    expect(runBaseline(autoscaler, options({ isOneJob: true }))).toMatchObject({ creates: 2, deletes: 2 });
    expect(runBaseline(keda({ pollSeconds: 30, minimum: 0 }), options())).toMatchObject({ creates: 2, deletes: 2 });
  });

  it('never has more machines than the maximum', () => {
    const jobs = Array.from({ length: 30 }, () => ({ arrival: 0, duration: 600, label: '' }));
    expect(runBaseline(autoscaler, options({ jobs }))).toMatchObject({ maximumInstances: 10, creates: 10 });
  });

  it('gives a boot up that never ends, and pays for it until then', () => {
    const profile = { ...steady, neverOnline: 0.5 };
    const jobs = Array.from({ length: 8 }, () => ({ arrival: 0, duration: 3000, label: '' }));
    const figures = runBaseline(autoscaler, options({ jobs, profile }));
    expect(figures.creates).toBeGreaterThan(8);
    expect(Math.max(...figures.waits)).toBeGreaterThan(900);
  });

  it('ends, as a replay of Weir’s own presets does, when only the machines that stand by are left', () => {
    const [job] = options().jobs;
    const told = { jobs: job === undefined ? [] : [job], standby: 2 };
    const figures = runBaseline(keda({ pollSeconds: 30, minimum: 2 }), options(told));
    // Three boot for 100 s; the job begins 5 s later and takes 60.
    expect(figures).toMatchObject({ creates: 3, deletes: 1, machineSeconds: 3 * 165 });
  });

  it('does the same for the same seed', () => {
    const again = () => runBaseline(autoscaler, options({ random: seededRandom(7) }));
    expect(again()).toEqual(again());
  });
});
