// Everything that one run is, drawn from its one seed (swarm): how large the pool is, how it is set, what comes to it,
// which faults it meets and how hard, and which of the unproved facts hold in it.
import { seededRandom } from '../../service/domain/chance.ts';
import type { Variants } from '../azure/emulator.ts';
import type { Rules } from '../azure-devops/organization.ts';
import type { Arrival } from '../workload/arrivals.ts';
import { generateArrivals } from '../workload/generator.ts';
import { pick } from './azure-faults.ts';
import { catalogue } from './catalogue.ts';
import type { CloudThrottling } from './clouds.ts';
import { drawDemands, type Drawn } from './drawn-demands.ts';
import { drawsImages, type DrawnImage } from './drawn-images.ts';
import { wireFaultIds, type Strength } from './faults.ts';
import { drawImagePool } from './image-demands.ts';
import { machineFaultIds } from './machine-faults.ts';
import { meddlerIds } from './meddlers.ts';
import { peopleIds } from './people.ts';

/** Faults that are neither on the wire nor a person's: quota, the worst moments, the service's end. */
const otherIds = ['A11', 'D11', 'S1'] as const;
/** Of the service's surroundings; S3 also of a second leader. */
export const serviceIds = ['A25', 'S3', 'S4', 'S6', 'S8'] as const;

const drawnIds: readonly string[] = [
  ...wireFaultIds,
  ...peopleIds,
  ...machineFaultIds,
  ...meddlerIds,
  ...serviceIds,
  ...otherIds,
];
/** In the order of the catalogue. */
export const allFaultIds: readonly string[] = Object.keys(catalogue).filter((id) => drawnIds.includes(id));

export interface RunOptions {
  readonly seed: number;
  readonly hours: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly arrivals: readonly Arrival[];
  /** Of a pool with several images, in its settings' order; empty for one that makes what its scale set says. */
  readonly images: readonly DrawnImage[];
  readonly rules: Partial<Rules>;
  readonly coresLimit: number;
  readonly pageSize: number;
  /** Of Azure, what nobody has proved. */
  readonly variants: Variants;
  /** Of both clouds' limits, what neither publishes. */
  readonly throttling: CloudThrottling;
  readonly strengths: Readonly<Record<string, Strength>>;
  readonly people: Readonly<Record<string, number>>;
  /** Of machines: chance of each occasion; of D10 the mean seconds between two. */
  readonly machines: Readonly<Record<string, number>>;
  /** Of others who work on the estate: mean seconds between two. */
  readonly meddlers: Readonly<Record<string, number>>;
  /** Mean seconds between two who have a version of an image validated; absent: nobody does. */
  readonly validationSeconds?: number;
  /** Of the service's surroundings. */
  readonly surroundings: Readonly<Record<string, Strength>>;
  /** S4: mean seconds between two backups of the store, each put back some time later; null: none is. */
  readonly backupSeconds: number | null;
  /** Chance that the process ends at a call of a port. */
  readonly crash: number;
  /** Two: each believes for ever that it leads. */
  readonly leaders: 1 | 2;
  /** Seconds between two looks while something moves. */
  readonly movingSeconds: number;
}

/** Far more than the largest pool of a run needs. */
export const unlimitedCores = 10_000;

/** A11: room for one machine of two cores less than the maximum. */
export function scarceCores(maxCapacity: number): number {
  return Math.max(2, 2 * (maxCapacity - 1));
}

/** The ids that there were when the first seeds were kept: what they draw stays as it was. */
const isOld = /^(A([1-8]|11|13|16|18|19|22|23|24)|D([1-7]|9|11|12)|S[123])$/;

/** `faults`: ids to draw from, each with even chance to be there; `isForced` takes them all. */
export function drawRun(
  seed: number,
  hours: number,
  faults: readonly string[],
  isForced: boolean,
  // A validation is of an image: whoever asks for its faults by name has images.
  hasImages: boolean = drawsImages(seed) || (isForced && faults.includes('V1')),
): RunOptions {
  const random = seededRandom(seed);
  const maxCapacity = 1 + Math.floor(random() * 8);
  const share = 0.2 + 0.4 * random();
  const present = new Set(
    faults.filter((id) => (isOld.test(id) ? random() : streamOf(seed, `present ${id}`)()) < share || isForced),
  );
  // What was added later has a chance of its own, so that older seeds stay the runs that they were.
  const later = seededRandom(seed * 7001 + 13);
  const settings = drawSettings(random, maxCapacity);
  return {
    seed,
    hours,
    ...drawJobs(seed, hours, hasImages, { settings, arrivals: drawArrivals(random, hours) }),
    rules: drawUnproved(drawRules(random, later, present), streamOf(seed, 'rules')),
    coresLimit: present.has('A11') ? scarceCores(maxCapacity) : unlimitedCores,
    pageSize: pick(random, [2, 5, 100]),
    variants: drawVariants(streamOf(seed, 'variants')),
    throttling: drawThrottling(seededRandom(seed * 6007 + 3)),
    strengths: Object.fromEntries(
      wireFaultIds.filter((id) => present.has(id)).map((id) => [id, drawStrength(random, id)] as const),
    ),
    people: Object.fromEntries(
      peopleIds.filter((id) => present.has(id)).map((id) => [id, 600 + random() * 7200] as const),
    ),
    ...drawMore(seed, present),
    backupSeconds: drawBackups(streamOf(seed, 'S4 backup'), present, isForced),
    crash: present.has('S1') ? 0.0002 + 0.001 * random() : 0,
    leaders: present.has('S3') && (isForced || later() < 0.5) ? 2 : 1,
    ...(isForced && present.has('V1') ? { validationSeconds: 300 + 600 * streamOf(seed, 'V1 asked')() } : {}),
    movingSeconds: hasImages ? 15 : pick(later, [5, 10, 15]),
  };
}

