// One node for each request: the matching is as large as it can be, uses idle nodes first, and changes as little as it can.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { lateAfterMs } from '../../../service/domain/boot-time.ts';
import { match } from '../../../service/domain/matching.ts';
import {
  agent,
  bootingMachine,
  busyMachine,
  hour,
  jobRequest,
  jobRequests,
  machine,
  memory,
  minute,
  now0,
  operation,
  parallelLimit,
  scaleOutOperation,
  scene,
  second,
  settings,
} from '../../builders.ts';

function claimsOf(...picture: Parameters<typeof scene>): Readonly<Record<string, string>> {
  return decide(scene(...picture), settings(), memory()).memory.claims;
}

const withTool = { agent: { userCapabilities: { maven: '/usr/bin/mvn' } } };

describe('claims', () => {
  it('give idle nodes to the oldest requests and booting ones to the next', () => {
    const requests = [
      jobRequest({ requestId: 3, queuedAt: now0 - second }),
      jobRequest({ requestId: 4, queuedAt: now0 - minute }),
    ];
    expect(claimsOf({ requests, machines: [bootingMachine(1), machine(2)] })).toEqual({ 4: 'g-2', 3: 'g-1' });
  });

  // The plain demands came first by their letters alone, so a job with a folder waited for as long as plain ones came.
  it('give what is too little for all to the oldest, whatever else they ask for', () => {
    const [older, younger] = [{ queuedAt: now0 - 2 * minute }, { queuedAt: now0 - minute }];
    const [plain, inFolder] = [{ requestId: 1 }, { requestId: 2, demands: ['WorkFolder -equals /mnt/a'] }];
    const claimsWith = (...requests: readonly Parameters<typeof jobRequest>[0][]) =>
      claimsOf({ requests: requests.map((one) => jobRequest(one)), machines: [bootingMachine(1)] });
    expect(claimsWith({ ...plain, ...younger }, { ...inFolder, ...older })).toEqual({ 2: 'g-1' });
    expect(claimsWith({ ...plain, ...older }, { ...inFolder, ...younger })).toEqual({ 1: 'g-1' });
  });

  it('give a node that fits everything to the request that nothing else fits', () => {
    const requests = [jobRequest({ requestId: 1 }), jobRequest({ requestId: 2, demands: ['maven'], queuedAt: now0 })];
    expect(claimsOf({ requests, machines: [machine(1, withTool), machine(2)] })).toEqual({ 2: 'g-1', 1: 'g-2' });
  });

  it('move on by a chain where that serves one more', () => {
    const both = { agent: { userCapabilities: { maven: '', gradle: '' } } };
    const requests = [
      jobRequest({ requestId: 1, demands: ['gradle'] }),
      jobRequest({ requestId: 2, demands: ['maven'] }),
    ];
    expect(claimsOf({ requests, machines: [machine(1, both), machine(2, withTool)] })).toEqual({ 1: 'g-1', 2: 'g-2' });
  });

  it('stay where they are from pass to pass', () => {
    const machines = [machine(1), machine(2)];
    const before = memory({ claims: { 1: 'g-2', 2: 'g-1' } });
    const picture = scene({ requests: jobRequests(2), machines });
    expect(decide(picture, settings(), before).memory.claims).toEqual({ 1: 'g-2', 2: 'g-1' });
  });

  it('count nobody twice when another machine comes online first', () => {
    // Machine 3 raced for nobody in particular, and the oldest request takes it; its old claim frees a boot for another.
    const before = memory({ claims: { 1: 'g-1', 2: 'g-2' } });
    const machines = [bootingMachine(1), bootingMachine(2), machine(3)];
    const verdict = decide(scene({ requests: jobRequests(3), machines }), settings(), before);
    expect(Object.keys(verdict.memory.claims)).toHaveLength(3);
    expect(verdict.newNodes).toBe(0);
  });

  it('go to the one displaced when its node takes another request', () => {
    const before = memory({ claims: { 1: 'g-1', 2: 'g-2' } });
    // Node 1 was claimed by request 1 and has taken request 2: request 1 now has the booting node.
    const picture = scene({ requests: [jobRequest()], machines: [busyMachine(1, 2), bootingMachine(2)] });
    const verdict = decide(picture, settings(), before);
    expect([verdict.memory.claims, verdict.newNodes]).toEqual([{ 1: 'g-2' }, 0]);
  });

  it('move to a node that became idle before the booting one came up', () => {
    const before = memory({ claims: { 1: 'g-1' } });
    const picture = scene({ requests: [jobRequest()], machines: [bootingMachine(1), machine(2)] });
    expect(decide(picture, settings(), before).memory.claims).toEqual({ 1: 'g-2' });
  });

  it('are not held by a request that an agent already names, though the list of requests still shows it queued', () => {
    const verdict = decide(scene({ requests: [jobRequest()], machines: [busyMachine(1, 1)] }), settings(), memory());
    expect([verdict.memory.claims, verdict.decisions]).toEqual([{}, []]);
  });

  it('are not held by a request that somebody else’s agent took', () => {
    const verdict = decide(
      scene({ requests: [jobRequest()], strangers: [agent({ agentId: 77, assignedRequestId: 1 })] }),
      settings(),
      memory(),
    );
    expect(verdict.newNodes).toBe(0);
  });

  it('are not held by a request that Azure DevOps holds back for the limit of parallel jobs', () => {
    const held = jobRequest({ requestId: 1, queuedAt: now0 - minute, statusMessage: parallelLimit });
    const picture = scene({
      requests: [held, jobRequest({ requestId: 2 })],
      machines: [machine(1), bootingMachine(2)],
    });
    const before = memory({ claims: { 1: 'g-1', 2: 'g-2' } });
    expect(decide(picture, settings(), before).memory.claims).toEqual({ 2: 'g-1' });
  });

  it('count a request once that two pages listed', () => {
    expect(decide(scene({ requests: [jobRequest(), jobRequest()] }), settings(), memory()).newNodes).toBe(1);
  });

  it('count on a machine that is reimaged for the second time as on any other', () => {
    const again = machine(1, {
      generation: { startedBy: 'reimage', startedAt: now0 - 3 * hour, firstOnlineAt: now0 - 3 * hour },
      agent: null,
    });
    const wiping = operation({ kind: 'reimage', phase: 'requested', generationId: 'g-1', phaseSince: now0 - second });
    const picture = scene({ requests: jobRequests(1), machines: [again], operations: [wiping] });
    expect(decide(picture, settings(), memory()).newNodes).toBe(0);
  });

  it('are forgotten with their request, as everything is that is gone', () => {
    const before = memory({
      claims: { 1: 'g-1' },
      idleSince: { 'g-9': now0 - hour },
      stateSince: { 'g-9': { state: 'idle', since: now0 - hour } },
      restUntil: { old: now0 - second },
      capacityRefusals: { old: { code: 'AllocationFailed', words: 'no room', isQuota: false } },
      reimagedAt: { 'vm-9': now0 - hour },
    });
    const { memory: after } = decide(scene(), settings(), before);
    expect(after.capacityRefusals).toBeUndefined();
    expect(after).toMatchObject({
      claims: {},
      idleSince: {},
      stateSince: {},
      restUntil: {},
      reimagedAt: {},
    });
  });

  it('stand in plain JSON', () => {
    const { memory: kept } = decide(
      scene({ requests: jobRequests(3), machines: [machine(1), bootingMachine(2)] }),
      settings(),
      memory(),
    );
    expect(JSON.parse(JSON.stringify(kept))).toEqual(kept);
  });
});

