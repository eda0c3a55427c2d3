// What each worth of a waiting minute would have cost, and the worth that follows from it: pools of very different jobs pay
// about the same multiple of what their jobs need.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clairvoyantBound } from '../../../service/domain/bound.ts';
import { seededRandom } from '../../../service/domain/chance.ts';
import { decide } from '../../../service/domain/decide.ts';
import type { DemandHistory, PastCost } from '../../../service/domain/demand-history.ts';
import { noteDemand } from '../../../service/domain/forecast.ts';
import { worthAt, worths } from '../../../service/domain/past-cost.ts';
import { bootProfiles } from '../../../service/domain/replay-machines.ts';
import { replay } from '../../../service/domain/replay.ts';
import { sizingNumbers } from '../../../service/domain/sizing-presets.ts';
import type { TraceJob } from '../../../service/domain/trace.ts';
import { jobRequests, lane, memory, minute, now0, scene, settings } from '../../builders.ts';

const day = 86_400;
/** Boots that all take two minutes, so that the median is the mean. */
const boot = { minutes: 2, spread: 0 };

function costing(times: readonly number[], minutes = 10 * 1440): PastCost {
  return { minutes, needed: 100, paid: times.map((one) => 100 * one), machines: worths.map(() => 0), times };
}

const rising = [1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 3, 4, 5];

