// The command line with all of its verbs. bin.mjs starts it on the right Node.
import { processIo, runCommandLine } from './command-line.ts';
import type { Io } from './verb.ts';
import { verbs } from './verbs.ts';

/** `argv` begins with the verb. Sets the exit code of the process; never rejects. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await run(argv, processIo());
}

/** The exit code; everything that goes wrong has been told to `io`. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  return await runCommandLine(verbs, argv, io);
}

if (import.meta.main) await main(process.argv.slice(2));
