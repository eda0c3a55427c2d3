// `weir decide` and `weir explain` on pictures of pools whose jobs ask for priorities, tags and folders.
import { describe, expect, it } from '@jest/globals';
import { callWeir, withFile } from './run-weir.ts';

const scaleSetId =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/agents/providers/Microsoft.Compute/virtualMachineScaleSets/small';

interface Parts {
  readonly busy: number;
  readonly idle?: readonly object[];
  readonly queued: readonly object[];
  readonly settings?: object;
  readonly memory?: object;
}

function snapshotOf({ busy, idle = [], queued, settings = {}, ...rest }: Parts): object {
  const numbers = Array.from({ length: busy + idle.length }, (_, index) => index + 1);
  const running = numbers.slice(0, busy).map((id) => ({
    requestId: id,
    queueTime: '2026-11-22T09:30:00Z',
    assignTime: '2026-11-22T09:30:05Z',
    receiveTime: '2026-11-22T09:30:06Z',
    reservedAgent: { id },
  }));
  return {
    now: '2026-11-22T10:00:00Z',
    settings: { name: 'small', maxCapacity: numbers.length, ...settings },
    jobRequests: [...running, ...queued],
    agents: numbers.map((id) => ({
      id,
      name: `small-${id}`,
      enabled: true,
      status: 'online',
      statusChangedOn: '2026-11-22T09:59:00Z',
      systemCapabilities: { 'Agent.Version': '4.260.0', 'Agent.ComputerName': `small-${id}` },
      ...(id <= busy ? { assignedRequest: { requestId: id } } : idle[id - busy - 1]),
    })),
    scaleSets: [
      {
        scaleSet: { id: scaleSetId, name: 'small', sku: { capacity: numbers.length } },
        instances: numbers.map((id) => ({
          instanceId: String(id),
          properties: { provisioningState: 'Succeeded', osProfile: { computerName: `small-${id}` } },
        })),
      },
    ],
    ...rest,
  };
}

const medium = Array.from({ length: 20 }, (_, index) => ({
  requestId: 101 + index,
  queueTime: `2026-11-22T09:50:${String(index).padStart(2, '0')}Z`,
  demands: ['Agent.Version -gtVersion 2.163.1'],
}));
const asked = (requestId: number, time: string, ...demands: readonly string[]) => ({
  requestId,
  queueTime: `2026-11-22T${time}Z`,
  demands: [...demands, 'Agent.Version -gtVersion 2.163.1'],
});
const high = asked(200, '09:59:00', 'Priority -equals High');
const stateful = { profile: { kind: 'stateful' } };

async function run<T>(verb: 'decide' | 'explain', parts: Parts): Promise<T> {
  return await withFile(JSON.stringify(snapshotOf(parts)), async (file) => {
    const { code, out, note } = await callWeir(verb, file, '--json');
    expect([code, note]).toEqual([0, '']);
    return JSON.parse(out) as T;
  });
}

interface Line {
  readonly kind: string;
  readonly node?: string;
  readonly request?: number;
}

/** Kind, node and request of what is done to labels, queue and gate. */
async function decided(parts: Parts): Promise<readonly string[]> {
  const { decisions } = await run<{ readonly decisions: readonly Line[] }>('decide', parts);
  return decisions
    .filter(({ kind }) => ['bump', 'relabel', 'enable', 'reclaim', 'drain'].includes(kind))
    .map(({ kind, node, request }) =>
      [kind, ...(node === undefined ? [] : [node]), ...(request === undefined ? [] : [request])].join(' '),
    );
}

describe('weir decide', () => {
  const cases: readonly (readonly [string, Parts, readonly string[]])[] = [
    ['puts the High job before 20 others while ten run', { busy: 10, queued: [...medium, high] }, ['bump 200']],
    ['bumps nobody who is first', { busy: 10, queued: [high, asked(300, '09:59:30')] }, []],
    ['bumps nobody where nobody names a priority', { busy: 10, queued: medium }, []],
    [
      'gives the free agent to the High job',
      { busy: 9, idle: [{}], queued: [...medium, high] },
      ['bump small_10 200', 'relabel small_10 200', 'enable small_10'],
    ],
    [
      'serves a Low job that has waited for more than two hours before a High one',
      {
        busy: 0,
        idle: [{ userCapabilities: { Priority: 'High' } }],
        queued: [asked(90, '07:55:00', 'Priority -equals Low'), high],
      },
      ['relabel small_1 90', 'enable small_1'],
    ],
    [
      'labels busy agents that go on to the next job',
      { busy: 1, queued: [...medium, high], settings: stateful },
      ['relabel small_1 200', 'enable small_1', 'bump 200'],
    ],
    [
      'tags the next free agent',
      { busy: 0, idle: [{}], queued: [asked(90, '09:59:00', 'CustomCapabilities -equals repo')], settings: stateful },
      ['relabel small_1 90', 'enable small_1'],
    ],
    [
      'leaves the job of a tag to the free agent that carries it',
      {
        busy: 0,
        idle: [{ userCapabilities: { CustomCapabilities: 'repo' } }],
        queued: [asked(90, '09:59:00', 'CustomCapabilities -equals Repo')],
        settings: stateful,
      },
      [],
    ],
    [
      'gives the place of an idle agent to the job that names another folder',
      {
        busy: 0,
        idle: [
          { systemCapabilities: { 'Agent.ComputerName': 'small-1', 'Agent.Version': '4.1.0', WorkFolder: '/mnt/a' } },
        ],
        queued: [asked(90, '09:59:00', 'WorkFolder -equals /mnt/b')],
        settings: stateful,
      },
      ['reclaim small_1'],
    ],
  ];
  it.each(cases)('%s', async (_name, parts, lines) => {
    expect(await decided(parts)).toEqual(lines);
  });
});

describe('weir explain', () => {
  it('says who is ahead by priority, not by age', async () => {
    const { verdicts } = await run<{ readonly verdicts: readonly Record<string, unknown>[] }>('explain', {
      busy: 10,
      queued: [...medium, high],
    });
    const of = (requestId: number) => verdicts.find((one) => one.requestId === requestId);
    expect(of(200)).toMatchObject({ verdict: 'poolAtMaximum', position: 1 });
    expect(of(101)).toMatchObject({
      verdict: 'queuedBehind',
      position: 2,
      evidence: [{ kind: 'ahead', requestIds: [200] }],
    });
    expect(of(101)?.words).toContain('before it by priority and age');
  });
});
