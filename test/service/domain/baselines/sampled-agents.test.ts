// The counted five-minute rule does what the policy `sampled` of decide does on the same jobs.
import { describe, expect, it } from '@jest/globals';
import { runBaseline } from '../../../../service/domain/baselines/baseline-world.ts';
import { sampledAgents } from '../../../../service/domain/baselines/sampled-agents.ts';
import { seededRandom } from '../../../../service/domain/chance.ts';
import { replay } from '../../../../service/domain/replay.ts';
import { settings } from '../../../builders.ts';

const steady = { create: { p50: 150, p95: 150 }, reimage: { p50: 90, p95: 90 }, neverOnline: 0 };

/** Bursts of up to ten jobs about every quarter of an hour, for half a day. */
const random = seededRandom(5);
const jobs = Array.from({ length: 48 }, (_, burst) => burst * 900 + Math.floor(random() * 800)).flatMap((arrival) =>
  Array.from({ length: 1 + Math.floor(random() * 10) }, () => {
    return { arrival: arrival + 1, duration: 100 + Math.floor(random() * 900), label: '' };
  }),
);

describe('the five-minute rule in counts', () => {
  it.each([
    [25, 0, false],
    [10, 2, false],
    [50, 5, false],
    [25, 0, true],
    [10, 2, true],
  ])('does what decide does (%s %%, standby %s, fresh machines: %s)', (incrementPercent, standby, isOneJob) => {
    const sizing = { policy: 'sampled' as const, incrementPercent };
    const pool = settings({ maxCapacity: 40, desiredIdle: standby, recycleAfterEachUse: isOneJob, sizing });
    const theirs = replay({ jobs, settings: pool, profile: steady, bootSeed: 1, from: 0, to: Infinity });
    const rule = sampledAgents({ incrementPercent, standby, idleSeconds: 1800 });
    const options = { jobs, profile: steady, random: seededRandom(1), maximum: 40, isOneJob };
    const ours = runBaseline(rule, options);
    const mean = ours.waits.reduce((sum, wait) => sum + wait, 0) / ours.waits.length;
    // A pass of decide sees a used machine up to five seconds later, and a sample that just misses it makes minutes of that.
    expect(Math.abs(mean - theirs.waitSeconds.mean)).toBeLessThan(isOneJob ? 10 : 3);
    expect(Math.abs(ours.machineSeconds / 3600 / theirs.vmHours - 1)).toBeLessThan(0.05);
    expect(ours.reimages).toBe(theirs.reimages);
  });
});
