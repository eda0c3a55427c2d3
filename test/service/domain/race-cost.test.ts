// A preset without a forecast holds its hours by what races would have cost at several worths.
import { describe, expect, it } from '@jest/globals';
import { raceCostAfter, raceWorthAt, raceWorths, type RaceCost } from '../../../service/domain/race-cost.ts';
import { sizingNumbers } from '../../../service/domain/sizing-presets.ts';
import { memory, settings } from '../../builders.ts';

const boot = { minutes: 2.5, spread: 0.42 };
const minute = 60_000;

/** Four jobs each half hour, for so many minutes; the machines idle for one more. */
function pastOf(jobMinutes: number, idle = 0): RaceCost {
  let cost: RaceCost | undefined;
  for (let at = 0; at < 5 * 1440; at += 1) {
    const phase = at % 30;
    const isWaiting = phase < 3;
    const isBusy = phase >= 3 && phase < 3 + jobMinutes;
    const moment = { busy: isBusy ? 4 : 0, idle: phase === 3 + jobMinutes ? idle : 0, waiting: isWaiting ? 4 : 0 };
    cost = raceCostAfter(cost, { now: at * minute, ...moment }, boot);
  }
  if (cost === undefined) throw new Error('no minute was noted');
  return cost;
}

describe('what races would have cost', () => {
  it('allows dear races where jobs are long and cheap ones where boots are much of the hours', () => {
    const [long, short] = [pastOf(24), pastOf(3)].map((cost) => raceWorthAt(cost, 0.05));
    expect(long).toBe(raceWorths.at(-1));
    expect(short).toBeLessThan(1.5);
  });

  it('takes what idle machines cost from the same share', () => {
    expect(raceWorthAt(pastOf(10, 4), 0.08)).toBeLessThan(raceWorthAt(pastOf(10), 0.08));
  });

  it('cuts off only the slowest boots where nothing is left to spend', () => {
    expect(raceWorthAt(pastOf(3), 0)).toBeLessThan(raceWorthAt(pastOf(3), 0.1));
    expect(raceWorthAt(pastOf(3), -1)).toBe(0);
  });

  it('counts the jobs and a boot for each that waits, and none twice', () => {
    // Old minutes weigh less, by a quarter at most after five days.
    const spent = 240 * 4 * (10 + 2.5 * Math.exp(0.42 ** 2 / 2));
    expect(pastOf(10).needed / spent).toBeGreaterThan(0.75);
    expect(pastOf(10).needed).toBeLessThan(spent);
  });

  it('knows what a pool at rest needed however long nobody looked, and of a busy one only two hours', () => {
    const begin = raceCostAfter(undefined, { now: 0, busy: 0, idle: 0, waiting: 0 }, boot);
    expect(raceCostAfter(begin, { now: 600 * minute, busy: 1, idle: 0, waiting: 0 }, boot).minutes).toBe(600);
    const busy = raceCostAfter(undefined, { now: 0, busy: 1, idle: 0, waiting: 0 }, boot);
    expect(raceCostAfter(busy, { now: 600 * minute, busy: 0, idle: 0, waiting: 0 }, boot).needed).toBe(120);
  });

  it('decide for economy after three days, and never where a standby is declared', () => {
    const worth = (races: RaceCost, desiredIdle: number): number =>
      sizingNumbers(settings({ desiredIdle, sizing: { preset: 'economy' } }), memory({ races })).worth;
    const races = pastOf(3);
    expect(worth(races, 0)).toBeLessThan(1.5);
    expect(worth({ ...races, minutes: 2 * 1440 }, 0)).toBe(2.7);
    expect(worth(races, 1)).toBe(2.7);
  });
});
