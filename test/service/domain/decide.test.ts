// The whole pass in named cases: what a picture makes Weir do, and what it keeps it from doing.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import type { Memory } from '../../../service/domain/memory.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import {
  bootingMachine,
  busyMachine,
  fresh,
  jobRequests,
  jobRequest,
  lane,
  machine,
  memory,
  minute,
  now0,
  operation,
  runningRequest,
  scaleOutOperation,
  scene,
  second,
  settings,
  stale,
  unknown,
  usedMachine,
} from '../../builders.ts';

/** One line for each decision: kind, code, and what it is about. */
function told(observation: Observation, pool: PoolSettings = settings(), remembered: Memory = memory()): readonly string[] {
  return decide(observation, pool, remembered).decisions.map((one) => {
    const about = one.node ?? one.placeholder ?? (one.to === undefined ? one.request : `${one.from}→${one.to}`);
    return [one.kind, one.reason.code, ...(about === undefined ? [] : [about])].join(' ');
  });
}

describe('sizing', () => {
  const cases: readonly (readonly [string, Observation, PoolSettings, readonly string[]])[] = [
    ['an empty pool with nothing queued is left alone', scene(), settings(), []],
    ['one instance is asked for each queued request', scene({ requests: jobRequests(3) }), settings(), ['scaleOut requestsWithoutNode 0→3']],
    ['idle nodes are counted before new ones', scene({ requests: jobRequests(3), machines: [machine(1), machine(2)] }), settings(), ['scaleOut requestsWithoutNode 2→3']],
    ['booting nodes are counted before new ones', scene({ requests: jobRequests(2), machines: [bootingMachine(1), bootingMachine(2)] }), settings(), []],
    ['machines that were asked for and are not listed yet are counted', scene({ requests: jobRequests(4), capacity: 3, operations: [scaleOutOperation(0, 3)] }), settings(), ['scaleOut requestsWithoutNode 3→4']],
    ['a boot that takes too long is not counted', scene({ requests: jobRequests(1), machines: [bootingMachine(1, 6 * minute)] }), settings(), ['scaleOut requestsWithoutNode 1→2']],
    ['never above the maximum', scene({ requests: jobRequests(30), machines: [busyMachine(1, 99)] }), settings(), ['scaleOut requestsWithoutNode 1→10', 'wait poolAtMaximum']],
    ['an instance that is being deleted counts until it is gone', scene({ requests: jobRequests(2), machines: [machine(1, { instance: { provisioningState: 'deleting' } }), busyMachine(2, 99)] }), settings({ maxCapacity: 3 }), ['scaleOut requestsWithoutNode 1→2', 'wait poolAtMaximum']],
    ['the standby is made', scene(), settings({ desiredIdle: 2 }), ['scaleOut standbyBelowMinimum 0→2']],
    ['the standby comes beyond what waiting requests take', scene({ requests: jobRequests(1), machines: [machine(1), machine(2)] }), settings({ desiredIdle: 2 }), ['scaleOut standbyBelowMinimum 2→3']],
    ['a standby above the maximum means the maximum', scene(), settings({ desiredIdle: 20 }), ['scaleOut standbyBelowMinimum 0→10']],
  ];
  it.each(cases)('%s', (_name, observation, pool, expected) => {
    expect(told(observation, pool)).toEqual(expected);
  });
});
void [fresh, jobRequest, lane, now0, operation, runningRequest, second, stale, unknown, usedMachine];
