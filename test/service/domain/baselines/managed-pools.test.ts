// Managed DevOps Pools' automatic standby, as its documentation tells it (performance.md 3f).
import { describe, expect, it } from '@jest/globals';
import { managedPools, notePeak, noPeaks, type Peaks } from '../../../../service/domain/baselines/managed-pools.ts';
import { peaksBefore } from '../../../../service/domain/baselines/named.ts';
import type { FreeMachine, PoolView } from '../../../../service/domain/baselines/baseline.ts';

const week = 168 * 3600;

function view(now: number, waiting: number, idle: readonly number[] = [], busy = 0): PoolView {
  const machines = idle.map((idleSince, index): FreeMachine => ({ number: index + 1, createdAt: 0, idleSince }));
  const waitingSince = Array.from({ length: waiting }, () => now);
  return { now, waitingSince, busy, boots: [], wiping: 0, idle: machines, maximum: 100, lastCreateAt: -Infinity };
}

/** In the first hour of the week the peaks of the five minutes were 1 to 12. */
function oneWeek(): Peaks {
  let peaks = noPeaks;
  for (let bucket = 0; bucket < 12; bucket += 1) peaks = notePeak(peaks, bucket * 300 + 7, bucket + 1);
  return notePeak(peaks, week - 1, 0);
}

describe('automatic standby', () => {
  it.each([
    [10, 2],
    [25, 3],
    [50, 6],
    [75, 9],
    [90, 11],
  ])('at percentile %s tops the pool up to %s of twelve peaks of the same hour last week', (percentile, standby) => {
    const rule = managedPools({ percentile, graceSeconds: 0 }, oneWeek());
    expect(rule.look(view(week + 60, 0), rule.begin).create).toBe(standby);
  });

  it('counts busy agents towards the schedule', () => {
    const rule = managedPools({ percentile: 50, graceSeconds: 0 }, oneWeek());
    expect(rule.look(view(week + 60, 0, [week], 4), rule.begin).create).toBe(1);
  });

  it('knows nothing of an hour that it never saw', () => {
    const rule = managedPools({ percentile: 90, graceSeconds: 0 }, noPeaks);
    expect(rule.look(view(week + 60, 0), rule.begin).create).toBe(0);
  });

  it('forgets what is older than three weeks', () => {
    const rule = managedPools({ percentile: 90, graceSeconds: 0 }, oneWeek());
    // Of 36 peaks 24 were 0, so the percentile is the ninth of the twelve.
    expect(rule.look(view(3 * week + 60, 0), rule.begin).create).toBe(9);
    expect(rule.look(view(4 * week + 60, 0), rule.begin).create).toBe(0);
  });

  it('creates on demand at once, and tops up once a minute', () => {
    const rule = managedPools({ percentile: 50, graceSeconds: 0 }, oneWeek());
    const first = rule.look(view(week + 60, 2, [week]), rule.begin);
    expect(first.create).toBe(5);
    expect(rule.look(view(week + 65, 2), first.memory).create).toBe(2);
  });

  it('keeps the highest demand of each five minutes', () => {
    const peaks = [3, 9, 4].reduce((soFar, demand, index) => notePeak(soFar, index, demand), noPeaks);
    expect(notePeak(peaks, 700, 1)).toEqual({ first: 0, days: [], values: [9, 0], current: 1 });
  });
});

describe('the peaks of the jobs before the window', () => {
  const job = (arrival: number, duration: number) => ({ arrival, duration, label: '' });
  it('count what still ran when the five minutes began', () => {
    const peaks = peaksBefore([job(0, 310), job(100, 210), job(400, 1)], 1200);
    expect([...peaks.values, peaks.current]).toEqual([2, 2]);
  });
  it('count a job that runs through whole five minutes in each of them', () => {
    const peaks = peaksBefore([job(50, 1000)], 3000);
    expect([...peaks.values, peaks.current]).toEqual([1, 1, 1, 1]);
  });
});

describe('without standby', () => {
  it('gives a machine back when no job waits, after the grace period', () => {
    const none = managedPools({ percentile: null, graceSeconds: 0 }, oneWeek());
    expect(none.look(view(week, 0, [week]), none.begin).remove).toHaveLength(1);
    const grace = managedPools({ percentile: null, graceSeconds: 600 }, oneWeek());
    expect(grace.look(view(week, 0, [week - 599]), grace.begin).remove).toEqual([]);
    expect(grace.look(view(week, 0, [week - 600]), grace.begin).remove).toHaveLength(1);
  });
});
