// The demand in pipeline files: what changes, and that nothing else does.
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { TaskProblem } from '../../tasks/task-problem.ts';
import { pinInText, type PinTarget } from '../../tasks/PinImageVersion/pipeline-text.ts';

const first: PinTarget = { pool: 'linux', aliases: ['ubuntu-22.04', 'ubuntu-latest'], isFirst: true, version: '2.0.0' };
const second: PinTarget = { ...first, aliases: ['Windows 2022'], isFirst: false };
const demand = 'ImageVersionOverride -equals 2.0.0';

const cases: readonly (readonly [
  what: string,
  target: PinTarget,
  before: string,
  after: string,
  previous: string | null,
])[] = [
  [
    'a pool by its name alone',
    first,
    'pool: linux # ours\nsteps: []\n',
    `pool:\n  name: linux\n  demands: ${demand} # ours\nsteps: []\n`,
    null,
  ],
  [
    'a pool without demands',
    first,
    'jobs:\n  - job: a\n    pool:\n      name: linux\n    steps: []\n',
    `jobs:\n  - job: a\n    pool:\n      name: linux\n      demands: ${demand}\n    steps: []\n`,
    null,
  ],
  [
    'one demand',
    first,
    'pool:\n  name: linux\n  demands: java\n',
    `pool:\n  name: linux\n  demands:\n    - java\n    - ${demand}\n`,
    null,
  ],
  [
    'a list',
    first,
    'pool:\n  name: linux\n  demands:\n  - java # needed\n',
    `pool:\n  name: linux\n  demands:\n  - java # needed\n  - ${demand}\n`,
    null,
  ],
  [
    'a list on one line',
    first,
    'pool: { name: linux, demands: [java] }\n',
    `pool: { name: linux, demands: [java, '${demand}'] }\n`,
    null,
  ],
  ['a pool on one line', first, 'pool: { name: linux }\n', `pool: { name: linux, demands: '${demand}' }\n`, null],
  [
    'a version that stands',
    first,
    'pool:\n  name: linux\n  demands:\n    - "ImageVersionOverride -equals 1.0.0"   # old\n',
    `pool:\n  name: linux\n  demands:\n    - "${demand}"   # old\n`,
    '1.0.0',
  ],
  [
    'the one demand that is the version',
    first,
    'pool:\n  name: linux\n  demands: imageversionoverride -equals 1.9.0\n',
    `pool:\n  name: linux\n  demands: ${demand}\n`,
    '1.9.0',
  ],
  [
    'a second image that is named',
    second,
    'pool:\n  name: linux\n  demands:\n    - ImageOverride -equals windows 2022\n',
    `pool:\n  name: linux\n  demands:\n    - ImageOverride -equals windows 2022\n    - ${demand}\n`,
    null,
  ],
  [
    'Windows line ends',
    first,
    'pool:\r\n  name: linux\r\nsteps: []\r\n',
    `pool:\r\n  name: linux\r\n  demands: ${demand}\r\nsteps: []\r\n`,
    null,
  ],
];

describe('the demand of a pool', () => {
  it.each(cases)('is set for %s, and every other sign stays', (_what, target, before, after, previous) => {
    expect(pinInText(before, target, 'x.yml')).toEqual({ text: after, previous });
    expect(JSON.stringify(parse(after))).toContain(demand);
    expect(pinInText(after, target, 'x.yml').text).toBe(after);
  });

  it.each([
    ['another pool', first, 'pool: windows\n'],
    ['a hosted pool', first, 'pool:\n  vmImage: ubuntu-22.04\n'],
    ['another image of the pool', first, 'pool:\n  name: linux\n  demands: ImageOverride -equals other\n'],
    ['jobs of the first image where the second is pinned', second, 'pool: linux\n'],
    ['a list of another image', second, 'pool:\n  name: linux\n  demands:\n  - ImageOverride -equals ubuntu-22.04\n'],
    ['a key that is only called pool inside a text', first, 'steps:\n- script: "pool: linux"\n'],
  ])('is left alone in %s', (_what, target, text) => {
    expect(pinInText(text, target, 'x.yml')).toEqual({ text, previous: null });
  });

  it('is set in every matching pool of a file, in jobs, stages and deployments', () => {
    const text = [
      'stages:',
      '- stage: a',
      '  pool: linux',
      '  jobs:',
      '  - deployment: b',
      '    pool:',
      '      name: linux',
      '- stage: c',
      '  pool: other',
      '',
    ].join('\n');
    const { text: after } = pinInText(text, first, 'x.yml');
    expect(after.match(/ImageVersionOverride/g)).toHaveLength(2);
    expect(() => parse(after) as unknown).not.toThrow();
  });

  it('is refused in what is no YAML, with the name of the file', () => {
    expect(() => pinInText('pool: [', first, 'azure-pipelines.yml')).toThrow(TaskProblem);
    expect(() => pinInText('pool: [', first, 'azure-pipelines.yml')).toThrow('azure-pipelines.yml is not YAML');
  });
});
