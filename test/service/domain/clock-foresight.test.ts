// What comes at the same minutes of the day: known after some days, ordered one boot before, and given up right after.
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../service/domain/chance.ts';
import { decide } from '../../../service/domain/decide.ts';
import type { DemandHistory } from '../../../service/domain/demand-history.ts';
import { noteDemand } from '../../../service/domain/forecast.ts';
import { advise } from '../../../service/domain/spare-advice.ts';
import { memory, minute, now0, scene, settings } from '../../builders.ts';

const boot = { minutes: 2.5, spread: 0.42 };
const worth = 12;

interface Nightly {
  readonly days: number;
  /** Minute of the day. */
  readonly at: number;
  readonly jobs: number;
  /** Day of the past on which it comes; the first is 0. */
  readonly comesOn?: (day: number) => boolean;
}

/** Quiet days, each with a burst of a quarter of an hour, up to `until` minutes into the day after them. */
function past({ days, at, jobs, comesOn = () => true }: Nightly, until: number, first = 0): DemandHistory {
  let history: DemandHistory | undefined;
  for (let now = 0; now <= days * 1440 + until; now += 1) {
    const [day, time] = [Math.floor(now / 1440), now % 1440];
    const demand = day < days && comesOn(day) && time >= at && time < at + 15 ? jobs : 0;
    if (time % 5 !== 0 && now < days * 1440 + until) continue;
    history = noteDemand(history, first + now * minute, demand, boot, 40);
  }
  if (history === undefined) throw new Error('no minute was noted');
  return history;
}

const adviceAt = (nightly: Nightly, time: number, paid = worth) => {
  const history = past(nightly, time);
  return advise(history, boot.minutes, paid, history.minute * minute);
};

describe('jobs of one hour of each night', () => {
  const nightly = { days: 7, at: 60, jobs: 12 };

  it.each([
    ['half an hour before', 30, 0],
    ['ten minutes before', 49, 0],
    ['a slow boot before', 55, 12],
    ['while they are due', 62, 12],
    ['when they fail to come', 65, 0],
    ['hours later', 300, 0],
  ])('have their machines made %s: minute %d of the day', (_, time, make) => {
    expect(adviceAt(nightly, time)).toMatchObject({ make, keep: make });
  });

  it('need no more machines once they are there', () => {
    const before = past(nightly, 59);
    const came = noteDemand(before, (before.minute + 1) * minute, 12, boot, 40);
    expect(advise(came, boot.minutes, worth, came.minute * minute).keep).toBe(0);
  });

  it.each([
    ['not after one day', 1, () => true, 0],
    ['after two', 2, () => true, 12],
    ['where one night was missed', 7, (day: number) => day !== 4, 12],
    ['not any more where they ended a week ago', 14, (day: number) => day < 7, 0],
    ['where they come once a week', 14, (day: number) => day % 7 === 0, 12],
  ])('are known %s', (_, days, comesOn, make) => {
    expect(adviceAt({ ...nightly, days, comesOn }, 56).make).toBe(make);
  });

  it('are expected less on the free days of a week', () => {
    const on = (days: number) => adviceAt({ ...nightly, days, comesOn: (day) => day % 7 < 5 }, 56, 7).make;
    expect([on(14), on(15), on(12), on(13)]).toEqual([12, 12, 0, 0]);
  });

  it('teach nothing of other minutes of the same hours once the clock tells of them', () => {
    const rose = (days: number) => past({ ...nightly, days }, 600).seen.all?.own?.rose.at(-1) ?? 0;
    expect([rose(13) - rose(6), rose(3)]).toEqual([0, expect.any(Number)]);
    expect(rose(3)).toBeGreaterThan(0);
  });

  it('are told in words, with their hour and how often they came', () => {
    const first = now0 - (now0 % (1440 * minute)) - 7 * 1440 * minute;
    const demand = past({ ...nightly, comesOn: (day) => day !== 4 }, 55, first);
    const balanced = settings({ recycleAfterEachUse: false, maxCapacity: 40, sizing: { preset: 'balanced' } });
    const now = demand.minute * minute;
    const verdict = decide({ ...scene(), now }, balanced, memory({ demand }));
    expect(verdict.decisions.map((one) => one.reason.words).join()).toMatch(
      /^On 6 of the last 7 days demand rose by 12 or more within ten minutes of 01:00 UTC, so 12 spares are worth a boot/,
    );
  });

  it('are read from a history that an earlier release wrote, and from one that lies ahead of the clock', () => {
    const { clock: _clock, ...older } = past(nightly, 55);
    expect(noteDemand(older, (older.minute + 1) * minute, 0, boot, 40).clock?.rises).toEqual({});
    const ahead = past(nightly, 55, 400 * 1440 * minute);
    expect(noteDemand(ahead, 0, 0, boot, 40).clock).toBeUndefined();
  });
});

describe('what comes at any minute', () => {
  it('is hardly ever taken for something of the clock, and takes little memory', () => {
    const random = seededRandom(7);
    let history: DemandHistory | undefined;
    let [told, slots, left] = [0, 0, 0];
    for (let now = 0; now < 16 * 1440; now += 1) {
      const before = left;
      left = random() < 0.03 ? 6 : Math.max(0, left - 1);
      if (left !== before || now % 5 === 0) history = noteDemand(history, now * minute, left, boot, 40);
      if (now < 13 * 1440 || now % 5 !== 0) continue;
      slots += 1;
      if (advise(history, boot.minutes, worth, now * minute).clock !== null) told += 1;
    }
    expect(told / slots).toBeLessThan(0.03);
    expect(JSON.stringify(history?.clock).length).toBeLessThan(8_000);
  });
});
