// The week that the schedule editor paints: read from seven days or one, painted, written back, and the same to the service.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countAt, daysOf, paint, stepsOf, type Schedule } from '../../hub/settings/week.ts';
import { readFields } from '../../service/domain/field-reader.ts';
import { readSchedule } from '../../service/domain/pool-schedule.ts';
import { scheduledStandby } from '../../service/domain/standby-schedule.ts';

const hour = 3600;
const week = 7 * 24 * hour;
const weekOf = (...days: Schedule['days']): Schedule => ({ timeZone: 'UTC', days });
/** Sunday, 00:00 UTC. */
const sunday = Date.parse('2026-01-04T00:00:00Z');

describe('a painted week', () => {
  it('reads one day as seven, and the last entry over midnight', () => {
    const steps = stepsOf(weekOf({ '08:00': 3, '18:30:00': 1 }));
    expect([0, 8 * hour, 18.5 * hour, week - 1].map((second) => countAt(steps, second))).toEqual([1, 3, 1, 1]);
  });

  it('of nothing keeps nothing', () => {
    const steps = stepsOf(weekOf(...Array.from({ length: 7 }, () => ({}))));
    expect(countAt(steps, 5 * hour)).toBe(0);
    expect(daysOf(paint(steps, 32 * hour, 40 * hour, 2))).toEqual([
      {},
      { '08:00:00': 2, '16:00:00': 0 },
      {},
      {},
      {},
      {},
      {},
    ]);
  });

  it('keeps what happens inside the hours beside the painted one', () => {
    const steps = stepsOf(weekOf({ '08:30': 3, '09:15': 5 }, {}, {}, {}, {}, {}, {}));
    const [day] = daysOf(paint(steps, 9 * hour, 10 * hour, 0));
    expect(day).toEqual({ '08:30:00': 3, '09:00:00': 0, '10:00:00': 5 });
  });

  it('at one number all week is still a week', () => {
    const steps = paint(stepsOf(weekOf({ '08:00': 3, '18:00': 1 })), 0, week, 4);
    expect(daysOf(steps)).toEqual([{ '00:00:00': 4 }, {}, {}, {}, {}, {}, {}]);
  });

  it('is to the service what it is on the screen, whatever was painted before', () => {
    const stroke = fc.record({ from: fc.nat(167), hours: fc.integer({ min: 1, max: 168 }), count: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(stroke, { maxLength: 6 }), stroke, fc.nat(167), (before, last, asked) => {
        const strokes = [...before, last].map((one) => ({ ...one, to: Math.min(168, one.from + one.hours) }));
        const steps = strokes.reduce(
          (all, { from, to, count }) => paint(all, from * hour, to * hour, count),
          stepsOf(weekOf({})),
        );
        const expected = strokes.findLast(({ from, to }) => asked >= from && asked < to)?.count ?? 0;
        const written = { schedule: { timeZone: 'UTC', days: daysOf(steps) } };
        const read = readSchedule(readFields(written, '', ['schedule'], () => undefined));
        expect(read).not.toBeNull();
        expect([countAt(steps, asked * hour), scheduledStandby(read!, sunday + asked * hour * 1000)]).toEqual([
          expected,
          expected,
        ]);
      }),
    );
  });
});
