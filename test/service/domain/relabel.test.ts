// Labels: which demands they meet, which idle node gets which, in what order the queue is served, and what busy nodes get.
import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../service/domain/decide.ts';
import type { Decision } from '../../../service/domain/decision.ts';
import { parseDemand, type Demand } from '../../../service/domain/demand.ts';
import { fitsOnceLabelled, isLabelDemand, missingLabels, withLabels } from '../../../service/domain/labels.ts';
import { queueOrder } from '../../../service/domain/run-next.ts';
import {
  agent,
  busyMachine,
  hour,
  jobRequest,
  jobRequests,
  machine,
  memory,
  minute,
  now0,
  scene,
  second,
  settings,
  type Machine,
  type MachineOverrides,
} from '../../builders.ts';
import { online } from './told.ts';

const stateful = settings({ recycleAfterEachUse: false, sizing: { preset: 'fast' } });
const stateless = settings({ sizing: { preset: 'fast' } });
const read = (text: string) => parseDemand(text) as Demand;

describe('a demand that a label meets', () => {
  const cases: readonly (readonly [string, boolean, boolean])[] = [
    ['Priority -equals High', true, true],
    ['priority -equals low', true, true],
    ['Priority -equals Urgent', false, false],
    ['Priority', false, false],
    ['CustomCapabilities -equals repo', true, false],
    ['CustomCapabilities', false, false],
    ['CustomCapabilities -equals \u202ex', false, false],
    ['WorkFolder -equals /mnt/a', false, false],
    ['ImageOverride -equals ubuntu-22.04', false, false],
    ['java -equals 17', false, false],
  ];
  it.each(cases)('%s: in a stateful pool %s, in a stateless one %s', (text, inStateful, inStateless) => {
    expect(isLabelDemand(read(text), stateful)).toBe(inStateful);
    expect(isLabelDemand(read(text), stateless)).toBe(inStateless);
  });

  it('lets a node fit only where nothing else is missing, and no tagged agent gets another tag', () => {
    const fitting = (demands: readonly string[], capabilities: Record<string, string>) =>
      fitsOnceLabelled(demands.map(read), capabilities, stateful);
    expect(fitting(['Priority -equals High'], {})).toBe(true);
    expect(fitting(['Priority -equals High'], { Priority: 'Low' })).toBe(true);
    expect(fitting(['Priority -equals High', 'java'], {})).toBe(false);
    expect(fitting(['Priority -equals High', 'java'], { JAVA: '' })).toBe(true);
    expect(fitting(['CustomCapabilities -equals a'], {})).toBe(true);
    expect(fitting(['CustomCapabilities -equals a'], { customcapabilities: 'A' })).toBe(true);
    expect(fitting(['CustomCapabilities -equals a'], { CustomCapabilities: 'b' })).toBe(false);
  });

  it('is written as the settings write it, and what people gave the agent stays', () => {
    const own = agent({ userCapabilities: { team: 'a', PRIORITY: 'low' } });
    const request = jobRequest({ demands: ['Priority -equals hIGH', 'CustomCapabilities -equals Repo'] });
    const labels = missingLabels(request, own, stateful);
    expect(labels).toEqual({ Priority: 'High', CustomCapabilities: 'Repo' });
    expect(withLabels(own, labels)).toEqual({ team: 'a', Priority: 'High', CustomCapabilities: 'Repo' });
  });
});

describe('the order of Azure DevOps', () => {
  it('has the request that was bumped last first, and the others by age', () => {
    const requests = jobRequests(4);
    expect(requests.toSorted(queueOrder([])).map((one) => one.requestId)).toEqual([1, 2, 3, 4]);
    expect(requests.toSorted(queueOrder([4, 2])).map((one) => one.requestId)).toEqual([2, 4, 1, 3]);
  });
});

const gated: MachineOverrides = { agent: { isEnabled: false }, generation: { isDisabledByWeir: true } };
const labelled = (
  number: number,
  userCapabilities: Record<string, string>,
  overrides: MachineOverrides = {},
): Machine => machine(number, { ...overrides, agent: { userCapabilities, ...overrides.agent } });
const asked = (requestId: number, ageSeconds: number, ...demands: readonly string[]) =>
  jobRequest({ requestId, queuedAt: now0 - ageSeconds * second, demands });

/** Only what this file is about: labels, the order of the queue, and the gate. */
function said(
  machines: readonly Machine[],
  requests: readonly ReturnType<typeof jobRequest>[],
  pool = stateless,
  remembered = memory(),
): readonly string[] {
  const { decisions } = decide(scene({ requests, machines }), pool, remembered);
  const line = ({ kind, reason, node, request }: Decision) =>
    [kind, reason.code, ...(node === undefined ? [] : [node]), ...(request === undefined ? [] : [request])].join(' ');
  return decisions
    .filter((one) => ['bump', 'relabel', 'enable', 'drain'].includes(one.kind) || one.reason.code === 'batching')
    .map(line);
}

