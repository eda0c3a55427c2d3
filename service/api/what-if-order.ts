// What a what-if is to replay: jobs of the pool's own history or of a file, and the settings to compare. Everything that is
// wrong with the question is said here, before anything runs.
import { traceLimit, type WhatIfRequest } from '../../contract/what-if.ts';
import { hasLanes } from '../domain/lane-owner.ts';
import { memoryIn } from '../domain/memory.ts';
import { keptDays, type PastJob } from '../domain/past-job.ts';
import type { PoolSettings } from '../domain/pool.ts';
import { validatePoolSettings } from '../domain/pool-rules.ts';
import { wholeTrace } from '../domain/replay-window.ts';
import { mostInOnePlacementGroup } from '../domain/scale-set-limit.ts';
import { parseTrace, type TraceJob } from '../domain/trace.ts';
import {
  bootsOf,
  leftOutOf,
  measuredWaits,
  traceOfJobs,
  variantsOf,
  withEdit,
  type Variant,
} from '../domain/what-if.ts';
import { count, day, minute } from '../domain/words.ts';
import type { PoolRecord, Store } from '../ports.ts';
import { UserProblem } from '../problem.ts';
import type { ReplayOrder } from '../replay-port.ts';
import { askedInstant } from './asked-instant.ts';
import { seenBy } from './seen.ts';
import { toProblems } from './settings-routes.ts';
import type { WhatIf } from './what-if-record.ts';

/** Fewer tell more of chance than of settings. */
export const neededJobs = 20;
const mostJobs = 50_000;
const dayMs = 86_400_000;
/** A whole machine of a day is measured where the time series covers most of it. */
const enoughSeen = 0.9;
const longestGapMs = 900_000;
/** Of a shorter period days say too little, and the machines that it began with are a large part. */
const shortMs = 2 * dayMs;
const coldWords =
  'Each replay begins without a machine and counts to the end of the period or of its last job: of a short time that is a larger part than of a long one.';

const groupWords = `The scale set of the pool holds at most ${mostInOnePlacementGroup} machines while singlePlacementGroup is on, and so no replay has more.`;

export interface Order {
  readonly replays: ReplayOrder;
  readonly variants: readonly Variant[];
  readonly about: Pick<WhatIf, 'isTrace' | 'from' | 'to' | 'jobs' | 'measured' | 'notes'>;
}

/** Throws UserProblem. */
export async function orderOf(store: Store, record: PoolRecord, asked: WhatIfRequest, now: number): Promise<Order> {
  const { settings, pool } = record;
  const edited = asked.edit === undefined ? null : editedOf(settings, asked.edit);
  const variants = variantsOf(settings, edited);
  const boots = bootsOf(memoryIn(await store.readMemory(pool)), settings.osType);
  const source = asked.trace === undefined ? await historyOf(store, pool, asked, now) : fileOf(asked, asked.trace);
  const isOneGroup = await hasOneGroup(store, record);
  const isShort = isOneGroup && variants.some((variant) => variant.settings.maxCapacity > mostInOnePlacementGroup);
  const notes = [
    boots.words,
    ...(isShort ? [groupWords] : []),
    ...source.notes,
    ...leftOutOf(settings, source.about.isTrace),
  ];
  const { jobs, from, to, window } = source;
  const replayed = variants.map((variant) => variant.settings);
  return {
    replays: { jobs, from, to, window, profile: boots.profile, bootSeed: 1, isOneGroup, settings: replayed },
    variants,
    about: { ...source.about, notes },
  };
}

/** As the newest pass saw it. Scale sets that Weir makes span groups, so only a pool on a scale set of its own is bound. */
async function hasOneGroup(store: Store, { settings, pool }: PoolRecord): Promise<boolean> {
  if (hasLanes(settings)) return false;
  const seen = await seenBy(store, pool);
  return seen?.lanes[0]?.scaleSet.value.singlePlacementGroup === true;
}

function editedOf(settings: PoolSettings, edit: NonNullable<WhatIfRequest['edit']>): PoolSettings {
  const answer = validatePoolSettings(withEdit(settings, edit));
  if ('settings' in answer) return answer.settings;
  throw toProblems(answer.problems);
}

interface Source extends Pick<ReplayOrder, 'jobs' | 'from' | 'to' | 'window'> {
  readonly about: Omit<Order['about'], 'notes'>;
  readonly notes: readonly string[];
}

