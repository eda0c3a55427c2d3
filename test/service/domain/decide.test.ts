// The whole pass: what keeps it from acting, the placeholder, and pictures without records.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import {
  agent,
  bootingMachine,
  fresh,
  hour,
  imageAlias,
  instance,
  jobRequest,
  jobRequests,
  lane,
  machine,
  memory,
  observation,
  scene,
  settings,
  stale,
  unknown,
  usedMachine,
} from '../../builders.ts';
import { told, online } from './told.ts';

describe('an unknown or stale part', () => {
  const machines = [machine(1, online(hour)), usedMachine(2), bootingMachine(3, hour)];
  const busy = scene({ requests: jobRequests(9), machines });
  const laneOf = busy.lanes[0]!;
  const cases: readonly (readonly [string, Partial<Observation>, string])[] = [
    ['job requests', { jobRequests: stale(busy.jobRequests.value) }, 'jobRequestsUnknown'],
    ['agents', { agents: unknown([]) }, 'agentsUnknown'],
    ['scale set', { lanes: [{ ...laneOf, scaleSet: stale(laneOf.scaleSet.value) }] }, 'scaleSetUnknown'],
    ['instances', { lanes: [{ ...laneOf, instances: unknown([]) }] }, 'instancesUnknown'],
    ['lanes', { lanes: [] }, 'scaleSetUnknown'],
  ];
  it.each(cases)('of %s forbids everything but waiting', (_name, part, code) => {
    for (const policy of ['eventDriven', 'sampled'] as const) {
      const lines = told({ ...busy, ...part }, settings({ desiredIdle: 1, sizing: { policy } }));
      expect(lines).toEqual([`wait ${code}`]);
    }
  });

  it('says why, in the words of the problem', () => {
    const picture = { ...busy, agents: stale(busy.agents.value, 'TF400733: throttled.') };
    expect(decide(picture, settings(), memory()).decisions[0]?.reason.words).toContain('TF400733: throttled.');
  });
});

describe('a paused pool', () => {
  it('only waits', () => {
    const picture = scene({
      requests: jobRequests(3),
      machines: [machine(1, online(hour)), usedMachine(2)],
      withPlaceholder: false,
    });
    expect(told(picture, settings({ paused: true }))).toEqual(['wait paused']);
  });
});

describe('a snapshot without records', () => {
  const join = (parts: Partial<Observation>) => observation({ ownsEverything: true, ...parts });
  it('joins agents to instances by computer name, ignoring case, and by agent name where there is none', () => {
    const byComputer = agent({
      agentId: 5,
      name: 'whatever',
      systemCapabilities: { 'Agent.ComputerName': 'AGENTS000001' },
    });
    const byName = agent({ agentId: 6, name: 'Agents000002', systemCapabilities: {} });
    const picture = join({
      agents: fresh([byComputer, byName]),
      lanes: [lane([instance(), instance({ instanceId: '2' })])],
      jobRequests: fresh(jobRequests(3, { demands: [] })),
    });
    const verdict = decide(picture, settings({ recycleAfterEachUse: false }), memory());
    expect(verdict.nodes.map((node) => [node.name, node.agent?.agentId, node.state])).toEqual([
      ['agents_1', 5, 'idle'],
      ['agents_2', 6, 'idle'],
    ]);
    expect(verdict.newNodes).toBe(1);
  });
  it('reclaims what failed, though nothing is recorded', () => {
    expect(told(join({ lanes: [lane([instance({ provisioningState: 'failed' })])] }))).toEqual([
      'reclaim provisioningFailed agents_1',
    ]);
  });
  it('asks for a node for a demand that it cannot check, but not for an image that is not declared', () => {
    const one = (demand: string) => join({ jobRequests: fresh([jobRequest({ demands: [demand] })]) });
    expect(told(one('maven'))).toEqual(['scaleOut requestsWithoutNode 0→1']);
    expect(told(one(`ImageOverride -equals ${imageAlias}`))).toEqual(['scaleOut requestsWithoutNode 0→1']);
    expect(told(one('ImageOverride -equals windows-2022'))).toEqual(['wait noNodeFits 1']);
  });
});
