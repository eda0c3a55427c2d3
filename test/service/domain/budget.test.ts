// The machine-hours of a month: how they are counted, and what no longer happens once they are used.
import { describe, expect, it } from '@jest/globals';
import { countHours } from '../../../service/domain/budget.ts';
import { decide } from '../../../service/domain/decide.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import {
  bootingMachine,
  busyMachine,
  hour,
  jobRequest,
  lane,
  machine,
  memory,
  minute,
  now0,
  runningRequest,
  scene,
  settings,
  stale,
  usedMachine,
  type Scene,
} from '../../builders.ts';
import { online, told } from './told.ts';

const pool = (more: Parameters<typeof settings>[0] = {}) => settings({ budget: { monthlyVmHours: 100 }, ...more });
const spent = (hours: number, more: object = {}) =>
  memory({ spent: { month: '2026-01', milliseconds: hours * hour, at: now0, machines: 0, ...more } });
const tell = (parts: Scene, hours: number, more: Parameters<typeof settings>[0] = {}) =>
  told(scene(parts), pool(more), spent(hours));

describe('counting', () => {
  const counted = (before: ReturnType<typeof memory>, machines: number, now = now0) =>
    countHours(
      before,
      { ...scene({ machines: Array.from({ length: machines }, (_, at) => machine(at + 1)) }), now },
      pool(),
    ).spent;

  it('takes the machines of the pass before for the time since it', () => {
    const before = spent(10, { at: now0 - 30 * minute, machines: 4 });
    expect(counted(before, 1)).toEqual({ month: '2026-01', milliseconds: 12 * hour, at: now0, machines: 1 });
  });

  it('counts also what is being deleted, for it still costs', () => {
    const picture = scene({ machines: [machine(1, { instance: { provisioningState: 'deleting' } })] });
    expect(countHours(memory(), picture, pool()).spent?.machines).toBe(1);
  });

  it('begins again with the month, with the part of the gap that belongs to it', () => {
    const february = Date.UTC(2026, 1, 1, 2);
    const before = spent(99, { at: february - 5 * hour, machines: 3 });
    expect(counted(before, 1, february)).toMatchObject({ month: '2026-02', milliseconds: 6 * hour });
  });

  it('keeps the machines of the last whole picture where Azure does not answer', () => {
    const before = spent(1, { at: now0 - hour, machines: 7 });
    const picture = { ...scene(), lanes: [{ ...lane(), instances: stale([]) }] };
    expect(countHours(before, picture, pool()).spent).toMatchObject({ milliseconds: 8 * hour, machines: 7 });
  });

  it('neither runs back nor counts anything without a budget', () => {
    expect(counted(spent(5, { at: now0 + hour, machines: 9 }), 1)).toMatchObject({
      milliseconds: 5 * hour,
      at: now0 + hour,
    });
    expect(countHours(memory(), scene(), settings()).spent).toBeUndefined();
    expect(countHours(spent(5), scene(), settings()).spent).toBeUndefined();
  });

  it('is carried from pass to pass', () => {
    const first = decide(scene({ machines: [machine(1)] }), pool(), memory());
    const later = { ...scene({ machines: [machine(1)] }), now: now0 + hour };
    expect(decide(later, pool(), first.memory).memory.spent?.milliseconds).toBe(hour);
  });
});

describe('once the hours are used', () => {
  it('no machine is started, and the reason is said', () => {
    expect(tell({ requests: [jobRequest()] }, 99.9)).toEqual(['scaleOut requestsWithoutNode 0→1']);
    expect(tell({ requests: [jobRequest()] }, 100)).toEqual(['wait budgetReached']);
  });

  it('no standby is kept', () => {
    const idle = machine(1, online(2 * hour));
    const more = { desiredIdle: 1, timeToLiveMinutes: 30 };
    expect(tell({ machines: [idle] }, 100, more)).toEqual(['reclaim idleTooLong agents_1']);
    expect(tell({ machines: [idle] }, 99, more)).toEqual([]);
  });

  it('a used machine is not wiped for another job but goes', () => {
    const parts = { machines: [usedMachine(1)], requests: [jobRequest()] };
    expect(tell(parts, 99)).toContain('reimage recycledForRequest agents_1');
    expect(tell(parts, 100)).toEqual(['reclaim budgetReached agents_1', 'wait budgetReached']);
  });

  it('what is busy or boots for a job is left alone', () => {
    const parts = { machines: [busyMachine(1, 7), bootingMachine(2)], requests: [runningRequest(7, 1), jobRequest()] };
    expect(tell(parts, 1000)).toEqual([]);
  });

  it('the rule of five minutes starts nothing either', () => {
    const sampled = { sizing: { policy: 'sampled' as const } };
    expect(tell({ requests: [jobRequest()] }, 99, sampled)).toEqual(['scaleOut noIdleForQueue 0→3']);
    expect(tell({ requests: [jobRequest()] }, 100, sampled)).toEqual(['wait budgetReached']);
  });

  it('a job that waits is told when it starts, and the pool looks again then', () => {
    const picture = scene({ requests: [jobRequest({ requestId: 1 })] });
    const remembered = spent(100);
    const nodes = nodesOf(picture, pool(), remembered);
    const diagnosis = diagnose(jobRequest({ requestId: 1 }), picture, nodes, pool(), remembered);
    const next = Date.UTC(2026, 1, 1);
    expect(diagnosis).toMatchObject({
      verdict: 'budgetReached',
      words:
        'The pool has used 100 of the 100 machine-hours of this month; new machines are started from 2026-02-01 (UTC).',
      resolvesItself: true,
      estimatedStartSeconds: (next - now0) / 1000,
    });
    expect(decide(picture, pool(), remembered).nextDueAt).toBe(next);
  });
});
