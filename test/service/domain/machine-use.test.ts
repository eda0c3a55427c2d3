// Machines by size and image at one moment, and what they add up to over time.
import { describe, expect, it } from '@jest/globals';
import { addUp, countMachines, type MachineCount } from '../../../service/domain/machine-use.ts';
import type { Node } from '../../../service/domain/node.ts';
import type { Lane } from '../../../service/domain/observation.ts';
import { readMix, writeMix } from '../../../service/store/machine-mix.ts';
import { generation, instance, lane } from '../../builders.ts';

const machine = (id: string, more: Parameters<typeof instance>[0] = {}) => instance({ instanceId: id, ...more });
const node = (of: ReturnType<typeof instance>, state: string, image: string | null = null) =>
  ({ state, instance: of, generation: generation({ instanceId: of.instanceId, image }) }) as Node;
const own = (lanes: readonly Lane[], nodes: readonly Node[]) =>
  countMachines(lanes, nodes, 'usual').map((one) => Object.values(one).join(' '));

describe('the machines of a pool', () => {
  const [a, b, c, d] = ['1', '2', '3', '4'].map((id) => machine(id)) as [Instance, Instance, Instance, Instance];
  const keyed = (of: readonly Instance[], image: string, size: string): Lane => ({
    ...lane(of, { sku: { name: size, tier: 'Standard' } }),
    key: { image, version: '1.0.0', template: 't' },
  });
  const set = (of: readonly Instance[], size = 'Small') => lane(of, { sku: { name: size, tier: null } });

  it.each([
    ['none', [], [], []],
    [
      'what each does',
      [set([a, b, c, d])],
      [node(a, 'assigned'), node(b, 'idle'), node(c, 'startingAgent'), node(d, 'deletingCompute')],
      // The fourth leaves: a machine, and none of the three.
      ['Small usual 4 1 1 1'],
    ],
    [
      'one that stays although its job ends it',
      [set([a])],
      [node(a, 'assignedPendingDelete')],
      ['Small usual 1 1 0 0'],
    ],
    ['one that nobody has a node for', [set([a])], [], ['Small usual 1 0 0 0']],
    [
      'a lane with a size and an image of its own',
      [keyed([a], 'ubuntu', 'Small'), keyed([b], 'windows', 'Large')],
      [node(a, 'idle', 'ubuntu'), node(b, 'assigned', 'windows')],
      ['Large windows 1 1 0 0', 'Small ubuntu 1 0 1 0'],
    ],
    ['a lane whose machine has no record yet', [keyed([a], 'windows', 'Large')], [], ['Large windows 1 0 0 0']],
    [
      'two versions of one image as one',
      [keyed([a], 'ubuntu', 'Small'), keyed([b], 'ubuntu', 'Small')],
      [node(a, 'idle', 'ubuntu'), node(b, 'new', 'ubuntu')],
      ['Small ubuntu 2 0 1 1'],
    ],
    [
      'a machine from before the set got another size',
      [set([machine('1', { size: 'Small' }), machine('2', { size: 'Large' })], 'Large')],
      [],
      ['Large usual 1 0 0 0', 'Small usual 1 0 0 0'],
    ],
    ['a set of which nobody told the size', [set([a], '')], [], [' usual 1 0 0 0']],
  ] as const)('are counted: %s', (_what, lanes, nodes, expected) => {
    expect(own(lanes, nodes)).toEqual(expected);
  });
});

type Instance = ReturnType<typeof instance>;

describe('over time', () => {
  const count = (size: string | null, machines: number, busy = 0): MachineCount => ({
    ...{ size, image: 'ubuntu', machines, busy, idle: machines - busy, booting: 0 },
  });

  it('adds up by size and image, the most first, and leaves out what was never there', () => {
    const spans = [
      { counts: [count('Small', 1), count('Large', 2, 1), count('None', 0)], ms: 10 },
      { counts: [count('Small', 5)], ms: 100 },
      { counts: [count(null, 1, 1)], ms: 1 },
    ];
    expect(addUp(spans).map(({ size, machineMs, busyMs, idleMs }) => [size, machineMs, busyMs, idleMs])).toEqual([
      ['Small', 510, 0, 510],
      ['Large', 20, 10, 10],
      [null, 1, 1, 0],
    ]);
    expect(addUp([])).toEqual([]);
  });

  it('survives being written to a sample', () => {
    const counts = [count('Standard_D2 "\0\u{1f980}', 3, 1), { ...count(null, 0), image: null }];
    expect(readMix(writeMix(counts))).toEqual(counts);
  });

  it.each(['{}', '[1]', '[["a","b",1,1,1]]', '[["a","b",1,1,1,"1"]]', '[["a",2,1,1,1,1]]', '[["a","b",-1,1,1,1]]'])(
    'is not read from %s, which nobody here has written',
    (text) => {
      expect(() => readMix(text)).toThrow('The machines of a sample');
    },
  );
});
