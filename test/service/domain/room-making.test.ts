// Where Azure's quota is fuller than the pool: idle machines of one lane make room for a job of another.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import type { OpenOperation } from '../../../service/domain/observation.ts';
import * as build from '../../builders.ts';
import { acts, idOf, keyOf, laneOf, machineIn, picture, pool } from './lane-scene.ts';
import { told } from './told.ts';

describe('a lane that Azure has no capacity for', () => {
  const [usual, other] = [keyOf('1.0.0'), keyOf('0.9.0')];
  const standby = { ...pool, desiredIdle: 2 };
  const seen = (machines: readonly build.Machine[]) => {
    const parts = { versions: ['1.0.0', '0.9.0'], machines, demands: ['ImageVersionOverride -equals 0.9.0'] };
    return picture([laneOf(usual, machines), laneOf(other)], parts);
  };
  const both = seen([machineIn(usual, 1), machineIn(usual, 2)]);
  const rest = { restUntil: { [idOf(other)]: build.now0 + 5 * build.minute } };
  const first = decide(both, standby, build.memory(rest));

  it('gets the place of one idle machine for each job, which the standby does not take back before', () => {
    expect(acts(told(both, standby, build.memory(rest)))).toEqual(['wait outOfCapacity', 'reclaim displaced agents_1']);
    // Between two samples, too: at each of them the lane is asked anew.
    const sampled = { ...standby, sizing: { ...standby.sizing, policy: 'sampled' as const } };
    const asked = build.memory({ ...rest, sampled: { ...build.memory().sampled, lastSampleAt: build.now0 - 1 } });
    expect(acts(told(both, sampled, asked))).toEqual(['reclaim displaced agents_1']);
    expect(diagnose(both.jobRequests.value[0]!, both, [], standby, first.memory).words).toContain('makes room for it');
    const gone = seen([machineIn(usual, 2)]);
    expect(acts(told(gone, standby, first.memory))).toEqual(['scaleOut requestsWithoutNode 0→1']);
    // Refused again: a machine more goes.
    const again = { ...first.memory, restUntil: { [idOf(other)]: build.now0 + 6 * build.minute } };
    expect(acts(told(gone, standby, again))).toEqual(['wait outOfCapacity', 'reclaim displaced agents_2']);
  });

  it('gets no more where many gave theirs in vain, and none at hours in which nothing goes', () => {
    const shortage = { ...first.memory.shortages![idOf(other)]!, going: [], inVain: 8 };
    const vain = { ...first.memory, shortages: { [idOf(other)]: shortage } };
    const lines = ['scaleOut standbyBelowMinimum 1→2', 'wait outOfCapacity'];
    expect(acts(told(seen([machineIn(usual, 2)]), standby, vain)).toSorted()).toEqual(lines);
    const blocked = { days: ['monday'], from: '00:00', to: '00:00', timeZone: 'UTC' } as const;
    const held = decide(both, { ...standby, disruption: { maxPercent: 10, blocked } }, build.memory(rest));
    expect(held.memory.shortages?.[idOf(other)]?.going).toEqual([]);
  });

  it('is not made room for anew by what Azure took and refused later, unless a machine of it came up', () => {
    const { shortages } = first.memory;
    const known = { ...shortages![idOf(other)]!, inVain: 7 };
    const asked = build.memory({ shortages: { [idOf(other)]: known } });
    // Azure may leave the capacity where it was asked for, though it made nothing.
    const later = (machines: readonly build.Machine[], operations: readonly OpenOperation[]) => {
      const ofOther = machines.filter(({ instance }) => instance.scaleSetId === idOf(other));
      const lane = laneOf(other, ofOther);
      const ofUsual = machines.filter((one) => !ofOther.includes(one));
      const grown = { ...lane, scaleSet: build.fresh({ ...lane.scaleSet.value, capacity: 1 }) };
      const parts = { versions: ['1.0.0', '0.9.0'], machines, demands: ['ImageVersionOverride -equals 0.9.0'] };
      return picture([laneOf(usual, ofUsual), grown], { ...parts, more: { operations } });
    };
    const open = build.operation({ kind: 'scaleOut', instanceId: null, scaleSetId: idOf(other), toCapacity: 1 });
    const standing = [machineIn(usual, 2), machineIn(usual, 3)];
    const taken = decide(later(standing, [open]), standby, asked).memory;
    expect(taken.shortages).toEqual({ [idOf(other)]: { ...known, going: [], inVain: 8 } });
    const again = { ...taken, ...rest };
    expect(acts(told(later(standing, []), standby, again))).toEqual(['wait outOfCapacity']);
    // One that Azure lists and that fails is none.
    const failing = { ...machineIn(other, 4), agent: null };
    const failed = { ...failing, instance: { ...failing.instance, provisioningState: 'failed' as const } };
    expect(decide(later([...standing, failed], []), standby, again).memory.shortages).toMatchObject({
      [idOf(other)]: { inVain: 8 },
    });
    expect(decide(later([...standing, machineIn(other, 4)], []), standby, again).memory.shortages).toBeUndefined();
    const nextHour = {
      ...again,
      shortages: { [idOf(other)]: { ...known, going: [], at: build.now0 - 60 * build.minute } },
    };
    expect(decide(later(standing, [open]), standby, nextHour).memory.shortages).toBeUndefined();
  });

  it('gets no second machine while the first is still being deleted as Azure refuses again', () => {
    const leaving = machineIn(usual, 1);
    const deleting = { ...leaving, instance: { ...leaving.instance, provisioningState: 'deleting' as const } };
    const again = { ...first.memory, restUntil: { [idOf(other)]: build.now0 + 6 * build.minute } };
    const slow = decide(seen([deleting, machineIn(usual, 2)]), standby, again);
    expect(slow.decisions.filter(({ kind }) => kind === 'reclaim')).toEqual([]);
    expect(slow.memory.shortages).toMatchObject({ [idOf(other)]: { going: [expect.any(String)], inVain: 0 } });
    // And the rest ends with it all the same.
    expect(acts(told(seen([machineIn(usual, 2)]), standby, slow.memory))).toEqual(['scaleOut requestsWithoutNode 0→1']);
  });

  it('gets at most eight at once, however many jobs wait', () => {
    const machines = Array.from({ length: 9 }, (_one, index) => machineIn(usual, index + 1));
    const demands = ['ImageVersionOverride -equals 0.9.0'];
    const requests = machines.map((_one, index) => build.jobRequest({ requestId: 50 + index, demands }));
    const crowd = { ...seen(machines), jobRequests: build.fresh(requests) };
    const { decisions } = decide(crowd, { ...standby, maxCapacity: 20 }, build.memory(rest));
    expect(decisions.filter(({ kind }) => kind === 'reclaim')).toHaveLength(8);
  });
});

