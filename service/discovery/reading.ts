// What discovery keeps between two looks: one reading for each pipeline and branch, with what it was read from, so that only
// what changed is read again. Plain JSON.
import type { DiscoveredDemands } from '../domain/observation.ts';
import type { JobDemands } from './final-yaml.ts';

export interface PipelineReading {
  readonly projectId: string;
  readonly project: string;
  readonly kind: 'yaml' | 'classic' | 'release';
  readonly pipelineId: number;
  readonly name: string;
  /** Null for classic ones. */
  readonly branch: string | null;
  readonly file: string | null;
  /** Another key means that something changed. */
  readonly key: string;
  readonly readAt: number;
  readonly jobs: readonly JobDemands[];
  readonly notCovered: readonly string[];
}

export interface DiscoveryState {
  readonly version: 1;
  /** When the last look was finished; null before the first. */
  readonly readAt: number | null;
  readonly readings: readonly PipelineReading[];
  /** Of the last look, what belongs to no single pipeline. */
  readonly notCovered: readonly string[];
  /** Rights that the identity lacks, in words. */
  readonly missingRights: readonly string[];
}

export const nothingDiscovered: DiscoveryState = {
  version: 1,
  readAt: null,
  readings: [],
  notCovered: [],
  missingRights: [],
};

export function isDiscoveryState(value: unknown): value is DiscoveryState {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return false;
  return 'readings' in value && Array.isArray(value.readings) && 'missingRights' in value && 'notCovered' in value;
}

const mostSets = 1000;
const mostShown = 200;
/** What no look at the final YAML can ever see (pipelines-and-yaml.md 1 and 2.6). */
const neverSeen = [
  'Branches without a run in the last 14 days, and other values of the parameters of a pipeline.',
  'Demands that tasks and decorators add: placeholders have what the agents of the image were seen to have.',
];

/** Equal sets are one, with the first of its sources and how many others there are. */
export function discoveredDemands(state: DiscoveryState, now: number): DiscoveredDemands {
  const sets = new Map<string, { readonly demands: readonly string[]; readonly sources: string[] }>();
  for (const reading of state.readings) {
    for (const job of reading.jobs) {
      if (job.demands.length === 0) continue;
      const key = job.demands
        .map((text) => text.toLowerCase())
        .toSorted()
        .join('\n');
      const set = sets.get(key) ?? { demands: job.demands, sources: [] };
      set.sources.push(sourceOf(reading, job));
      sets.set(key, set);
    }
  }
  const ofPipelines = state.readings.flatMap((reading) =>
    reading.notCovered.map((words) => `${placeOf(reading)}: ${words}.`),
  );
  return {
    readAt: state.readAt ?? now,
    sets: [...sets.values()]
      .slice(0, mostSets)
      .map(({ demands, sources }) => ({ demands, source: sourcesOf(sources) })),
    notCovered: [...state.notCovered, ...ofPipelines.slice(0, mostShown), ...neverSeen],
    missingRights: state.missingRights,
  };
}

function sourcesOf([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function sourceOf(reading: PipelineReading, job: JobDemands): string {
  const line = job.line > 0 ? `, final YAML line ${job.line}` : '';
  return `${placeOf(reading)}${line}${job.job === null ? '' : `, job ${job.job}`}`;
}

function placeOf({ project, name, kind, branch, file }: PipelineReading): string {
  const what = kind === 'release' ? `release ${name}` : name;
  const where = [file, branch?.replace(/^refs\/heads\//, '')].filter((one) => one !== null && one !== undefined);
  return `${project}/${what}${where.length === 0 ? '' : ` (${where.join(' on ')})`}`;
}
