// What a pool's jobs would have met under other settings: which settings are compared, on which boot times, and who is best.
import { bootShape, z95 } from './boot-time.ts';
import type { Lognormal } from './chance.ts';
import type { OsType } from './instance.ts';
import type { Memory } from './memory.ts';
import type { PastJob } from './past-job.ts';
import type { PoolSettings, Preset, SizingPolicy } from './pool.ts';
import { bootProfiles, type BootProfile } from './replay-machines.ts';
import type { TraceJob } from './trace.ts';
import { count } from './words.ts';

/** The settings that a person may change for a what-if; what is absent stays. */
export interface SettingsEdit {
  readonly maxCapacity?: number;
  readonly desiredIdle?: number;
  readonly timeToLiveMinutes?: number;
  readonly recycleAfterEachUse?: boolean;
  readonly policy?: SizingPolicy;
  readonly preset?: Preset;
}

export type VariantName = 'economy' | 'balanced' | 'fast' | 'sampled' | 'edited';

export interface Variant {
  readonly name: VariantName;
  /** These are the settings of the pool as they stand. */
  readonly isCurrent: boolean;
  /** These are what the person asked for. */
  readonly isEdited: boolean;
  readonly settings: PoolSettings;
}

/** As a document that the rules of settings have still to look at. */
export function withEdit(settings: PoolSettings, edit: SettingsEdit): Readonly<Record<string, unknown>> {
  const { policy, preset, ...plain } = edit;
  const { profile, ...rest } = settings;
  const sizing = {
    ...settings.sizing,
    ...(policy === undefined ? {} : { policy }),
    ...(preset === undefined ? {} : { preset }),
  };
  const { recycleAfterEachUse = settings.recycleAfterEachUse } = edit;
  // The profile follows the way of recycling; one that contradicts it would be refused.
  const kept = recycleAfterEachUse === settings.recycleAfterEachUse ? { profile } : {};
  return { ...rest, ...plain, ...kept, sizing };
}

/** The three presets and Azure DevOps' own rule, one of which the pool has now, and what was asked for. */
export function variantsOf(settings: PoolSettings, edited: PoolSettings | null): readonly Variant[] {
  const { policy, preset } = settings.sizing;
  const sized = (name: Exclude<VariantName, 'edited'>): Variant => {
    const sizing =
      name === 'sampled'
        ? { ...settings.sizing, policy: 'sampled' as const }
        : { ...settings.sizing, policy: 'eventDriven' as const, preset: name };
    const isCurrent = name === (policy === 'sampled' ? 'sampled' : preset);
    const variant = { ...settings, sizing };
    return { name, isCurrent, isEdited: edited !== null && isSame(variant, edited), settings: variant };
  };
  const known = (['economy', 'balanced', 'fast', 'sampled'] as const).map(sized);
  if (edited === null || known.some((one) => one.isEdited)) return known;
  return [...known, { name: 'edited', isCurrent: false, isEdited: true, settings: edited }];
}

/** In what an edit may change. Azure DevOps' own rule has no presets. */
function isSame(one: PoolSettings, other: PoolSettings): boolean {
  const told = ({ maxCapacity, desiredIdle, timeToLiveMinutes, recycleAfterEachUse, sizing }: PoolSettings) => {
    const rule = sizing.policy === 'sampled' ? sizing.policy : sizing.preset;
    return [maxCapacity, desiredIdle, timeToLiveMinutes, recycleAfterEachUse, rule].join(' ');
  };
  return told(one) === told(other);
}

export interface Boots {
  readonly profile: BootProfile;
  readonly words: string;
}

/** Fewer say nothing about the slow ones. */
const learnedFrom = 5;

/** What the pool has measured, else what is published of scale set agents. */
export function bootsOf(memory: Memory, osType: OsType): Boots {
  const assumed = bootProfiles[osType];
  const create = measured(memory, 'create') ?? assumed.create;
  const reimage = measured(memory, 'reimage') ?? assumed.reimage;
  const seen = memory.boots.create.length;
  const times = `${Math.round(create.p50)} s as a rule, ${Math.round(create.p95)} s where it is slow`;
  const words =
    seen >= learnedFrom
      ? `Machines boot as the last ${seen} of this pool did: ${times}.`
      : `Machines boot as scale set agents are known to: ${times}. Weir has measured ${count(seen, 'boot')} of this pool so far, and ${learnedFrom} are needed.`;
  return { profile: { create, reimage, neverOnline: assumed.neverOnline }, words };
}

function measured(memory: Memory, startedBy: 'create' | 'reimage'): Lognormal | null {
  if (memory.boots[startedBy].length < learnedFrom) return null;
  const { usualMs, spread } = bootShape(memory, startedBy);
  const p50 = Math.max(1, usualMs / 1000);
  return { p50, p95: p50 * (spread > 0 ? Math.exp(spread * z95) : 2) };
}

/** Seconds since the epoch, so that days of the week are where they were. */
export function traceOfJobs(jobs: readonly PastJob[]): readonly TraceJob[] {
  return jobs.map(({ queuedAt, startedAt, finishedAt, image }) => ({
    arrival: queuedAt / 1000,
    duration: (finishedAt - startedAt) / 1000,
    label: image,
  }));
}

export interface WaitFigures {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
}

/** Seconds that the jobs really waited; zeroes where there are none. */
export function measuredWaits(jobs: readonly PastJob[]): WaitFigures {
  const waits = jobs.map((job) => (job.startedAt - job.queuedAt) / 1000).sort((left, right) => left - right);
  const rank = (share: number) => rounded(waits[Math.max(0, Math.ceil(share * waits.length) - 1)] ?? 0);
  const sum = waits.reduce((total, wait) => total + wait, 0);
  return { mean: rounded(sum / Math.max(1, waits.length)), p50: rank(0.5), p95: rank(0.95) };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

export interface Point {
  readonly wait: number;
  readonly hours: number;
}

/** For each: nothing else is at least as good in both and better in one. */
export function paretoFront(points: readonly Point[]): readonly boolean[] {
  const beats = (one: Point, other: Point) =>
    one.wait <= other.wait && one.hours <= other.hours && (one.wait < other.wait || one.hours < other.hours);
  return points.map((point) => !points.some((other) => beats(other, point)));
}

/** What of these settings a replay leaves out, so that nobody takes its figures for more than they are. */
export function leftOutOf(settings: PoolSettings, isTrace: boolean): readonly string[] {
  return [
    'Jobs that wait for other jobs keep the time at which they were really queued.',
    ...(settings.images.length > 1 || settings.laneResourceGroup != null
      ? ['Every job runs on one and the same image.']
      : []),
    ...(settings.budget === null ? [] : ['The monthly budget is not looked at.']),
    ...(settings.schedule !== null && isTrace
      ? ['The standby by the clock follows the times of the file, counted from 1 January 1970 in UTC.']
      : []),
    ...(settings.maxSavedNodeCount > 0 ? ['Nobody keeps failed machines for investigation.'] : []),
  ];
}