it('at a sample that cannot grow, too many of one image go, so that the standby of another finds room', () => {
  const [usual, other] = [keyOf('1.0.0'), keyOf('0.9.0')];
  const machines = [1, 2, 3].map((number) => machineIn(other, number));
  const seen = picture([laneOf(usual), laneOf(other, machines)], {
    versions: ['1.0.0', '0.9.0'],
    machines,
    demands: null,
  });
  const sampled = { ...pool, desiredIdle: 2, sizing: { ...pool.sizing, policy: 'sampled' as const } };
  const at = (minutes: number) => build.now0 - minutes * build.minute;
  const grewInVain = (lastGrowAt: number | null) =>
    build.memory({ sampled: { lastSampleAt: at(5), lastGrowAt, aboveStandbySince: at(40) } });
  expect(acts(told(seen, sampled, grewInVain(at(5))))[0]).toBe('reclaim idleAboveStandby agents_1');
  expect(acts(told(seen, sampled, grewInVain(null)))[0]).toBe('scaleOut standbyBelowMinimum 0→2');
});

describe("the customer's own set that Azure has no capacity for", () => {
  const lane = build.scaleSetId;
  const rest = { restUntil: { [lane]: build.now0 + 5 * build.minute } };
  const base = build.settings({ desiredIdle: 2 });
  const pool = { ...base, demands: { ...base.demands, workFolders: ['/mnt/big'] } };
  const sampled = { ...pool, sizing: { ...pool.sizing, policy: 'sampled' as const } };
  const small = (id: number) => build.machine(id, { agent: { systemCapabilities: { WorkFolder: '/mnt/small' } } });
  const requests = [build.jobRequest({ requestId: 1, demands: ['WorkFolder -equals /mnt/big'] })];
  const both = build.scene({ machines: [small(1), small(2)], requests });
  const between = build.memory({ ...rest, sampled: { ...build.memory().sampled, lastSampleAt: build.now0 - 1 } });

  it.each([
    ['eventDriven', pool, build.memory(rest), ['wait outOfCapacity', 'reclaim displaced agents_1']],
    ['sampled', sampled, between, ['reclaim displaced agents_1']],
  ] as const)('gets the place of an idle machine that lacks the folder of the job (%s)', (_, by, known, lines) => {
    expect(acts(told(both, by, known))).toEqual(lines);
    const { memory } = decide(both, by, known);
    expect(memory.shortages?.[lane]?.going).toHaveLength(1);
    // It is gone, the rest with it, and the next one asked for is for the job.
    const gone = build.scene({ machines: [small(2)], requests });
    const due = { ...memory, sampled: { ...memory.sampled, lastSampleAt: null } };
    expect(acts(told(gone, by, due)).join()).toMatch(/^scaleOut (requestsWithoutNode|idleBelowStandby) 1→/);
  });

  it('keeps an idle machine that a job claims', () => {
    const fits = build.scene({ machines: [small(1)], requests: build.jobRequests(1, { demands: [] }) });
    expect(acts(told(fits, pool, build.memory(rest)))).not.toContain('reclaim displaced agents_1');
  });
});
