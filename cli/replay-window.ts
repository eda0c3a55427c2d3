// What `weir replay` says where its figures are of another window than a person may think.
import { boundedWindow, type ReplayWindow } from '../service/domain/replay-window.ts';
import type { TraceJob } from '../service/domain/trace.ts';

/** `jobs` are those of the window, sorted by arrival. */
export function windowWords(jobs: readonly TraceJob[], window: ReplayWindow): readonly string[] {
  // Without a job and without --from, nothing says where counting would begin.
  if (jobs.length === 0 && window.begins === null)
    return ['no job of the trace comes before --to, so nothing is counted; give --from to count machines.'];
  const { begins, ends } = boundedWindow(window, jobs);
  const isCut = begins !== window.begins || ends !== window.ends;
  return [
    ...(jobs.length === 0 ? ['no job of the trace comes between --from and --to; only machines are counted.'] : []),
    ...(isCut ? ['of a time without jobs before the first or after the last one, only a year is counted.'] : []),
  ];
}
