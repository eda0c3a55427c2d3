// Exactly the instances that are missing are asked for, and never more than the maximum.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import {
  bootingMachine,
  busyMachine,
  hour,
  instance,
  jobRequest,
  jobRequests,
  lane,
  machine,
  memory,
  minute,
  now0,
  operation,
  placeholderId,
  scaleOutOperation,
  scaleSetId,
  scene,
  settings,
  usedMachine,
} from '../../builders.ts';
import { told, table, deleting } from './told.ts';

const unmatched = ['Agent.OS -equals Windows_NT'];

describe('scaling out', () => {
  table([
    ['leaves an empty pool with nothing queued alone', {}, {}, []],
    [
      'asks for one instance for each queued request',
      { requests: jobRequests(3) },
      {},
      ['scaleOut requestsWithoutNode 0→3'],
    ],
    [
      'takes idle nodes first',
      { requests: jobRequests(3), machines: [machine(1), machine(2)] },
      {},
      ['scaleOut requestsWithoutNode 2→3'],
    ],
    [
      'takes booting nodes next',
      { requests: jobRequests(2), machines: [bootingMachine(1), bootingMachine(2)] },
      {},
      [],
    ],
    [
      'counts machines that were asked for and are not listed yet',
      { requests: jobRequests(4), capacity: 3, operations: [scaleOutOperation(0, 3)] },
      {},
      ['scaleOut requestsWithoutNode 3→4'],
    ],
    [
      'does not count a boot that takes too long',
      { requests: jobRequests(1), machines: [bootingMachine(1, 6 * minute)] },
      {},
      ['scaleOut requestsWithoutNode 1→2'],
    ],
    [
      'never passes the maximum',
      { requests: jobRequests(30), machines: [busyMachine(1, 99)] },
      {},
      ['scaleOut requestsWithoutNode 1→10', 'wait poolAtMaximum'],
    ],
    [
      'counts an instance that is being deleted until it is gone',
      { requests: jobRequests(2), machines: [machine(1, deleting), busyMachine(2, 99)] },
      { maxCapacity: 3 },
      ['scaleOut requestsWithoutNode 1→2', 'wait poolAtMaximum'],
    ],
    ['makes the standby', {}, { desiredIdle: 2 }, ['scaleOut standbyBelowMinimum 0→2']],
    [
      'keeps the standby beyond what waiting requests take',
      { requests: jobRequests(1), machines: [machine(1), machine(2)] },
      { desiredIdle: 2 },
      ['scaleOut standbyBelowMinimum 2→3'],
    ],
    [
      'takes a standby above the maximum for the maximum',
      {},
      { desiredIdle: 20 },
      ['scaleOut standbyBelowMinimum 0→10'],
    ],
    [
      'asks for nothing for a request that only somebody else’s agent fits',
      { requests: [jobRequest({ demands: unmatched })] },
      {},
      ['wait noNodeFits 1'],
    ],
    [
      'asks for nothing where a demand does not parse',
      { requests: [jobRequest({ demands: ['java -contains 17'] })] },
      {},
      ['wait noNodeFits 1'],
    ],
    [
      'believes Azure DevOps that the placeholder matches',
      { requests: [jobRequest({ demands: ['node.js'], matchedAgentIds: [placeholderId] })] },
      {},
      ['scaleOut requestsWithoutNode 0→1'],
    ],
    [
      'does not count an agent that a person disabled',
      { requests: jobRequests(1), machines: [machine(1, { agent: { isEnabled: false } })] },
      {},
      ['scaleOut requestsWithoutNode 1→2'],
    ],
    [
      'does not count an agent that is on its way out',
      { requests: jobRequests(1), machines: [machine(1)], operations: [operation({ phase: 'cordoning' })] },
      {},
      ['scaleOut requestsWithoutNode 1→2'],
    ],
    [
      'counts a machine that is being wiped as one that boots',
      {
        requests: jobRequests(1),
        machines: [usedMachine(1)],
        operations: [operation({ kind: 'reimage', phase: 'settling' })],
      },
      {},
      [],
    ],
  ]);

  it('rests a scale set that Azure has no capacity for, and says until when', () => {
    const verdict = decide(
      scene({ requests: jobRequests(1) }),
      settings(),
      memory({ restUntil: { [scaleSetId]: now0 + minute } }),
    );
    expect(verdict.decisions.map((one) => one.reason.code)).toEqual(['outOfCapacity']);
    expect(verdict.nextDueAt).toBe(now0 + minute);
  });

  it('forgets a rest that ends later than any that is given: the clock was set back since', () => {
    const { memory: next } = decide(
      scene({ requests: jobRequests(1) }),
      settings(),
      memory({ restUntil: { [scaleSetId]: now0 + 60 * minute } }),
    );
    expect(next.restUntil).toEqual({});
  });

  it('counts machines of every lane against the one maximum', () => {
    const other = { ...lane([instance({ instanceId: '7' })], { id: '/other', name: 'other' }) };
    const picture = scene({ requests: jobRequests(5) });
    const both = { ...picture, lanes: [...picture.lanes, other] };
    expect(told(both, settings({ maxCapacity: 3 }))).toEqual([
      'scaleOut requestsWithoutNode 0→2',
      'wait poolAtMaximum',
    ]);
  });

  it('says how many wait, what they have, and what it asks for', () => {
    const verdict = decide(
      scene({ requests: jobRequests(4), machines: [machine(1), bootingMachine(2), bootingMachine(3, 10 * minute)] }),
      settings(),
      memory(),
    );
    expect(verdict.decisions[0]?.reason.words).toBe(
      '4 job requests queued, 1 with an idle node, 1 with a booting one (not counted: 1 late boot): ' +
        '2 more for requests, capacity 3 → 5 of at most 10.',
    );
    expect(verdict.newNodes).toBe(2);
  });
});

