// Command lines that people copy: what is between their words stays together, in each shell.
import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { commandsFor } from '../../../service/domain/fix-commands.ts';

const hostile = [
  "O'Brien",
  '$(touch /tmp/x)',
  '`id`',
  'a b',
  'x"y',
  '*',
  '!',
  '~',
  'a;b',
  '#c',
  '',
  '\\',
  '%PATH%',
  '&&',
  "''",
];

describe('a command for a person', () => {
  it('means in bash exactly the words that it was made of', () => {
    const line = commandsFor(['printf', '%s\\n', ...hostile]).bash;
    expect(execFileSync('bash', ['-c', line], { encoding: 'utf8' }).split('\n').slice(0, -1)).toEqual(hostile);
  });

  it.each([
    ['plain', 'plain', 'plain', 'plain'],
    ['', '""', `'""'`, '""'],
    ['a b', "'a b'", "'a b'", '"a b"'],
    ["O'Brien", "'O'\\''Brien'", "'O''Brien'", '"O\'Brien"'],
    ['@file', '@file', "'@file'", '"@file"'],
    ['%PATH%', '%PATH%', "'%PATH%'", '""^%"PATH"^%""'],
    ["[?a=='b' && c]", `'[?a=='\\''b'\\'' && c]'`, "'[?a==''b'' && c]'", `"[?a=='b' && c]"`],
  ])('writes %s for bash, PowerShell and cmd', (word, bash, powershell, cmd) => {
    expect(commandsFor([word])).toEqual({ bash, powershell, cmd });
  });

  it.each(['x"y', '" & calc & "', '"', '%"%'])('has no line for cmd with the word %s, which would end it', (word) => {
    const { bash, powershell, cmd } = commandsFor(['az', 'group', 'show'], ['az', word]);
    expect([bash, powershell]).toEqual([expect.stringContaining(`'${word}'`), expect.stringContaining('\\"')]);
    expect(cmd).toMatch(/^rem A name here has a double quote[\w ,.]+$/);
  });

  it('writes a word with a double quote for PowerShell before 7.3, too', () => {
    expect(commandsFor(['x"y']).powershell).toBe(`'x\\"y'`);
  });

  it('has one line for each command, and refuses a word with a line break', () => {
    expect(commandsFor(['a', 'b'], ['c']).cmd).toBe('a b\nc');
    expect(() => commandsFor(['a\nb'])).toThrow('line break');
  });
});
