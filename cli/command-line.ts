// What every entry of the command line shares: finds the verb, runs it, and turns whatever goes wrong into words and an
// exit code.
import { readFileSync } from 'node:fs';
import { nearestName } from '../service/domain/nearest.ts';
import { CloudError, UserProblem, UserProblems } from '../service/problem.ts';
import { readArguments } from './arguments.ts';
import { generalHelp, verbHelp } from './help.ts';
import { BadUsage, type Io, type Verb } from './verb.ts';

/** The exit code; everything that goes wrong has been told to `io`. `argv` begins with the verb. */
export async function runCommandLine(verbs: readonly Verb[], argv: readonly string[], io: Io): Promise<number> {
  try {
    return await runCommand(verbs, argv, io);
  } catch (error) {
    return tellError(error, io);
  }
}

export function processIo(): Io {
  // A reader that closes the pipe early, as "head" does, has what it wanted.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  return {
    out: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    untilStopped,
  };
}

async function runCommand(verbs: readonly Verb[], argv: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined) {
    io.note(generalHelp(verbs));
    return 2;
  }
  if (first === '--help' || first === '-h' || first === 'help') return printHelp(verbs, rest[0], io);
  if (first === '--version' || first === '-v') {
    io.out(`${readVersion()}\n`);
    return 0;
  }
  const verb = findVerb(verbs, first);
  if (rest.includes('--help') || rest.includes('-h')) return printHelp(verbs, verb.name, io);
  return verb.run(readArguments(verb, rest), io);
}

function printHelp(verbs: readonly Verb[], name: string | undefined, io: Io): number {
  io.out(name === undefined ? generalHelp(verbs) : verbHelp(findVerb(verbs, name)));
  return 0;
}

function findVerb(verbs: readonly Verb[], name: string): Verb {
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb !== undefined) return verb;
  const names = verbs.map((candidate) => candidate.name);
  const near = nearestName(name, name.startsWith('-') ? ['--help', '--version'] : names);
  const hint = near === null ? `The verbs are: ${names.join(', ')}.` : `Did you mean "weir ${near}"?`;
  throw new BadUsage(name.startsWith('-') ? `weir has no option ${name}.` : `weir has no verb "${name}".`, hint);
}

/** A stack is for whoever mends the program: nobody who uses it ever sees one, unless WEIR_STACK asks for it. */
function tellError(error: unknown, io: Io): number {
  if (error instanceof UserProblems) {
    for (const problem of error.problems) io.note(problemText(problem));
    return 1;
  }
  if (error instanceof UserProblem) {
    io.note(problemText(error));
    return error instanceof BadUsage ? 2 : 1;
  }
  if (error instanceof CloudError) {
    io.note(`weir: ${error.message} (${error.operation}: ${error.kind})\n`);
    return 1;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.note(`weir: ${message}\n  This is a bug in Weir. Run it again with WEIR_STACK=1 and report what it prints.\n`);
  if (process.env.WEIR_STACK !== undefined && error instanceof Error) io.note(`${error.stack ?? ''}\n`);
  return 1;
}

function problemText(problem: UserProblem): string {
  const place = problem.field === null ? '' : `\n  where: ${problem.field}`;
  const found = problem.value === null ? '' : `\n  found: ${problem.value}`;
  const next = problem.nextStep === '' ? '' : `\n  ${problem.nextStep}`;
  return `weir: ${problem.message} (${problem.code})${place}${found}${next}\n`;
}

/** One Ctrl-C comes several times, from the terminal and from each parent that passes it on: that is not impatience. */
const echoMilliseconds = 1_000;

/** A second Ctrl-C ends the process where it stands. */
function untilStopped(): Promise<'SIGINT' | 'SIGTERM'> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        firstAt ??= performance.now();
        if (performance.now() - firstAt > echoMilliseconds) process.exit(130);
        resolve(signal);
      });
    }
  });
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
