// A node comes up disabled and is enabled only while everything that it could be given is something it may serve.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import {
  agent,
  busyMachine,
  imageAlias,
  jobRequest,
  machine,
  memory,
  now0,
  operation,
  runningRequest,
  scene,
  second,
  settings,
  stale,
  usedMachine,
  type MachineOverrides,
} from '../../builders.ts';
import { told } from './told.ts';

const gated: MachineOverrides = { agent: { isEnabled: false }, generation: { isDisabledByWeir: true } };
const twoImages = settings({
  sizing: { preset: 'fast' },
  images: [
    { aliases: [imageAlias], source: null, version: 'latest', standbyPercent: '*' },
    { aliases: ['gpu'], source: null, version: 'latest', standbyPercent: 0 },
  ],
});
const ofGpu = (number: number, isGated = true) =>
  machine(number, {
    ...(isGated ? gated : {}),
    agent: { isEnabled: !isGated, systemCapabilities: { ...agent().systemCapabilities, ImageOverride: 'gpu' } },
  });
const forGpu = jobRequest({ requestId: 1, demands: ['ImageOverride -equals gpu'] });
const forAny = jobRequest({ requestId: 2, demands: [] });
const sizing = (lines: readonly string[]) => lines.filter((line) => /^(enable|bump|wait gateClosed)/.test(line));

describe('the gate', () => {
  it('opens for a request that the node claims', () => {
    expect(told(scene({ requests: [forAny], machines: [machine(1, gated)] }))).toEqual([
      'enable readyForRequest agents_1',
    ]);
  });

  it('opens for the standby where nothing is queued', () => {
    expect(told(scene({ machines: [machine(1, gated)] }), settings({ desiredIdle: 1 }))).toEqual([
      'enable readyForStandby agents_1',
    ]);
  });

  it('never undoes a person’s disable', () => {
    const byPerson = machine(1, { agent: { isEnabled: false } });
    expect(told(scene({ requests: [forAny], machines: [byPerson] }))).not.toContainEqual(
      expect.stringMatching(/^enable/),
    );
  });

  it('stays closed while the node is on its way out, offline or used', () => {
    const leaving = scene({ machines: [machine(1, gated)], operations: [operation({ phase: 'cordoning' })] });
    const away = scene({ machines: [machine(1, { ...gated, agent: { isEnabled: false, isOnline: false } })] });
    const used = scene({ machines: [usedMachine(1, { ...gated, agent: { isEnabled: false, isOnline: true } })] });
    for (const picture of [leaving, away, used]) expect(sizing(told(picture))).toEqual([]);
  });

  it('stays closed while the queue is not known', () => {
    const picture = scene({ machines: [machine(1, gated)] });
    expect(told({ ...picture, jobRequests: stale([]) })).toEqual(['wait jobRequestsUnknown']);
  });

  it('opens though Azure does not answer, for enabling needs nothing of it', () => {
    const picture = scene({ machines: [machine(1, gated)] });
    const lane = picture.lanes[0]!;
    expect(told({ ...picture, lanes: [{ ...lane, instances: stale(lane.instances.value) }] })).toEqual([
      'wait instancesUnknown',
      'enable readyForStandby agents_1',
    ]);
  });

  it('keeps a node of another image from a request that means the first image', () => {
    expect(sizing(told(scene({ requests: [forAny], machines: [ofGpu(1)] }), twoImages))).toEqual([
      'wait gateClosed agents_1',
    ]);
    expect(sizing(told(scene({ requests: [forGpu], machines: [ofGpu(1)] }), twoImages))).toEqual([
      'enable readyForRequest agents_1',
    ]);
  });

  it('keeps one closed that is given a label first, until a look after that finds it safe', () => {
    const urgent = jobRequest({ requestId: 3, demands: ['Priority -equals High'] });
    const lines = told(scene({ requests: [forAny, urgent], machines: [ofGpu(1)] }), twoImages);
    expect(lines.filter((line) => /^(relabel|enable)/.test(line))).toEqual(['relabel labelledForHigh agents_1']);
    const forUrgentGpu = jobRequest({ requestId: 4, demands: ['ImageOverride -equals gpu', 'Priority -equals High'] });
    const both = told(scene({ requests: [forAny, forUrgentGpu], machines: [ofGpu(1)] }), twoImages);
    expect(both.filter((line) => /^(relabel|enable)/.test(line))).toEqual(['relabel relabelledForRequest agents_1']);
  });

  it('lets the claimed request go first where another could be given to its node, one node at a time', () => {
    const requests = [forGpu, { ...forGpu, requestId: 3 }, { ...forAny, queuedAt: forAny.queuedAt + 1 }];
    const machines = [ofGpu(1), ofGpu(2), machine(3)];
    expect(sizing(told(scene({ requests, machines }), twoImages))).toEqual([
      'bump claimedFirst agents_1',
      'enable readyForRequest agents_1',
      'wait gateClosed agents_2',
    ]);
  });
});

describe('a job that was given away between two looks', () => {
  const onGpu = (demands: readonly string[], secondsAgo: number) => {
    const at = now0 - secondsAgo * second;
    const request = runningRequest(7, 101, { demands, assignedAt: at, receivedAt: at });
    const node = busyMachine(1, 7, { agent: { systemCapabilities: ofGpu(1).agent!.systemCapabilities } });
    return scene({ requests: [{ ...request, reservedAgentId: node.agent!.agentId }], machines: [node] });
  };
  const alarms = (picture: ReturnType<typeof scene>) =>
    decide(picture, twoImages, memory()).decisions.filter((one) => one.kind === 'alarm');

  it('is told with what it was meant for and what it got, and where nothing is wrong nobody is alarmed', () => {
    const [alarm, ...others] = alarms(onGpu([], 5));
    expect(alarm).toMatchObject({ reason: { code: 'slippedThrough' }, node: 'agents_1', request: 7 });
    expect(alarm?.reason.words).toContain(`(image gpu) and is meant for image ${imageAlias}`);
    expect(others).toEqual([]);
    expect(alarms(onGpu(['ImageOverride -equals gpu'], 5))).toEqual([]);
    // By now the images of the pool may be other ones.
    expect(alarms(onGpu([], 600))).toEqual([]);
    expect(decide(onGpu([], 5), settings(), memory()).decisions.filter((one) => one.kind === 'alarm')).toEqual([]);
  });
});
