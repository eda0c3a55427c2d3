// What is idle for too long and what has run its one job: given back or wiped, never while anything wants it.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import {
  busyMachine,
  hour,
  jobRequest,
  jobRequests,
  machine,
  memory,
  minute,
  now0,
  scene,
  second,
  settings,
  usedMachine,
} from '../../builders.ts';
import { told, table, online } from './told.ts';

describe('machines of one job', () => {
  const economy = { sizing: { preset: 'economy' } } as const;
  table([
    [
      'are wiped for a request that waits, and given back where the idle delay is shorter than the wiping',
      { requests: jobRequests(1), machines: [usedMachine(1), usedMachine(2)] },
      economy,
      ['reimage recycledForRequest agents_1', 'reclaim usedAndNotWanted agents_2'],
    ],
    [
      'are wiped for the standby',
      { machines: [usedMachine(1)] },
      { desiredIdle: 1, ...economy },
      ['reimage recycledForStandby agents_1'],
    ],
    [
      'are given back where nothing wants them',
      { machines: [usedMachine(1)] },
      economy,
      ['reclaim usedAndNotWanted agents_1'],
    ],
    ['are wiped to stay for the idle delay', { machines: [usedMachine(1)] }, {}, ['reimage recycledAsSpare agents_1']],
    [
      'are given back above the maximum',
      { machines: [usedMachine(1), busyMachine(2, 9)] },
      { maxCapacity: 1 },
      ['reclaim usedAndNotWanted agents_1'],
    ],
    [
      'are given back where Azure calls them failed',
      { requests: jobRequests(1), machines: [usedMachine(1, { instance: { provisioningState: 'failed' } })] },
      {},
      ['reclaim usedAndNotWanted agents_1', 'scaleOut requestsWithoutNode 1→2'],
    ],
    [
      'are reused where the pool allows it',
      {
        requests: jobRequests(1),
        machines: [machine(1, { agent: { lastCompletedRequestId: 4, lastCompletedAt: now0 - minute } })],
      },
      { recycleAfterEachUse: false },
      [],
    ],
    [
      'are used up even while their agent still shows online',
      { machines: [usedMachine(1, { agent: { isOnline: true } })] },
      economy,
      ['reclaim usedAndNotWanted agents_1'],
    ],
    ['are left to a person who disabled them', { machines: [usedMachine(1, { agent: { isEnabled: false } })] }, {}, []],
  ]);
});

describe('scaling in', () => {
  table([
    [
      'gives back what is idle for too long, the longest first',
      { machines: [machine(1, online(8 * minute)), machine(2, online(20 * minute)), machine(3, online(minute))] },
      {},
      ['reclaim idleTooLong agents_2', 'reclaim idleTooLong agents_1'],
    ],
    [
      'keeps the standby however long it is idle',
      { machines: [machine(1, online(hour)), machine(2, online(2 * hour))] },
      { desiredIdle: 1 },
      ['reclaim idleTooLong agents_2'],
    ],
    [
      'waits 30 s in an economy pool',
      { machines: [machine(1, online(31 * second))] },
      { sizing: { preset: 'economy' } },
      ['reclaim idleTooLong agents_1'],
    ],
    [
      'waits for the whole delay in a fast pool',
      { machines: [machine(1, online(29 * minute))] },
      { sizing: { preset: 'fast' } },
      [],
    ],
    [
      'never waits for longer than the delay',
      { machines: [machine(1, online(61 * second))] },
      { timeToLiveMinutes: 1 },
      ['reclaim idleTooLong agents_1'],
    ],
    [
      'keeps a node that a request will take',
      { requests: jobRequests(1), machines: [machine(1, online(hour))] },
      {},
      [],
    ],
    [
      'never touches a busy node',
      { machines: [busyMachine(1, 7, { agent: { statusChangedAt: now0 - 9 * hour } })] },
      {},
      [],
    ],
    [
      'never touches a node with a request that its agent has not received',
      {
        requests: [jobRequest({ requestId: 7, assignedAt: now0 - second, reservedAgentId: 1 })],
        machines: [machine(1, online(hour))],
      },
      {},
      [],
    ],
    [
      'gives free nodes back at once where a person lowered the maximum',
      { machines: [machine(1, online(minute)), machine(2, online(second)), busyMachine(3, 7)] },
      { maxCapacity: 2 },
      ['reclaim aboveMaximum agents_1'],
    ],
  ]);

  it('starts the idle time anew after a job that came and went between two passes', () => {
    const remembered = memory({
      idleSince: { 'g-1': now0 - hour },
      stateSince: { 'g-1': { state: 'idle', since: now0 - hour } },
    });
    const ran = { agent: { lastCompletedRequestId: 4, lastCompletedAt: now0 - minute } };
    expect(told(scene({ machines: [machine(1, ran)] }), settings({ recycleAfterEachUse: false }), remembered)).toEqual(
      [],
    );
  });

  it('starts the idle time anew after a request that was taken back', () => {
    const remembered = memory({ stateSince: { 'g-1': { state: 'assigned', since: now0 - hour } } });
    expect(told(scene({ machines: [machine(1, online(hour))] }), settings(), remembered)).toEqual([]);
  });

  it('names the instant at which the next idle node is due', () => {
    expect(decide(scene({ machines: [machine(1, online(6 * minute))] }), settings(), memory()).nextDueAt).toBe(
      now0 + minute,
    );
  });
});