describe('an idle node', () => {
  it('is given the label that its request asks for, and is opened after', () => {
    expect(said([machine(1, gated)], [asked(1, 60, 'Priority -equals High')])).toEqual([
      'relabel relabelledForRequest agents_1 1',
      'enable relabelled agents_1',
    ]);
  });

  it('is relabelled while it stands open, too', () => {
    expect(said([labelled(1, { Priority: 'High' })], [asked(1, 60, 'Priority -equals Low')])).toEqual([
      'relabel relabelledForRequest agents_1 1',
      'enable relabelled agents_1',
    ]);
  });

  it('is only opened where it has the label', () => {
    expect(said([labelled(1, { Priority: 'high' }, gated)], [asked(1, 60, 'Priority -equals High')])).toEqual([
      'enable readyForRequest agents_1',
    ]);
  });

  it('goes to the High job that was queued last, which is bumped before the others', () => {
    const requests = [
      ...jobRequests(3, { queuedAt: now0 - 10 * minute, demands: [] }),
      asked(9, 60, 'Priority -equals High'),
    ];
    expect(said([machine(1, gated)], requests)).toEqual([
      'bump servedFirst agents_1 9',
      'relabel relabelledForRequest agents_1 9',
      'enable relabelled agents_1',
    ]);
  });

  it('bumps nobody who is first already', () => {
    const requests = [
      ...jobRequests(3, { queuedAt: now0 - 10 * minute, demands: [] }),
      asked(9, 60, 'Priority -equals High'),
    ];
    expect(said([machine(1, gated)], requests, stateless, memory({ bumped: [9] }))).toEqual([
      'relabel relabelledForRequest agents_1 9',
      'enable relabelled agents_1',
    ]);
  });

  it('bumps the first to be served last, for the last bumped request is first', () => {
    const high = (id: number) => asked(id, 60 - id, 'Priority -equals High');
    const requests = [...jobRequests(5, { queuedAt: now0 - 10 * minute, demands: [] }), high(11), high(12)];
    const bumps = said([machine(1, gated), machine(2, gated)], requests).filter((line) => line.startsWith('bump'));
    expect(bumps.map((line) => line.split(' ').at(-1))).toEqual(['12', '11']);
  });

  it('goes to a Low job that has waited for two hours before a fresh High one', () => {
    const requests = [asked(1, 121 * 60, 'Priority -equals Low'), asked(2, 30, 'Priority -equals High')];
    expect(said([labelled(1, { Priority: 'High' }, gated)], requests)).toEqual([
      'relabel relabelledForRequest agents_1 1',
      'enable relabelled agents_1',
    ]);
  });

  it('is labelled High before it is first opened, where jobs of the pool ask for priorities', () => {
    const machines = [machine(1, gated), machine(2, gated)];
    expect(said(machines, [asked(1, 60, 'Priority -equals Low')])).toEqual(
      expect.arrayContaining(['relabel labelledForHigh agents_2', 'enable relabelled agents_2']),
    );
  });

  it('is left alone where nobody names a priority', () => {
    expect(said([machine(1, gated)], [asked(1, 60)])).toEqual(['enable readyForRequest agents_1']);
  });

  it('is not relabelled while a person keeps its agent disabled', () => {
    const held = machine(1, { agent: { isEnabled: false } });
    expect(said([held], [asked(1, 60, 'Priority -equals High')])).toEqual([]);
  });
});

describe('the batching window', () => {
  it('keeps the only free node from a Low job for ten seconds, and gives it to the High one that comes meanwhile', () => {
    const low = asked(1, 4, 'Priority -equals Low');
    expect(said([machine(1, gated)], [low])).toEqual(['wait batching agents_1 1']);
    expect(said([machine(1, gated)], [low, asked(2, 1, 'Priority -equals High')])).toEqual([
      'relabel relabelledForRequest agents_1 2',
      'enable relabelled agents_1',
    ]);
  });

  it('says when it is over, and is over then', () => {
    const picture = (age: number) =>
      scene({ requests: [asked(1, age, 'Priority -equals Low')], machines: [machine(1, gated)] });
    expect(decide(picture(4), stateless, memory()).nextDueAt).toBe(now0 + 6 * second);
    expect(said([machine(1, gated)], [asked(1, 10, 'Priority -equals Low')])).toEqual([
      'relabel relabelledForRequest agents_1 1',
      'enable relabelled agents_1',
    ]);
  });

  it.each([
    ['a High job', [asked(1, 1, 'Priority -equals High')], [machine(1, gated)]],
    ['a pool in which nobody names a priority', [asked(1, 1)], [machine(1, gated)]],
    ['a job beside which a node stays free', [asked(1, 1, 'Priority -equals Low')], [machine(1, gated), machine(2)]],
  ])('does not delay %s', (_name, requests, machines) => {
    const lines = said(machines, requests);
    expect(lines.filter((line) => line.includes('batching'))).toEqual([]);
    expect(lines.length).toBeGreaterThan(0);
  });
});

