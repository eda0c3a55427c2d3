// How many machines go by choice at a time, and the hours in which none does.
import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import { blockedUntil } from '../../../service/domain/disruption-share.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import type { BlockedHours } from '../../../service/domain/pool.ts';
import { validatePoolSettings } from '../../../service/domain/pool-rules.ts';
import { hour, jobRequest, jobRequests, machine, memory, now0, operation, scene, settings } from '../../builders.ts';
import { told } from './told.ts';

const everyDay = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const hours = (from: string, to: string, more: Partial<BlockedHours> = {}): BlockedHours => ({
  ...{ timeZone: 'UTC', days: everyDay, from, to },
  ...more,
});
/** Machines that have lived for longer than they may. */
const old = (count: number) =>
  Array.from({ length: count }, (_, at) => machine(at + 1, { generation: { startedAt: now0 - 25 * hour } }));
const pool = (blocked: BlockedHours | null, maxPercent = 10, more: Parameters<typeof settings>[0] = {}) => ({
  ...settings({ recycleAfterEachUse: false, maxCapacity: 100, desiredIdle: 100, ...more }),
  profile: { kind: 'stateful' as const, maxAgentLifetimeHours: 24, gracePeriodMinutes: 0 },
  disruption: { maxPercent, blocked },
});
const leaving = (lines: readonly string[]) => lines.filter((line) => line.startsWith('reclaim')).length;

describe('a share at a time', () => {
  it.each([
    ['one of nine', 9, 10, 1],
    ['two of twenty', 20, 10, 2],
    ['half of twenty', 20, 50, 10],
    ['all of them', 20, 100, 20],
  ])('%s', (_name, count, percent, expected) => {
    expect(leaving(told(scene({ machines: old(count) }), pool(null, percent)))).toBe(expected);
  });

  it('lets those that stay serve on: nobody asks for machines in their place', () => {
    const parts = { machines: old(20), requests: jobRequests(18) };
    const lines = told(scene(parts), pool(null, 10, { desiredIdle: 0 }));
    expect(leaving(lines)).toBe(2);
    expect(lines.filter((line) => line.startsWith('scaleOut'))).toEqual([]);
    const blocked = told(scene(parts), pool(hours('07:00', '18:00'), 10, { desiredIdle: 2 }));
    expect(blocked.filter((line) => line.startsWith('scaleOut'))).toEqual([]);
    expect(leaving(blocked)).toBe(0);
  });

  it('counts what goes already, and says that the others stay', () => {
    const going = operation({ kind: 'delete', reason: { code: 'lifetimeReached', words: 'It is old.' } });
    const picture = scene({ machines: old(20) }, { operations: [going] });
    const { decisions } = decide(picture, pool(null), memory());
    expect(decisions.filter((one) => one.kind === 'reclaim')).toHaveLength(1);
    expect(decisions.find((one) => one.reason.code === 'disruptionBlocked')?.reason.words).toBe(
      '18 machines would be replaced and stay for now: at most 10 % of the machines, and one at least, go at a time.',
    );
  });

  it('is never passed by what goes by choice, and one may always go', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 100 }), (count, percent) => {
        const going = leaving(told(scene({ machines: old(count) }), pool(null, percent)));
        expect(going).toBe(Math.min(count, Math.max(1, Math.floor((count * percent) / 100))));
      }),
      { numRuns: 60 },
    );
  });

  it('does not hold back what has been idle for too long', () => {
    const more = { desiredIdle: 0, timeToLiveMinutes: 1 };
    expect(
      leaving(
        told(scene({ machines: old(9).slice(0, 1) }), { ...pool(null, 10, more), profile: { kind: 'stateless' } }),
      ),
    ).toBe(1);
  });
});

