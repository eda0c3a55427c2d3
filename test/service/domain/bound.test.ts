// The clairvoyant bound against cases small enough to count by hand, and against the published figure of the real trace.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clairvoyantBound } from '../../../service/domain/bound.ts';
import { parseTrace, type Trace } from '../../../service/domain/trace.ts';

const boot = 100;

describe('the clairvoyant bound', () => {
  it.each([
    ['no job costs nothing', [], null, 0],
    ['one job pays its boot', [{ arrival: 0, duration: 60 }], null, 160],
    [
      'a short gap is kept',
      [
        { arrival: 0, duration: 60 },
        { arrival: 90, duration: 60 },
      ],
      null,
      60 + 60 + boot + 30,
    ],
    [
      'a long gap is booted anew',
      [
        { arrival: 0, duration: 60 },
        { arrival: 900, duration: 60 },
      ],
      null,
      60 + 60 + 2 * boot,
    ],
    [
      'two at once need two machines',
      [
        { arrival: 0, duration: 60 },
        { arrival: 0, duration: 60 },
      ],
      null,
      120 + 2 * boot,
    ],
    [
      'a fresh machine for each job pays the reimage in the gap',
      [
        { arrival: 0, duration: 60 },
        { arrival: 90, duration: 60 },
      ],
      20,
      120 + boot + 30,
    ],
  ])('%s', (_name, jobs, reimage, seconds) => {
    expect(clairvoyantBound(jobs, boot, reimage)).toBe(seconds);
  });

  it('is never below the work and never above a boot for each job', () => {
    const job = fc.record({ arrival: fc.nat(5000), duration: fc.integer({ min: 1, max: 900 }) });
    fc.assert(
      fc.property(fc.array(job, { maxLength: 60 }), (jobs) => {
        const work = jobs.reduce((sum, one) => sum + one.duration, 0);
        const bound = clairvoyantBound(jobs, boot, null);
        expect(bound).toBeGreaterThanOrEqual(work);
        expect(bound).toBeLessThanOrEqual(work + boot * jobs.length);
      }),
    );
  });

  const file = new URL('../../../../shared/traces/bitcoin-core-gha-2025.csv.gz', import.meta.url);
  const present = existsSync(file);
  if (!present) process.stdout.write('skipped: the real trace does not stand beside the project (../shared/traces)\n');
  (present ? it : it.skip)('gives the published figures on the second half of the real trace', () => {
    const trace = parseTrace(gunzipSync(readFileSync(file)).toString('utf8')) as Trace;
    const last = trace.jobs.at(-1)!.arrival;
    const first = trace.jobs[0]!.arrival;
    const half = trace.jobs.filter((one) => one.arrival >= first + (last - first) / 2);
    expect(Math.abs(half.length - 8697)).toBeLessThan(120);
    const hours = clairvoyantBound(half, 164, null) / 3600;
    expect(hours).toBeGreaterThan(3083 * 0.98);
    expect(hours).toBeLessThan(3083 * 1.02);
  });
});
