// The past of a pool as rows of a picture, as the time of a replay, and as the rows of a long list that are on the screen.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { visibleRows } from '../../hub/nodes/visible-rows.ts';
import { barAt, barWords, ganttOf, ganttWords } from '../../hub/pool/gantt.ts';
import {
  drawnPart,
  intervalOf,
  moved,
  ranges,
  readPast,
  spanOf,
  writePast,
  zoomedIn,
  zoomedOut,
  type Past,
} from '../../hub/pool/past.ts';
import { isOfTime } from '../../hub/pool/replayed.ts';
import { linkedWords, readTime } from '../../hub/what-if/asked-time.ts';
import { clockWords, dayWords } from '../../hub/time.ts';
import { livingTimeline } from '../browser/past-scene.ts';

const now = '2026-11-24T12:00:00.000Z';
const back = (hours: number) => new Date(Date.parse(now) - hours * 3_600_000).toISOString();

describe('the timeline as a picture', () => {
  it('gives every life a row, and puts two into one where the first is over when the second begins', () => {
    const at = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();
    const gantt = ganttOf({
      ...{ now, from: at(60), to: now, isCut: false },
      nodes: ['a', 'b', 'c'].map((name) => ({ key: name, name })),
      states: ['idle', 'assigned'],
      // c began when a was over, and b lasts.
      ...{ node: [2, 1, 0, 0], state: [0, 1, 1, 0] },
      ...{ start: [at(10), at(40), at(50), at(90)], end: [null, null, at(20), at(50)] },
    });
    expect(gantt.rows.map((row) => row.map((bar) => `${bar.name} ${bar.group}`))).toEqual([
      ['a idle', 'a busy', 'c idle'],
      ['b busy'],
    ]);
    expect(gantt.rows[0]![0]!.start).toBe(gantt.from);
    expect(barAt(gantt, 1, Date.parse(at(30)))).toMatchObject({ name: 'b', lasts: true });
    expect(barAt(gantt, 1, Date.parse(at(50)))).toBeNull();
    expect(barAt(gantt, 7, Date.parse(at(30)))).toBeNull();
    expect(ganttWords(gantt, (group) => group)).toBe(
      'At most 2 machines at once: 0.3 machine hours idle, 1.2 machine hours busy. The table has every state.',
    );
  });

  it('paints a state as far as the picture goes, and tells its true start and end', () => {
    const words = (hours: number) => [dayWords, clockWords].map((of) => of(Date.parse(back(hours)))).join(', ');
    const gantt = ganttOf({
      ...{ now, from: back(20), to: back(10), isCut: false },
      ...{
        nodes: [
          { key: 'a', name: 'a' },
          { key: 'b', name: 'b' },
        ],
        states: ['idle'],
      },
      ...{ node: [1, 0], state: [0, 0], start: [back(72), back(50)], end: [null, back(2)] },
    });
    const told = gantt.rows.flat().map((bar) => [bar.start, bar.end, barWords(bar)]);
    expect(told).toEqual([
      [gantt.from, gantt.to, `a: Idle, ${words(50)} to ${words(2)}, 2 d`],
      [gantt.from, gantt.to, `b: Idle, ${words(72)} to now, 3 d`],
    ]);
  });

  it('never paints one bar of a row over another, however many machines there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (machines) => {
        for (const row of ganttOf(livingTimeline(now, machines)).rows)
          row.forEach((bar, index) => expect(bar.start).toBeGreaterThanOrEqual(row[index - 1]?.end ?? 0));
      }),
      { numRuns: 15 },
    );
  });
});

describe('a long list', () => {
  it('draws the rows on the screen, and always at least one', () => {
    fc.assert(
      fc.property(fc.nat(400_000), fc.integer({ min: 1, max: 2000 }), fc.nat(6000), (top, height, count) => {
        const { first, end } = visibleRows(top, height, 60, count);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        if (count > 0) expect(end).toBeGreaterThan(0);
        expect(end - first).toBeLessThanOrEqual(Math.ceil(height / 60) + 26);
        const onScreen = Math.floor(top / 60);
        if (onScreen < count) expect([first <= onScreen, onScreen < end]).toEqual([true, true]);
      }),
    );
  });
});

describe('how far is looked back', () => {
  it('ends at the clock of the service, and is asked for less often the longer it is', () => {
    expect(spanOf({ range: '7d', part: null }, now)).toEqual({ from: '2026-11-17T12:00:00.000Z', to: now });
    const intervals = ranges.map((range) => intervalOf({ range, part: null }, now));
    expect(intervals).toEqual(intervals.toSorted((a, b) => a - b));
  });

  it.each([
    ['a part that is as short as the last hour and goes on', '30d', 1, 0, '1h'],
    ['a part that is as long as the last days and goes on', '1h', 100, 0, '7d'],
    ['a part that is over, which changes no more', '1h', 2, 1, '30d'],
  ] as const)('%s is asked for as often as it changes', (_what, range, from, to, as) => {
    const part = { from: back(from), to: back(to) };
    expect(intervalOf({ range, part }, now)).toBe(intervalOf({ range: as, part: null }, now));
  });

  it.each([
    [null, '7', ''],
    ['1', '1', ''],
    ['35', '35', ''],
    ['24h', '1', ''],
    ['7d', '7', ''],
    ['30d', 'linked', 'the last 30 days'],
    ['1h', 'linked', 'the last hour'],
    ['24h_20261124T100500Z_20261124T112000Z', 'linked', /^.+, \d\d:05 to \d\d:20$/],
    ['24h_x', '7', ''],
    ['a lot', '7', ''],
  ] as const)('%s in a link to What if is replayed as %s', (written, source, words) => {
    const asked = readTime(written);
    expect(asked.source).toBe(source);
    expect(linkedWords(asked.linked)).toMatch(typeof words === 'string' ? new RegExp(`^${words}$`) : words);
  });

  const replayed = (from: number, to: number) => ({ from: back(from), to: back(to) });
  it.each([
    ['a day until now', replayed(24, 0), '24h', null, true],
    ['a day until some hours ago', replayed(34, 10), '24h', null, true],
    ['a day that half is over', replayed(37, 13), '24h', null, false],
    ['two days', replayed(48, 0), '24h', null, false],
    ['a day that ends later than now', replayed(22, -2), '24h', null, false],
    ['the part', replayed(5, 3), '24h', [5, 3], true],
    ['the part but for some minutes', replayed(5, 2.9), '24h', [5, 3], false],
    ['a file', { from: null, to: null }, '24h', null, false],
  ] as const)('a replay of %s is of what is shown: %j, %s %j: %s', (_what, view, range, part, isOf) => {
    const shown = part === null ? null : { from: back(part[0]), to: back(part[1]) };
    expect(isOfTime(view, { range, part: shown }, now)).toBe(isOf);
  });
});