function drawJobs(seed: number, hours: number, hasImages: boolean, drawn: Drawn): Drawn & Pick<RunOptions, 'images'> {
  return hasImages ? drawImagePool(seed, hours, drawn) : { images: [], ...drawDemands(seed, drawn) };
}

/** From streams of their own, so that a fault more or less changes nothing else of a run. */
function drawMore(
  seed: number,
  present: ReadonlySet<string>,
): Pick<RunOptions, 'machines' | 'meddlers' | 'surroundings'> {
  const drawn = <T>(ids: readonly string[], draw: (random: () => number, id: string) => T) =>
    Object.fromEntries(ids.filter((id) => present.has(id)).map((id) => [id, draw(streamOf(seed, id), id)] as const));
  return {
    machines: drawn(machineFaultIds, (random, id) => (id === 'D10' ? 1200 + random() * 7200 : 0.05 + 0.3 * random())),
    meddlers: drawn(meddlerIds, (random, id) => (id === 'D13' ? 60 + random() * 600 : 1800 + random() * 7200)),
    surroundings: drawn(serviceIds, (random, id) => ({
      ...drawStrength(random, id),
      everySeconds: 300 + 2400 * random(),
    })),
  };
}

function streamOf(seed: number, id: string): () => number {
  return seededRandom(
    seed * 131 + Array.from(id, (letter) => letter.charCodeAt(0)).reduce((sum, code) => sum * 37 + code, 7),
  );
}

function drawSettings(random: () => number, maxCapacity: number): Readonly<Record<string, unknown>> {
  return {
    maxCapacity,
    desiredIdle: Math.min(maxCapacity, Math.floor(random() * 3)),
    timeToLiveMinutes: pick(random, [1, 5, 15, 30]),
    recycleAfterEachUse: random() < 0.6,
    sizing: { policy: random() < 0.8 ? 'eventDriven' : 'sampled' },
  };
}

/**
 * The first three come early, so that every run has something to do. The last one comes right before the calm, so that
 * nobody can cancel it and no fault can take it: every run finishes a job.
 */
function drawArrivals(random: () => number, hours: number): readonly Arrival[] {
  const names = { label: '', jobName: 'build', definitionName: 'first', runName: 'first' };
  const first = [60, 400, 900].map((at, index) => ({ ...names, at, durationSeconds: 120, runId: index + 1 }));
  const peakRunsPerHour = 0.5 + 3 * random();
  const others: Arrival[] = [];
  for (const arrival of generateArrivals({ random, peakRunsPerHour, firstHour: Math.floor(random() * 168) })) {
    if (arrival.at > hours * 3600 - 1) break;
    others.push({ ...arrival, durationSeconds: Math.min(arrival.durationSeconds, 1800) });
  }
  const last = { ...names, at: hours * 3600 - 1, durationSeconds: 120, runId: 4 };
  return [...first, ...others, last].toSorted((left, right) => left.at - right.at);
}

/** Facts that nobody has proved yet: safety may not hang on them. */
function drawRules(random: () => number, later: () => number, present: ReadonlySet<string>): Partial<Rules> {
  const refusal = pick(random, ['assigned', 'running', 'assigned'] as const);
  // Where nobody refuses, the two readings are all there is; they may not be old ones then as well.
  const isDefended = present.has('D5') || later() >= 0.15;
  return {
    deleteRefusal: isDefended ? refusal : 'never',
    registrationKeepsEnabled: random() < 0.5,
    sessionTimeoutMs: pick(random, [60_000, 120_000, 300_000]),
    assignDelayMs: [0, pick(random, [1000, 3000, 15_000])],
    assignAfterRead: present.has('D11') ? 0.2 + 0.6 * random() : 0,
    assignAfterDisableMs: present.has('D11') ? Math.floor(random() * 5000) : 0,
  };
}

/** `assignedRequest` may come a minute late, as it did elsewhere, as long as the refusal of the delete stands against it. */
function drawUnproved(rules: Partial<Rules>, random: () => number): Partial<Rules> {
  const isLate = random() < 0.3 && rules.deleteRefusal !== 'never';
  return { ...rules, assignedRequestLateMs: isLate ? Math.floor(random() * 60_000) : 0 };
}

function drawVariants(random: () => number): Variants {
  return {
    capacityFalls: pick(random, ['whenAccepted', 'whenGone']),
    writesDuringScaleOut: pick(random, ['taken', 'taken', 'conflict']),
  };
}

/** Who disabled an agent is written in the store alone, so no run has both a store of yesterday and people who do that. */
function drawBackups(random: () => number, present: ReadonlySet<string>, isForced: boolean): number | null {
  if (!present.has('S4') || present.has('D9')) return null;
  return isForced || random() < 0.5 ? 900 + 3600 * random() : null;
}

/** The limits hold in every run; how Azure counts polls and what a call costs at Azure DevOps is not known. */
function drawThrottling(random: () => number): CloudThrottling {
  return {
    polls: pick(random, ['perTarget', 'perOperation']),
    unitsPerCall: pick(random, [0.1, 0.3, 0.6]),
  };
}

function drawStrength(random: () => number, id: string): Strength {
  // The rare ones end or stretch whole passes: often enough, nothing would ever be done.
  const most = id === 'S2' ? 0.003 : id === 'A5' || id === 'A6' ? 0.08 : 0.2;
  const lasts = id === 'D5' ? 60 : 30 + 600 * random();
  return { rate: most * (0.1 + 0.9 * random()), everySeconds: 900 + 7200 * random(), lastsSeconds: lasts };
}
