// Demands that cannot be meant as they stand (reliability-security.md 6, rows 66 to 81): each with its verdict, what is wrong
// and what to write instead, through `weir explain`; and none of them costs a machine.
import { describe, expect, it } from '@jest/globals';
import {
  agentOf,
  decided,
  explained,
  galleryImage,
  galleryVersion,
  request,
  scaleSet,
  type Machine,
} from './wire-picture.ts';

const own: Machine = {
  ...{ set: 'agents', number: 1, capabilities: { ImageOverride: 'ubuntu-22.04', 'Agent.OS': 'Linux' } },
};
const settings = {
  timeToLiveMinutes: 60,
  images: [
    { aliases: ['ubuntu-22.04'], source: { id: galleryImage('ubuntu') } },
    { aliases: ['windows-2022'], source: { id: galleryImage('windows') }, osType: 'windows' },
  ],
};
const picture = (demands: readonly string[]) => ({
  settings,
  jobRequests: [request(1, demands)],
  agents: [agentOf(own, 5)],
  scaleSets: [scaleSet('agents', { id: galleryImage('ubuntu') }, [own])],
  images: ['ubuntu', 'windows'].map((name) => ({
    id: galleryImage(name),
    versions: [galleryVersion('2.0.0'), galleryVersion('1.0.0')],
  })),
});