async function historyOf(store: Store, pool: string, asked: WhatIfRequest, now: number): Promise<Source> {
  const to = asked.to === undefined ? now : askedInstant(asked.to, 'to');
  const from = asked.from === undefined ? to - 7 * dayMs : askedInstant(asked.from, 'from');
  if (from >= to) throw new UserProblem('RANGE_INVALID', 'The period ends before it begins.', { field: 'from' });
  const known = await store.listJobs(pool, now - keptDays * dayMs, to, mostJobs);
  const counted = known.filter((job) => job.queuedAt >= from);
  if (counted.length < neededJobs) throw tooShort(counted, await store.jobSpan(pool), { from, to });
  const left = known.length === mostJobs ? [`Only the newest ${mostJobs} jobs are replayed.`] : [];
  const cold = to - from < shortMs ? [coldWords] : [];
  return {
    jobs: traceOfJobs(known),
    from: from / 1000,
    to: to / 1000,
    // Before the first job that Weir saw, nobody knows whether the pool was there.
    window: { begins: Math.max(from, firstOf(known)) / 1000, ends: to / 1000 },
    about: {
      isTrace: false,
      from,
      to,
      jobs: counted.length,
      measured: await measuredOf(store, pool, counted, from, to),
    },
    notes: [...left, ...cold],
  };
}

function firstOf(jobs: readonly PastJob[]): number {
  return jobs.reduce((first, { queuedAt }) => Math.min(first, queuedAt), Infinity);
}

function tooShort(
  counted: readonly PastJob[],
  span: { readonly jobs: number; readonly from: number | null },
  period: { readonly from: number; readonly to: number },
): UserProblem {
  const when = period.to - period.from < shortMs ? minute : day;
  const there = `Between ${when(period.from)} and ${when(period.to)} Weir knows ${count(counted.length, 'finished job')}, and a what-if needs at least ${neededJobs}.`;
  const all =
    span.from === null
      ? 'It keeps every job of this pool that ends from now on.'
      : `It knows ${count(span.jobs, 'job')} since ${day(span.from)}.`;
  const nextStep =
    span.jobs >= neededJobs
      ? 'Choose a longer period, or replay a file of jobs.'
      : 'Come back when more jobs have run, or replay a file of jobs.';
  return new UserProblem('WHAT_IF_HISTORY_SHORT', `${there} ${all}`, { field: 'from', nextStep });
}

async function measuredOf(store: Store, pool: string, jobs: readonly PastJob[], from: number, to: number) {
  // The time before the first job was looked at belongs to somebody else.
  const use = await store.readUse(pool, from, to, longestGapMs);
  const isSeen = use.knownMs >= enoughSeen * (to - from);
  const vmHours = isSeen ? Math.round((use.machineMs / 3_600_000) * 100) / 100 : null;
  return { waitSeconds: measuredWaits(jobs), vmHours };
}

function fileOf(asked: WhatIfRequest, text: string): Source {
  if (asked.from !== undefined || asked.to !== undefined) {
    const message = 'A period belongs to the history of the pool: a file is replayed whole.';
    throw new UserProblem('RANGE_INVALID', message, { field: 'from', nextStep: 'Leave from and to out.' });
  }
  if (text.length > traceLimit) {
    const size = `${Math.round(text.length / 100_000) / 10} million characters`;
    throw new UserProblem('TRACE_TOO_LARGE', `The file has ${size}, and at most ${traceLimit / 1e6} million are read.`);
  }
  const trace = parseTrace(text);
  if ('faults' in trace) {
    const words = trace.faults.map((fault) => `line ${fault.line}: ${fault.words}`).join(' ');
    throw new UserProblem('TRACE_INVALID', `The file cannot be read: ${words}`, {
      field: 'trace',
      nextStep: 'A line is arrival_seconds,duration_seconds,label; lines that begin with # are comments.',
    });
  }
  const jobs = shifted(trace.jobs, trace.epochSeconds);
  if (jobs.length > mostJobs) {
    const message = `The file has ${jobs.length} jobs, and at most ${mostJobs} are replayed.`;
    throw new UserProblem('TRACE_TOO_LARGE', message, { field: 'trace' });
  }
  const about = { isTrace: true, from: null, to: null, jobs: jobs.length, measured: null };
  return { jobs, from: 0, to: Number.MAX_SAFE_INTEGER, window: wholeTrace, about, notes: [] };
}

/** Days of the week are where they were, where the file says when it began. */
function shifted(jobs: readonly TraceJob[], epochSeconds: number | null): readonly TraceJob[] {
  return epochSeconds === null ? jobs : jobs.map((job) => ({ ...job, arrival: job.arrival + epochSeconds }));
}
