// What is said of a node where its name stands already: in its own row, and below its own heading.

/**
 * The sentence without the name at its beginning, and with "this node" for it further on: "agents_1 is idle and old" is told
 * as "Is idle and old". A longer name that only begins alike stays.
 */
export function ownWords(words: string, name: string): string {
  if (name === '') return words;
  const whole = new RegExp(`(?<![\\p{L}\\p{N}_.-])${plain(name)}(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])`, 'gu');
  const lead = `${name} `;
  const isFirst = words.startsWith(lead);
  const rest = (isFirst ? words.slice(lead.length) : words).replace(whole, 'this node');
  return isFirst ? `${rest.charAt(0).toUpperCase()}${rest.slice(1)}` : rest;
}

/** Signs that mean something in a pattern mean themselves. */
function plain(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&');
}
