// What the three presets mean in numbers; everything else about sizing follows from these and from what the pool measures.
import { usualBootMs } from './boot-time.ts';
import type { Paying } from './demand-history.ts';
import { daysKnown, hasHistory } from './forecast.ts';
import type { Memory } from './memory.ts';
import { aimedTimes } from './hours-debt.ts';
import { highestWorth, idleShare, worthAt } from './past-cost.ts';
import type { PoolSettings, Preset } from './pool.ts';
import { raceWorthAt } from './race-cost.ts';

export interface SizingNumbers {
  /** Machine minutes that are paid to save one minute of a job's waiting. */
  readonly worth: number;
  /** In (0, 1]: how much of the break-even time an idle machine that no forecast wants is kept. */
  readonly distrust: number;
  /** False: no forecast, and an idle machine goes after five seconds. */
  readonly hasForecast: boolean;
}

/** The worth of a preset that forecasts follows what each worth would have cost this pool. */
export function sizingNumbers(settings: PoolSettings, memory: Memory): SizingNumbers {
  const { first, times: usual, most: dearest } = presets[settings.sizing.preset];
  if (usual === null) return { worth: raceWorth(settings, memory, first), distrust: 0.1, hasForecast: false };
  const known = memory.demand?.cost;
  // What a pool knows of its demand may be older, from a release that did not count costs.
  const isCounted = (known?.minutes ?? 0) >= daysNeeded * 1440 && daysKnown(memory) >= daysNeeded;
  const cost = isCounted ? known : undefined;
  const { times = usual } = settings.sizing;
  if (cost === undefined) return { worth: first, distrust: idleShare, hasForecast: true };
  // Who names the hours wants them, whatever a minute costs then.
  const most = settings.sizing.times === undefined ? highestWorth(cost, dearest) : Infinity;
  const worth = worthAt(cost, aimedTimes(cost, times), most);
  return { worth, distrust: idleShare, hasForecast: true };
}

/** Without a forecast only races cost more than the need: as many as the hours allow. A declared standby costs many times that. */
function raceWorth({ desiredIdle }: PoolSettings, { races }: Memory, first: number): number {
  const isCounted = desiredIdle === 0 && (races?.minutes ?? 0) >= daysNeeded * 1440;
  return races !== undefined && isCounted ? raceWorthAt(races, economyShare) : first;
}

interface PresetNumbers {
  /** The worth of a pool that knows little of its past. */
  readonly first: number;
  /** Machine hours as a multiple of what the jobs need at no wait; null: the worth stays as it is. */
  readonly times: number | null;
  /** No minute is worth more, however cheap it is, unless most jobs would still wait. */
  readonly most: number;
}

/** How they were chosen, and what they measured, stands in docs/decisions/0024-worth-follows-hours.md and 0028. */
const presets: Readonly<Record<Preset, PresetNumbers>> = {
  economy: { first: 2.7, times: null, most: 2.7 },
  balanced: { first: 11.8, times: 1.45, most: 22 },
  fast: { first: 60, times: 2.9, most: 80 },
};
const daysNeeded = 3;
/** Of the need, for idling and racing; the rest of a twentieth goes into what nobody counts, the handing over of jobs above all. */
const economyShare = 0.045;

/** A used spare saves one boot of machine time and one boot of waiting: idling up to this long pays where it is used. */
export function breakEvenMs(settings: PoolSettings, memory: Memory): number {
  return usualBootMs(memory, 'create') * (1 + sizingNumbers(settings, memory).worth);
}

/** The delay of the settings, or less where the preset saves money before it saves boots. */
export function idleTimeoutMs(settings: PoolSettings, memory: Memory): number {
  const delay = settings.timeToLiveMinutes * 60_000;
  if (settings.sizing.preset === 'economy') return Math.min(delay, 5_000);
  if (hasHistory(memory))
    return Math.min(delay, breakEvenMs(settings, memory) * sizingNumbers(settings, memory).distrust);
  return settings.sizing.preset === 'balanced' ? Math.min(delay, 7 * 60_000) : delay;
}

/** What the pool pays now, for one whose forecast decides how many machines there are: a declared standby costs what it costs. */
export function payingNow(settings: PoolSettings, standby: number, machines: number): Paying | undefined {
  const times = settings.sizing.times ?? presets[settings.sizing.preset].times;
  return times === null || standby > 0 ? undefined : { machines, times };
}

/** Azure DevOps' own rule does not look ahead. */
export function forecasts(settings: PoolSettings): boolean {
  return settings.sizing.policy === 'eventDriven' && presets[settings.sizing.preset].times !== null;
}
