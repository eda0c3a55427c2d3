// Managed DevOps Pools with automatic standby (performance.md 3f): for each hour of the week one percentile of the five-minute
// peaks of the last three weeks; agents are topped up to it each minute, and the rest is created on demand.
import { idleFor, sizeOf, type Baseline } from './baseline.ts';

export interface ManagedPoolsSettings {
  /** Null: standby is off. Otherwise 10, 25, 50, 75 or 90. */
  readonly percentile: number | null;
  readonly graceSeconds: number;
}

/** One peak of demand for each five minutes, oldest first; `first` is the number of the first five minutes. */
export interface Peaks {
  readonly first: number;
  /** Of those that are over: whole days, and then what came after them. */
  readonly days: readonly (readonly number[])[];
  readonly values: readonly number[];
  /** The highest demand of the five minutes that run. */
  readonly current: number;
}

export const noPeaks: Peaks = { first: 0, days: [], values: [], current: -1 };

interface Memory {
  readonly peaks: Peaks;
  readonly hour: number;
  readonly standby: number;
  readonly minute: number;
}

const hourSeconds = 3600;
const hoursOfWeek = 168;
const bucketSeconds = 300;
const bucketsOfDay = (24 * hourSeconds) / bucketSeconds;
/** Three weeks, and the day that is being looked at. */
const daysKept = 22;

/** The reading that favours it: what it counts is concurrency, jobs that run and jobs that wait. */
export function managedPools(settings: ManagedPoolsSettings, past: Peaks): Baseline<Memory> {
  const { percentile, graceSeconds } = settings;
  const auto = percentile === null ? 'auto-off' : `auto${percentile}`;
  return {
    name: `managed-pools ${auto} grace${graceSeconds / 60}m`,
    begin: { peaks: past, hour: -1, standby: 0, minute: -1 },
    period: 60,
    isTold: true,
    isAlwaysOneJob: false,
    givesUpAfter: 20 * 60,
    look: (view, memory) => {
      const waiting = view.waitingSince.length;
      const peaks = notePeak(memory.peaks, view.now, view.busy + waiting);
      const hour = Math.floor(view.now / hourSeconds);
      const minute = Math.floor(view.now / 60);
      const standby = hour === memory.hour ? memory.standby : scheduled(peaks, hour, percentile);
      const wanted = Math.min(standby, view.maximum);
      const onDemand = Math.max(0, waiting - view.idle.length - view.boots.length);
      const topUp = minute === memory.minute ? 0 : Math.max(0, wanted - sizeOf(view) - onDemand);
      const spare = Math.min(view.idle.length - waiting, sizeOf(view) - wanted);
      return {
        create: onDemand + topUp,
        remove: idleFor(view, graceSeconds, spare),
        memory: { peaks, hour, standby, minute },
      };
    },
  };
}

/** Five minutes in which nobody looked had no demand of their own. */
export function notePeak(peaks: Peaks, now: number, demand: number): Peaks {
  const bucket = Math.floor(now / bucketSeconds);
  if (peaks.current < 0) return { ...noPeaks, first: bucket, current: demand };
  const running = peaks.first + peaks.days.length * bucketsOfDay + peaks.values.length;
  if (bucket <= running) return demand <= peaks.current ? peaks : { ...peaks, current: demand };
  const silent = Array.from({ length: bucket - running - 1 }, () => 0);
  const days = [...peaks.days];
  let values = [...peaks.values, peaks.current, ...silent];
  for (; values.length >= bucketsOfDay; values = values.slice(bucketsOfDay)) days.push(values.slice(0, bucketsOfDay));
  const gone = Math.max(0, days.length - daysKept);
  return { first: peaks.first + gone * bucketsOfDay, days: days.slice(gone), values, current: demand };
}

/** Those of an hour, as far as they are known; `from` counts from the first. */
function peaksFrom(peaks: Peaks, from: number): readonly number[] {
  return Array.from({ length: hourSeconds / bucketSeconds }, (_, index) => from + index).flatMap((place) => {
    const day = Math.floor(place / bucketsOfDay);
    const values = day === peaks.days.length ? peaks.values : peaks.days[day];
    return values?.[place - day * bucketsOfDay] ?? [];
  });
}

/** The percentile (nearest rank) over the same hour of the last three weeks, as far as they are known. */
function scheduled(peaks: Peaks, hour: number, percentile: number | null): number {
  if (percentile === null) return 0;
  const perHour = hourSeconds / bucketSeconds;
  const values: number[] = [];
  for (let week = 1; week <= 3; week += 1) {
    const first = (hour - week * hoursOfWeek) * perHour - peaks.first;
    values.push(...peaksFrom(peaks, first));
  }
  values.sort((left, right) => left - right);
  return values[Math.max(0, Math.ceil((percentile / 100) * values.length) - 1)] ?? 0;
}
