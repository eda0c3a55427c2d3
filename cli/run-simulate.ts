// The simulator behind `weir simulate`: seed after seed, the journal into a file, one line or one document for each.
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { generateAgentKeys } from '../service/enrolment/keys.ts';
import type { JournalEvent } from '../sandbox/world/journal.ts';
import { faultIdOf } from '../sandbox/world/catalogue.ts';
import { dealRun } from '../sandbox/world/dealt-faults.ts';
import { tallyLines, tallyOf } from '../sandbox/world/fault-tally.ts';
import { allFaultIds, drawRun, type RunOptions } from '../sandbox/world/options.ts';
import { simulate, type Simulation } from '../sandbox/world/simulate.ts';
import { nearestName } from '../service/domain/nearest.ts';
import { UserProblem, whyUnreadable } from '../service/problem.ts';
import { safeText } from './safe-text.ts';
import { BadUsage, type Arguments, type Io } from './verb.ts';

/** Larger ones would no longer be told apart where streams of chance are drawn from a multiple of the seed. */
const greatestSeed = 1e12;

const exitCodes = { ok: 0, safety: 10, liveness: 11, crash: 12 } as const;

export async function runSimulate(args: Arguments, io: Io): Promise<number> {
  const seed = args.whole('seed', 0, greatestSeed);
  if (seed === null) throw new BadUsage('weir simulate needs --seed N.', 'Say for instance: weir simulate --seed 1');
  const seeds = args.whole('seeds', 1, 1_000_000) ?? 1;
  const hours = args.number('hours', 0.25, 10_000) ?? 12;
  const runOf = chosenRuns(args.text('faults') ?? 'all');
  const keys = [await generateAgentKeys(), await generateAgentKeys()] as const;
  let made = 0;
  const generateKeys = () => Promise.resolve(keys[(made += 1) % 2] ?? keys[0]);
  const file = args.text('journal');
  const stream = file === null ? null : await openJournal(file);
  const runs: Simulation[] = [];
  for (let offset = 0; offset < seeds; offset += 1) {
    const onEvent = (event: JournalEvent) => {
      stream?.write(`${JSON.stringify(event)}\n`);
      if (args.flag('verbose')) io.note(`${readable(event)}\n`);
    };
    if (args.flag('verbose') && seeds > 1) io.note(`seed ${String(seed + offset)}\n`);
    const run = await simulate(runOf(seed + offset, hours), { generateKeys, onEvent });
    runs.push(run);
    if (!args.flag('json')) io.out(`${summary(run)}\n`);
  }
  if (stream !== null) await closed(stream);
  if (args.flag('json')) {
    io.note(tallyText(runs));
    io.out(`${JSON.stringify(seeds === 1 ? runs[0] : runs)}\n`);
  } else io.out(tallyText(runs));
  return worst(runs);
}

/** What cannot be written is told before the first run, not after hours. */
async function openJournal(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path);
  await once(stream, 'open').catch((error: unknown) => {
    throw notWritten(path, error);
  });
  // The disk may still become full: whoever closes the file hears of it.
  stream.on('error', () => undefined);
  return stream;
}

async function closed(stream: WriteStream): Promise<void> {
  stream.end();
  await finished(stream).catch((error: unknown) => {
    throw notWritten(String(stream.path), error);
  });
}

function notWritten(path: string, error: unknown): UserProblem {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  const why = isMissing ? 'there is no such folder' : whyUnreadable(error);
  return new UserProblem('JOURNAL_WRITE', `The journal cannot be written to ${safeText(path)}: ${why}.`, {
    nextStep: 'Name a file in a folder that is there, with room on its disk.',
  });
}

/** Of several seeds; the JSON document is the runs alone, so beside it this is for whoever watches. */
function tallyText(runs: readonly Simulation[]): string {
  if (runs.length === 1) return '';
  return `${String(runs.length)} seeds: ${tallyLines(tallyOf(runs)).join('\n  ')}\n`;
}

/** What is named is there in every run; all faults are drawn by each seed for itself, or dealt to seeds in a row. */
function chosenRuns(text: string): (seed: number, hours: number) => RunOptions {
  if (text === 'dealt') return dealRun;
  if (text === 'all') return (seed, hours) => drawRun(seed, hours, allFaultIds, false);
  if (text === 'none') return (seed, hours) => drawRun(seed, hours, [], false);
  const ids = namedFaults(text);
  return (seed, hours) => drawRun(seed, hours, ids, true);
}

function namedFaults(text: string): readonly string[] {
  const ids: string[] = [];
  for (const word of text.split(',').map((part) => part.trim())) {
    const id = faultIdOf(word);
    if (id === null) throw unknownFault(word);
    ids.push(id);
  }
  return [...new Set(ids)];
}

function unknownFault(word: string): BadUsage {
  const nearest = nearestName(word, [...allFaultIds, 'all', 'dealt', 'none']);
  const guess = nearest === null ? '' : ` Did you mean ${nearest}?`;
  const known = `Say all, dealt, none, or some of: ${allFaultIds.join(', ')}. "weir simulate --help" says what each does.`;
  return new BadUsage(`There is no fault "${safeText(word).slice(0, 40)}".${guess}`, known);
}

function worst(runs: readonly Simulation[]): number {
  for (const verdict of ['safety', 'crash', 'liveness'] as const)
    if (runs.some((run) => run.verdict === verdict)) return exitCodes[verdict];
  return exitCodes.ok;
}

function summary(run: Simulation): string {
  const faults = Object.entries(run.effectiveFaults).map(([id, count]) => `${id} ${String(count)}`);
  const head = `seed ${String(run.seed).padEnd(8)} ${run.verdict.padEnd(9)} ${String(run.jobs).padStart(4)} jobs ${String(run.simulatedHours).padStart(7)} h  ${faults.join(', ')}`;
  const { count, longestSeconds, jobs } = run.gateWindow;
  const gate =
    count === 0
      ? []
      : [
          `  gate      open to a job of another image ${String(count)} times, ${String(longestSeconds)} s at most, ${String(jobs)} got it`,
        ];
  const lines = run.violations.map((one) => `  ${one.invariant.padEnd(9)} at ${String(one.t)} s: ${one.words}`);
  return [head, ...gate, ...lines].join('\n');
}

function readable({ t, kind, pool: _pool, ...fields }: JournalEvent): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${short(value)}`);
  return `${t.toFixed(3).padStart(12)}  ${kind.padEnd(17)} ${words.join(' ')}`.trimEnd();
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return safeText(text.length > 60 ? `…${text.slice(-40)}` : text);
}