describe('the worth of a waiting minute', () => {
  it.each([
    ['is the one that cost exactly so much', 1.4, 7],
    ['lies between two that cost less and more', 1.45, 8.37],
    ['is the least where even that cost more', 1, 2],
    ['is the most there is where all cost less', 9, 80],
    ['is never above what the preset pays', 3.5, 61.2],
  ])('%s', (_, times, worth) => {
    expect(Math.abs(worthAt(costing(rising), times, 80) / worth - 1)).toBeLessThan(0.026);
  });

  it.each([
    [
      'is the dearest that costs no more, even where cheaper ones cost more',
      [2, 2.3, 1, 1, 1, 1, 1.2, 1.6, 2, 3, 4],
      1.4,
      27,
    ],
    ['is the one that costs least where all cost more', [2.03, 2.28, 1.9, 1.8, 2, 3, 4, 5, 6, 7, 8], 1.4, 7],
    ['is the highest that the preset pays where all up to it are cheap', [2, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1.4, 80],
  ])('of a pool whose demand is steady %s', (_, times, wanted, worth) => {
    expect(Math.abs(worthAt(costing(times), wanted, 80) / worth - 1)).toBeLessThan(0.03);
  });

  it('stays as the preset begins until its costs were counted for three days, however long its demand is known', () => {
    const balanced = settings({ sizing: { preset: 'balanced' } });
    const seen = { all: { own: { moments: 2000, rose: [] } } };
    const known = (cost: PastCost) =>
      sizingNumbers(balanced, memory({ demand: { minute: 1, ends: [0], peaks: [0], seen, cost } })).worth;
    expect([2, 4].map((days) => known(costing(rising, days * 1440)))).toEqual([11.8, expect.closeTo(8.17, 1)]);
    const { minutes: _minutes, ...older } = costing(rising);
    expect(known(older)).toBe(11.8);
    expect(sizingNumbers(balanced, memory()).worth).toBe(11.8);
  });

  it('follows the costs that a pool counts beside its demand once there are three days of them', () => {
    const balanced = settings({ sizing: { preset: 'balanced' } });
    let demand: DemandHistory | undefined;
    const worthAfter = (days: number): number => {
      for (let minute = (demand?.minute ?? 0) + 1; minute <= days * 1440; minute += 1)
        demand = noteDemand(demand, minute * 60_000, minute % 60 < 20 ? 3 : 0, boot, 10);
      return sizingNumbers(balanced, memory({ demand: demand! })).worth;
    };
    expect(worthAfter(2.9)).toBe(11.8);
    expect(worthAfter(3.3)).not.toBe(11.8);
  });

  it('follows other hours than those of the preset where a what-if names them, without its highest price', () => {
    const balanced = settings({ sizing: { preset: 'balanced' } });
    const seen = { all: { own: { moments: 2000, rose: [] } } };
    const demand = { minute: 1, ends: [0], peaks: [0], seen, cost: costing(rising) };
    const worth = (times: number) =>
      sizingNumbers({ ...balanced, sizing: { ...balanced.sizing, times } }, memory({ demand })).worth;
    expect([worth(1.6), worth(4)]).toEqual([expect.closeTo(15, 0), expect.closeTo(75, -1)]);
  });

  it('rises with the hours that may be paid, whatever the past was', () => {
    const past = fc.array(fc.double({ min: 0.9, max: 20, noNaN: true }), { minLength: 11, maxLength: 11 });
    const law = fc.property(past, fc.double({ min: 1, max: 5, noNaN: true }), (times, wanted) => {
      const [less, more] = [worthAt(costing(times), wanted, 80), worthAt(costing(times), 1.2 * wanted, 80)];
      expect(less).toBeLessThanOrEqual(more);
      expect(less).toBeGreaterThanOrEqual(worths[0] * 0.97);
      expect(more).toBeLessThanOrEqual(80);
    });
    fc.assert(law, { numRuns: 200 });
  });
});

describe('what the jobs need', () => {
  it('is C0, by the minute', () => {
    const job = fc.record({ arrival: fc.integer({ min: 1, max: 200 }), duration: fc.integer({ min: 1, max: 40 }) });
    const law = fc.property(fc.array(job, { minLength: 1, maxLength: 20 }), (jobs) => {
      const demandAt = (minute: number): number =>
        jobs.filter((one) => one.arrival <= minute && minute < one.arrival + one.duration).length;
      let history: DemandHistory | undefined;
      for (let minute = 0; minute <= 300; minute += 1)
        history = noteDemand(history, minute * 60_000, demandAt(minute), boot, Infinity);
      const bound = clairvoyantBound(jobs, boot.minutes, null);
      // Older minutes have faded a little.
      expect(history?.cost?.needed).toBeLessThanOrEqual(bound + 1e-9);
      expect(history?.cost?.needed).toBeGreaterThan(bound * 0.97);
      for (const paid of history?.cost?.paid ?? []) expect(paid).toBeGreaterThan((history?.cost?.needed ?? 0) * 0.99);
    });
    fc.assert(law, { numRuns: 25 });
  });
});

describe('the time in which jobs wait for their machines', () => {
  it('is no need beside their boots', () => {
    const after = (delay: number): PastCost | undefined => {
      let history: DemandHistory | undefined;
      for (let minute = 0; minute <= 600; minute += 1) {
        const phase = minute % 60;
        const demand = phase < 20 + delay ? 3 : 0;
        history = noteDemand(history, minute * 60_000, demand, boot, 10, phase < delay ? 3 : 0);
      }
      return history?.cost;
    };
    expect((after(4)?.needed ?? 0) / (after(0)?.needed ?? 1)).toBeCloseTo(1, 2);
    const cheapest = (cost?: PastCost): number => Math.min(...(cost?.paid ?? [Infinity]));
    expect(cheapest(after(4)) / cheapest(after(0))).toBeCloseTo(1, 2);
  });
});

describe('what waits beyond the maximum', () => {
  const after = (waiting: (minute: number) => number, most: number): PastCost | undefined => {
    let history: DemandHistory | undefined;
    for (let minute = 0; minute <= 600; minute += 1)
      history = noteDemand(history, minute * 60_000, waiting(minute), boot, most);
    return history?.cost;
  };

  it('is no need, and costs no machine', () => {
    expect(after(() => 50, 4)).toEqual(after(() => 4, 4));
    const bursts = after((minute) => (minute % 60 < 20 ? 50 : 1), 4);
    expect(Math.max(...(bursts?.machines ?? [Infinity]))).toBeLessThanOrEqual(4);
    expect(bursts?.needed).toBeLessThan(4 * 600);
  });
});

describe('a replay with the preset balanced', () => {
  /** Four weeks: runs of some jobs, by day. */
  function jobsOf(runsPerDay: number, size: number, seconds: number): readonly TraceJob[] {
    const random = seededRandom(5);
    const jobs: TraceJob[] = [];
    for (let at = 0; at < 28 * day;) {
      at += (-Math.log(1 - random()) * day) / runsPerDay;
      const isOfficeHour = (at % day) / 3600 > 8 && (at % day) / 3600 < 18;
      if (!isOfficeHour && random() < 0.8) continue;
      const count = 1 + Math.floor(random() * size);
      for (let job = 0; job < count; job += 1)
        jobs.push({ arrival: at, duration: Math.round(seconds * (0.3 + 1.4 * random())), label: '' });
    }
    return jobs;
  }

  it.each([
    ['short jobs, one by one', 100, 1, 240],
    ['a few runs of several jobs', 12, 8, 400],
  ])('costs about as many times what is needed: %s', (_, runs, size, seconds) => {
    const pool = settings({ maxCapacity: 100, recycleAfterEachUse: false, sizing: { preset: 'balanced' } });
    const options = { jobs: jobsOf(runs, size, seconds), settings: pool, profile: bootProfiles.linux, bootSeed: 1 };
    const { vmHours, c0VmHours } = replay({ ...options, from: 14 * day, to: Infinity });
    expect(vmHours / c0VmHours).toBeGreaterThan(1.2);
    expect(vmHours / c0VmHours).toBeLessThan(1.6);
  });
});

describe('a scale set of its own that holds fewer machines than the pool may have', () => {
  const pool = (maxCapacity: number) =>
    settings({ maxCapacity, recycleAfterEachUse: false, sizing: { preset: 'balanced' } });

  it('bounds what a pass learns, as the maximum does', () => {
    const demand = noteDemand(undefined, now0 - 5 * minute, 150, boot, 200);
    const costOf = (maximum: number, singlePlacementGroup: boolean) => {
      const picture = scene({ requests: jobRequests(150) }, { lanes: [lane([], { singlePlacementGroup })] });
      return decide(picture, pool(maximum), memory({ demand })).memory.demand?.cost;
    };
    expect(costOf(200, true)).toEqual(costOf(100, false));
    expect(costOf(200, true)?.needed).toBeLessThan(costOf(200, false)?.needed ?? 0);
  });

  it('bounds what a replay knows of the time before it', () => {
    const jobs = Array.from({ length: 8 * 12 * 130 }, (_, place) => {
      const run = Math.floor(place / 130);
      return { arrival: run * 7200 + (run % 5) * 300, duration: place % 130 < 100 ? 900 : 2400, label: '' };
    });
    const options = { jobs, profile: bootProfiles.linux, bootSeed: 3, from: 7 * day, to: 8 * day };
    const bound = replay({ ...options, settings: pool(200), isOneGroup: true });
    expect(bound).toEqual(replay({ ...options, settings: pool(100) }));
  });
});
