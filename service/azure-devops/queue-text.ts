// The text of a queue. Each request tells all agents that match it, which is nearly all of the text, and the requests with the same demands
// tell the same ones, mostly as they did in the last answer. Each such list is read once; the values are those of the whole text.
import { parseJson } from '../wire.ts';

/** Text of a list of matched agents, without its brackets → what it says. */
export type MatchedLists = ReadonlyMap<string, readonly unknown[]>;

export const noMatchedLists: MatchedLists = new Map();

interface Read {
  /** As `parseJson` gives it, but that equal lists of matched agents are one object. Nobody may change it. */
  readonly json: unknown;
  readonly lists: MatchedLists;
}

/** In JSON this is always a key: inside of a string its quotes would have a backslash before them. */
const mark = ',"matchedAgents":[';

/** `last`: the lists of the answer before. A text of any other shape is read whole; what is not JSON is `unreadable`. */
export function parseQueue(text: string, path: string, last: MatchedLists): Read {
  const cut = text.includes(mark) ? cutOut(text, last) : null;
  if (cut !== null && putBack(cut.rest, cut.inOrder)) return { json: cut.rest, lists: cut.lists };
  return { json: parseJson(text, path), lists: noMatchedLists };
}

interface Cut {
  /** Where a list was, there is its place in `inOrder`. */
  readonly rest: unknown;
  readonly inOrder: readonly (readonly unknown[])[];
  readonly lists: MatchedLists;
}

/** Null where the text cannot be cut: a bracket in a name, half of a body. */
function cutOut(text: string, last: MatchedLists): Cut | null {
  const [first = '', ...pieces] = text.split(mark);
  // Its keys are cut out of this text alone, so that no older one is held in memory by them.
  const lists = new Map<string, readonly unknown[]>();
  const inOrder: (readonly unknown[])[] = [];
  const rest = [first];
  for (const piece of pieces) {
    const end = piece.indexOf(']');
    const inside = piece.slice(0, Math.max(0, end));
    const list = lists.get(inside) ?? last.get(inside) ?? jsonIn(`[${inside}]`);
    if (end < 0 || !Array.isArray(list)) return null;
    lists.set(inside, list);
    rest.push(`,"matchedAgents":${inOrder.length}`, piece.slice(end + 1));
    inOrder.push(list);
  }
  const json = jsonIn(rest.join(''));
  return json === undefined ? null : { rest: json, inOrder, lists };
}

/** False unless every list found its request. */
function putBack(json: unknown, inOrder: Cut['inOrder']): boolean {
  const { value } = (json ?? {}) as { readonly value?: unknown };
  if (!Array.isArray(value)) return false;
  let next = 0;
  for (const row of value as readonly (Record<string, unknown> | null)[]) {
    if (typeof row?.matchedAgents !== 'number') continue;
    if (row.matchedAgents !== next) return false;
    row.matchedAgents = inOrder[next];
    next += 1;
  }
  return next === inOrder.length;
}

/** Undefined where it is no JSON; then the whole text is read, and that says what is wrong with it. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as unknown;
  } catch {
    return undefined;
  }
}
