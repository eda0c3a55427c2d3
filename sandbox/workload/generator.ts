// Synthetic arrivals of a mid-size team, for where no trace stands: pipelines arrive by an hourly rate with gamma noise,
// fan out into jobs, and last a lognormal time. The published shape stands in performance.md 1.2; the numbers are drawn.
import type { Arrival } from './arrivals.ts';

export interface GeneratorOptions {
  readonly random: () => number;
  /** Pipelines in an hour of an ordinary weekday's peak. */
  readonly peakRunsPerHour: number;
  /** Hour of the week (0 = Monday 00:00) at which the sandbox begins. */
  readonly firstHour: number;
}

const pipelines = [
  'web shop',
  'payment service',
  'mobile app',
  'data warehouse',
  'infrastructure',
  'nightly tests',
] as const;
const stages = ['build', 'unit tests', 'integration tests', 'package', 'lint', 'smoke test'] as const;

/** One hour after another, for ever; the caller stops asking. Arrivals are sorted. */
export function* generateArrivals(options: GeneratorOptions): Generator<Arrival> {
  let runId = 1000;
  for (let hour = 0; ; hour += 1) {
    const rate = options.peakRunsPerHour * weekShare(options.firstHour + hour) * gammaNoise(options.random);
    const starts = poissonInstants(rate, options.random).map((share) => (hour + share) * 3600);
    for (const at of starts) {
      runId += 1;
      yield* run(at, runId, options.random);
    }
  }
}

/** Weekdays 8-18 h about five times the night; weekends low. */
function weekShare(hourOfWeek: number): number {
  const hour = hourOfWeek % 24;
  const isWeekend = Math.floor(hourOfWeek / 24) % 7 >= 5;
  if (isWeekend) return 0.12;
  return hour >= 8 && hour < 18 ? 1 : 0.2;
}

/** Mean 1, shape 1: bursty hours, index of dispersion well above a plain Poisson stream. */
function gammaNoise(random: () => number): number {
  return -Math.log(1 - random());
}

function poissonInstants(rate: number, random: () => number): readonly number[] {
  const instants: number[] = [];
  let at = -Math.log(1 - random()) / Math.max(rate, 1e-9);
  while (at < 1) {
    instants.push(at);
    at += -Math.log(1 - random()) / rate;
  }
  return instants;
}

function* run(at: number, runId: number, random: () => number): Generator<Arrival> {
  const definitionName = pipelines[Math.floor(random() * pipelines.length)] ?? pipelines[0];
  const jobs = 1 + Math.floor(-Math.log(1 - random()) * 3);
  for (let index = 0; index < Math.min(jobs, 20); index += 1) {
    yield {
      at,
      durationSeconds: Math.max(5, Math.round(300 * Math.exp(0.67 * normal(random)))),
      label: '',
      jobName: `${stages[index % stages.length] ?? stages[0]}${index < stages.length ? '' : ` ${String(Math.floor(index / stages.length) + 1)}`}`,
      definitionName,
      runName: `run ${String(runId)}`,
      runId,
    };
  }
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
