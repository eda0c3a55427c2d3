// Sets the demand ImageVersionOverride of the pools in a pipeline file. The document is read with its positions and only the
// signs that must change are changed, so comments, quotes and indentation stay as people wrote them.
import { isMap, isScalar, isSeq, parseDocument, visit, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { TaskProblem } from '../task-problem.ts';

export interface PinTarget {
  readonly pool: string;
  readonly aliases: readonly string[];
  /** A job that names no image runs on the first one. */
  readonly isFirst: boolean;
  readonly version: string;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** `previous` is the version that stood there first; null where none did. Throws TaskProblem where it is no YAML. */
export function pinInText(
  text: string,
  target: PinTarget,
  file: string,
): { readonly text: string; readonly previous: string | null } {
  const document = parseDocument(text, { keepSourceTokens: true });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const [reason = ''] = fault.message.split('\n');
    throw new TaskProblem(`${file} is not YAML: ${reason}`, 'Correct the file, or leave it out of the input files.');
  }
  const edits: Edit[] = [];
  const versions: string[] = [];
  visit(document, {
    Pair: (_key, pair) => {
      if (!isScalar(pair.key) || pair.key.value !== 'pool') return;
      const found = editOf(text, pair, target);
      if (found === null) return;
      if (found.previous !== null) versions.push(found.previous);
      edits.push(found.edit);
    },
  });
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const changed = edits
    .sort((a, b) => b.from - a.from)
    .reduce((now, { from, to, text: more }) => now.slice(0, from) + more.replaceAll('\n', eol) + now.slice(to), text);
  return { text: changed, previous: versions[0] ?? null };
}

interface Found {
  readonly edit: Edit;
  readonly previous: string | null;
}

function editOf(text: string, pair: Pair, target: PinTarget): Found | null {
  const { value } = pair;
  if (isScalar(value))
    return String(value.value) === target.pool && target.isFirst ? fromName(text, value, target) : null;
  if (!isMap(value) || String(value.get('name')) !== target.pool) return null;
  const demands = value.get('demands', true);
  if (demands === undefined || (isScalar(demands) && demands.value === null)) {
    return target.isFirst ? withoutDemands(text, value, target) : null;
  }
  if (isScalar(demands)) return fromOne(text, demands, target);
  return isSeq(demands) ? fromList(text, demands, target) : null;
}

/** `pool: linux` becomes a mapping. */
function fromName(text: string, name: Scalar, target: PinTarget): Found {
  const [from, to] = rangeOf(name);
  const indent = `${indentAt(text, from)}  `;
  const written = `\n${indent}name: ${text.slice(from, to)}\n${indent}demands: ${demandFor(target)}`;
  const start = text[from - 1] === ' ' ? from - 1 : from;
  return { edit: { from: start, to, text: written }, previous: null };
}

function withoutDemands(text: string, pool: YAMLMap, target: PinTarget): Found | null {
  const name = pool.get('name', true);
  if (!isScalar(name)) return null;
  const [, to] = rangeOf(name);
  if (pool.flow === true) return { edit: { from: to, to, text: `, demands: '${demandFor(target)}'` }, previous: null };
  const line = lineEnd(text, to);
  const indent = ' '.repeat(columnOf(text, keyStart(pool, 'name')));
  return { edit: { from: line, to: line, text: `\n${indent}demands: ${demandFor(target)}` }, previous: null };
}

function fromOne(text: string, demand: Scalar, target: PinTarget): Found | null {
  const words = String(demand.value);
  const [from, to] = rangeOf(demand);
  const standing = versionIn(words);
  if (standing !== null) {
    return target.isFirst
      ? { edit: { from, to, text: quotedLike(text, from, demandFor(target)) }, previous: standing }
      : null;
  }
  const image = imageIn(words);
  if (image === null ? !target.isFirst : !isOneOf(image, target.aliases)) return null;
  const indent = `${indentAt(text, from)}  `;
  const list = `\n${indent}- ${text.slice(from, to)}\n${indent}- ${demandFor(target)}`;
  const start = text[from - 1] === ' ' ? from - 1 : from;
  return { edit: { from: start, to, text: list }, previous: null };
}

function fromList(text: string, demands: YAMLSeq, target: PinTarget): Found | null {
  const items = demands.items.filter((item) => isScalar(item));
  const image = items.map((item) => imageIn(String(item.value))).find((one) => one !== null) ?? null;
  if (image === null ? !target.isFirst : !isOneOf(image, target.aliases)) return null;
  const standing = items.find((item) => versionIn(String(item.value)) !== null);
  if (standing !== undefined) {
    const [from, to] = rangeOf(standing);
    const text2 = quotedLike(text, from, demandFor(target));
    return { edit: { from, to, text: text2 }, previous: versionIn(String(standing.value)) };
  }
  const last = items.at(-1);
  if (last === undefined) return null;
  const [start, end] = rangeOf(last);
  if (demands.flow === true) return { edit: { from: end, to: end, text: `, '${demandFor(target)}'` }, previous: null };
  const line = lineEnd(text, end);
  const dash = ' '.repeat(columnOf(text, text.lastIndexOf('-', start - 1)));
  return { edit: { from: line, to: line, text: `\n${dash}- ${demandFor(target)}` }, previous: null };
}

function demandFor({ version }: PinTarget): string {
  return `ImageVersionOverride -equals ${version}`;
}

function versionIn(demand: string): string | null {
  return /^\s*ImageVersionOverride\s+-equals\s+(.+?)\s*$/i.exec(demand)?.[1] ?? null;
}

function imageIn(demand: string): string | null {
  return /^\s*ImageOverride\s+-equals\s+(.+?)\s*$/i.exec(demand)?.[1] ?? null;
}

function isOneOf(image: string, aliases: readonly string[]): boolean {
  return aliases.some((alias) => alias.toLowerCase() === image.toLowerCase());
}

/** What stood in quotes stays in quotes. */
function quotedLike(text: string, from: number, demand: string): string {
  const sign = text[from];
  return sign === '"' || sign === "'" ? `${sign}${demand}${sign}` : demand;
}

function rangeOf(node: Scalar): readonly [from: number, to: number] {
  const [from = 0, to = 0] = node.range ?? [];
  return [from, to];
}

function keyStart(map: YAMLMap, key: string): number {
  const pair = map.items.find((one) => isScalar(one.key) && one.key.value === key);
  return isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : 0;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  const whole = end < 0 ? text.length : end;
  return text[whole - 1] === '\r' ? whole - 1 : whole;
}

function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

/** The indentation of the line that a place is in, without the dash of a list. */
function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return ' '.repeat(/^[\s-]*/.exec(line)?.[0].length ?? 0);
}
