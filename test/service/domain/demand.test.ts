// The demand vectors P1–P19 and S1–S21, and the law that the scanner is the published regular expression.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  equalsIgnoringCase,
  meetsDemand,
  meetsDemands,
  parseDemand,
  type Demand,
} from '../../../service/domain/demand.ts';

const read = (text: string): Demand => {
  const demand = parseDemand(text);
  if (demand.kind === 'fault') throw new Error(demand.problem);
  return demand;
};

describe('a demand that parses', () => {
  const exists = (name: string): Demand => ({ kind: 'exists', name });
  const equals = (name: string, value: string): Demand => ({ kind: 'equals', name, value });
  it.each<[string, string, Demand]>([
    ['P1', 'maven', exists('maven')],
    ['P2', 'Agent.OS -equals Linux', equals('Agent.OS', 'Linux')],
    ['P3', 'Agent.Version -gtVersion 2.182.1', { kind: 'gtVersion', name: 'Agent.Version', value: '2.182.1' }],
    ['P4', 'ImageOverride -equals my image alias', equals('ImageOverride', 'my image alias')],
    ['P5', 'ImageOverride -equals "my image"', equals('ImageOverride', '"my image"')],
    ['P6', 'WorkFolder -equals c:\\custom-work-folder', equals('WorkFolder', 'c:\\custom-work-folder')],
    ['P7', 'WorkFolder   -equals   /mnt/storage/sdc/w', equals('WorkFolder', '/mnt/storage/sdc/w')],
    ['P17', 'a-b -equals -x -y', equals('a-b', '-x -y')],
    ['an empty value after a blank', 'Foo -equals ', equals('Foo', '')],
    ['blanks after the value, which belong to it', 'Foo -equals x ', equals('Foo', 'x ')],
    ['a name like an opcode', '-equals', exists('-equals')],
    ['a name that every object inherits', 'constructor', exists('constructor')],
  ])('%s: %s', (_row, text, demand) => expect(parseDemand(text)).toEqual(demand));
});

describe('a demand that does not parse says where and what to write', () => {
  it.each<[string, string, number, string, string]>([
    ['P9', 'Priority -Equals High', 9, '"-Equals" is not an opcode: opcodes are case-sensitive', 'Write -equals.'],
    ['row 73', 'priority -EQUALS high', 9, '"-EQUALS" is not an opcode: opcodes are case-sensitive', 'Write -equals.'],
    ['P10', 'java -contains 17', 5, '"-contains" is not an opcode', 'Use -equals or -gtVersion, or "java" alone.'],
    ['P11', 'java -exists', 12, 'no value follows "-exists"', 'Write "java" alone.'],
    ['P12', 'Foo -equals', 11, 'no value follows "-equals"', 'Write "Foo -equals VALUE".'],
    ['P14', 'my cap', 2, 'a name has no blanks', 'Write "my -equals cap", or one name.'],
    ['P16', '', 0, 'the demand is empty or begins with a blank', 'Write the name of a capability first.'],
    ['P19', 'Foo - equals x', 4, 'a blank stands after "-"', 'Write "Foo -equals VALUE".'],
    ['an equals sign', 'Foo = x', 4, '"=" is not an opcode', 'Write -equals.'],
    ['a blank behind', 'maven ', 5, 'a blank stands after the name', 'Write "maven".'],
    [
      'a blank before',
      ' maven',
      0,
      'the demand is empty or begins with a blank',
      'Write the name of a capability first.',
    ],
    ['no name', '-equals x', 0, 'no name stands before "-equals"', 'Write "NAME -equals x".'],
    ['two lines', 'Foo -equals a\nb', 13, 'the value has a line break', 'Write the value on one line.'],
  ])('%s: %s', (_row, text, position, problem, hint) =>
    expect(parseDemand(text)).toEqual({ kind: 'fault', text, position, problem, hint }),
  );
});

