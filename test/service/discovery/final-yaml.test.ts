// Every form in which final YAML says which pool a job wants and what it demands.
import { describe, expect, it } from '@jest/globals';
import { readFinalYaml, type Queues } from '../../../service/discovery/final-yaml.ts';

const queues: Queues = { names: ['linux'], defaultName: null };
const read = (yaml: string, of: Queues = queues) => readFinalYaml(yaml, of);
const demandsIn = (yaml: string, of: Queues = queues) => read(yaml, of).jobs.map((job) => job.demands);
const wordsIn = (yaml: string) => read(yaml).notCovered.map((one) => `${String(one.line)}: ${one.words}`);

describe('the pool of a job', () => {
  it.each([
    ['a name', 'pool: linux\nsteps: []\n', [[]]],
    ['a name in other letters', 'pool: Linux\nsteps: []\n', [[]]],
    ['a mapping with one demand', 'pool: { name: linux, demands: maven }\nsteps: []\n', [['maven']]],
    [
      'a mapping with a list of demands',
      'pool:\n  name: linux\n  demands:\n  - ImageOverride -equals my image\n  - "WorkFolder -equals /mnt/a"\nsteps: []\n',
      [['ImageOverride -equals my image', 'WorkFolder -equals /mnt/a']],
    ],
    ['keys that pool providers read', 'pool: { name: linux, demands: a, os: x }\nsteps: []\n', [['a']]],
    ['the older queue', 'queue: { name: linux, demands: [a, b] }\nsteps: []\n', [['a', 'b']]],
    ['an older phase', 'phases:\n- phase: p\n  queue: { name: linux, demands: a }\n', [['a']]],
    ['another pool', 'pool: windows\nsteps: []\n', []],
    ['a hosted image', 'pool: { vmImage: ubuntu-latest }\nsteps: []\n', []],
    ['an agentless job', 'jobs:\n- job: a\n  pool: server\n', []],
    ['none at all', 'steps: []\n', []],
  ])('is read where it is %s', (_name, yaml, expected) => {
    expect(demandsIn(yaml)).toEqual(expected);
  });

  it('is the default of the pipeline where no level names one', () => {
    expect(demandsIn('steps: []\n', { names: ['linux'], defaultName: 'linux' })).toEqual([[]]);
  });

  it('is the nearest one, whole, with its own demands only', () => {
    const yaml = `
pool: { name: linux, demands: root }
stages:
- stage: build
  pool: { name: linux, demands: stage }
  jobs:
  - job: one
    pool: { name: linux, demands: job }
  - job: two
- stage: __default
  jobs:
  - job: three
  - job: four
    pool: linux
  - job: five
    pool: windows
`;
    expect(read(yaml).jobs.map(({ job, demands, line }) => [job, demands.join(), line])).toEqual([
      ['build.one', 'job', 8],
      ['build.two', 'stage', 5],
      ['three', 'root', 2],
      ['four', '', 14],
    ]);
  });

  it('of a deployment is the job’s and that of each hook with a pool of its own', () => {
    const yaml = `
jobs:
- deployment: ship
  environment: production
  pool: { name: linux, demands: ship }
  strategy:
    canary:
      preDeploy: { pool: { name: linux, demands: before }, steps: [] }
      deploy: { steps: [] }
      on:
        failure: { pool: { name: linux, demands: after }, steps: [] }
        success: { pool: windows, steps: [] }
`;
    expect(demandsIn(yaml)).toEqual([['ship'], ['before'], ['after']]);
  });

  it('of a rolling deployment on machines of an environment is none', () => {
    const yaml = `
jobs:
- deployment: ship
  environment: { name: production, resourceType: VirtualMachine }
  pool: { name: linux, demands: a }
  strategy: { rolling: { deploy: { steps: [] } } }
`;
    expect(demandsIn(yaml)).toEqual([]);
  });
});

describe('variables', () => {
  it('of every level are expanded once, in pool and demand, and the nearest counts', () => {
    const yaml = `
variables:
- name: pool
  value: linux
- name: folder
  value: /mnt/a
jobs:
- job: one
  variables: { Folder: /mnt/b }
  pool: { name: $(pool), demands: WorkFolder -equals $(folder) }
- job: two
  pool: { name: $(pool), demands: WorkFolder -equals $(folder) }
`;
    expect(demandsIn(yaml)).toEqual([['WorkFolder -equals /mnt/b'], ['WorkFolder -equals /mnt/a']]);
  });

  it('of a matrix give one set for each leg', () => {
    const yaml = `
jobs:
- job: test
  strategy:
    matrix:
      old: { image: ubuntu-20.04 }
      new: { image: ubuntu-24.04 }
  pool: { name: linux, demands: ImageOverride -equals $(image) }
`;
    expect(demandsIn(yaml)).toEqual([['ImageOverride -equals ubuntu-20.04'], ['ImageOverride -equals ubuntu-24.04']]);
  });

  it('that only the run knows are told with their line, and nothing is guessed', () => {
    const yaml = `
variables: { twice: $(other) }
jobs:
- job: one
  pool:
    name: linux
    demands:
    - a
    - WorkFolder -equals $(unknown)
- job: two
  pool: $[ variables.pool ]
- deployment: three
  variables: { folder: /mnt/a }
  pool: { name: linux, demands: WorkFolder -equals $(folder) }
- job: four
  strategy: { matrix: "$[ dependencies.a.outputs['m'] ]" }
  pool: { name: linux, demands: X -equals $(leg) }
- job: five
  pool: { name: linux, demands: X -equals $(twice) }
- job: six
  strategy: { matrix: "$[ dependencies.a.outputs['m'] ]" }
  pool: { name: linux, demands: known }
`;
    expect(wordsIn(yaml)).toEqual([
      '9: the demand "WorkFolder -equals $(unknown)" of job one is only known to the run',
      '11: the pool "$[ variables.pool ]" of job two is only known to the run',
      '14: the demand "WorkFolder -equals $(folder)" of job three is only known to the run',
      '17: the demand "X -equals $(leg)" of job four is only known to the run',
      '19: the demand "X -equals $(twice)" of job five is only known to the run',
    ]);
    expect(demandsIn(yaml)).toEqual([['known']]);
  });
});

describe('YAML as it should not be', () => {
  it.each([
    ['no YAML', 'pool: [', /^1?\d*: the YAML cannot be read/],
    [
      'a demand that is a mapping',
      'pool: { name: linux, demands: [{ a: b }] }\nsteps: []',
      /neither a text nor a list/,
    ],
    ['a pool that is a list', 'pool: [linux]\nsteps: []', /^$/],
    ['a template that is still there', 'jobs:\n- template: a.yml\n', /template was not expanded/],
    ['extends that is still there', 'extends: { template: a.yml }\n', /template was not expanded/],
  ])('says so and reads no job: %s', (_name, yaml, words) => {
    expect(wordsIn(yaml).join('\n')).toMatch(words);
    expect(demandsIn(yaml)).toEqual([]);
  });

  it('follows no alias and takes a number as it is written', () => {
    expect(demandsIn('pool: { name: linux, demands: [1.10, yes] }\nsteps: []')).toEqual([['1.10', 'yes']]);
    expect(demandsIn('a: &x linux\npool: *x\nsteps: []')).toEqual([]);
    expect(demandsIn('')).toEqual([]);
  });
});