describe('hours in which none goes', () => {
  it.each([
    ['inside', hours('07:00', '09:00'), Date.UTC(2026, 0, 5, 9)],
    ['at their first moment', hours('08:00', '09:00'), Date.UTC(2026, 0, 5, 9)],
    ['at their end', hours('07:00', '08:00'), null],
    ['over midnight', hours('22:00', '10:00'), Date.UTC(2026, 0, 5, 10)],
    ['over midnight from Saturday into the new week', hours('22:00', '10:00', { days: ['saturday'] }), null],
    ['on another day', hours('07:00', '09:00', { days: ['tuesday'] }), null],
    ['in their own time zone', hours('09:00', '10:00', { timeZone: 'Europe/Berlin' }), Date.UTC(2026, 0, 5, 9)],
    ['the whole day', hours('00:00', '00:00', { days: ['monday'] }), Date.UTC(2026, 0, 6)],
  ])('%s', (_name, blocked, expected) => {
    expect(blockedUntil(pool(blocked), now0)).toBe(expected);
  });

  it('goes on from Saturday into Sunday', () => {
    const sunday = Date.UTC(2026, 0, 4, 3);
    expect(blockedUntil(pool(hours('22:00', '10:00', { days: ['saturday'] })), sunday)).toBe(Date.UTC(2026, 0, 4, 10));
  });

  it('keep old machines, say so, and end by themselves', () => {
    const verdict = decide(scene({ machines: old(3) }), pool(hours('07:00', '18:00')), memory());
    expect(verdict.decisions.filter((one) => one.kind === 'reclaim')).toEqual([]);
    expect(verdict.decisions.find((one) => one.reason.code === 'disruptionBlocked')?.reason.words).toBe(
      '3 machines would be replaced and stay for now: no machine is taken away from 07:00 to 18:00 (UTC) every day.',
    );
    expect(verdict.nextDueAt).toBe(Date.UTC(2026, 0, 5, 18));
  });

  it('let no idle machine give its place, and the job that waits for it is told so', () => {
    const request = jobRequest({ requestId: 1, demands: ['WorkFolder -equals /mnt/big'] });
    const idle = machine(1, { agent: { systemCapabilities: { WorkFolder: '/mnt/small' } } });
    const base = settings({ maxCapacity: 1, desiredIdle: 1 });
    const demands = { ...base.demands, workFolders: ['/mnt/big'] };
    const picture = scene({ machines: [idle], requests: [request] });
    const free = { ...base, demands, disruption: { maxPercent: 10, blocked: null } };
    expect(told(picture, free)).toContain('reclaim displaced agents_1');
    const held = { ...base, demands, disruption: { maxPercent: 10, blocked: hours('07:00', '18:00') } };
    expect(leaving(told(picture, held))).toBe(0);
    const diagnosis = diagnose(request, picture, nodesOf(picture, held, memory()), held, memory());
    expect(diagnosis).toMatchObject({ verdict: 'disruptionBlocked', estimatedStartSeconds: 36_000 });
  });
});

describe('as settings', () => {
  const read = (disruption: unknown) => validatePoolSettings({ name: 'linux', disruption });

  it('have defaults', () => {
    expect(read(undefined)).toMatchObject({ settings: { disruption: { maxPercent: 10, blocked: null } } });
    expect(read({ blocked: { from: '08:00', to: '18:00' } })).toMatchObject({
      settings: { disruption: { blocked: { timeZone: 'UTC', days: everyDay } } },
    });
  });

  it.each([
    ['a share of nothing', { maxPercent: 0 }, 'disruption.maxPercent'],
    ['no end', { blocked: { from: '08:00' } }, 'disruption.blocked.to'],
    ['no time', { blocked: { from: '8', to: '18:00' } }, 'disruption.blocked.from'],
    ['another language', { blocked: { from: '08:00', to: '18:00', days: ['Montag'] } }, 'disruption.blocked.days[0]'],
    ['no time zone', { blocked: { from: '08:00', to: '18:00', timeZone: 'CEST+9' } }, 'disruption.blocked.timeZone'],
  ])('are refused with %s', (_name, written, field) => {
    const { problems } = read(written) as { readonly problems: readonly { readonly field: string }[] };
    expect(problems.map((problem) => problem.field)).toEqual([field]);
  });
});
