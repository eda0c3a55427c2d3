// What failed, never came up or is gone, and when it is left alone all the same.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import {
  agent,
  bootingMachine,
  busyMachine,
  fresh,
  hour,
  imageAlias,
  instance,
  jobRequests,
  lane,
  machine,
  memory,
  minute,
  now0,
  observation,
  placeholderAgent,
  placeholderId,
  runningRequest,
  scene,
  second,
  settings,
} from '../../builders.ts';
import { told, table, online, offline, failed } from './told.ts';

describe('upkeep', () => {
  table([
    [
      'gives an instance back that Azure could not provision',
      { machines: [bootingMachine(1, minute, failed)] },
      {},
      ['reclaim provisioningFailed agents_1'],
    ],
    [
      'names the extension that failed',
      {
        machines: [
          bootingMachine(1, minute, {
            instance: {
              provisioningState: 'failed',
              failures: [{ source: 'CustomScript', code: 'ProvisioningState/failed/3', message: 'exit code 3' }],
            },
          }),
        ],
      },
      {},
      ['reclaim extensionFailed agents_1'],
    ],
    [
      'gives an instance back whose agent is not online in time',
      { machines: [bootingMachine(1, 21 * minute)] },
      {},
      ['reclaim bootDeadlinePassed agents_1'],
    ],
    [
      'keeps what failed to start to be looked at, as many as are allowed',
      { machines: [bootingMachine(1, minute, failed), bootingMachine(2, minute, failed)] },
      { maxSavedNodeCount: 1 },
      ['save savedForInvestigation agents_1', 'reclaim provisioningFailed agents_2'],
    ],
    [
      'leaves what was saved alone and counts it',
      { requests: jobRequests(2), machines: [bootingMachine(1, hour, { ...failed, generation: { isSaved: true } })] },
      { maxCapacity: 2, maxSavedNodeCount: 1 },
      ['scaleOut requestsWithoutNode 1→2', 'wait poolAtMaximum'],
    ],
    ['waits ten minutes for an agent that went offline', { machines: [machine(1, offline(9 * minute))] }, {}, []],
    [
      'leaves an agent alone that a person disabled, however long it is offline',
      { machines: [machine(1, { agent: { ...offline(hour).agent, isEnabled: false } })] },
      {},
      [],
    ],
    [
      'gives up an agent that stays offline',
      { machines: [machine(1, offline(11 * minute))] },
      {},
      ['reclaim agentLost agents_1'],
    ],
    [
      'never gives up an agent whose job may still be running',
      { requests: [runningRequest(7, 1)], machines: [busyMachine(1, 7, offline(11 * minute))] },
      {},
      [],
    ],
    [
      'says so when Azure DevOps holds a job for a lost agent beyond its lock',
      {
        requests: [runningRequest(7, 1, { lockedUntil: now0 - 2 * minute })],
        machines: [busyMachine(1, 7, offline(30 * minute))],
      },
      {},
      ['alarm agentLostWithJob agents_1'],
    ],
    [
      'lets an online agent speak for an instance that Azure calls failed',
      { machines: [busyMachine(1, 7, failed)] },
      {},
      [],
    ],
    [
      'leaves agents alone that it has no record of',
      { strangers: [agent({ agentId: 77, isOnline: false, statusChangedAt: now0 - 9 * hour })] },
      {},
      [],
    ],
  ]);

  it('removes a registration whose instance is gone, once it is gone for two minutes', () => {
    const orphan = machine(1, offline(30 * second));
    const picture = { ...scene({ machines: [orphan] }), lanes: [lane([])] };
    const first = decide(picture, settings(), memory());
    expect(first.decisions).toEqual([]);
    const later = { ...picture, now: now0 + 3 * minute };
    const [decision] = decide(later, settings(), first.memory).decisions;
    expect(decision).toMatchObject({
      kind: 'reclaim',
      reason: { code: 'instanceGone' },
      target: { agentId: 1, instanceId: null },
    });
  });

  it('leaves an instance alone that it has not recorded yet', () => {
    const picture = observation({
      lanes: [lane([instance({ provisioningState: 'failed' })])],
      agents: fresh([placeholderAgent()]),
      placeholders: [{ agentId: placeholderId, name: 'p', image: imageAlias }],
    });
    expect(told(picture)).toEqual([]);
  });

  it('stops everything destructive when many working machines look unwell at once', () => {
    const machines = [1, 2, 3, 4].map((number) => machine(number, offline(hour)));
    expect(told(scene({ machines: [...machines, machine(5, online(hour))] }))).toEqual(['alarm panicStopped']);
    expect(told(scene({ machines: machines.slice(0, 3) }))).toHaveLength(3);
  });

  it('still scales out while it is stopped', () => {
    const machines = [1, 2, 3, 4].map((number) => machine(number, offline(hour)));
    expect(told(scene({ machines, requests: jobRequests(1) }))).toEqual([
      'alarm panicStopped',
      'scaleOut requestsWithoutNode 4→5',
    ]);
  });
});
