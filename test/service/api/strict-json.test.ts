// The strict reader of JSON against the parser it stands before.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readStrictJson } from '../../../service/api/strict-json.ts';
import { UserProblem } from '../../../service/problem.ts';

function codeOf(text: string): string {
  try {
    readStrictJson(text);
  } catch (error) {
    if (error instanceof UserProblem) return error.code;
    throw error;
  }
  return 'read';
}

const plainKeys = fc.string().filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(plainKeys, tie('tree'), { maxKeys: 4 }),
  ),
}));

describe('strict JSON', () => {
  it('reads every document as the parser does', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(readStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('takes no text that the parser refuses, and calls it no JSON', () => {
    const damage = fc.constantFrom(
      ',',
      '}',
      ']',
      '"',
      '\\',
      'x',
      '01',
      '\n',
      '\u00a0',
      '/**/',
      '+',
      '.',
      "'",
      '\ufeff',
      '',
    );
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat(3), damage, (value, place, cut, sign) => {
        const whole = JSON.stringify(value);
        const at = place % (whole.length + 1);
        const text = whole.slice(0, at) + sign + whole.slice(at + cut);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        const code = codeOf(text);
        // A damaged key may become a second one of the same name; everything else follows the parser.
        if (isJson) expect(['read', 'BODY_DUPLICATE_KEY', 'BODY_FORBIDDEN_KEY']).toContain(code);
        else expect(code).not.toBe('read');
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['', 'BODY_NOT_JSON'],
    ['{"a":1,}', 'BODY_NOT_JSON'],
    ['[1 2]', 'BODY_NOT_JSON'],
    ['\ufeff{}', 'BODY_NOT_JSON'],
    ['{} {}', 'BODY_NOT_JSON'],
    ["{'a':1}", 'BODY_NOT_JSON'],
    ['NaN', 'BODY_NOT_JSON'],
    ['"\u0001"', 'BODY_NOT_JSON'],
    ['{"max":1,"max":2}', 'BODY_DUPLICATE_KEY'],
    ['{"max":1,"m\\u0061x":2}', 'BODY_DUPLICATE_KEY'],
    ['{"a":{"__proto__":{}}}', 'BODY_FORBIDDEN_KEY'],
    ['{"\\u005f_proto__":{}}', 'BODY_FORBIDDEN_KEY'],
    ['{"constructor":1}', 'BODY_FORBIDDEN_KEY'],
    ['{"prototype":1}', 'BODY_FORBIDDEN_KEY'],
    [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'BODY_TOO_DEEP'],
    [`${'['.repeat(33)}${']'.repeat(33)}`, 'BODY_TOO_DEEP'],
    [`${'['.repeat(32)}${']'.repeat(32)}`, 'read'],
    [`{${Array.from({ length: 10_001 }, (_, index) => `"k${index}":1`).join(',')}}`, 'BODY_TOO_MANY_KEYS'],
    ['{"a":{"max":1},"b":{"max":2}}', 'read'],
  ])('answers %.40j with %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('says at which line and column the trouble is', () => {
    expect(() => readStrictJson('{\n  "a": 1,\n}')).toThrow('at line:column 3:1');
    expect(() => readStrictJson('{"a": 1,\n "a": 2}')).toThrow('The key "a" stands twice, at line:column 2:2');
  });
});
