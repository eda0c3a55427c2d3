// The counted replay follows the same rules as decide: on the same jobs both come to nearly the same figures.
import { describe, expect, it } from '@jest/globals';
import { CountedPool } from '../../../service/domain/counted-pool.ts';
import type { Preset } from '../../../service/domain/pool.ts';
import { bootProfiles, type BootProfile } from '../../../service/domain/replay-machines.ts';
import { replay, type ReplayOptions } from '../../../service/domain/replay.ts';
import { seededRandom } from '../../../service/domain/chance.ts';
import { settings } from '../../builders.ts';
import { experienced } from './past-scene.ts';

const day = 86_400;

/** Three days of bursts of up to twelve jobs, mostly by day; the last one counts. */
function bursts(): ReplayOptions['jobs'] {
  const random = seededRandom(11);
  const jobs: { arrival: number; duration: number; label: string }[] = [];
  for (let at = 0; at < 3 * day;) {
    const isDay = (at % day) / 3600 > 8 && (at % day) / 3600 < 18;
    at += -Math.log(1 - random()) * (isDay ? 900 : 6000);
    const size = 1 + Math.floor(random() * 12);
    for (let job = 0; job < size; job += 1)
      jobs.push({ arrival: at, duration: 60 + Math.floor(random() * 900), label: '' });
  }
  return jobs;
}

const jobs = bursts();

const presets: readonly Preset[] = ['economy', 'balanced', 'fast'];

function both(preset: Preset, recycleAfterEachUse: boolean, desiredIdle: number, profile: BootProfile) {
  const pool = settings({ maxCapacity: 60, desiredIdle, recycleAfterEachUse, sizing: { preset } });
  const options = { jobs, settings: pool, profile, bootSeed: 3, from: 2 * day, to: 2.5 * day };
  return { counted: replay(options), whole: replay({ ...options, isWhole: true }) };
}

describe('a counted replay', () => {
  const steady = { create: { p50: 150, p95: 150 }, reimage: { p50: 90, p95: 90 }, neverOnline: 0 };

  describe.each(presets)('with the preset %s', (preset) => {
    it.each([
      [false, 0],
      [true, 0],
      [false, 3],
      [true, 3],
    ])('does what decide does where chance has no say (fresh machines: %s, standby %s)', (isFresh, standby) => {
      const { counted, whole } = both(preset, isFresh, standby, steady);
      // Of some hundred jobs one may begin a pass later, where an idle time ends in the instant of another pass.
      expect(Math.abs(counted.waitSeconds.mean - whole.waitSeconds.mean)).toBeLessThan(0.1);
      expect(counted.waitSeconds).toEqual({ ...whole.waitSeconds, mean: counted.waitSeconds.mean });
      expect(counted.reimages).toBe(whole.reimages);
      expect(Math.abs(counted.creates - whole.creates)).toBeLessThanOrEqual(5);
      expect(Math.abs(counted.vmHours / whole.vmHours - 1)).toBeLessThan(0.01);
    });
  });

  it('leaves the last places to other versions in lanes, as decide does', () => {
    const created = (maxCapacity: number, laneResourceGroup: string | null) => {
      const pool = settings({ maxCapacity, laneResourceGroup, recycleAfterEachUse: false });
      return new CountedPool(pool, experienced).plan(0, 1).create;
    };
    expect([created(40, null), created(40, 'lanes')]).toEqual([4, 4]);
    expect([created(4, null), created(4, 'lanes')]).toEqual([4, 2]);
    expect(created(3, 'lanes')).toBe(1);
  });

  it('comes near to the figures of decide where boots are drawn', () => {
    const { counted, whole } = both('balanced', false, 0, bootProfiles.linux);
    expect(Math.abs(counted.vmHours / whole.vmHours - 1)).toBeLessThan(0.1);
    expect(Math.abs(counted.waitSeconds.mean - whole.waitSeconds.mean)).toBeLessThan(10);
  });

  it('boots another machine as soon as a boot is late, at whatever fraction of a second it began', () => {
    const single = Array.from({ length: 40 }, (_, index) => ({ arrival: index * 7200.1, duration: 60, label: '' }));
    const pool = settings({ maxCapacity: 60, recycleAfterEachUse: false, sizing: { preset: 'economy' } });
    const profile = { ...steady, neverOnline: 0.3 };
    const options = { jobs: single, settings: pool, profile, bootSeed: 3, from: 0, to: 4 * day };
    expect(replay(options).waitSeconds).toEqual(replay({ ...options, isWhole: true }).waitSeconds);
  });

  it('races boots from the first job on where there were jobs before the window', () => {
    const single = Array.from({ length: 40 }, (_, index) => ({ arrival: index * 10_800, duration: 60, label: '' }));
    const pool = settings({
      maxCapacity: 60,
      desiredIdle: 0,
      recycleAfterEachUse: false,
      sizing: { preset: 'balanced' },
    });
    const options = { jobs: single, settings: pool, profile: bootProfiles.linux, bootSeed: 3, to: 39 * 10_800 };
    expect(replay({ ...options, from: 38 * 10_800 }).creates).toBeGreaterThan(1);
  });
});

it.each([
  ['counted', 'eventDriven', false],
  ['whole', 'eventDriven', true],
  ['sampled', 'sampled', true],
] as const)('a %s replay has no more machines than a single placement group holds', (_what, policy, isWhole) => {
  const atOnce = Array.from({ length: 120 }, () => ({ arrival: 0, duration: 3600, label: '' }));
  const pool = settings({ maxCapacity: 150, recycleAfterEachUse: false, sizing: { policy } });
  const options = { jobs: atOnce, settings: pool, profile: bootProfiles.fast, bootSeed: 3, from: 0, to: day, isWhole };
  expect(replay({ ...options, isOneGroup: true }).maximumInstances).toBe(100);
  expect(replay(options).maximumInstances).toBeGreaterThan(100);
});
