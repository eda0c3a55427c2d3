// The service's own demand semantics as tables; the row names are those of demand-vectors.md 1.1 and 1.2.
import { describe, expect, it } from '@jest/globals';
import { distinctDemands, parseDemand, satisfies, type Demand } from '../../../sandbox/azure-devops/demand.ts';

describe('a demand is parsed', () => {
  it.each<[string, string, Demand | null]>([
    ['P1', 'maven', { kind: 'exists', name: 'maven' }],
    ['P2', 'Agent.OS -equals Linux', { kind: 'equals', name: 'Agent.OS', value: 'Linux' }],
    ['P3', 'Agent.Version -gtVersion 2.182.1', { kind: 'minimumVersion', name: 'Agent.Version', value: '2.182.1' }],
    ['P4', 'ImageOverride -equals my image alias', { kind: 'equals', name: 'ImageOverride', value: 'my image alias' }],
    ['P5', 'ImageOverride -equals "my image"', { kind: 'equals', name: 'ImageOverride', value: '"my image"' }],
    [
      'P6',
      'WorkFolder -equals c:\\custom-work-folder',
      { kind: 'equals', name: 'WorkFolder', value: 'c:\\custom-work-folder' },
    ],
    [
      'P7',
      'WorkFolder   -equals   /mnt/storage/sdc/w',
      { kind: 'equals', name: 'WorkFolder', value: '/mnt/storage/sdc/w' },
    ],
    ['P9', 'Priority -Equals High', null],
    ['P10', 'java -contains 17', null],
    ['P11', 'java -exists', null],
    ['P12', 'Foo -equals', null],
    ['P14', 'my cap', null],
    ['P16', '', null],
    ['P17', 'a-b -equals -x -y', { kind: 'equals', name: 'a-b', value: '-x -y' }],
    ['P19', 'Foo - equals x', null],
  ])('%s: %s', (_row, text, expected) => {
    expect(parseDemand(text)).toEqual(expected);
  });
});

describe('a demand is met', () => {
  it.each<[string, string, Readonly<Record<string, string>>, boolean]>([
    ['S1', 'maven', { maven: '/usr/bin/mvn' }, true],
    ['S2', 'maven', { maven: '' }, true],
    ['S3', 'maven', {}, false],
    ['S4', 'Agent.OS -equals Linux', { 'agent.os': 'linux' }, true],
    ['S5', 'Agent.OS -equals Linux', { 'agent.os': 'Linux2' }, false],
    ['S6', 'environment -equals PROD', { environment: 'prod' }, true],
    ['S7', 'Agent.Version -gtVersion 2.163.1', { 'agent.version': '2.163.1' }, true],
    ['S8', 'Agent.Version -gtVersion 2.163.1', { 'agent.version': '2.163.0' }, false],
    ['S9', 'Agent.Version -gtVersion 2.163.1', { 'agent.version': '2.210.1' }, true],
    ['S12', 'Agent.Version -gtVersion 3.0', { 'agent.version': '3.0.0' }, true],
    ['2.163 < 2.163.0', 'Agent.Version -gtVersion 2.163.0', { 'agent.version': '2.163' }, false],
    ['S14', 'Agent.Version -gtVersion 3', { 'agent.version': '3.1.0' }, true],
    ['S16', 'Agent.Version -gtVersion latest', { 'agent.version': 'nightly' }, true],
    ['S18', 'Agent.Version -gtVersion 3.1.0', {}, false],
    ['after the dash is cut', 'Agent.Version -gtVersion 3.1.0', { 'agent.version': '3.1.0-beta.2' }, true],
    ['S21', 'node.js', { 'node.js': '/usr/bin/node' }, true],
    ['names ignore case', 'MAVEN', { maven: '1' }, true],
    ['quotes belong to the value', "agent.name -equals 'box'", { 'agent.name': 'box' }, false],
    ['an unexpanded variable', 'Image -equals $(image)', { image: '$(image)' }, false],
    ['a name of the language itself', 'constructor', {}, false],
    ['unparsable', 'Priority -Equals High', { priority: 'High' }, false],
  ])('%s: %s', (_row, text, capabilities, expected) => {
    expect(satisfies(text, capabilities)).toBe(expected);
  });

  it('S20: equal demands are one', () => {
    expect(distinctDemands(['Foo -equals Bar', 'foo -equals bar', 'Foo', 'foo -equals baz'])).toEqual([
      'Foo -equals Bar',
      'Foo',
      'foo -equals baz',
    ]);
  });
});
