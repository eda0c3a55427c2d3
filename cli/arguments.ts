// Reads what stands behind a verb. The one place where options are parsed, so that every verb refuses the same way.
import { parseArgs } from 'node:util';
import { nearestName } from '../service/domain/nearest.ts';
import { BadUsage, type Arguments, type Verb } from './verb.ts';

export function readArguments(verb: Verb, argv: readonly string[]): Arguments {
  const options = Object.fromEntries(
    Object.entries(verb.options).map(([name, option]) => [name, { type: typeOf(option.type) }]),
  );
  // Not strict, because its messages speak of the parser: the tokens tell what a person wrote.
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true, allowPositionals: true });
  const values = new Map<string, string | true>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (values.has(name)) throw new BadUsage(`${rawName} is there twice.`, `Say ${rawName} once.`);
    values.set(name, checkOption(verb, name, rawName, value));
  }
  checkPositionals(verb, positionals);
  return {
    positionals,
    flag: (name) => values.get(name) === true,
    text: (name) => textOf(values.get(name)),
    number: (name, min, max) => readNumber(name, textOf(values.get(name)), min, max, 'a number'),
    whole: (name, min, max) => readNumber(name, textOf(values.get(name)), min, max, 'a whole number'),
    port: (name, usual) => readNumber(name, textOf(values.get(name)), 0, 65_535, 'a whole number', usual),
  };
}

function typeOf(type: 'boolean' | 'text'): 'boolean' | 'string' {
  return type === 'text' ? 'string' : 'boolean';
}

function checkOption(verb: Verb, name: string, rawName: string, value: string | undefined): string | true {
  const option = Object.hasOwn(verb.options, name) ? verb.options[name] : undefined;
  if (option === undefined || rawName !== `--${name}`) {
    const names = Object.keys(verb.options);
    const near = nearestName(name, names);
    const hint = near === null ? `"weir ${verb.name} --help" lists the options.` : `Did you mean --${near}?`;
    throw new BadUsage(`weir ${verb.name} has no option ${rawName}.`, hint);
  }
  if (option.type === 'boolean') {
    if (value !== undefined) throw new BadUsage(`${rawName} takes no value.`, `Say ${rawName} alone.`);
    return true;
  }
  if (value === undefined || value === '') {
    throw new BadUsage(`${rawName} needs a value.`, `Write ${rawName} ${option.value ?? 'VALUE'}.`);
  }
  return value;
}

function checkPositionals(verb: Verb, positionals: readonly string[]): void {
  const { min, max } = verb.positionals;
  const nextStep = `Write: weir ${verb.name} ${verb.usage}`.trimEnd();
  if (positionals.length < min) throw new BadUsage(`weir ${verb.name} needs ${verb.usage}.`, nextStep);
  const extra = positionals[max];
  if (extra !== undefined) throw new BadUsage(`weir ${verb.name} does not know what to do with "${extra}".`, nextStep);
}

function readNumber(
  name: string,
  text: string | null,
  min: number,
  max: number,
  kind: 'a number' | 'a whole number',
  example = Math.min(max, Math.max(min, 1)),
): number | null {
  if (text === null) return null;
  const value = /^-?\d+(\.\d+)?(e\d+)?$/i.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max && (kind === 'a number' || Number.isInteger(value))) return value;
  const range = max === Infinity ? `${min} or more` : `${min}…${max}`;
  throw new BadUsage(
    `--${name} must be ${kind}, ${range}; it is "${text.slice(0, 40)}".`,
    `Write for instance --${name} ${example}.`,
  );
}

function textOf(value: string | true | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
