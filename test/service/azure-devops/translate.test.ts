// The translator of Azure DevOps' answers: field by field, and what it does with what it cannot read.
import { describe, expect, it } from '@jest/globals';
import { jobRequestState } from '../../../service/domain/job-request.ts';
import { sameLists } from '../../../service/domain/same-lists.ts';
import { translateAgent, translateJobRequest, translateList } from '../../../service/azure-devops/translate.ts';
import { itWithSpecs, readSpec } from '../shared-specs.ts';

describe('translateJobRequest', () => {
  it('reads every field of a finished request', () => {
    const request = translateJobRequest(
      {
        requestId: 7,
        queueTime: '2026-11-02T10:00:00Z',
        assignTime: '2026-11-02T10:00:05.1234567Z',
        receiveTime: '2026-11-02T10:00:07Z',
        finishTime: '2026-11-02T10:09:00Z',
        lockedUntil: '2026-11-02T10:19:00Z',
        result: 'succeededWithIssues',
        demands: ['ImageOverride -equals a', 'npm'],
        reservedAgent: { id: 3 },
        matchedAgents: [{ id: 3 }, { id: 4 }],
        jobName: 'build',
        definition: { id: 1, name: 'main' },
        owner: { id: 99, name: '20261102.1' },
        scopeId: 'p',
        statusMessage: 'done',
      },
      'request',
    );
    expect(request).toEqual({
      requestId: 7,
      queuedAt: Date.UTC(2026, 10, 2, 10),
      assignedAt: Date.UTC(2026, 10, 2, 10, 0, 5, 123),
      receivedAt: Date.UTC(2026, 10, 2, 10, 0, 7),
      finishedAt: Date.UTC(2026, 10, 2, 10, 9),
      lockedUntil: Date.UTC(2026, 10, 2, 10, 19),
      result: 'succeededWithIssues',
      demands: ['ImageOverride -equals a', 'npm'],
      reservedAgentId: 3,
      matchedAgentIds: [3, 4],
      jobName: 'build',
      definitionName: 'main',
      runName: '20261102.1',
      runId: 99,
      projectId: 'p',
      statusMessage: 'done',
    });
  });

  it('needs nothing but the number, and an absent list of matched agents stays absent', () => {
    const request = translateJobRequest({ requestId: 7, demands: null }, 'request');
    expect(request).toMatchObject({ demands: [], matchedAgentIds: null, result: null, assignedAt: null });
  });

  it('keeps a result that it does not know as unknown, which is a finished request', () => {
    const request = translateJobRequest({ requestId: 7, result: 'somethingNew' }, 'request');
    expect(request.result).toBe('unknown');
    expect(jobRequestState(request)).toBe('finished');
  });

  it('reads an instant without an offset as UTC', () => {
    expect(translateJobRequest({ requestId: 1, queueTime: '2026-11-02T10:00:00' }, 'r').queuedAt).toBe(
      Date.UTC(2026, 10, 2, 10),
    );
  });

  it.each([
    ['request.requestId', { requestId: '7' }],
    ['request.requestId', {}],
    ['request.queueTime', { requestId: 7, queueTime: 'yesterday' }],
    ['request.demands[1]', { requestId: 7, demands: ['a', { name: 'b' }] }],
    ['request.matchedAgents[0].id', { requestId: 7, matchedAgents: [{}] }],
    ['request.owner', { requestId: 7, owner: 5 }],
    ['request', null],
  ])('names %s when it has the wrong kind', (path, raw) => {
    expect(() => translateJobRequest(raw, 'request')).toThrow(
      expect.objectContaining({ kind: 'unreadable', operation: path }),
    );
  });

  itWithSpecs('classifies the recorded samples: queued, running, finished', () => {
    const examples = 'azure-devops/examples/';
    const queued = translateList(readSpec(`${examples}keda-testJobRequestResponse.json`), 'jobrequests');
    const states = queued.map((raw) => jobRequestState(translateJobRequest(raw, 'jobrequests')));
    expect(states).toEqual(['queued', 'queued']);
    const running = translateJobRequest(readSpec(`${examples}keda-assignedNotFinishedJob.json`), 'running');
    expect(jobRequestState(running)).toBe('running');
    expect(running).toMatchObject({
      requestId: 890664,
      reservedAgentId: 11735,
      matchedAgentIds: [1755],
      runId: 673584,
    });
    expect(jobRequestState(translateJobRequest(readSpec(`${examples}keda-deadJob.json`), 'dead'))).toBe('finished');
  });
});

