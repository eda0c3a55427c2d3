// What the memory says of each node, read in the order of the nodes. A record that the pass before wrote has them in just this order, and to see
// that the next one is the one that is asked for costs less than to look it up by a text that was never seen before.

interface Columns<T> {
  readonly keys: readonly string[];
  readonly values: readonly T[];
}

/** Whoever writes a record tells in which order; it is not believed where it has some key twice. */
export function noteRecord<T>(
  record: Readonly<Record<string, T>>,
  keys: readonly string[],
  values: readonly T[],
): void {
  if (keys.every((key, place) => place === 0 || key > (keys[place - 1] ?? ''))) written.set(record, { keys, values });
}

const written = new WeakMap<object, Columns<unknown>>();

/** Undefined for a key that is not in it; quick where the keys are asked for in the order of the record. */
export function recordReader<T>(record: Readonly<Record<string, T>>): (key: string) => T | undefined {
  const columns = written.get(record) as Columns<T> | undefined;
  if (columns === undefined) return (key) => record[key];
  const { keys, values } = columns;
  let next = 0;
  return (key) => {
    if (keys[next] !== key) {
      const found = record[key];
      // Behind one that came since stands the one that is expected, and behind one that went the next that is there.
      if (found !== undefined) next = placeFrom(keys, key, next) + 1;
      return found;
    }
    next += 1;
    return values[next - 1];
  };
}

/** For each of the nodes, in their order, what the record has of it. */
export function formerOf<T>(
  nodes: readonly { readonly key: string }[],
  record: Readonly<Record<string, T>>,
): readonly (T | undefined)[] {
  const known = formers.get(nodes);
  if (known?.record === record) return known.values as readonly (T | undefined)[];
  const read = recordReader(record);
  return nodes.map(({ key }) => read(key));
}

/** For who has looked for each of them anyway. */
export function noteFormers<T>(
  nodes: readonly { readonly key: string }[],
  record: Readonly<Record<string, T>>,
  values: readonly (T | undefined)[],
): void {
  formers.set(nodes, { record, values });
}

const formers = new WeakMap<object, { readonly record: object; readonly values: readonly unknown[] }>();

/** How many it has. */
export function sizeOfRecord(record: Readonly<Record<string, unknown>>): number {
  return written.get(record)?.keys.length ?? Object.keys(record).length;
}

const farthest = 16;

/** Where the key stands among the next few; else just before `from`, so that nothing is skipped. */
function placeFrom(keys: readonly string[], key: string, from: number): number {
  const end = Math.min(keys.length, from + farthest);
  for (let place = from; place < end; place += 1) if (keys[place] === key) return place;
  return from - 1;
}
