// What a pool would know of the jobs before the window of a replay: their demand, had each begun when it came, for a preset that
// does not forecast what races would have cost, and how long the machines booted that those jobs needed.
import { bootsKept } from './boot-log.ts';
import { z95 } from './boot-time.ts';
import type { BootTimes, DemandHistory } from './demand-history.ts';
import { noteDemand } from './forecast.ts';
import type { Memory } from './memory.ts';
import type { PoolSettings } from './pool.ts';
import { normalQuantile } from './race.ts';
import { raceCostAfter, type RaceCost } from './race-cost.ts';
import type { BootProfile } from './replay-machines.ts';
import { forecasts } from './sizing-presets.ts';
import type { TraceJob } from './trace.ts';

export type Past = Pick<Partial<Memory>, 'boots' | 'demand' | 'races'>;

/** `from` in seconds of the trace. Replays of one trace with other boot seeds or presets begin with the same history. */
export function pastOf(jobs: readonly TraceJob[], from: number, profile: BootProfile, settings: PoolSettings): Past {
  const { maxCapacity: most } = settings;
  if (settings.sizing.policy !== 'eventDriven') return {};
  const boots = bootsBefore(jobs, from, profile);
  if (!forecasts(settings)) {
    const races = racesBefore(jobs, from, bootTimesOf(profile), most);
    return races === undefined ? { boots } : { boots, races };
  }
  let known = histories.get(jobs);
  if (known?.from !== from || known.profile !== profile || known.most !== most) {
    known = { from, profile, most, history: historyBefore(jobs, from, bootTimesOf(profile), most) };
    histories.set(jobs, known);
  }
  return known.history === undefined ? { boots } : { boots, demand: known.history };
}

interface Known {
  readonly from: number;
  readonly profile: BootProfile;
  readonly most: number;
  readonly history: DemandHistory | undefined;
}

const histories = new WeakMap<readonly TraceJob[], Known>();

/** As the pool of these machines would have measured them. */
function bootTimesOf({ create }: BootProfile): BootTimes {
  return { minutes: create.p50 / 60, spread: Math.log(create.p95 / create.p50) / z95 };
}

/** No chance is drawn: whichever of them stand in a row are spread over the times as boots are, for the oldest are forgotten first. */
const goldenShare = (Math.sqrt(5) - 1) / 2;

/** One boot for each job, as far as a pool remembers them: without them the first jobs of the window would meet a pool that races no boots. */
function bootsBefore(jobs: readonly TraceJob[], from: number, { create, reimage }: BootProfile): Memory['boots'] {
  const count = Math.min(bootsKept, jobs.filter((job) => job.arrival < from).length);
  const times = ({ p50, p95 }: BootProfile['create']): readonly number[] =>
    Array.from({ length: count }, (_, index) => {
      const place = ((index + 0.5) * goldenShare) % 1;
      return p50 * Math.exp((Math.log(p95 / p50) / z95) * normalQuantile(place));
    });
  return { create: times(create), reimage: times(reimage) };
}

interface Change {
  readonly at: number;
  readonly by: number;
}

function changesBefore(jobs: readonly TraceJob[], from: number): readonly Change[] {
  return jobs
    .filter((job) => job.arrival < from)
    .flatMap((job) => [
      { at: job.arrival, by: 1 },
      { at: Math.min(from, job.arrival + job.duration), by: -1 },
    ])
    .sort((left, right) => left.at - right.at);
}

function historyBefore(jobs: readonly TraceJob[], from: number, boot: BootTimes, most: number) {
  const changes = changesBefore(jobs, from);
  let history: DemandHistory | undefined;
  let demand = 0;
  let last = changes[0]?.at ?? 0;
  for (const { at, by } of changes) {
    // A pool at rest is looked at too: what it has not seen for hours it would have to forget.
    for (; at - last > 3600; last += 3600) history = noteDemand(history, last * 1000, demand, boot, most);
    last = at;
    demand += by;
    history = noteDemand(history, at * 1000, demand, boot, most);
  }
  return history;
}

/** Each job waits for a boot of its own, or for the job that ends first. */
function racesBefore(jobs: readonly TraceJob[], from: number, boot: BootTimes, most: number): RaceCost | undefined {
  let races: RaceCost | undefined;
  let demand = 0;
  /** When the boots that somebody waits for end. */
  const boots: number[] = [];
  const note = (at: number): void => {
    const moment = { now: at * 1000, busy: Math.min(most, demand), idle: 0, waiting: Math.min(most, boots.length) };
    races = raceCostAfter(races, moment, boot);
  };
  for (const { at, by } of changesBefore(jobs, from)) {
    for (let end = boots[0]; end !== undefined && end <= at; end = boots[0]) {
      boots.shift();
      note(end);
    }
    demand += by;
    if (by > 0) boots.push(at + boot.minutes * 60);
    else boots.shift();
    note(at);
  }
  return races;
}
