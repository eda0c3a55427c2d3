// Where Azure's quota is fuller than the pool: idle machines of one lane make room for a job of another.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
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
