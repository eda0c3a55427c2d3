// How much standby, of which image, and at what time of the week.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import type { OpenOperation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import { standbyShares } from '../../../service/domain/standby.ts';
import { nextScheduleChange, scheduledStandby } from '../../../service/domain/standby-schedule.ts';
import {
  bootingMachine,
  fresh,
  hour,
  machine,
  memory,
  scaleOutOperation,
  scene,
  second,
  settings,
  type Machine,
} from '../../builders.ts';
import { acts, idOf, laneOf, machineIn, picture, pool, version } from './lane-scene.ts';
import { told } from './told.ts';

const shares = (desiredIdle: number, ...percents: readonly (number | '*')[]) =>
  standbyShares(
    settings({
      desiredIdle,
      images: percents.map((standbyPercent, index) => ({
        ...{ aliases: [`image ${index}`], source: null, version: 'latest', standbyPercent },
      })),
    }),
  );

describe('the shares of the images (M19)', () => {
  it.each<[number, readonly (number | '*')[], readonly number[]]>([
    [4, ['*'], [4]],
    [4, ['*', '*'], [2, 2]],
    [3, ['*', '*'], [2, 1]],
    [4, [25, '*'], [1, 3]],
    [4, [100, 0], [4, 0]],
    [10, [33, 33, 34], [3, 3, 4]],
    [1, [50, 50], [1, 0]],
    [0, ['*', 50], [0, 0]],
    [20, [50, 50], [5, 5]],
  ])('of %i as %j are %j', (standby, percents, expected) => {
    expect(shares(standby, ...percents)).toEqual(expected);
    expect(expected.reduce((sum, one) => sum + one, 0)).toBe(Math.min(standby, 10));
  });
});

describe('boots of two images that stand by', () => {
  const [first] = pool.images;
  const gold = { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/G/images/gold' };
  const both = { ...pool, desiredIdle: 2, images: [first!, { ...first!, aliases: ['gold'], source: gold }] };
  const versions = [version('1.0.0')];
  const listed = ['linux', 'gold'].map((alias) => ({ alias, kind: 'gallery' as const, versions }));
  const nothing = picture([], { demands: null, more: { images: fresh(listed) } });
  const [linux, other] = decide(nothing, both, memory()).decisions.flatMap((one) => one.target?.lane ?? []);
  const idle = (number: number) => machineIn(linux!, number);
  const boot = (number: number, key = other!, age = 30) =>
    bootingMachine(number, age * second, {
      generation: { scaleSetId: idOf(key) },
      instance: { scaleSetId: idOf(key) },
    });
  const reclaimed = (machines: readonly Machine[], operations: readonly OpenOperation[] = []) => {
    const lanes = [linux!, other!].map((key) =>
      laneOf(
        key,
        machines.filter(({ instance }) => instance.scaleSetId === idOf(key)),
      ),
    );
    const more = { images: fresh(listed), operations };
    const lines = acts(told(picture(lanes, { machines, demands: null, more }), both, memory()));
    return lines.filter((line) => line.startsWith('reclaim'));
  };

  it.each<[string, readonly Machine[], readonly string[]]>([
    ['what the other image has too much makes no boot one too many', [idle(1), idle(2), idle(3), boot(4)], []],
    ['one beyond the share is', [idle(1), boot(2), boot(3)], ['reclaim bootCancelled agents_3']],
    [
      'not the youngest goes, but one of the image that has more than its share',
      [boot(1, linux, 60), boot(2, linux, 60), boot(3)],
      ['reclaim bootCancelled agents_2'],
    ],
    // The other image still lacks one, so as a whole none is too many.
    ['as long as the pool as a whole lacks some none is', [boot(1, linux), boot(2, linux)], []],
  ])('%s', (_what, machines, expected) => {
    expect(reclaimed(machines)).toEqual(expected);
  });

  it('are none too many for a promise that is perhaps a machine of their lane which is being deleted', () => {
    const scaleSetId = idOf(other!);
    const leaving = machine(4, {
      ...{ generation: { scaleSetId }, agent: null },
      instance: { scaleSetId, provisioningState: 'deleting' },
    });
    const asked = { ...scaleOutOperation(1, 2), scaleSetId };
    expect(reclaimed([idle(1), idle(2), boot(3), leaving], [asked])).toEqual([]);
  });
});

const monday: NonNullable<PoolSettings['schedule']> = {
  timeZone: 'UTC',
  days: [{}, { '09:00:00': 1, '17:00:00': 0 }, {}, {}, {}, {}, {}],
};
const daily = (timeZone: string): NonNullable<PoolSettings['schedule']> => ({
  timeZone,
  days: Array.from({ length: 7 }, () => ({ '08:00:00': 3, '18:30:00': 1 })),
});

describe('the schedule', () => {
  it.each<[string, string, number]>([
    ['Sunday', '2026-01-04T12:00:00Z', 0],
    ['Monday before nine', '2026-01-05T08:59:59Z', 0],
    ['Monday at nine', '2026-01-05T09:00:00Z', 1],
    ['Monday before five', '2026-01-05T16:59:59Z', 1],
    ['Monday at five', '2026-01-05T17:00:00Z', 0],
    ['Tuesday at noon', '2026-01-06T12:00:00Z', 0],
  ])('M1: %s', (_when, at, standby) => {
    expect(scheduledStandby(monday, Date.parse(at))).toBe(standby);
  });

  it('M3: one day stands for all, and the last entry holds over midnight', () => {
    expect(scheduledStandby(daily('UTC'), Date.parse('2026-01-10T02:00:00Z'))).toBe(1);
    expect(scheduledStandby(daily('UTC'), Date.parse('2026-01-10T08:00:00Z'))).toBe(3);
  });

  it('goes by the clock on the wall, in summer and in winter', () => {
    const berlin = daily('Europe/Berlin');
    expect(scheduledStandby(berlin, Date.parse('2026-01-07T06:59:00Z'))).toBe(1);
    expect(scheduledStandby(berlin, Date.parse('2026-01-07T07:00:00Z'))).toBe(3);
    expect(scheduledStandby(berlin, Date.parse('2026-07-08T06:00:00Z'))).toBe(3);
    expect(scheduledStandby(berlin, Date.parse('2026-07-08T05:59:00Z'))).toBe(1);
  });

  it('an empty week keeps nothing', () => {
    const nothing = { timeZone: 'UTC', days: Array.from({ length: 7 }, () => ({})) };
    expect([scheduledStandby(nothing, 0), nextScheduleChange(nothing, 0)]).toEqual([0, null]);
  });

  it('takes the place of desiredIdle in a pass, which is due again when it changes', () => {
    const at = Date.parse('2026-01-05T09:00:00Z');
    const verdict = decide(scene({ now: at }), settings({ schedule: monday, desiredIdle: 7 }), memory());
    expect(verdict.newNodes).toBe(1);
    expect(verdict.nextDueAt).toBe(at + 8 * hour);
    const night = decide(scene({ now: at - hour }), settings({ schedule: monday, desiredIdle: 7 }), memory());
    expect([night.newNodes, night.nextDueAt]).toEqual([0, at]);
  });
});
