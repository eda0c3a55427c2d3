// The part of Azure Policy's rule language that scale sets are judged by here: fields of the resource, compared and combined.
// What a rule asks beyond that is refused when it is written, never guessed when it is judged.
import { ArmError, notBuilt } from './arm-error.ts';
import { isObject, stringAt, valueAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** One comparison as Azure reports it in `evaluationDetails.evaluatedExpressions`. */
export type Expression = JsonObject;

export interface Judgement {
  readonly matches: boolean;
  readonly expressions: readonly Expression[];
}

const operators: Readonly<Record<string, (value: Json | undefined, target: Json) => boolean>> = {
  equals: (value, target) => isSame(value, target),
  notEquals: (value, target) => !isSame(value, target),
  in: (value, target) => Array.isArray(target) && target.some((one) => isSame(value, one)),
  notIn: (value, target) => !(Array.isArray(target) && target.some((one) => isSame(value, one))),
  like: (value, target) => isLike(value, target),
  notLike: (value, target) => !isLike(value, target),
  exists: (value, target) => (value !== undefined && value !== null) === (target === true || target === 'true'),
};

/** Throws where the emulator does not understand the rule. */
export function requireRule(rule: Json | undefined): void {
  if (!isObject(rule)) throw new ArmError(400, 'InvalidPolicyRule', 'The policy rule must be an object.');
  judge(rule, {});
}

export function judge(rule: JsonObject, resource: JsonObject): Judgement {
  const [all, any, not] = [rule.allOf, rule.anyOf, rule.not];
  if (Array.isArray(all) || Array.isArray(any)) {
    const parts = (Array.isArray(all) ? all : Array.isArray(any) ? any : []).map((part) =>
      judge(part as JsonObject, resource),
    );
    const matches = Array.isArray(all) ? parts.every((part) => part.matches) : parts.some((part) => part.matches);
    return { matches, expressions: parts.flatMap((part) => part.expressions) };
  }
  if (isObject(not)) {
    const { matches, expressions } = judge(not, resource);
    return { matches: !matches, expressions };
  }
  const field = stringAt(rule, 'field');
  const operator = Object.keys(operators).find((name) => rule[name] !== undefined);
  if (field === undefined || operator === undefined)
    throw notBuilt(`the policy condition ${Object.keys(rule).join(', ')}`);
  const value = fieldOf(resource, field);
  const target = rule[operator] ?? null;
  const matches = operators[operator]?.(value, target) ?? false;
  const expression: Expression = {
    ...{ result: matches ? 'True' : 'False', expressionKind: 'Field', expression: field, path: field },
    ...{ expressionValue: value ?? null, targetValue: target },
    operator: `${operator.charAt(0).toUpperCase()}${operator.slice(1)}`,
  };
  return { matches, expressions: [expression] };
}

const aliases = 'microsoft.compute/virtualmachinescalesets/';

function fieldOf(resource: JsonObject, field: string): Json | undefined {
  if (['type', 'name', 'location', 'kind', 'tags'].includes(field)) return resource[field];
  const tag = /^tags(?:\['([^']+)'\]|\.([\w-]+))$/.exec(field);
  if (tag) return tagOf(resource, tag[1] ?? tag[2] ?? '');
  if (!field.toLowerCase().startsWith(aliases) || field.includes('*')) throw notBuilt(`the policy field ${field}`);
  const [first = '', ...rest] = field
    .slice(aliases.length)
    .replace(/^extensions\//i, '')
    .split('.');
  return first === 'sku' ? valueAt(resource, first, ...rest) : valueAt(resource, 'properties', first, ...rest);
}

/** Names of tags are compared without case. */
function tagOf({ tags }: JsonObject, name: string): Json | undefined {
  if (!isObject(tags)) return undefined;
  return Object.entries(tags).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function isSame(value: Json | undefined, target: Json): boolean {
  return wordOf(value) === wordOf(target);
}

function isLike(value: Json | undefined, target: Json): boolean {
  const parts = wordOf(target)
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(wordOf(value));
}

function wordOf(value: Json | undefined): string {
  return (typeof value === 'string' ? value : JSON.stringify(value ?? null)).toLowerCase();
}
