// C0, the cost that nobody can beat at zero wait: it knows every arrival and duration, and pays a mean boot for each rise
// of demand unless keeping the machine over the gap is cheaper. Definition and proof: performance.md 4.1.

export interface BoundJob {
  readonly arrival: number;
  readonly duration: number;
}

/**
 * Seconds of machine time. `bootSeconds` is the mean boot; `reimageSeconds` is the mean reimage where every job gets a
 * fresh machine and null where machines are reused.
 */
export function clairvoyantBound(
  jobs: readonly BoundJob[],
  bootSeconds: number,
  reimageSeconds: number | null,
): number {
  const turnaround = reimageSeconds ?? 0;
  const starts = jobs.map((job) => job.arrival).sort(byNumber);
  const ends = jobs.map((job) => job.arrival + job.duration + turnaround).sort(byNumber);
  // The last end of each level that is free now: the level that ended last is taken first, which is the cheapest pairing.
  const free: number[] = [];
  let cost = jobs.reduce((sum, job) => sum + job.duration, 0);
  let ended = 0;
  for (const start of starts) {
    while (ended < ends.length && (ends[ended] ?? Infinity) <= start) {
      free.push(ends[ended] ?? 0);
      ended += 1;
    }
    const end = free.pop();
    cost += end === undefined ? bootSeconds : Math.min(turnaround + start - end, bootSeconds);
  }
  return cost;
}

function byNumber(left: number, right: number): number {
  return left - right;
}
