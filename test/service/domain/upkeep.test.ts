// What failed, never came up or is gone, and when it is left alone all the same.
import { describe, expect, it } from '@jest/globals';
import type { JobResult } from '../../../service/domain/job-request.ts';
import { decide } from '../../../service/domain/decide.ts';
import {
  agent,
  bootingMachine,
  busyMachine,
  fresh,
  hour,
  imageAlias,
  instance,
  jobRequest,
  jobRequests,
  lane,
  machine,
  memory,
  minute,
  now0,
  observation,
  operation,
  placeholderAgent,
  placeholderId,
  runningRequest,
  scaleSetId,
  scene,
  second,
  settings,
  usedMachine,
  type MachineOverrides,
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
      'leaves one place of the pool to jobs, however many may be kept',
      { machines: [bootingMachine(1, minute, failed), bootingMachine(2, minute, failed)] },
      { maxCapacity: 2, maxSavedNodeCount: 2 },
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

const ended = (lastCompletedResult: JobResult | null) => ({ agent: { lastCompletedResult } });
const kept = { isSaved: true, isDisabledByWeir: true };
const keeps = { preserveAgentOnJobFailure: true, maxSavedNodeCount: 1 };
/** Idle on a pool that reuses machines: its last job ended a minute ago. */
const reused = (number: number, lastCompletedResult: JobResult, ago = minute, more: MachineOverrides = {}) =>
  machine(number, {
    ...more,
    agent: {
      ...{ lastCompletedRequestId: 500 + number, lastCompletedAt: now0 - ago, lastCompletedResult },
      ...more.agent,
    },
  });

describe('the machine of a job that failed', () => {
  table([
    [
      'is kept instead of being wiped, and never more than are allowed',
      { machines: [usedMachine(1, ended('succeeded')), ...[2, 3].map((one) => usedMachine(one, ended('failed')))] },
      keeps,
      ['save savedForFailedJob agents_2', 'reimage recycledAsSpare agents_1', 'reimage recycledAsSpare agents_3'],
    ],
    [
      'shares the limit with machines that failed to start',
      { machines: [bootingMachine(1, minute, failed), usedMachine(2, ended('failed'))] },
      keeps,
      ['save savedForInvestigation agents_1', 'reimage recycledAsSpare agents_2'],
    ],
    [
      'is not kept in the last place of the pool, which stays free for jobs',
      { machines: [1, 2].map((one) => usedMachine(one, ended('failed'))) },
      { ...keeps, maxSavedNodeCount: 5, maxCapacity: 2 },
      ['save savedForFailedJob agents_1', 'reimage recycledAsSpare agents_2'],
    ],
    [
      'is not kept where the settings do not say so',
      { machines: [usedMachine(1, ended('failed'))] },
      { maxSavedNodeCount: 1 },
      ['reimage recycledAsSpare agents_1'],
    ],
    [
      'is kept where every job is followed by a reimage in the order of Azure DevOps, too',
      { machines: [usedMachine(1, ended('abandoned'))] },
      { ...keeps, sizing: { policy: 'sampled' } },
      ['save savedForFailedJob agents_1'],
    ],
    ['stays as it is until its result is known', { machines: [usedMachine(1, ended(null))] }, keeps, []],
    [
      'goes where the result does not become known in two minutes',
      { machines: [usedMachine(1, { agent: { lastCompletedResult: null, lastCompletedAt: now0 - 3 * minute } })] },
      keeps,
      ['reimage recycledAsSpare agents_1'],
    ],
    [
      'is kept on a pool that reuses machines, too, even under the next job',
      { machines: [reused(1, 'failed'), reused(2, 'failed', minute, { agent: { assignedRequestId: 7 } })] },
      { ...keeps, maxSavedNodeCount: 5, recycleAfterEachUse: false },
      ['save savedForFailedJob agents_1', 'save savedForFailedJob agents_2'],
    ],
    [
      'is not kept for a job of long ago, of an earlier life, or for which it was kept and given back',
      {
        machines: [
          reused(1, 'failed', 16 * minute, { generation: { startedAt: now0 - hour } }),
          reused(2, 'failed', minute, { generation: { startedAt: now0 - 30 * second } }),
          reused(3, 'failed', minute, { generation: { savedFor: 503 } }),
        ],
      },
      { ...keeps, maxSavedNodeCount: 5, recycleAfterEachUse: false, desiredIdle: 3 },
      [],
    ],
    [
      'is kept, too, where its life lies ahead, for the clock was set back since it began',
      { machines: [usedMachine(1, { ...ended('failed'), generation: { startedAt: now0 + 3 * hour } })] },
      keeps,
      ['save savedForFailedJob agents_1'],
    ],
    [
      'is left to the person who disabled its agent',
      { machines: [reused(1, 'failed', minute, { agent: { isEnabled: false } })] },
      { ...keeps, recycleAfterEachUse: false },
      [],
    ],
    [
      'is kept though Weir had begun to give it back, and not where a person asked for that',
      {
        machines: [1, 2].map((one) => usedMachine(one, ended('failed'))),
        operations: [
          operation({ instanceId: '1', phase: 'settling' }),
          operation({ instanceId: '2', phase: 'settling', reason: { code: 'deletedByPerson', words: 'Mary asked.' } }),
        ],
      },
      { ...keeps, maxSavedNodeCount: 5 },
      ['save savedForFailedJob agents_1'],
    ],
    [
      'is deleted when its time is over, and not a moment before',
      {
        machines: [now0, now0 + 1].map((savedUntil, index) =>
          usedMachine(index + 1, { agent: { isEnabled: false }, generation: { ...kept, savedUntil } }),
        ),
      },
      { ...keeps, maxSavedNodeCount: 2 },
      ['reclaim savedTimeOver agents_1'],
    ],
  ]);

  it.each([
    ['while Azure has no room for another one', now0 + minute],
    ['as long as nobody has asked again', now0 - second],
  ])('is not kept in the last place that there is, %s', (_when, until) => {
    const picture = scene({ machines: [1, 2].map((one) => usedMachine(one, ended('failed'))) });
    const pool = settings({ ...keeps, maxSavedNodeCount: 2 });
    const saved = (before = memory()) => told(picture, pool, before).filter((line) => line.startsWith('save '));
    expect([saved().length, saved(memory({ restUntil: { [scaleSetId]: until } })).length]).toEqual([2, 1]);
  });

  it('is looked at again when its result must be known, and when its time is over', () => {
    const unknown = scene({ machines: [usedMachine(1, ended(null))] });
    expect(decide(unknown, settings(keeps), memory()).nextDueAt).toBe(now0 - 5 * second + 2 * minute);
    const saved = usedMachine(1, { generation: { ...kept, savedUntil: now0 + hour } });
    expect(decide(scene({ machines: [saved] }), settings(keeps), memory()).nextDueAt).toBe(now0 + hour);
  });

  it('is known by the list of finished requests, where its agent does not say it', () => {
    const finishedRequests = [
      jobRequest({ requestId: 501, result: 'failed', definitionName: 'shop', jobName: 'test' }),
    ];
    const machines = [usedMachine(1, ended(null))];
    const pictures = [scene({ machines }, { finishedRequests }), scene({ machines, requests: finishedRequests })];
    for (const picture of pictures)
      expect(decide(picture, settings(keeps), memory()).decisions).toMatchObject([
        {
          kind: 'save',
          request: 501,
          reason: { words: expect.stringContaining('job "shop / test" (request 501) failed') },
        },
      ]);
  });
});
