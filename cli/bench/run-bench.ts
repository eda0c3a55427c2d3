// Runs the benchmark: every contestant on every workload, in two threads, then decide at four sizes; prints and draws it.
import { open, type FileHandle } from 'node:fs/promises';
import { UserProblem, whyUnreadable } from '../../service/problem.ts';
import { safeText } from '../safe-text.ts';
import type { Arguments, Io } from '../verb.ts';
import { runTasks } from './crew.ts';
import { decideSizes, timeDecide } from './decide-timing.ts';
import { poolSettings, type Row, type Task } from './measure.ts';
import { drawPicture } from './picture.ts';
import { atEqualHours, dominatedPresets } from './front.ts';
import { dominatedTable, frontTable, poolTables, speedTable, timingTable, verdictTable } from './table.ts';
import { verdictsOf } from './verdicts.ts';

const threads = 2;

/** The longest first, so that both threads end at nearly the same time. Sweeps are where fronts are compared. */
const tasks: readonly Task[] = [
  { workload: 'lcg', isOneJob: false, boot: 'linux', seeds: 1, isSwept: false },
  { workload: 'large', isOneJob: false, boot: 'linux', seeds: 1, isSwept: false },
  ...(['bitcoin', 'medium'] as const).flatMap((workload) =>
    [false, true].map((isOneJob): Task => ({
      workload,
      isOneJob,
      boot: 'linux',
      seeds: 5,
      isSwept: workload === 'bitcoin',
    })),
  ),
  ...(['windows', 'fast'] as const).flatMap((boot) =>
    [false, true].map((isOneJob): Task => ({ workload: 'bitcoin', isOneJob, boot, seeds: 5, isSwept: false })),
  ),
  ...[false, true].map((isOneJob): Task => ({ workload: 'small', isOneJob, boot: 'linux', seeds: 5, isSwept: true })),
];

/** `measure` runs the tasks in that many threads. Throws UserProblem PICTURE_WRITE before it, where there can be no picture. */
export async function runBench(args: Arguments, io: Io, measure = runTasks): Promise<number> {
  const path = args.text('picture');
  const picture = path === null ? null : { path, file: await openPicture(path) };
  try {
    const rows = await measureAndTell(args, io, measure);
    if (picture !== null) await writePicture(picture, drawPicture(rows));
  } finally {
    await picture?.file.close();
  }
  return 0;
}

async function measureAndTell(args: Arguments, io: Io, measure: typeof runTasks): Promise<readonly Row[]> {
  const began = performance.now();
  const measured = await measure(tasks, threads);
  const rows = measured.flatMap((one) => one?.rows ?? []);
  if (measured.includes(null))
    io.note('Real traces do not stand beside the project, so only synthetic jobs are measured.\n');
  const speed = measured[tasks.findIndex((task) => task.workload === 'small')]?.poolDaysPerSecond ?? {};
  const base = poolSettings({ recycleAfterEachUse: false });
  const timings = decideSizes.map((size) =>
    timeDecide(size, base, size.agents > 5_000 ? 4 : 40, () => performance.now()),
  );
  const verdicts = verdictsOf(rows);
  const seconds = (performance.now() - began) / 1000;
  if (args.flag('json')) io.out(`${JSON.stringify({ seconds, rows, timings, poolDaysPerSecond: speed })}\n`);
  else {
    const parts = [
      ...[poolTables(rows), verdictTable(verdicts), frontTable(atEqualHours(rows))],
      ...[dominatedTable(dominatedPresets(rows)), timingTable(timings), speedTable(usualOf(speed))],
    ];
    io.out(`${parts.join('\n')}\nMeasured in ${seconds.toFixed(0)} s with ${threads} threads.\n`);
  }
  return rows;
}

/** To append, so that the picture of before stays until there is another. */
async function openPicture(path: string): Promise<FileHandle> {
  return await open(path, 'a').catch((error: unknown) => {
    throw notWritten(path, error);
  });
}

async function writePicture({ path, file }: { readonly path: string; readonly file: FileHandle }, svg: string) {
  try {
    await file.truncate();
    await file.writeFile(svg);
  } catch (error) {
    throw notWritten(path, error);
  }
}

function notWritten(path: string, error: unknown): UserProblem {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  const why = isMissing ? 'there is no such folder' : whyUnreadable(error);
  return new UserProblem('PICTURE_WRITE', `The picture cannot be written to ${safeText(path)}: ${why}.`, {
    nextStep: 'Name a file in a folder that is there, with room on its disk.',
  });
}

/** The presets and the rivals, without the points of our own front. */
function usualOf(speed: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(speed).filter(([name]) => !/standby|×/.test(name)));
}
