// One command line in the quoting of the three shells that people have open: what is safe in one is not in another.

export interface FixCommands {
  readonly bash: string;
  readonly powershell: string;
  readonly cmd: string;
}

/** Each line is a list of words, the program first. A word with a line break has no form in cmd and is refused. */
export function commandsFor(...lines: readonly (readonly string[])[]): FixCommands {
  for (const word of lines.flat()) if (/[\r\n\0]/.test(word)) throw new Error('A word of a command has a line break.');
  const written = (quote: (word: string) => string) => lines.map((words) => words.map(quote).join(' ')).join('\n');
  const cmd = lines.flat().some((word) => word.includes('"')) ? notInCmd : written(cmdWord);
  return { bash: written(bashWord), powershell: written(powershellWord), cmd };
}

/** To cmd a backslash before a double quote is nothing: what is behind it could be a command of its own. */
const notInCmd = 'rem A name here has a double quote, which the command prompt cannot carry. Use PowerShell or Bash.';

function bashWord(word: string): string {
  if (word === '') return '""';
  return /^[A-Za-z0-9_/:=.,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Double quotes inside a word are lost on the way to a program before PowerShell 7.3, so they get a backslash. An empty
 * word is lost altogether, and the Azure CLI is a batch file on Windows: it gets `""`, which that file reads as empty.
 */
function powershellWord(word: string): string {
  if (word === '') return `'""'`;
  if (/^[A-Za-z0-9_/:=.+-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "''").replaceAll('"', '\\"')}'`;
}

/** `%name%` is replaced even between quotes; a caret cannot stop it there, so the sign stands outside of them. */
function cmdWord(word: string): string {
  if (/^[A-Za-z0-9_/:.+-]+$/.test(word)) return word;
  return word
    .split('%')
    .map((part) => `"${part}"`)
    .join('^%');
}
