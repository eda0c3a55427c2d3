// Which placeholder a booting machine takes over where jobs are matched at queue time only.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { takeoverChoices } from '../../../service/domain/takeover.ts';
import {
  agent,
  hour,
  jobRequest,
  machine,
  memory,
  minute,
  now0,
  placeholderAgents,
  scene,
  second,
  settings,
} from '../../builders.ts';
import { online } from './told.ts';

const node = { ImageOverride: 'ubuntu-22.04', WorkFolder: '/mnt/_work' };
const agents = placeholderAgents();
const placeholderIds = new Set(agents.map((one) => one.agentId));
const queued = (requestId: number, matchedAgentIds: readonly number[] | null) =>
  jobRequest({ requestId, queuedAt: now0 - minute + requestId * second, matchedAgentIds });
const choices = (parts: Partial<Parameters<typeof takeoverChoices>[1]>, of = node) =>
  takeoverChoices(of, { requests: [], agents, placeholderIds, ...parts }, settings());

describe('a booting machine', () => {
  it('takes over a placeholder that the oldest waiting job was matched with', () => {
    expect(choices({ requests: [queued(2, [9000]), queued(1, [9001, 9002])] })).toEqual([9001, 9002]);
  });

  it('leaves jobs alone that a free agent may get, one job for each agent', () => {
    const idle = agent({ agentId: 5 });
    const both = { agents: [...agents, idle], requests: [queued(1, [5, 9000]), queued(2, [5, 9001])] };
    expect(choices(both)).toEqual([9001]);
    const busy = agent({ agentId: 5, assignedRequestId: 9 });
    expect(choices({ ...both, agents: [...agents, busy] })).toEqual([9000]);
  });

  it('is registered anew where nobody waits, or where every agent matches', () => {
    expect(choices({})).toEqual([]);
    expect(choices({ requests: [queued(1, null)] })).toEqual([]);
    expect(choices({ requests: [jobRequest({ matchedAgentIds: [9000], assignedAt: now0 })] })).toEqual([]);
  });

  it('takes no promise that it cannot keep', () => {
    const requests = [queued(1, [9000])];
    expect(choices({ requests }, { ...node, WorkFolder: '/mnt/other' })).toEqual([]);
    expect(choices({ requests }, { ...node, ImageOverride: 'windows' })).toEqual([]);
  });
});

describe('an agent that came after a job was queued and is not among those that Azure DevOps names for it', () => {
  const later = machine(1, {
    ...online(5 * minute),
    agent: { createdAt: now0 - 6 * minute, statusChangedAt: now0 - 5 * minute },
  });
  const waiting = jobRequest({ queuedAt: now0 - hour, matchedAgentIds: [9000] });
  const codes = (requests: readonly ReturnType<typeof jobRequest>[], pool = settings()) =>
    decide(scene({ machines: [later], requests }), pool, memory()).decisions.map((one) => one.reason.code);

  it('makes Weir say that jobs seem to be matched at queue time', () => {
    expect(codes([waiting])).toContain('matchesAtQueueTime');
  });

  it.each([
    ['named', jobRequest({ ...waiting, matchedAgentIds: [9000, 1] })],
    ['there before the job', jobRequest({ ...waiting, queuedAt: now0 - minute })],
    ['not what the job wants', jobRequest({ ...waiting, demands: ['maven'] })],
    ['known to match because the list is left out', jobRequest({ ...waiting, matchedAgentIds: null })],
  ])('is no sign of anything where it is %s', (_name, request) => {
    expect(codes([request])).not.toContain('matchesAtQueueTime');
  });

  it('is what the pool expects where its settings say so', () => {
    const pool = settings({ demands: { ...settings().demands, matching: 'atQueueTime' } });
    expect(codes([waiting], pool)).not.toContain('matchesAtQueueTime');
  });
});
