// The documented rules of Azure DevOps' scale set agents, one by one.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import type { Agent } from '../../../service/domain/agent.ts';
import { notAhead, type Memory } from '../../../service/domain/memory.ts';
import {
  bootingMachine,
  busyMachine,
  hour,
  jobRequests,
  machine,
  memory,
  minute,
  now0,
  scaleOutOperation,
  scaleSetId,
  scene,
  second,
  settings as poolSettings,
  usedMachine,
  type Machine,
  type Scene,
} from '../../builders.ts';
import { failed, online, told } from './told.ts';

type Overrides = NonNullable<Parameters<typeof poolSettings>[0]>;
const settings = (overrides: Overrides = {}) =>
  poolSettings({ ...overrides, sizing: { policy: 'sampled', ...overrides.sizing } });

function sampledAt(ago: number, rest: Partial<Memory['sampled']> = {}): Memory {
  return memory({ sampled: { lastSampleAt: now0 - ago, lastGrowAt: null, aboveStandbySince: null, ...rest } });
}

const idle = (count: number, first = 1): readonly Machine[] =>
  Array.from({ length: count }, (_, index) => machine(first + index, online((count - index) * hour)));

const bigFolder = { ...poolSettings().demands, workFolders: ['/mnt/big'] };
const forBigFolder: Scene = {
  requests: jobRequests(1, { demands: ['WorkFolder -equals /mnt/big'] }),
  machines: [machine(1, { agent: { systemCapabilities: { WorkFolder: '/mnt/small' } } })],
};

