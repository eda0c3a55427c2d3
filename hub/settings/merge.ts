// Somebody else saved first: what each of the two changed, and the settings that come out of the choices.
import { isSame, valueAt, withValue, type Document } from './document.ts';

export type Side = 'mine' | 'theirs';

/** A field by its path, and the members of the document that it writes. */
export interface Compared {
  readonly path: string;
  readonly members: readonly string[];
}

export interface Difference extends Compared {
  /** Both changed it: only then is there really something to choose. */
  readonly isContested: boolean;
  /** What is taken where nobody chooses: whoever changed it, and one's own where both did. */
  readonly proposal: Side;
}

/** `base` is what both began with. Fields in which mine and theirs are alike are left out. */
export function differences(
  base: Document,
  mine: Document,
  theirs: Document,
  compared: readonly Compared[],
): readonly Difference[] {
  return compared.flatMap(({ path, members }) => {
    const differ = (one: Document, other: Document): boolean =>
      members.some((member) => !isSame(valueAt(one, member), valueAt(other, member)));
    if (!differ(mine, theirs)) return [];
    const isMineChanged = differ(base, mine);
    const isContested = isMineChanged && differ(base, theirs);
    return [{ path, members, isContested, proposal: isMineChanged ? 'mine' : 'theirs' }];
  });
}

/** Theirs, with my value of each field that I keep. */
export function merged(
  mine: Document,
  theirs: Document,
  all: readonly Difference[],
  choices: ReadonlyMap<string, Side>,
): Document {
  const kept = all.filter(({ path, proposal }) => (choices.get(path) ?? proposal) === 'mine');
  return kept
    .flatMap(({ members }) => members)
    .reduce((document, member) => withValue(document, member, valueAt(mine, member)), theirs);
}