describe('a demand against capabilities', () => {
  it.each<[string, string, Record<string, string>, boolean]>([
    ['S1', 'maven', { maven: '/usr/bin/mvn' }, true],
    ['S2', 'maven', { maven: '' }, true],
    ['S3', 'maven', {}, false],
    ['S4', 'Agent.OS -equals Linux', { 'Agent.OS': 'linux' }, true],
    ['S5', 'Agent.OS -equals Linux', { 'Agent.OS': 'Linux2' }, false],
    ['S6', 'environment -equals PROD', { environment: 'prod' }, true],
    ['S6, name', 'ENVIRONMENT -equals PROD', { environment: 'prod' }, true],
    ['S7', 'Agent.Version -gtVersion 2.163.1', { 'Agent.Version': '2.163.1' }, true],
    ['S8', 'Agent.Version -gtVersion 2.163.1', { 'Agent.Version': '2.163.0' }, false],
    ['S9', 'Agent.Version -gtVersion 2.163.1', { 'Agent.Version': '2.210.1' }, true],
    ['S12', 'Agent.Version -gtVersion 3.0', { 'Agent.Version': '3.0.0' }, true],
    ['S12, turned round', 'Agent.Version -gtVersion 3.0.0', { 'Agent.Version': '3.0' }, false],
    ['S14', 'Agent.Version -gtVersion 3', { 'Agent.Version': '3.1.0' }, true],
    ['S14, turned round', 'Agent.Version -gtVersion 3.1.0', { 'Agent.Version': '3' }, false],
    ['S16', 'Agent.Version -gtVersion latest', { 'Agent.Version': 'nightly' }, true],
    ['S18', 'Agent.Version -gtVersion 3.1.0', {}, false],
    ['a cut suffix', 'Agent.Version -gtVersion 3.1.0', { 'Agent.Version': '3.1.0-preview' }, true],
    ['a part too large', 'Agent.Version -gtVersion 3.1.0', { 'Agent.Version': '3.9999999999' }, false],
    ['S21', 'node.js', { 'node.js': '/usr/bin/node' }, true],
    ['quotes', 'ImageOverride -equals "ubuntu"', { ImageOverride: 'ubuntu' }, false],
    ['an inherited name', 'constructor', {}, false],
    ['an inherited name, other case', 'toString -equals x', { tostring: 'X' }, true],
    ['an own __proto__', '__proto__ -equals x', JSON.parse('{"__proto__":"x"}') as Record<string, string>, true],
    ['no __proto__', '__proto__', {}, false],
  ])('%s: %s', (_row, text, capabilities, isMet) => expect(meetsDemand(read(text), capabilities)).toBe(isMet));

  it('is met as a list only when each one parses and is met', () => {
    expect(meetsDemands([], {})).toBe(true);
    expect(meetsDemands(['maven', 'Agent.OS -equals Linux'], { Maven: '1', 'agent.os': 'LINUX' })).toBe(true);
    expect(meetsDemands(['maven', 'java'], { maven: '1' })).toBe(false);
    expect(meetsDemands(['maven', 'maven -Equals 1'], { maven: '1' })).toBe(false);
  });

  it('folds case unit by unit, as the service does', () => {
    expect(equalsIgnoringCase('Straße', 'STRAßE')).toBe(true);
    expect(equalsIgnoringCase('ß', 'SS')).toBe(false);
    expect(equalsIgnoringCase('ı', 'I')).toBe(false);
    expect(equalsIgnoringCase('É', 'é')).toBe(true);
  });
});

describe('the law of the scanner', () => {
  // The published expression with .NET's meaning of \s, "." and "$" spelt out.
  const blank = '\\t\\n\\v\\f\\r\\x85\\p{Z}';
  const published = new RegExp(
    `^(?<name>[^${blank}]+)([${blank}]+-(?<opcode>[^${blank}]+)[${blank}]+(?<value>[^\\n]*))?(?=\\n?$(?![^]))`,
    'u',
  );
  const oracle = (text: string): Demand | null => {
    const groups = published.exec(text)?.groups;
    if (groups?.name === undefined) return null;
    const { name, opcode, value = '' } = groups;
    if (opcode === undefined) return { kind: 'exists', name };
    return opcode === 'equals' || opcode === 'gtVersion' ? { kind: opcode, name, value } : null;
  };
  const piece = fc.constantFrom(
    'Foo',
    'a-b',
    ' ',
    '  ',
    '\t',
    '\n',
    '\u00a0',
    '\u0085',
    '\ufeff',
    '\u2028',
    '-',
    '-equals',
    '-gtVersion',
    '-Equals',
    'x',
    '"y"',
    '$(z)',
    '🚰',
  );
  const built = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

  it('reads every string as the published expression does', () => {
    fc.assert(
      fc.property(fc.oneof(built, fc.string({ unit: 'grapheme' })), (text) => {
        const demand = parseDemand(text);
        expect(demand.kind === 'fault' ? null : demand).toEqual(oracle(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('names a place inside the text for every fault', () => {
    fc.assert(
      fc.property(built, (text) => {
        const demand = parseDemand(text);
        if (demand.kind !== 'fault') return;
        expect(demand.position).toBeGreaterThanOrEqual(0);
        expect(demand.position).toBeLessThanOrEqual(text.length);
        expect(demand.hint).not.toBe('');
      }),
    );
  });
});
