// What `--help` prints, made from what the verbs say of themselves.
import type { Verb } from './verb.ts';

export function generalHelp(verbs: readonly Verb[]): string {
  const rows = verbs.map((verb) => [verb.name, verb.summary] as const);
  return [
    'Weir keeps an agent pool at the right level: Azure DevOps agents on your own virtual machine scale sets.',
    '',
    'Usage: weir VERB [options]',
    '',
    ...table(rows),
    '',
    'Without an account: "weir start" runs it all on emulated clouds, on this machine alone.',
    '"weir VERB --help" explains a verb, with its units, defaults and an example; "weir --version" prints the version.',
    'Exit code 0: done. 2: the command was wrong. 1: anything else. simulate has more: see its help.',
    '',
  ].join('\n');
}

export function verbHelp(verb: Verb): string {
  const options = Object.entries(verb.options).map(
    ([name, option]) =>
      [`--${name}${option.type === 'text' ? ` ${option.value ?? 'VALUE'}` : ''}`, option.summary] as const,
  );
  const rows = [...options, ['--help', 'print this'] as const];
  return [
    `weir ${verb.name}: ${verb.summary}`,
    '',
    `Usage: ${['weir', verb.name, verb.usage, '[options]'].filter((word) => word !== '').join(' ')}`,
    '',
    ...table(rows),
    '',
    ...(verb.details === undefined ? [] : [verb.details, '']),
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
