// What the filters of a tab show, as it stands in a link: `state=queued&reason=noAgentMatches`, nothing for what is not
// filtered.

/** By the name of the filter in a link; an empty value filters nothing. */
export type Values<Name extends string> = Readonly<Record<Name, string>>;

export interface FilterKind {
  /** What it chooses among, for a sentence: "every state". */
  readonly word: string;
  readonly isKnown: (value: string) => boolean;
}

export type FilterKinds<Name extends string> = Readonly<Record<Name, FilterKind>>;

/** Longer than every name that Azure or Azure DevOps allows a machine, an image or a job. */
export const longestText = 300;

export const isText = (value: string): boolean => value.length <= longestText;

/** `fault` says what of the link could not be shown, and what is shown in its place. */
export function readFilters<Name extends string>(
  written: string,
  kinds: FilterKinds<Name>,
): { readonly values: Values<Name>; readonly fault: string | null } {
  const parts = new URLSearchParams(written);
  const names = Object.keys(kinds) as Name[];
  const read = names.map((name) => {
    const [value = '', ...more] = parts.getAll(name);
    const isClear = more.length === 0 && (value === '' || kinds[name].isKnown(value));
    return { name, value: isClear ? value : '', isClear };
  });
  const faults = read
    .filter(({ isClear }) => !isClear)
    .map(({ name }) => kinds[name])
    .map(({ word }) => `This link does not say clearly which ${word} to show. You see every ${word} instead.`);
  const isStrange = [...parts.keys()].some((key) => !names.some((name) => name === key));
  if (isStrange) faults.push('This link names a filter that this page does not have. It is left out.');
  const values = Object.fromEntries(read.map(({ name, value }) => [name, value])) as Record<Name, string>;
  return { values, fault: faults.length === 0 ? null : faults.join(' ') };
}

/** Empty where nothing is filtered. Spaces around a text filter nothing, so they make no other link. */
export function writeFilters(values: Values<string>): string {
  const set = Object.entries(values).map(([name, value]) => [name, value.trim()]);
  return new URLSearchParams(set.filter(([, value]) => value !== '')).toString();
}
