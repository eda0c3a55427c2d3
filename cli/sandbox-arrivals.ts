// Which jobs the living pool serves: a trace that a person names, the real one beside the project, or the generator.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { arrivalsOfTrace, type Arrival } from '../sandbox/workload/arrivals.ts';
import { generateArrivals } from '../sandbox/workload/generator.ts';
import { seededRandom } from '../service/domain/chance.ts';
import type { Trace } from '../service/domain/trace.ts';
import { readTraceFile } from './trace-file.ts';

export interface ArrivalSource {
  readonly arrivals: Iterable<Arrival>;
  readonly words: string;
}

/** A trace begins this long before its first job, so that one sees the pool at rest. */
const leadSeconds = 30;
const daySeconds = 86_400;

export async function chooseArrivals(named: string | null, checkout: string): Promise<ArrivalSource> {
  if (named !== null) {
    const trace = await readTraceFile(named);
    return {
      arrivals: arrivalsOfTrace(trace.jobs, 0, leadSeconds),
      words: `it serves the ${trace.jobs.length} jobs of ${named}.`,
    };
  }
  const real = join(checkout, '..', 'shared', 'traces', 'bitcoin-core-gha-2025.csv.gz');
  if (existsSync(real)) {
    const trace = await readTraceFile(real);
    return {
      arrivals: arrivalsOfTrace(trace.jobs, busyMorning(trace), leadSeconds),
      words: 'it serves the real jobs of an open-source project, at the times at which they came.',
    };
  }
  return {
    arrivals: generateArrivals({ random: seededRandom(2026), peakRunsPerHour: 12, firstHour: 9 }),
    words: 'it serves synthetic jobs of a mid-size team, drawn from a seed.',
  };
}

/** The first weekday morning (UTC) after the third day: a recording's first days are often thin. */
function busyMorning(trace: Trace): number {
  const epoch = trace.epochSeconds ?? 0;
  for (let day = 3; day < 10; day += 1) {
    const morning = Math.ceil((epoch + day * daySeconds) / daySeconds) * daySeconds + 9 * 3600;
    const weekday = new Date(morning * 1000).getUTCDay();
    if (weekday >= 1 && weekday <= 5) return morning - epoch;
  }
  return 0;
}