describe('a boot', () => {
  const seenBooting = memory({ stateSince: { 'g-1': { state: 'startingAgent', since: now0 - minute } } });

  it('is learned once, when its agent is first seen online', () => {
    const came = machine(1, { generation: { startedAt: now0 - 140 * second, firstOnlineAt: now0 - 3 * second } });
    const first = decide(scene({ machines: [came] }), settings(), seenBooting);
    expect(first.memory.boots).toEqual({ create: [137], reimage: [] });
    expect(decide(scene({ machines: [came] }), settings(), first.memory).memory.boots.create).toEqual([137]);
  });

  it('after a reimage is counted from the moment when Azure took it', () => {
    const came = machine(1, {
      generation: { startedBy: 'reimage', startedAt: now0 - 20 * second, firstOnlineAt: now0 },
    });
    const before = { ...seenBooting, reimagedAt: { 'vm-1': now0 - 100 * second } };
    expect(decide(scene({ machines: [came] }), settings(), before).memory.boots.reimage).toEqual([100]);
  });

  it('is late after twice the usual time, and after the slow ones of this pool once they are known', () => {
    expect(lateAfterMs(memory(), 'create')).toBe(300_000);
    expect(lateAfterMs(memory(), 'reimage')).toBe(180_000);
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(lateAfterMs(memory({ boots: { create: hundred, reimage: [] } }), 'create')).toBe(95_000 + 30_000);
  });

  it('that is late is due to be looked at', () => {
    expect(decide(scene({ machines: [bootingMachine(1, minute)] }), settings(), memory()).nextDueAt).toBe(
      now0 + 4 * minute,
    );
    const promised = scene({ capacity: 1, operations: [scaleOutOperation(0, 1, minute)] });
    expect(decide(promised, settings(), memory()).nextDueAt).toBe(now0 + 4 * minute);
  });
});

describe('the matching of groups', () => {
  it('serves as many as can be served', () => {
    const { flow, unmatched } = match([2, 1, 1], [1, 2, 1], [[0, 1], [0], [1]], 3);
    expect(unmatched).toEqual([0, 0, 1]);
    expect(flow.map((row) => [...row].filter(([, number]) => number > 0))).toEqual([[[1, 2]], [[0, 1]], []]);
  });

  it('fills the preferred supply before it touches the other', () => {
    const { flow } = match(
      [2, 1],
      [2, 5],
      [
        [0, 1],
        [0, 1],
      ],
      1,
    );
    expect(flow.reduce((sum, row) => sum + (row.get(0) ?? 0), 0)).toBe(2);
    expect(flow.reduce((sum, row) => sum + (row.get(1) ?? 0), 0)).toBe(1);
  });
});
