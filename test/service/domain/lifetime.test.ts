// How long a stateful agent lives: its lifetime, the grace period after its last job, and what goes first.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import {
  busyMachine,
  hour,
  jobRequest,
  machine,
  memory,
  minute,
  now0,
  scene,
  settings,
  type Machine,
  type MachineOverrides,
} from '../../builders.ts';
import { told } from './told.ts';

const pool = (
  profile: { readonly hours?: number; readonly grace?: number } = {},
  more: Partial<PoolSettings> = {},
) => ({
  ...settings({ recycleAfterEachUse: false, timeToLiveMinutes: 30, sizing: { preset: 'fast' } }),
  profile: {
    kind: 'stateful' as const,
    maxAgentLifetimeHours: profile.hours ?? 24,
    gracePeriodMinutes: profile.grace ?? 0,
  },
  ...more,
});
const aged = (number: number, age: number, overrides: MachineOverrides = {}): Machine =>
  machine(number, { ...overrides, generation: { startedAt: now0 - age, ...overrides.generation } });
const idleFor = (number: number, ms: number, more: MachineOverrides = {}): Machine =>
  aged(number, ms + hour, {
    generation: { firstOnlineAt: now0 - ms - minute },
    ...more,
    agent: {
      statusChangedAt: now0 - ms - minute,
      lastCompletedRequestId: 500,
      lastCompletedAt: now0 - ms,
      ...more.agent,
    },
  });
const gone = (
  machines: readonly Machine[],
  own: PoolSettings,
  requests: readonly ReturnType<typeof jobRequest>[] = [],
) => told(scene({ machines, requests }), own).filter((line) => /^(reclaim|drain|scaleOut)/.test(line));

describe('the lifetime of an agent', () => {
  it('ends a free agent, and nobody before', () => {
    expect(gone([aged(1, 24 * hour)], pool())).toEqual(['reclaim lifetimeReached agents_1']);
    expect(
      gone(
        [aged(1, 24 * hour - minute, { agent: { lastCompletedAt: now0 - minute, lastCompletedRequestId: 5 } })],
        pool(),
      ),
    ).toEqual([]);
  });

  it('lets a busy one end its job and take no other', () => {
    const busy = busyMachine(1, 7, { generation: { startedAt: now0 - 25 * hour } });
    expect(gone([busy], pool())).toEqual(['drain lifetimeReached agents_1']);
    const drained = busyMachine(1, 7, {
      agent: { isEnabled: false },
      generation: { startedAt: now0 - 25 * hour, isDisabledByWeir: true },
    });
    expect(gone([drained], pool())).toEqual([]);
  });

  it('never opens the gate for an agent that is too old', () => {
    const closed = aged(1, 25 * hour, { agent: { isEnabled: false }, generation: { isDisabledByWeir: true } });
    expect(
      told(scene({ machines: [closed], requests: [jobRequest()] }), pool()).filter((line) => line.startsWith('enable')),
    ).toEqual([]);
  });

  it('asks for another machine where a job or the standby needs the place', () => {
    expect(gone([aged(1, 25 * hour)], pool(), [jobRequest()])).toEqual([
      'reclaim lifetimeReached agents_1',
      'scaleOut requestsWithoutNode 1→2',
    ]);
    expect(gone([aged(1, 25 * hour)], pool({}, { desiredIdle: 1 }))).toContain('scaleOut standbyBelowMinimum 1→2');
  });

  it('leaves alone what a person keeps disabled, and a stateless pool', () => {
    expect(gone([aged(1, 25 * hour, { agent: { isEnabled: false } })], pool())).toEqual([]);
    const fresh = aged(1, 25 * hour, {
      agent: { statusChangedAt: now0 - minute },
      generation: { firstOnlineAt: now0 - minute },
    });
    expect(gone([fresh], settings({ sizing: { preset: 'fast' } }))).toEqual([]);
  });

  it('is looked at when it ends', () => {
    const young = aged(1, 23 * hour, { agent: { statusChangedAt: now0 }, generation: { firstOnlineAt: now0 } });
    expect(decide(scene({ machines: [young] }), pool({}, { desiredIdle: 1 }), memory()).nextDueAt).toBe(now0 + hour);
  });
});

describe('the grace period', () => {
  it('keeps an agent after its last job for longer than the idle delay', () => {
    expect(gone([idleFor(1, 45 * minute)], pool({ grace: 60 }))).toEqual([]);
    expect(gone([idleFor(1, 60 * minute)], pool({ grace: 60 }))).toEqual(['reclaim idleTooLong agents_1']);
    expect(gone([idleFor(1, 45 * minute)], pool({ grace: 0 }))).toEqual(['reclaim idleTooLong agents_1']);
  });

  it('is not for an agent that has run no job', () => {
    const unused = aged(1, 2 * hour, {
      agent: { statusChangedAt: now0 - 45 * minute },
      generation: { firstOnlineAt: now0 - 45 * minute },
    });
    expect(gone([unused], pool({ grace: 60 }))).toEqual(['reclaim idleTooLong agents_1']);
  });

  it('ends without effect while a job waits for the agent, or it counts for the standby', () => {
    expect(gone([idleFor(1, 2 * hour)], pool({ grace: 60 }), [jobRequest()])).toEqual([]);
    expect(gone([idleFor(1, 2 * hour)], pool({ grace: 60 }, { desiredIdle: 1 }))).toEqual([]);
  });

  it('is at least the idle delay for an agent that carries a tag, whatever the preset saves', () => {
    const own = { ...pool(), sizing: { ...pool().sizing, preset: 'economy' as const } };
    const tag = { agent: { userCapabilities: { CustomCapabilities: 'repo' } } };
    expect(gone([idleFor(1, 20 * minute, tag)], own)).toEqual([]);
    expect(gone([idleFor(1, 20 * minute)], own)).toEqual(['reclaim idleTooLong agents_1']);
    expect(gone([idleFor(1, 30 * minute, tag)], own)).toEqual(['reclaim idleTooLong agents_1']);
  });
});

describe('whoever has to go first', () => {
  const tag = { agent: { userCapabilities: { CustomCapabilities: 'repo' } } };
  const asks = jobRequest({ demands: ['WorkFolder -equals /mnt/other'] });

  it('is an agent without a tag, though it was idle for less time', () => {
    const full = pool({ grace: 60 }, { maxCapacity: 2 });
    expect(gone([idleFor(1, 10 * minute, tag), idleFor(2, 5 * minute)], full, [asks])).toEqual([
      'reclaim displaced agents_2',
    ]);
  });

  it('is a tagged agent whose grace period is over before one that is still in it', () => {
    const full = pool({ grace: 60 }, { maxCapacity: 2, desiredIdle: 2 });
    expect(gone([idleFor(1, 5 * minute, tag), idleFor(2, 70 * minute, tag)], full, [asks])).toEqual([
      'reclaim displaced agents_2',
    ]);
  });
});