describe('a busy node of a stateful pool', () => {
  const busy = (number: number, userCapabilities: Record<string, string> = { Priority: 'High' }) =>
    busyMachine(number, 100 + number, { agent: { userCapabilities } });
  const waiting = jobRequests(20, { queuedAt: now0 - 5 * minute, demands: [] }, 201);

  it('is taken next by the High job, which is bumped once', () => {
    const high = asked(300, 20, 'Priority -equals High');
    const machines = [1, 2, 3].map((number) => busy(number));
    expect(said(machines, [...waiting, high], stateful)).toEqual(['bump servedFirst 300']);
    expect(said(machines, [...waiting, high], stateful, memory({ bumped: [300] }))).toEqual([]);
  });

  it('is labelled while it runs another job where none has the label', () => {
    const lines = said([busy(1, {}), busy(2, {})], [...waiting, asked(300, 20, 'Priority -equals High')], stateful);
    expect(lines).toEqual([
      'relabel relabelledForNext agents_1 300',
      'enable relabelled agents_1',
      'relabel relabelledForNext agents_2 300',
      'enable relabelled agents_2',
      'bump servedFirst 300',
    ]);
  });

  it('is labelled Low for a Low job that has become first, and only one is', () => {
    const old = asked(1, 3 * 3600, 'Priority -equals Low');
    const lines = said([busy(1), busy(2)], [old, ...waiting], stateful);
    expect(lines).toEqual(['relabel relabelledForNext agents_1 1', 'enable relabelled agents_1']);
  });

  it('puts several High jobs in front of the others, in their order', () => {
    const high = [301, 302, 303].map((id) => asked(id, 400 - id, 'Priority -equals High'));
    const machines = [1, 2, 3, 4].map((number) => busy(number));
    expect(said(machines, [...waiting, ...high], stateful)).toEqual([
      'bump servedFirst 303',
      'bump servedFirst 302',
      'bump servedFirst 301',
    ]);
  });

  it('is left alone where nobody names a priority or a tag', () => {
    expect(said([busy(1), busy(2)], waiting, stateful)).toEqual([]);
  });

  it('lets nobody be bumped before a job whose idle node is just being opened', () => {
    const high = asked(300, 20, 'Priority -equals High');
    const opened = labelled(1, { Priority: 'High' }, gated);
    const lines = said([opened, busy(2), busy(3)], [...waiting, high], stateful, memory({ bumped: [300] }));
    expect(lines).toEqual(['enable readyForRequest agents_1']);
  });

  it('remembers whom it bumped for as long as he waits', () => {
    const high = asked(300, 20, 'Priority -equals High');
    const picture = scene({ requests: [...waiting, high], machines: [busy(1)] });
    expect(decide(picture, stateful, memory({ bumped: [7] })).memory.bumped).toEqual([300]);
    expect(
      decide(scene({ machines: [machine(1, online(hour))] }), stateful, memory({ bumped: [300] })).memory.bumped,
    ).toBeUndefined();
  });
});

describe('a full pool whose agents run one job each', () => {
  const full = settings({ maxCapacity: 2, sizing: { preset: 'fast' } });
  const waiting = jobRequests(20, { queuedAt: now0 - 5 * minute, demands: [] }, 201);
  const high = asked(300, 20, 'Priority -equals High');

  it('has the High job first in the queue before a machine is free', () => {
    const machines = [busyMachine(1, 101), busyMachine(2, 102)];
    expect(said(machines, [...waiting, high], full)).toEqual(['bump servedFirst 300']);
    expect(said(machines, [...waiting, high], full, memory({ bumped: [300] }))).toEqual([]);
    expect(said(machines, waiting, full)).toEqual([]);
  });

  it('bumps it for an agent that stands open and has the label, too', () => {
    expect(said([labelled(1, { Priority: 'High' }), busyMachine(2, 102)], [...waiting, high], full)).toContain(
      'bump servedFirst agents_1 300',
    );
  });

  it('says nothing of labels where the picture has no capabilities', () => {
    const blank = machine(1, { agent: { systemCapabilities: {} } });
    expect(said([blank, busyMachine(2, 102)], [...waiting, high], full)).toEqual(['bump servedFirst agents_1 300']);
  });
});