const day: Past = { range: '24h', part: null };
const partOf = (from: string, to: string): Past => ({
  range: '24h',
  part: { from: `2026-11-${from}:00.000Z`, to: `2026-11-${to}:00.000Z` },
});

describe('a part of the time', () => {
  it('is zoomed into around its middle, not closer than samples stand, and out again to the whole', () => {
    const half = zoomedIn(day, now);
    expect(half).toEqual(partOf('23T18:00', '24T06:00'));
    expect(zoomedIn(half, now)).toEqual(partOf('23T21:00', '24T03:00'));
    expect(zoomedOut(half, now)).toEqual(day);
    expect(zoomedOut(day, now)).toBe(day);
    const closest = partOf('24T09:00', '24T09:05');
    expect(zoomedIn(closest, now)).toBe(closest);
    expect(zoomedOut(partOf('01T00:00', '18T00:00'), now)).toEqual({ range: '30d', part: null });
  });

  it('that was drawn too narrow is five minutes around it, and never in the future', () => {
    const drawn = (from: string, to: string) =>
      drawnPart('24h', { from: `2026-11-24T${from}.000Z`, to: `2026-11-24T${to}.000Z` }, now);
    expect(drawn('09:02:00', '09:03:00')).toEqual(partOf('24T09:00', '24T09:05'));
    expect(drawn('11:59:00', '12:00:00')).toEqual(partOf('24T11:55', '24T12:00'));
    expect(drawn('09:00:00', '09:20:00')).toEqual(partOf('24T09:00', '24T09:20'));
  });

  it('moves earlier as far as the longest range, and later up to now, where it is the range again', () => {
    expect(moved(day, -0.25, now)).toEqual(partOf('23T06:00', '24T06:00'));
    expect(moved(partOf('23T06:00', '24T06:00'), 0.25, now)).toEqual(day);
    expect(moved(partOf('24T10:00', '24T11:30'), 1, now)).toEqual(partOf('24T10:30', '24T12:00'));
    expect(moved(partOf('24T10:30', '24T12:00'), 1, now)).toEqual(partOf('24T10:30', '24T12:00'));
    expect(moved({ range: '30d', part: null }, -0.25, now)).toEqual({ range: '30d', part: null });
  });

  it('is a part, or the whole, whatever somebody presses', () => {
    const steps = [
      zoomedIn,
      zoomedOut,
      (past: Past, at: string) => moved(past, -0.25, at),
      (past: Past, at: string) => moved(past, 0.25, at),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...ranges),
        fc.array(fc.constantFrom(...steps), { maxLength: 30 }),
        (range, pressed) => {
          let past: Past = { range, part: null };
          for (const press of pressed) {
            past = press(past, now);
            const { from, to } = spanOf(past, now);
            expect(Date.parse(to)).toBeLessThanOrEqual(Date.parse(now));
            expect(Date.parse(to) - Date.parse(from)).toBeGreaterThanOrEqual(5 * 60_000);
            // A link to what is seen shows the same.
            expect(readPast(writePast(past))).toEqual({ past, fault: null });
          }
        },
      ),
    );
  });

  it.each([
    [day, null],
    [{ range: '7d', part: null }, '7d'],
    [partOf('24T10:05', '24T11:20'), '24h_20261124T100500Z_20261124T112000Z'],
  ] as const)('%j stands in a link as %j', (past, written) => {
    expect(writePast(past)).toBe(written);
    expect(readPast(written)).toEqual({ past, fault: null });
  });

  it.each([
    ['9y', day, 'how far to look back'],
    ['120', day, 'how far to look back'],
    ['7d_', { range: '7d', part: null }, 'which part of the time'],
    ['7d_20261124T100500Z', { range: '7d', part: null }, 'which part of the time'],
    ['24h_20261124T112000Z_20261124T100500Z', day, 'which part of the time'],
    ['24h_20260231T100500Z_20260302T112000Z', day, 'which part of the time'],
    ['24h_20250124T100500Z_20261124T112000Z', day, 'which part of the time'],
    ['24h_x_y', day, 'which part of the time'],
    ['24h_20261124T100500Z_20261124T112000Z_20261124T112000Z', day, 'which part of the time'],
  ] as const)('a link that says %s shows what is usual, and says so', (written, past, words) => {
    const read = readPast(written);
    expect(read.past).toEqual(past);
    expect(read.fault).toContain(words);
    expect(read.fault).toMatch(/You see the last .* instead\.$/);
  });
});
