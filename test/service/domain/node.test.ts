// Every node gets the one of the 23 ElasticNodeState names that its facts say.
import { describe, expect, it } from '@jest/globals';
import type { Memory } from '../../../service/domain/memory.ts';
import { nodesOf, type NodeState } from '../../../service/domain/node.ts';
import {
  agent,
  bootingMachine,
  busyMachine,
  fresh,
  generation,
  hour,
  instance,
  lane,
  machine,
  memory,
  minute,
  now0,
  observation,
  operation,
  runningRequest,
  scene,
  second,
  settings,
  usedMachine,
  type Machine,
  type Scene,
} from '../../builders.ts';
import { deleting, failed, offline } from './told.ts';

const reimaged = { generation: { startedBy: 'reimage' } } as const;
const succeeded = { instance: { provisioningState: 'succeeded' } } as const;
const stopped = (since: number) => ({ ...offline(since), instance: { powerState: 'deallocated' } }) as const;
const underway = (one: Machine, overrides: Parameters<typeof operation>[0]): Scene => ({
  machines: [one],
  operations: [operation(overrides)],
});

/** Its registration had run that request before. */
const takenOver = (formerRequestId: number) =>
  usedMachine(1, { agent: { isOnline: true }, generation: { formerRequestId } });

describe('the state of a node', () => {
  const cases: readonly (readonly [NodeState, string, Scene])[] = [
    ['creatingCompute', 'Azure makes the machine', { machines: [bootingMachine(1)] }],
    [
      'startingAgent',
      'the machine is made and its agent is not online yet',
      { machines: [bootingMachine(1, minute, succeeded)] },
    ],
    [
      'reimagingCompute',
      'Azure wipes the machine',
      { machines: [bootingMachine(1, minute, { ...reimaged, instance: { provisioningState: 'updating' } })] },
    ],
    [
      'restartingAgent',
      'the machine is wiped and its agent is not online yet',
      { machines: [bootingMachine(1, minute, { ...reimaged, ...succeeded })] },
    ],
    ['idle', 'its agent is online without a job', { machines: [machine(1)] }],
    [
      'idle',
      'Weir has not enabled it yet',
      { machines: [machine(1, { agent: { isEnabled: false }, generation: { isDisabledByWeir: true } })] },
    ],
    ['assigned', 'its agent names a request', { machines: [busyMachine(1, 7)] }],
    ['assigned', 'only the request names its agent', { machines: [machine(1)], requests: [runningRequest(7, 1)] }],
    [
      'assigned',
      'its agent went offline with a job whose lock holds',
      { machines: [busyMachine(1, 7, offline(hour))], requests: [runningRequest(7, 1)] },
    ],
    [
      'lost',
      'the lock of that job has run out',
      {
        machines: [busyMachine(1, 7, offline(hour))],
        requests: [runningRequest(7, 1, { lockedUntil: now0 - 2 * minute })],
      },
    ],
    ['offline', 'its agent went offline a moment ago', { machines: [machine(1, offline(minute))] }],
    ['lost', 'its agent stays offline', { machines: [machine(1, offline(11 * minute))] }],
    ['lost', 'nobody is registered for it any more', { machines: [machine(1, { agent: null })] }],
    ['unhealthyVm', 'the machine stopped a moment ago', { machines: [machine(1, stopped(minute))] }],
    ['unhealthyVmPendingDelete', 'the machine stays stopped', { machines: [machine(1, stopped(11 * minute))] }],
    ['pendingReimageCandidate', 'it has run its one job', { machines: [usedMachine(1)] }],
    ['pendingReimageCandidate', 'so it has, after another machine ran one', { machines: [takenOver(400)] }],
    ['idle', 'the job of its registration ran on another machine', { machines: [takenOver(501)] }],
    ['failedVMPendingDelete', 'Azure could not make it', { machines: [bootingMachine(1, minute, failed)] }],
    [
      'startingAgent',
      'Azure calls it failed, and its agent has just been given its configuration',
      { machines: [bootingMachine(1, 5 * minute, { ...failed, generation: { claimedAt: now0 - minute } })] },
    ],
    [
      'failedVMPendingDelete',
      'Azure calls it failed, and its agent has not come for two minutes',
      { machines: [bootingMachine(1, 5 * minute, { ...failed, generation: { claimedAt: now0 - 2 * minute } })] },
    ],
    [
      'failedToStartPendingDelete',
      'its agent did not come online in time',
      { machines: [bootingMachine(1, 20 * minute)] },
    ],
    [
      'failedToRestartPendingDelete',
      'its agent did not come back in time',
      { machines: [bootingMachine(1, 20 * minute, reimaged)] },
    ],
    [
      'saved',
      'it is kept to be looked at',
      { machines: [bootingMachine(1, hour, { ...failed, generation: { isSaved: true } })] },
    ],
    ['deletingCompute', 'Azure deletes it', { machines: [machine(1, deleting)] }],
    ['deletingCompute', 'Azure was asked to delete it', underway(machine(1), { phase: 'requested' })],
    ['pendingDelete', 'its agent is being taken away', underway(machine(1), { phase: 'settling' })],
    ['assignedPendingDelete', 'a job slipped in before', underway(busyMachine(1, 7), { phase: 'draining' })],
    ['retryDelete', 'Azure refused the delete once', underway(machine(1), { phase: 'deregistered', attempts: 1 })],
    [
      'failedToStartPendingDelete',
      'it is being deleted for that',
      underway(bootingMachine(1, hour), { reason: { code: 'bootDeadlinePassed', words: '' } }),
    ],
    ['pendingReimage', 'it is going to be wiped', underway(usedMachine(1), { kind: 'reimage', phase: 'settling' })],
    [
      'reimagingCompute',
      'Azure was asked to wipe it',
      underway(usedMachine(1), { kind: 'reimage', phase: 'requested' }),
    ],
  ];
  it.each(cases)('is %s when %s', (state, _when, parts) => {
    expect(nodesOf(scene(parts), settings(), memory()).map((node) => node.state)).toEqual([state]);
  });

  it('is new when Weir has not recorded the instance yet', () => {
    const [node] = nodesOf(
      observation({ lanes: [lane([instance({ createdAt: now0 - second, provisioningState: 'creating' })])] }),
      settings(),
      memory(),
    );
    expect([node?.state, node?.key]).toEqual(['new', 'vm-1']);
  });

  it.each([
    ['lost', 'its machine is gone', offline(minute)],
    ['saved', 'only a list lacks its machine, for its agent is online', {}],
  ])('is %s when it was kept and %s', (state, _when, more) => {
    const kept = machine(1, { ...more, generation: { isSaved: true } });
    expect(nodesOf({ ...scene({ machines: [kept] }), lanes: [lane()] }, settings(), memory())[0]?.state).toBe(state);
  });

  it('is deleted when neither half is there, and lost when only the registration is', () => {
    const one = machine(1, offline(minute));
    expect(nodesOf({ ...scene({ machines: [one] }), lanes: [lane()] }, settings(), memory())[0]?.state).toBe('lost');
    expect(nodesOf(observation({ generations: [one.generation] }), settings(), memory())[0]?.state).toBe('deleted');
  });
});