it('gives requests of one read that have the same demands and agents one list of them, and no two others', () => {
  const same = sameLists();
  const read = (requestId: number, demands: readonly string[], ...ids: readonly number[]) =>
    translateJobRequest({ requestId, demands, matchedAgents: ids.map((id) => ({ id })) }, 'request', same);
  const first = read(1, ['npm', 'gpu'], 3, 4);
  const [alike, turned] = [read(2, ['npm', 'gpu'], 3, 4), read(3, ['gpu', 'npm'], 4, 3)];
  expect(alike.demands).toBe(first.demands);
  expect(alike.matchedAgentIds).toBe(first.matchedAgentIds);
  expect(turned).toMatchObject({ demands: ['gpu', 'npm'], matchedAgentIds: [4, 3] });
});

describe('translateAgent', () => {
  it('reads every field', () => {
    const agent = translateAgent(
      {
        id: 5,
        name: 'agents000001',
        version: '4.260.0',
        enabled: false,
        status: 'online',
        createdOn: '2026-11-02T10:00:00Z',
        statusChangedOn: '2026-11-02T10:01:00Z',
        systemCapabilities: { 'Agent.Version': '4.260.0', empty: null },
        userCapabilities: { Priority: 'High' },
        assignedRequest: { requestId: 8 },
        lastCompletedRequest: { requestId: 7, finishTime: '2026-11-02T10:09:00Z', result: 'failed' },
      },
      'agent',
    );
    expect(agent).toEqual({
      agentId: 5,
      name: 'agents000001',
      version: '4.260.0',
      isEnabled: false,
      isOnline: true,
      createdAt: Date.UTC(2026, 10, 2, 10),
      statusChangedAt: Date.UTC(2026, 10, 2, 10, 1),
      systemCapabilities: { 'Agent.Version': '4.260.0', empty: '' },
      userCapabilities: { Priority: 'High' },
      assignedRequestId: 8,
      lastCompletedRequestId: 7,
      lastCompletedAt: Date.UTC(2026, 10, 2, 10, 9),
      lastCompletedResult: 'failed',
    });
  });

  it('takes an agent without a status as offline and without a switch as enabled', () => {
    expect(translateAgent({ id: 5, name: 'a' }, 'agent')).toMatchObject({
      isOnline: false,
      isEnabled: true,
      systemCapabilities: {},
    });
    expect(translateAgent({ id: 5, name: 'a', status: 'somethingNew' }, 'agent').isOnline).toBe(false);
  });

  it.each([
    ['agent.id', { name: 'a' }],
    ['agent.enabled', { id: 5, name: 'a', enabled: 'yes' }],
    ['agent.systemCapabilities.x', { id: 5, name: 'a', systemCapabilities: { x: 1 } }],
    ['agent.assignedRequest.requestId', { id: 5, name: 'a', assignedRequest: {} }],
  ])('names %s when it has the wrong kind', (path, raw) => {
    expect(() => translateAgent(raw, 'agent')).toThrow(
      expect.objectContaining({ kind: 'unreadable', operation: path }),
    );
  });
});

describe('translateList', () => {
  it('takes a bare list and the wrapped form', () => {
    expect(translateList([1, 2], 'list')).toEqual([1, 2]);
    expect(translateList({ count: 2, value: [1, 2] }, 'list')).toEqual([1, 2]);
    expect(translateList({ value: [] }, 'list')).toEqual([]);
  });

  it.each([
    ['a list cut short', { count: 3, value: [1] }],
    ['an object without a list', { count: 0 }],
    ['a list that is none', { value: {} }],
    ['text', 'page'],
  ])('refuses %s', (_, raw) => {
    expect(() => translateList(raw, 'list')).toThrow(expect.objectContaining({ kind: 'unreadable' }));
  });
});
