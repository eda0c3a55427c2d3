// The lists of a pool are asked for every few seconds and mostly say what they said before. A text that is the same is not
// read again: that costs as much as everything that is decided about a quiet pool.
import { noMatchedLists, parseQueue, type MatchedLists } from './queue-text.ts';

export interface KeptLists {
  /** The JSON of the text: the very object of last time where this address gave the same text. Nobody may change it. */
  parse(address: string, text: string, path: string): unknown;
  /** What `translate` makes of JSON that came from `parse`: the same value for the same object. */
  translated<T>(json: unknown, translate: (json: unknown) => T): T;
}

/** Longer texts are read anew each time: they would be held in memory for as long as the pool is there. */
const longestKept = 4_000_000;

export function keptLists(): KeptLists {
  const texts = new Map<string, { readonly text: string; readonly json: unknown; readonly lists: MatchedLists }>();
  const values = new WeakMap<object, { readonly translate: unknown; readonly value: unknown }>();
  return {
    parse: (address, text, path) => {
      const last = texts.get(address);
      if (last?.text === text) return last.json;
      texts.delete(address);
      const { json, lists } = parseQueue(text, path, last?.lists ?? noMatchedLists);
      if (text.length <= longestKept) texts.set(address, { text, json, lists });
      return json;
    },
    translated: <T>(json: unknown, translate: (json: unknown) => T): T => {
      if (typeof json !== 'object' || json === null) return translate(json);
      const known = values.get(json);
      if (known?.translate === translate) return known.value as T;
      const value = translate(json);
      values.set(json, { translate, value });
      return value;
    },
  };
}