describe('capacity that Azure took and did not make', () => {
  const picture = scene({ requests: jobRequests(1), capacity: 1 });

  it('is waited for at first, then asked for again, less and less often', () => {
    const first = decide(picture, settings(), memory());
    expect(first.decisions.map((one) => `${one.kind} ${one.reason.code}`)).toEqual(['wait phantomCapacity']);
    expect(first.nextDueAt).toBe(now0 + minute);
    const second_ = decide({ ...picture, now: now0 + minute }, settings(), first.memory);
    expect(second_.decisions).toEqual([expect.objectContaining({ kind: 'scaleOut', from: 1, to: 1 })]);
    const third = decide({ ...picture, now: now0 + 2 * minute }, settings(), second_.memory);
    expect(third.decisions[0]?.kind).toBe('wait');
    expect(third.nextDueAt).toBe(now0 + 3 * minute);
  });

  it('is used up before more is asked for', () => {
    expect(told(scene({ requests: jobRequests(3), capacity: 2 }))).toEqual(['scaleOut requestsWithoutNode 2→3']);
  });

  it('is forgotten when the instances are there', () => {
    const remembered = memory({ phantom: { [scaleSetId]: { since: now0 - hour, resent: 3, nextAt: now0 + minute } } });
    expect(decide(scene({ machines: [busyMachine(1, 5)] }), settings(), remembered).memory.phantom).toEqual({});
  });

  it('is never written where it stands above the maximum', () => {
    expect(told(scene({ requests: jobRequests(1), capacity: 12 }))).toEqual(['wait capacityAboveMaximum']);
  });
});

describe('at the maximum', () => {
  const windows = { systemCapabilities: { 'Agent.OS': 'Windows_NT', 'Agent.Version': '4.0.0' } };
  const forLinux = [jobRequest({ demands: ['Agent.OS -equals Linux'] })];
  const misfit = machine(1, {
    agent: { ...windows, statusChangedAt: now0 - minute },
    generation: { firstOnlineAt: now0 - minute },
  });
  table([
    [
      'an idle node that no waiting request fits gives its place to the oldest one, before the idle delay and the standby',
      { requests: forLinux, machines: [misfit, busyMachine(2, 9)] },
      { maxCapacity: 2, desiredIdle: 1 },
      ['wait poolAtMaximum', 'reclaim displaced agents_1'],
    ],
    [
      'a place that is already becoming free is waited for',
      { requests: forLinux, machines: [misfit, machine(2, deleting)] },
      { maxCapacity: 2 },
      ['wait poolAtMaximum'],
    ],
    [
      'nothing is displaced below it',
      { requests: forLinux, machines: [misfit] },
      { maxCapacity: 2 },
      ['scaleOut requestsWithoutNode 1→2'],
    ],
  ]);

  it('while the scale set rests, which the maximum does not, it gives its cores all the same', () => {
    const rested = memory({ restUntil: { [scaleSetId]: now0 + minute } });
    expect(told(scene({ requests: forLinux, machines: [misfit] }), settings({ maxCapacity: 2 }), rested)).toEqual([
      'wait outOfCapacity',
      'reclaim displaced agents_1',
    ]);
  });
});
