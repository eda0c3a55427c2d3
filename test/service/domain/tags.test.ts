// CustomCapabilities in a stateful pool: the tagged agent that is free, the one that is waited for, and the next one that is tagged.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import {
  agent,
  busyMachine,
  imageAlias,
  jobRequest,
  machine,
  memory,
  minute,
  now0,
  scene,
  settings,
  type Machine,
  type MachineOverrides,
} from '../../builders.ts';
import { online, told } from './told.ts';

const pool = settings({ recycleAfterEachUse: false, sizing: { preset: 'fast' }, maxCapacity: 4 });
const asks = (requestId: number, ageMinutes: number, tag = 'repo', ...more: readonly string[]) =>
  jobRequest({
    requestId,
    queuedAt: now0 - ageMinutes * minute,
    demands: [`CustomCapabilities -equals ${tag}`, ...more],
  });
const tagged = (number: number, tag = 'repo', overrides: MachineOverrides = {}): Machine =>
  machine(number, {
    ...overrides,
    agent: { userCapabilities: { CustomCapabilities: tag }, ...overrides.agent },
    generation: { tag, ...overrides.generation },
  });
const busyTagged = (number: number, tag = 'repo'): Machine =>
  tagged(number, tag, { agent: { userCapabilities: { CustomCapabilities: tag }, assignedRequestId: 900 + number } });
const said = (machines: readonly Machine[], requests: readonly ReturnType<typeof jobRequest>[], own = pool) =>
  told(scene({ machines, requests }), own).filter((line) => /^(relabel|scaleOut|bump|reclaim|drain)/.test(line));
const claims = (machines: readonly Machine[], requests: readonly ReturnType<typeof jobRequest>[]) =>
  decide(scene({ machines, requests }), pool, memory()).memory.claims;

