// Jobs for the living pool: from a real trace where one is given, else from the seeded generator. One shape for both.

export interface Arrival {
  /** Seconds after the sandbox began. */
  readonly at: number;
  readonly durationSeconds: number;
  /** How it ends; absent: it succeeds. */
  readonly result?: 'failed';
  /** Names an image alias where the pool has one of that name. */
  readonly label: string;
  /** As in YAML; absent: none. */
  readonly demands?: readonly string[];
  readonly jobName: string;
  readonly definitionName: string;
  readonly runName: string;
  readonly runId: number;
}

export interface TimedJob {
  readonly arrival: number;
  readonly duration: number;
  readonly label: string;
}

/**
 * Arrivals from trace jobs (sorted), beginning `lead` seconds before the first job at or after `from`. Jobs that came in
 * the same second are one run of one pipeline, as they were.
 */
export function arrivalsOfTrace(jobs: readonly TimedJob[], from: number, lead: number): readonly Arrival[] {
  const first = jobs.find((job) => job.arrival >= from) ?? jobs[0];
  if (first === undefined) return [];
  const origin = first.arrival - lead;
  const arrivals: Arrival[] = [];
  let runId = 1000;
  let previous = Number.NaN;
  let inRun = 0;
  for (const job of jobs) {
    if (job.arrival < first.arrival) continue;
    if (job.arrival !== previous) {
      runId += 1;
      inRun = 0;
    }
    previous = job.arrival;
    inRun += 1;
    arrivals.push({
      at: job.arrival - origin,
      durationSeconds: Math.max(1, Math.round(job.duration)),
      label: job.label,
      jobName: `${job.label === '' ? 'job' : job.label} ${String(inRun)}`,
      definitionName: 'continuous integration',
      runName: `run ${String(runId)}`,
      runId,
    });
  }
  return arrivals;
}
