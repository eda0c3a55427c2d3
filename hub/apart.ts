// Names of others inside plain text, such as several in a row or in what is shown on hover, where no element can keep them apart.

/** Letters of scripts that run from right to left, and characters that turn the order of those behind them. */
const turning = /[\u0590-\u08ff\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

/** As it is; one that turns the order is fenced in, so that what stands behind it keeps its own. */
export function apart(name: string): string {
  // A fence of its own inside it would end ours.
  return turning.test(name) ? `\u2068${name.replaceAll(/[\u2066-\u2069]/g, '')}\u2069` : name;
}

/** Those that say something, in a row. */
export function inARow(names: readonly (string | null | undefined)[], between = ' · '): string {
  return names.flatMap((name) => (name == null || name === '' ? [] : [apart(name)])).join(between);
}