const table: readonly [row: string, demands: readonly string[], verdict: string, words: string, nextStep: string][] = [
  ['66', ['ImageOverride -equals '], 'demandSyntax', 'no value follows', 'Write "ImageOverride -equals VALUE".'],
  ['66', ['ImageOverride -equals'], 'demandSyntax', 'no value follows "-equals"', 'ImageOverride -equals VALUE'],
  [
    '67',
    ['ImageOverride -equals "ubuntu-22.04"'],
    'demandSyntax',
    'quotes are part of the value',
    'ImageOverride -equals ubuntu-22.04',
  ],
  ['67', ["ImageOverride -equals 'ubuntu-22.04'"], 'demandSyntax', 'quotes are part of the value', 'Remove the quotes'],
  ['67', ['ImageOverride -equals “ubuntu-22.04”'], 'demandSyntax', 'quotes are part of the value', 'Remove the quotes'],
  ['67', ['ImageOverride -equals "ubuntu-22.04'], 'demandSyntax', 'quotes are part of the value', 'Remove the quotes'],
  [
    '68',
    ['ImageOverride -equals ubunut-22.04'],
    'aliasUnknown',
    'This pool has: ubuntu-22.04, windows-2022.',
    'Write "ImageOverride -equals ubuntu-22.04"',
  ],
  [
    '68',
    ['ImageOverride -equals macOS-latest'],
    'aliasUnknown',
    'Azure has no Mac machines',
    'Microsoft-hosted macOS pool',
  ],
  [
    '69',
    ['ImageOverride -equals ubuntu-22.04', 'imageOverride -equals windows-2022'],
    'demandConflict',
    'contradict each other',
    'Keep one demand for imageOverride.',
  ],
  [
    '70',
    ['ImageVersionOverride -equals latest'],
    'versionUnknown',
    '"latest" is not an exact version',
    'such as 2.0.0',
  ],
  ['70', ['ImageVersionOverride -equals 1.2'], 'versionUnknown', '"1.2" is not an exact version', 'such as 2.0.0'],
  [
    '70',
    ['ImageVersionOverride -equals 3.0.0'],
    'versionUnknown',
    'has no version 3.0.0. The last 2 available versions are 2.0.0, 1.0.0.',
    'ImageVersionOverride -equals 2.0.0',
  ],
  [
    '71',
    ['ImageVersionOverride -equals 1.0.0'],
    'versionNotAllowed',
    'is not one that jobs may ask for',
    'Use version 2.0.0',
  ],
  ['73', ['priority -EQUALS high'], 'demandSyntax', 'opcodes are case-sensitive', 'Write -equals.'],
  ['74', ['WorkFolder -equals ../../etc'], 'workFolderInvalid', 'not an absolute path', '/mnt/work'],
  ['75', ['WorkFolder -equals /mnt/a; curl x|sh'], 'workFolderInvalid', 'other characters', '/mnt/work'],
  ['75', ['WorkFolder -equals $(id)'], 'demandSyntax', 'still holds a variable', 'parameter'],
  ['75', ['ImageOverride -equals $[variables.image]'], 'demandSyntax', 'still holds an expression', 'Write the value'],
  ['75', ['ImageOverride -equals ${{ parameters.x }}'], 'demandSyntax', 'still holds an expression', 'Write the value'],
  ['75', ['WorkFolder -equals `id`'], 'workFolderInvalid', 'not an absolute path', '/mnt/work'],
  [
    '76',
    ['ImageOverride -equals windows-2022', 'WorkFolder -equals c:\\con\\x'],
    'workFolderInvalid',
    'the name of a device',
    'D:\\work',
  ],
  [
    '76',
    ['ImageOverride -equals windows-2022', 'WorkFolder -equals \\\\host\\share'],
    'workFolderInvalid',
    'not a folder on a drive',
    'D:\\work',
  ],
  [
    '76',
    ['ImageOverride -equals windows-2022', 'WorkFolder -equals c:\\a:b'],
    'workFolderInvalid',
    'something else',
    'D:\\work',
  ],
  ['77', ['WorkFolder -equals c:\\work'], 'workFolderInvalid', 'a Windows path', '/mnt/work'],
  [
    '78',
    ['CustomCapabilities -equals warm'],
    'tagNeedsStatefulPool',
    'a stateless pool gives every job a fresh agent',
    'recycleAfterEachUse: false',
  ],
  [
    '79',
    Array.from({ length: 101 }, (_, index) => `demand${index}`),
    'demandSyntax',
    'It has 101 demands',
    'At most 100',
  ],
  ['79', [`x -equals ${'y'.repeat(1025)}`], 'demandSyntax', 'longer than 1024 characters', 'Shorten the value.'],
  ['79', ['x -equals a\u0000b'], 'demandSyntax', 'cannot be seen', 'by hand'],
  ['79', ['x -equals \u202eabc'], 'demandSyntax', 'cannot be seen', 'by hand'],
  ['79', ['ImageOverride -equals ubuntu-22.04\u200b'], 'demandSyntax', 'cannot be seen', 'by hand'],
  ['79', ['x -equals \ud800'], 'demandSyntax', 'cannot be seen', 'by hand'],
  ['80', ['-equals x'], 'demandSyntax', 'no name stands before "-equals"', 'NAME -equals x'],
  ['80', ['ImageOverride –equals ubuntu-22.04'], 'demandSyntax', '"–equals" is not an opcode', 'Write -equals.'],
  ['80', ['ImageOverride: ubuntu-22.04'], 'demandSyntax', 'no blanks', 'ImageOverride -equals ubuntu-22.04'],
  ['80', ['ImageOverride=ubuntu-22.04'], 'noAgentMatches', 'None of', 'ImageOverride -equals ubuntu-22.04'],
  ['80', ['foo -equals a -equals b'], 'demandSyntax', 'a second opcode', 'one demand in a line'],
  ['80', ['foo -bar x'], 'demandSyntax', '"-bar" is not an opcode', 'Use -equals or -gtVersion'],
  [
    '81',
    ['Tool.Version -gtVersion 99.0'],
    'noAgentMatches',
    'meets "Tool.Version -gtVersion 99.0"',
    'Remove "Tool.Version -gtVersion 99.0"',
  ],
];

describe('a bad demand', () => {
  it.each(table)('row %s: %j is %s', async (_row, demands, verdict, words, nextStep) => {
    const asked = picture(demands);
    const [told] = await explained(asked);
    expect(told).toMatchObject({ verdict, resolvesItself: false, position: 1, estimatedStartSeconds: null });
    expect(told?.words).toContain(words);
    expect(told?.nextStep).toContain(nextStep);
    expect(told?.evidence.length).toBeGreaterThan(0);
    expect(`${told?.words ?? ''} ${told?.nextStep ?? ''}`).not.toMatch(/unknown reason|undefined|NaN/);
    expect((await decided(asked)).newNodes).toBe(0);
  });

  it('has a table that is long enough', () => {
    expect(table.length).toBeGreaterThanOrEqual(20);
  });
});