describe('the join', () => {
  it('gives the instance of a reimaged machine to its newest life', () => {
    const picture = observation({
      generations: [
        generation({ generationId: 'old' }),
        generation({ generationId: 'young', startedAt: now0 - minute, startedBy: 'reimage', agentId: 2 }),
      ],
      agents: fresh([agent({ agentId: 2 })]),
      lanes: [lane([instance()])],
    });
    expect(
      nodesOf(picture, settings(), memory()).map((node) => [node.key, node.instance?.vmId ?? null, node.state]),
    ).toEqual([
      ['old', null, 'deleted'],
      ['young', 'vm-1', 'idle'],
    ]);
  });

  it('does not take another machine under the same instance id for its own', () => {
    const picture = { ...scene({ machines: [machine(1)] }), lanes: [lane([instance({ vmId: 'another' })])] };
    const nodes = nodesOf(picture, settings(), memory());
    expect(nodes.map((node) => [node.key, node.instance === null])).toEqual([
      ['another', false],
      ['g-1', true],
    ]);
  });

  it('makes no node of a placeholder or of somebody else’s agent', () => {
    expect(nodesOf(scene({ strangers: [agent({ agentId: 77 })] }), settings(), memory())).toEqual([]);
  });
});

describe('the time in a state', () => {
  it('is remembered from pass to pass and starts anew with another state', () => {
    const one = bootingMachine(1, minute, succeeded);
    const seen = memory({ stateSince: { 'g-1': { state: 'startingAgent', since: now0 - 40 * second } } });
    expect(nodesOf(scene({ machines: [one] }), settings(), seen)[0]?.stateSince).toBe(now0 - 40 * second);
    expect(nodesOf(scene({ machines: [machine(1)] }), settings(), seen)[0]?.stateSince).toBe(now0);
  });

  it('is read from the picture where nothing is remembered', () => {
    expect(nodesOf(scene({ machines: [machine(1)] }), settings(), memory())[0]?.stateSince).toBe(now0 - 9 * minute);
  });

  it('does not trust an instant that has not come yet', () => {
    const ahead = machine(1, { agent: { statusChangedAt: now0 + hour }, generation: { firstOnlineAt: null } });
    expect(nodesOf(scene({ machines: [ahead] }), settings(), memory())[0]?.stateSince).toBe(now0);
  });

  it('ends at the deadline of the state', () => {
    const nodes = nodesOf(
      scene({ machines: [bootingMachine(1, minute), machine(2, offline(minute)), machine(3)] }),
      settings(),
      memory(),
    );
    expect(nodes.map((node) => node.deadlineAt)).toEqual([now0 + 19 * minute, now0 + 9 * minute, null]);
  });
});

describe('a boot whose record lies ahead, for the clock was set back', () => {
  const seen = (state: NodeState, since: number) => ({ 'g-1': { state, since } });
  it.each<[string, Memory['stateSince'], number]>([
    ['has the whole time where it is seen for the first time', {}, now0 + 20 * minute],
    ['counts from when it was seen first', seen('creatingCompute', now0 - 5 * minute), now0 + 15 * minute],
    ['has failed after its time', seen('creatingCompute', now0 - 21 * minute), now0 - minute],
    ['stays failed', seen('failedToStartPendingDelete', now0 - 2 * minute), now0 - 2 * minute],
  ])('%s', (_what, stateSince, deadlineAt) => {
    const parts = scene({ machines: [bootingMachine(1, -3 * hour)] });
    const [node] = nodesOf(parts, settings(), memory({ stateSince }));
    expect(node?.deadlineAt).toBe(deadlineAt);
    expect(node?.state).toBe(deadlineAt > now0 ? 'creatingCompute' : 'failedToStartPendingDelete');
  });

  it('counts, too, from when its wiping was asked for', () => {
    const parts = scene({ machines: [bootingMachine(1, -3 * hour, reimaged)] });
    const asked = memory({ reimagedAt: { 'vm-1': now0 - 25 * minute } });
    expect(nodesOf(parts, settings(), asked)[0]?.state).toBe('failedToRestartPendingDelete');
  });
});
