// Names of others inside plain text, such as several in a row or in what is shown on hover, where no element can keep them apart.

/** Letters of scripts that run from right to left, and characters that turn the order of those behind them. */
const turning =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** As it is; one that turns the order is fenced in, so that what stands behind it keeps its own. */
export function apart(name: string): string {
  return turning.test(name) ? `\u2068${wholeFences(name)}\u2069` : name;
}

/** A single end inside would end our fence, and a single beginning would take our end; those of names inside it come in pairs and stay. */
function wholeFences(name: string): string {
  const letters = name.split('');
  const begun: number[] = [];
  for (const [at, letter] of letters.entries()) {
    if (/[\u2066-\u2068]/.test(letter)) begun.push(at);
    else if (letter === '\u2069' && begun.pop() === undefined) letters[at] = '';
  }
  for (const at of begun) letters[at] = '';
  return letters.join('');
}

/** Those that say something, in a row that runs from left to right whatever the first of them is. */
export function inARow(names: readonly (string | null | undefined)[], between = ' · '): string {
  const row = names.flatMap((name) => (name == null || name === '' ? [] : [apart(name)])).join(between);
  // An element takes its order from the first letter that has one, also from one inside a fence.
  return row.startsWith('\u2068') ? `\u200e${row}` : row;
}
