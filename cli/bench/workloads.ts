// What the bench sizes pools for: the seeded generator at three sizes, and real traces where they stand beside the project.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateArrivals } from '../../sandbox/workload/generator.ts';
import { seededRandom } from '../../service/domain/chance.ts';
import type { TraceJob } from '../../service/domain/trace.ts';
import { readTraceFile } from '../trace-file.ts';

export type WorkloadName = 'bitcoin' | 'lcg' | 'small' | 'medium' | 'large';

export interface Workload {
  readonly name: WorkloadName;
  readonly title: string;
  readonly jobs: readonly TraceJob[];
  /** Jobs before it are history to learn from. */
  readonly from: number;
  readonly maximum: number;
}

const traces = {
  bitcoin: { file: 'bitcoin-core-gha-2025', title: 'Bitcoin Core (trace)', maximum: 200 },
  lcg: { file: 'lcg-grid-2005', title: 'LCG grid (trace, jobs up to 6 h)', maximum: 2500 },
} as const;

const synthetic = {
  small: { title: 'small, 20 jobs a day (synthetic)', peakRunsPerHour: 0.5, weeks: 6, maximum: 20 },
  medium: { title: 'medium, 1,000 a day (synthetic)', peakRunsPerHour: 25, weeks: 3, maximum: 200 },
  large: { title: 'large, 20,000 a day (synthetic)', peakRunsPerHour: 500, weeks: 0.8, maximum: 2500 },
} as const;

const weekSeconds = 7 * 86_400;
const longestLcgJob = 6 * 3600;

/** Null for a trace that does not stand beside the project. */
export async function readWorkload(name: WorkloadName): Promise<Workload | null> {
  if (name !== 'bitcoin' && name !== 'lcg') return generated(name);
  const { file, title, maximum } = traces[name];
  const path = fileURLToPath(new URL(`../../../shared/traces/${file}.csv.gz`, import.meta.url));
  if (!existsSync(path)) return null;
  const { jobs: all } = await readTraceFile(path);
  const jobs = name === 'lcg' ? all.filter((job) => job.duration <= longestLcgJob) : all;
  const from = ((jobs[0]?.arrival ?? 0) + (jobs.at(-1)?.arrival ?? 0)) / 2;
  return { name, title, jobs, from, maximum };
}

function generated(name: keyof typeof synthetic): Workload {
  const { title, peakRunsPerHour, weeks, maximum } = synthetic[name];
  const end = weeks * weekSeconds;
  const jobs: TraceJob[] = [];
  for (const arrival of generateArrivals({ random: seededRandom(2026), peakRunsPerHour, firstHour: 0 })) {
    if (arrival.at > end) break;
    jobs.push({ arrival: arrival.at, duration: arrival.durationSeconds, label: '' });
  }
  return { name, title, jobs, from: end / 2, maximum };
}
