// What a machine or a cloud said, as a part of a sentence of ours.

/** As the clouds write: several lines, and more than anybody reads. */
const longest = 200;

/**
 * In one line, and at most 200 characters of it, up to the end of a word and never from inside of brackets: whoever leaves out a
 * remark in brackets that has these words must find where it ends. "…" says that there was more.
 */
export function remark(said: string): string {
  const line = said.replace(/\s+/g, ' ').trim();
  if (line.length <= longest) return line;
  const cut = line.slice(0, longest - 2);
  const end = cut.lastIndexOf(' ');
  const words = cut.slice(0, end < longest / 2 ? undefined : end).replace(/\p{Cs}$/u, '');
  return `${words.slice(0, openedAt(words)).trimEnd()} …`;
}

/** Where the outermost bracket begins that is not closed. */
function openedAt(words: string): number {
  const begins: number[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const letter = words.charAt(at);
    if (letter === '(') begins.push(at);
    if (letter === ')') begins.pop();
  }
  return begins[0] ?? words.length;
}
