// What comes at the same minutes of the day: known after some days, ordered one boot before, and given up right after.
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../service/domain/chance.ts';
import { evidentRow } from '../../../service/domain/clock-evidence.ts';
import { foresightAt } from '../../../service/domain/clock-foresight.ts';
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

/** A burst of twelve jobs at 1:00 of each night; in minutes since 1970. */
const nightlyDemand = (at: number) => (at % 1440 >= 60 && at % 1440 < 75 ? 12 : 0);

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
      /^On 6 of the last 7 days demand rose by 12 or more within 10 minutes of 01:00 UTC, so 12 spares are worth a boot/,
    );
    // Slow boots are ordered for all the minutes that they need.
    const slow = memory({ demand, boots: { create: Array.from({ length: 20 }, () => 540), reimage: [] } });
    expect(
      decide({ ...scene(), now }, balanced, slow)
        .decisions.map((one) => one.reason.words)
        .join(),
    ).toMatch(/^On 6 of the last 7 days demand rose by 12 or more within 25 minutes of 01:00 UTC/);
  });

  it('are read from a history that an earlier release wrote, and from one that lies ahead of the clock', () => {
    const { clock: _clock, ...older } = past(nightly, 55);
    expect(noteDemand(older, (older.minute + 1) * minute, 0, boot, 40).clock?.rises).toEqual({});
    const ahead = past(nightly, 55, 400 * 1440 * minute);
    expect(noteDemand(ahead, 0, 0, boot, 40).clock).toBeUndefined();
  });

  it.each([
    ['a second', 125, 1],
    ['a second, right after an hour was counted', 185, 1],
    ['two hours', 125, 7200],
  ])('are still known, and no day is counted twice, where the clock was set back by %s', (_, time, seconds) => {
    const nights = { ...nightly, days: 8 };
    const before = past(nights, time - 1440);
    let now = before.minute * minute - 1000 * seconds;
    let history = noteDemand(before, now, 0, boot, 40);
    expect(history.minute).toBeLessThan(before.minute);
    for (; history.minute < 7 * 1440 + 300; now += minute)
      history = noteDemand(history, now, nightlyDemand(now / minute), boot, 40);
    expect(history.clock?.rises).toEqual(past(nights, 300 - 1440).clock?.rises);
  });

  it('are learned anew, as by a new pool, where nobody looked for more than a day', () => {
    const after = (days: number, nights: number) => {
      let history = past({ ...nightly, days: 15 }, 0);
      const last = history.minute + (Math.ceil(days) + nights) * 1440 + 56;
      for (let at = history.minute + days * 1440; at <= last; at += 1)
        history = noteDemand(history, at * minute, nightlyDemand(at), boot, 40);
      return advise(history, boot.minutes, worth, history.minute * minute).make;
    };
    expect([after(0.9, 0), after(10, 0), after(10, 1), after(10, 2)]).toEqual([12, 0, 0, 12]);
  });

  it('are one answer, whatever else is asked in the same minutes', () => {
    const quiet = past({ ...nightly, jobs: 40 }, 56);
    const slot = Math.floor(quiet.minute / 5);
    const first = foresightAt(quiet, slot, boot.minutes);
    for (const risen of [5, 11, 16]) {
      foresightAt(noteDemand(quiet, quiet.minute * minute, risen, boot, 40), slot, boot.minutes);
      foresightAt(quiet, slot + 1, boot.minutes);
    }
    expect(first).not.toBeNull();
    expect(foresightAt(quiet, slot, boot.minutes)).toBe(first);
  });

  it('are told from chance by the last weeks alone, however often they came at other hours before', () => {
    const today = 100;
    const pairs = (...days: readonly number[]) => days.flatMap((day) => [day, 12]);
    const rises = { 12: pairs(...[6, 5, 4, 3, 2, 1].map((age) => today - age)) };
    const old = pairs(...Array.from({ length: 15 }, (_, day) => day));
    const moved = Object.fromEntries(Array.from({ length: 11 }, (_, slot) => [slot, old]));
    const rowWith = (known: Readonly<Record<number, readonly number[]>>) =>
      evidentRow({ rises: known, since: 0 }, today * 288 + 12, 1, 15);
    expect([rowWith(rises), rowWith({ ...moved, ...rises })]).toEqual([8, 8]);
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
