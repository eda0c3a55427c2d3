// A YAML file as a plain value, with the line and column of everything in it. Only what JSON can say: no tags of its own,
// no merge keys, few aliases.
import {
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import { UserProblem, UserProblems } from '../problem.ts';

export interface YamlSource {
  readonly value: unknown;
  /** `file:line:column` of a field such as `pools[0].maxCapacity`, or of what is nearest to it. */
  placeOf(field: string): string;
}

/** Throws `UserProblems` with everything that is wrong with the YAML itself. */
export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: true,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: 'error',
  });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const problems = [...document.errors, ...document.warnings].map((error) => problemOf(error, place(error.pos[0])));
  if (problems.length > 0) throw new UserProblems(problems);
  return {
    value: toPlain(document, file),
    placeOf: (field) => place(offsetOf(document, field)),
  };
}

function problemOf(error: YAMLError, field: string): UserProblem {
  if (error.code === 'DUPLICATE_KEY') {
    return new UserProblem('CONFIG_DUPLICATE', 'A field stands twice in one place.', {
      field,
      nextStep: 'Keep one of the two.',
    });
  }
  if (error.code === 'TAG_RESOLVE_FAILED') {
    const nextStep = 'Write plain values; tags such as !!js/function are not read.';
    return new UserProblem('CONFIG_TAG', error.message.replace(/\n[^]*/, ''), { field, nextStep });
  }
  const isTab = error.code === 'TAB_AS_INDENT';
  const nextStep = isTab
    ? 'Indent with blanks, not with tabs.'
    : 'Mend the YAML there; the example file shows the form.';
  return new UserProblem('CONFIG_YAML', `This is not YAML: ${error.message}.`, { field, nextStep });
}

function toPlain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 }) as unknown;
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    const nextStep = 'Write the values out instead of repeating them by aliases.';
    throw new UserProblem('CONFIG_ALIAS', 'Too many aliases, or one without an anchor.', { field: file, nextStep });
  }
}

/** Walks as far as the path leads; a field that is missing is where its parent stands. */
function offsetOf(document: Document.Parsed, field: string): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  let rest = field;
  while (rest !== '' && isCollection(node)) {
    const step = nextStep(node, rest);
    if (step === null) break;
    offset = step.offset;
    node = step.node;
    rest = step.rest;
  }
  return offset;
}

/** Names may hold dots, so the map's own keys decide where a name ends. */
function nextStep(node: Node, rest: string): { offset: number; node: Node | null; rest: string } | null {
  const index = /^\[(\d+)\]\.?/.exec(rest);
  if (index !== null && isCollection(node)) {
    const item = node.items[Number(index[1])] as Node | undefined;
    return item?.range == null ? null : { offset: item.range[0], node: item, rest: rest.slice(index[0].length) };
  }
  if (!isMap<unknown, Node | null>(node)) return null;
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (name === '' || !rest.startsWith(name) || !/^($|\.|\[)/.test(rest.slice(name.length))) continue;
    const start = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    return { offset: start, node: value, rest: rest.slice(name.length).replace(/^\./, '') };
  }
  return null;
}