describe('a sample', () => {
  const cases: readonly (readonly [string, Scene, Overrides, readonly string[]])[] = [
    [
      'grows by the percentage of the maximum where fewer are idle than the standby',
      { machines: idle(1) },
      { desiredIdle: 2 },
      ['scaleOut idleBelowStandby 1→4'],
    ],
    [
      'grows where requests wait and nobody is idle',
      { requests: jobRequests(1), machines: [busyMachine(1, 9)] },
      {},
      ['scaleOut noIdleForQueue 1→4'],
    ],
    ['does not grow where requests wait and somebody is idle', { requests: jobRequests(5), machines: idle(1) }, {}, []],
    [
      'grows where those that are idle lack the folder of every job that waits',
      forBigFolder,
      { desiredIdle: 1, demands: bigFolder },
      ['scaleOut noIdleForQueue 1→4'],
    ],
    [
      'has such a one give its place at the maximum',
      forBigFolder,
      { desiredIdle: 1, maxCapacity: 1, demands: bigFolder },
      ['wait poolAtMaximum', 'reclaim displaced agents_1'],
    ],
    [
      'rounds the step up',
      { requests: jobRequests(1) },
      { maxCapacity: 3, sizing: { incrementPercent: 10 } },
      ['scaleOut noIdleForQueue 0→1'],
    ],
    [
      'never grows past the maximum',
      { machines: [busyMachine(1, 9), busyMachine(2, 8), busyMachine(3, 7)] },
      { desiredIdle: 1, maxCapacity: 4, sizing: { incrementPercent: 100 } },
      ['scaleOut idleBelowStandby 3→4'],
    ],
    [
      'says so at the maximum',
      { requests: jobRequests(2), machines: [busyMachine(1, 9)] },
      { maxCapacity: 1 },
      ['wait poolAtMaximum'],
    ],
    [
      'grows before it deletes what is unhealthy',
      { machines: [bootingMachine(1, minute, failed)] },
      { desiredIdle: 1 },
      ['scaleOut idleBelowStandby 1→4'],
    ],
    [
      'deletes what is unhealthy where it need not grow',
      { machines: [bootingMachine(1, minute, failed), ...idle(1, 2)] },
      { desiredIdle: 1 },
      ['reclaim provisioningFailed agents_1'],
    ],
    [
      'deletes what is unhealthy where it cannot grow',
      { machines: [bootingMachine(1, minute, failed)] },
      { desiredIdle: 1, maxCapacity: 1 },
      ['wait poolAtMaximum', 'reclaim provisioningFailed agents_1'],
    ],
    [
      'wipes a machine after each use, wanted or not',
      { machines: [usedMachine(1)] },
      {},
      ['reimage recycledAfterUse agents_1'],
    ],
  ];
  it.each(cases)('%s', (_name, parts, pool, expected) => {
    expect(told(scene(parts), settings(pool))).toEqual(expected);
  });

  it('takes the next sample in time though the clock was set back since the last one', () => {
    const ahead = sampledAt(-3 * hour);
    const { nextDueAt } = decide(scene({ requests: jobRequests(1) }), settings(), notAhead(ahead, now0));
    expect(nextDueAt).toBe(now0 + 5 * minute);
  });

  it('is taken every five minutes and not in between, on a grid that late passes do not shift', () => {
    const picture = scene({ requests: jobRequests(1) });
    const early = decide(picture, settings(), sampledAt(4 * minute));
    expect([early.decisions, early.nextDueAt]).toEqual([[], now0 + minute]);
    const late = decide(picture, settings(), sampledAt(7 * minute));
    expect(late.newNodes).toBe(3);
    expect(late.memory.sampled).toEqual({ lastSampleAt: now0 - 2 * minute, lastGrowAt: now0, aboveStandbySince: null });
  });

  it('waits for the machines of a step, for twenty minutes at most', () => {
    const booting = scene({ requests: jobRequests(1), machines: [bootingMachine(1)] });
    const grown = (ago: number) => sampledAt(5 * minute, { lastGrowAt: now0 - ago });
    expect(told(booting, settings(), grown(15 * minute))).toEqual([]);
    expect(told(booting, settings(), grown(20 * minute))).toEqual(['scaleOut noIdleForQueue 1→4']);
    const unlisted = scene({ requests: jobRequests(1), capacity: 1, operations: [scaleOutOperation(0, 1)] });
    expect(told(unlisted, settings(), grown(5 * minute))).toEqual([]);
    const allUp = scene({ requests: jobRequests(1), machines: [busyMachine(1, 9)] });
    expect(told(allUp, settings(), grown(5 * minute))).toEqual(['scaleOut noIdleForQueue 1→4']);
  });

  it('deletes what is unhealthy first where the last step brought nothing, for it may hold the place that is missing', () => {
    const picture = scene({ requests: jobRequests(1), machines: [bootingMachine(1, hour, failed)] });
    const grown = (ago: number) => told(picture, settings(), sampledAt(5 * minute, { lastGrowAt: now0 - ago }));
    expect(grown(30 * minute)).toEqual(['reclaim provisioningFailed agents_1']);
    expect(grown(2 * hour)).toEqual(['scaleOut noIdleForQueue 1→4']);
    const ahead = { ...failed, generation: { startedAt: now0 + 3 * hour } };
    const setBack = scene({ requests: jobRequests(1), machines: [bootingMachine(1, hour, ahead)] });
    expect(told(setBack, settings(), sampledAt(5 * minute, { lastGrowAt: now0 - 30 * minute }))).toEqual([
      'reclaim provisioningFailed agents_1',
    ]);
  });

  // Dealt seed 9017: the pass counts in parts of a millisecond, and Azure in whole ones; real clocks differ by more.
  it('takes a machine that Azure calls a little older than the last step for one of that step', () => {
    const started = (before: number) => ({ ...failed, generation: { startedAt: now0 - 30 * minute - before } });
    const seen = (before: number) =>
      told(
        scene({ requests: jobRequests(1), machines: [bootingMachine(1, hour, started(before))] }),
        settings(),
        sampledAt(5 * minute, { lastGrowAt: now0 - 30 * minute }),
      );
    expect(seen(0.4)).toEqual(['scaleOut noIdleForQueue 1→4']);
    expect(seen(50 * second)).toEqual(['scaleOut noIdleForQueue 1→4']);
    expect(seen(5 * minute)).toEqual(['reclaim provisioningFailed agents_1']);
  });

  it('scales in only after idle exceeded the standby for longer than the delay, and keeps the standby', () => {
    const picture = scene({ machines: idle(4) });
    const above = (ago: number) => sampledAt(5 * minute, { aboveStandbySince: now0 - ago });
    const pool = settings({ desiredIdle: 2 });
    expect(told(picture, pool, sampledAt(5 * minute))).toEqual([]);
    expect(told(picture, pool, above(30 * minute))).toEqual([]);
    expect(told(picture, pool, above(31 * minute))).toEqual([
      'reclaim idleAboveStandby agents_1',
      'reclaim idleAboveStandby agents_2',
    ]);
  });

  it('leaves stateful agents alone in the grace period after their job, as long as nobody waits for their places', () => {
    const ran = (number: number, more: Partial<Agent> = {}) =>
      machine(number, { agent: { lastCompletedRequestId: number, lastCompletedAt: now0 - 10 * minute, ...more } });
    const machines = [...idle(1, 9), ran(1, { userCapabilities: { CustomCapabilities: 'docs' } }), ran(2)];
    const profile = { kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes: 60 } as const;
    const pool = settings({ recycleAfterEachUse: false, profile });
    const above = sampledAt(5 * minute, { aboveStandbySince: now0 - 31 * minute });
    expect(told(scene({ machines }), pool, above)).toEqual(['reclaim idleAboveStandby agents_9']);
    const without = settings({ recycleAfterEachUse: false, profile: { ...profile, gracePeriodMinutes: 0 } });
    expect(told(scene({ machines: machines.slice(1) }), without, above)).toEqual(['reclaim idleAboveStandby agents_2']);
  });

  it('counts the delay anew after one sample that found no more than the standby', () => {
    const pool = settings({ desiredIdle: 2 });
    const before = sampledAt(5 * minute, { aboveStandbySince: now0 - 29 * minute });
    const dip = decide(scene({ machines: [...idle(2), busyMachine(3, 9)] }), pool, before);
    expect(dip.memory.sampled.aboveStandbySince).toBeNull();
    const again = decide({ ...scene({ machines: idle(3) }), now: now0 + 5 * minute }, pool, dip.memory);
    expect([again.decisions, again.memory.sampled.aboveStandbySince]).toEqual([[], now0 + 5 * minute]);
  });

  it('is not taken of a picture that is not whole, but as soon as it is whole again', () => {
    const picture = scene({ requests: jobRequests(1) });
    const broken = { ...picture, agents: { ...picture.agents, freshness: 'stale' as const } };
    const verdict = decide(broken, settings(), sampledAt(6 * minute));
    expect(verdict.memory.sampled.lastSampleAt).toBe(now0 - 6 * minute);
    expect(decide(picture, settings(), verdict.memory).newNodes).toBe(3);
  });

  it('lets a scale set rest that Azure has no capacity for', () => {
    const rested = { ...sampledAt(5 * minute), restUntil: { [scaleSetId]: now0 + minute } };
    expect(told(scene({ requests: jobRequests(1) }), settings(), rested)).toEqual([]);
  });
});
