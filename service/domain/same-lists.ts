// Twenty thousand requests write a few lists of demands and are matched with a few lists of agents. A reader gives one list to all that have
// the same, so that whoever looks at them has a list to recognise and not its entries to compare.

export interface SameLists {
  texts(list: readonly string[]): readonly string[];
  numbers(list: readonly number[]): readonly number[];
}

/** For one read: nothing is kept beyond it. */
export function sameLists(): SameLists {
  return { texts: keeper(textCode), numbers: keeper((one: number) => one) };
}

/** Each list as it is. */
export const listsApart: SameLists = { texts: (list) => list, numbers: (list) => list };

function keeper<T>(codeOf: (one: T) => number): (list: readonly T[]) => readonly T[] {
  const known = new Map<number, (readonly T[])[]>();
  return (list) => {
    let code = list.length;
    for (const one of list) code = (Math.imul(code, 31) + codeOf(one)) | 0;
    const alike = known.get(code);
    const same = alike?.find((other) => isSame(other, list));
    if (same !== undefined) return same;
    if (alike === undefined) known.set(code, [list]);
    else alike.push(list);
    return list;
  };
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, place) => one === b[place]);
}

function textCode(text: string): number {
  let code = text.length;
  for (let place = 0; place < text.length; place += 1) code = (Math.imul(code, 31) + text.charCodeAt(place)) | 0;
  return code;
}