describe('a job with a tag', () => {
  it('takes the agent that carries it, and no other is touched', () => {
    const machines = [machine(1, online(minute)), tagged(2), machine(3, online(minute))];
    expect(claims(machines, [asks(1, 1)])).toEqual({ 1: 'g-2' });
    expect(said(machines, [asks(1, 1)])).toEqual([]);
  });

  it('compares tags as Azure DevOps does, without regard to case', () => {
    expect(claims([machine(1), tagged(2, 'RePo')], [asks(1, 1)])).toEqual({ 1: 'g-2' });
  });

  it('has the next free agent tagged where none carries it', () => {
    const { decisions } = decide(scene({ machines: [machine(1)], requests: [asks(1, 1)] }), pool, memory());
    const relabel = decisions.find((one) => one.kind === 'relabel');
    expect(relabel).toMatchObject({ reason: { code: 'taggedForRequest' }, node: 'agents_1', request: 1 });
    expect(relabel?.target?.userCapabilities).toEqual({ CustomCapabilities: 'repo' });
    expect(decisions.find((one) => one.kind === 'enable')?.node).toBe('agents_1');
  });

  it('has a machine made where nobody is free, and is no misfit', () => {
    expect(said([], [asks(1, 1)])).toEqual(['scaleOut requestsWithoutNode 0→1']);
    expect(said([busyMachine(1, 9)], [asks(1, 1)])).toContain('scaleOut requestsWithoutNode 1→2');
  });

  it('waits for the busy agent that carries it, and neither tags another nor makes a machine', () => {
    expect(said([busyTagged(1), machine(2, online(minute))], [asks(1, 9)])).toEqual([]);
  });

  it('has another agent tagged after tagWaitMinutes', () => {
    expect(said([busyTagged(1), machine(2)], [asks(1, 10)])).toEqual(['relabel taggedForRequest agents_2']);
    const patient = { ...pool, demands: { ...pool.demands, tagWaitMinutes: 30 } };
    expect(said([busyTagged(1), machine(2, online(minute))], [asks(1, 10)], patient)).toEqual([]);
  });

  it('says when its wait ends', () => {
    const verdict = decide(scene({ machines: [busyTagged(1)], requests: [asks(1, 4)] }), pool, memory());
    expect(verdict.nextDueAt).toBe(now0 + 6 * minute);
  });

  it('does not wait for an agent that is offline, that a person disabled, or that goes', () => {
    const gone: readonly MachineOverrides[] = [
      { agent: { isOnline: false, statusChangedAt: now0 - minute, userCapabilities: { CustomCapabilities: 'repo' } } },
      { agent: { isEnabled: false, userCapabilities: { CustomCapabilities: 'repo' } } },
    ];
    for (const overrides of gone) {
      expect(said([tagged(1, 'repo', overrides), machine(2)], [asks(1, 1)])).toEqual([
        'relabel taggedForRequest agents_2',
      ]);
    }
  });

  it('never changes the tag of an agent that carries another: at the maximum that one gives its place', () => {
    const full = { ...pool, maxCapacity: 1 };
    expect(said([tagged(1, 'other')], [asks(1, 1)], full)).toEqual(['reclaim displaced agents_1']);
  });

  it('is bumped where an older job would be given the agent that is tagged for it', () => {
    const older = jobRequest({ requestId: 1, queuedAt: now0 - 5 * minute, demands: [] });
    const full = { ...pool, maxCapacity: 2 };
    const machines = [machine(1), busyMachine(2, 9)];
    // The older one has the only free agent; a second free agent is for the tag, and he could be given either.
    expect(said(machines, [older, asks(2, 1)], full)).not.toContain('relabel taggedForRequest agents_1');
    expect(said([machine(1), machine(2)], [older, asks(2, 1)], full)).toEqual([
      'bump servedFirst agents_2',
      'relabel taggedForRequest agents_2',
    ]);
  });

  it('of another image than the agent’s has no use for the agent', () => {
    const demands = `ImageOverride -equals ${imageAlias}`;
    expect(claims([machine(1), tagged(2)], [asks(1, 1, 'repo', demands)])).toEqual({ 1: 'g-2' });
    const other = tagged(2, 'repo', {
      agent: {
        systemCapabilities: { ...agent().systemCapabilities, ImageOverride: 'old' },
        userCapabilities: { CustomCapabilities: 'repo' },
      },
    });
    expect(claims([other], [asks(1, 1, 'repo', demands)])).toEqual({});
  });

  it('gets all of its labels at once', () => {
    const { decisions } = decide(
      scene({
        machines: [machine(1)],
        requests: [asks(1, 1, 'repo', 'Priority -equals High', 'WorkFolder -equals /mnt/_work')],
      }),
      pool,
      memory(),
    );
    expect(decisions.filter((one) => one.kind === 'relabel')).toEqual([]);
    const withFolder = machine(1, {
      agent: { systemCapabilities: { ...agent().systemCapabilities, WorkFolder: '/mnt/_work' } },
    });
    const again = decide(
      scene({
        machines: [withFolder],
        requests: [asks(1, 1, 'repo', 'Priority -equals High', 'WorkFolder -equals /mnt/_work')],
      }),
      pool,
      memory(),
    );
    expect(again.decisions.find((one) => one.kind === 'relabel')?.target?.userCapabilities).toEqual({
      CustomCapabilities: 'repo',
      Priority: 'High',
    });
  });
});

describe('the verdict of a job with a tag', () => {
  const verdict = (machines: readonly Machine[], request = asks(1, 1), own = pool) => {
    const picture = scene({ machines, requests: [request] });
    return diagnose(request, picture, nodesOf(picture, own, memory()), own, memory());
  };

  it('is taggedAgentBusy while it waits for its agent, and passes by itself', () => {
    expect(verdict([busyTagged(1)])).toMatchObject({ verdict: 'taggedAgentBusy', resolvesItself: true });
  });

  it('is another one once it has waited long enough', () => {
    expect(verdict([busyTagged(1), machine(2)], asks(1, 11)).verdict).toBe('starting');
  });

  it('is tagNeedsStatefulPool in a stateless pool', () => {
    expect(verdict([machine(1)], asks(1, 1), settings())).toMatchObject({
      verdict: 'tagNeedsStatefulPool',
      resolvesItself: false,
    });
  });
});
