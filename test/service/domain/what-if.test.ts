// What a what-if compares, on which boot times, and what it calls the front.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { validatePoolSettings } from '../../../service/domain/pool-rules.ts';
import {
  bootsOf,
  leftOutOf,
  measuredWaits,
  paretoFront,
  variantsOf,
  withEdit,
  type SettingsEdit,
} from '../../../service/domain/what-if.ts';
import { memory, settings } from '../../builders.ts';

const whole = (document: unknown) => {
  const read = validatePoolSettings(document);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.settings;
};

describe('the settings that are compared', () => {
  const told = (own: Parameters<typeof settings>[0], edit: SettingsEdit | null) =>
    variantsOf(settings(own), edit === null ? null : whole(withEdit(settings(own), edit))).map(
      ({ name, isCurrent, isEdited }) => `${name}${isCurrent ? ' now' : ''}${isEdited ? ' asked' : ''}`,
    );
  it.each([
    ['nothing asked', {}, null, ['economy', 'balanced now', 'fast', 'sampled']],
    ['a preset that is one of the rows', {}, { preset: 'fast' }, ['economy', 'balanced now', 'fast asked', 'sampled']],
    ['what the pool has already', {}, { maxCapacity: 10 }, ['economy', 'balanced now asked', 'fast', 'sampled']],
    ['more machines', {}, { maxCapacity: 20 }, ['economy', 'balanced now', 'fast', 'sampled', 'edited asked']],
    [
      'Azure DevOps’ rule, whatever the preset beside it',
      { sizing: { policy: 'sampled', preset: 'fast' } },
      { preset: 'economy' },
      ['economy', 'balanced', 'fast', 'sampled now asked'],
    ],
  ] as const)('with %s', (_name, own, edit, expected) => {
    expect(told(own, edit)).toEqual(expected);
  });

  it('keep everything else of the pool, and a change of recycling takes its profile along', () => {
    const own = settings({ maxCapacity: 7, workFolder: '/w' });
    for (const one of variantsOf(own, null)) expect({ ...one.settings, sizing: own.sizing }).toEqual(own);
    const reused = whole(withEdit(own, { recycleAfterEachUse: false, desiredIdle: 2 }));
    expect(reused).toMatchObject({ recycleAfterEachUse: false, profile: { kind: 'stateful' }, desiredIdle: 2 });
    expect(whole(withEdit(reused, { recycleAfterEachUse: true })).profile).toEqual({ kind: 'stateless' });
    expect(whole(withEdit(reused, { maxCapacity: 3 })).profile).toEqual(reused.profile);
  });
});

describe('boot times', () => {
  it('are the measured ones from five boots on, and say so', () => {
    const boots = { create: [100, 100, 100, 100, 100], reimage: [30] };
    const { profile, words } = bootsOf(memory({ boots }), 'linux');
    expect(profile).toMatchObject({ create: { p50: 100, p95: 200 }, reimage: { p50: 90, p95: 180 } });
    expect(words).toBe('Machines boot as the last 5 of this pool did: 100 s as a rule, 200 s where it is slow.');
  });

  it('are those of the operating system before that', () => {
    const { profile, words } = bootsOf(memory({ boots: { create: [100], reimage: [] } }), 'windows');
    expect(profile.create).toEqual({ p50: 270, p95: 540 });
    expect(words).toContain('Weir has measured 1 boot of this pool so far, and 5 are needed.');
  });
});

describe('waits that were measured', () => {
  it('are seconds, by nearest rank', () => {
    const jobs = [1, 2, 3, 4].map((wait) => {
      const job = { requestId: wait, queuedAt: 0, startedAt: wait * 1000, finishedAt: 9000, image: '' };
      return job;
    });
    expect(measuredWaits(jobs)).toEqual({ mean: 2.5, p50: 2, p95: 4 });
    expect(measuredWaits([])).toEqual({ mean: 0, p50: 0, p95: 0 });
  });
});

describe('the front', () => {
  it('is what nothing else beats', () => {
    const points = [
      { wait: 100, hours: 1 },
      { wait: 10, hours: 2 },
      { wait: 10, hours: 3 },
      { wait: 5, hours: 9 },
      { wait: 120, hours: 1 },
      { wait: 100, hours: 1 },
    ];
    expect(paretoFront(points)).toEqual([true, true, false, true, false, true]);
  });

  it('is never empty, and everything off it is beaten by something on it', () => {
    const point = fc.record({ wait: fc.integer({ min: 0, max: 9 }), hours: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), (points) => {
        const front = paretoFront(points);
        const best = points.filter((_point, index) => front[index]);
        return points.every((one, index) => {
          const isBeaten = best.some(
            (other) =>
              other.wait <= one.wait && other.hours <= one.hours && (other.wait < one.wait || other.hours < one.hours),
          );
          return isBeaten !== front[index];
        });
      }),
    );
  });
});

describe('what a replay leaves out', () => {
  it.each([
    ['a plain pool', {}, false, []],
    ['a budget', { budget: { monthlyVmHours: 3 } }, false, ['monthly budget']],
    ['lanes', { laneResourceGroup: '/x' }, false, ['one and the same image']],
    ['a clock and a file', { schedule: { timeZone: 'UTC', days: [{ '00:00': 1 }] } }, true, ['1 January 1970']],
    ['saved machines', { maxSavedNodeCount: 1 }, false, ['failed machines']],
  ] as const)('of %s', (_name, own, isTrace, words) => {
    const [first, ...others] = leftOutOf(settings(own), isTrace);
    expect(first).toContain('wait for other jobs');
    expect(others).toHaveLength(words.length);
    words.forEach((one, index) => expect(others[index]).toContain(one));
  });
});
