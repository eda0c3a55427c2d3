// What the three presets mean in numbers; everything else about sizing follows from these and from what the pool measures.
import { usualBootMs } from './boot-time.ts';
import { hasHistory } from './forecast.ts';
import type { Memory } from './memory.ts';
import type { PoolSettings, Preset } from './pool.ts';

export interface SizingNumbers {
  /** Machine minutes that are paid to save one minute of a job's waiting. */
  readonly worth: number;
  /** In (0, 1]: how much of the break-even time an idle machine that no forecast wants is kept. */
  readonly distrust: number;
  /** False: no forecast, and an idle machine goes after ten seconds. */
  readonly hasForecast: boolean;
}

export function sizingNumbers(settings: PoolSettings): SizingNumbers {
  return presets[settings.sizing.preset];
}

/** How they were chosen, and what they measured, stands in docs/decisions/0006-idle-time-and-spares.md. */
const presets: Readonly<Record<Preset, SizingNumbers>> = {
  economy: { worth: 2.7, distrust: 0.1, hasForecast: false },
  balanced: { worth: 11.8, distrust: 0.2, hasForecast: true },
  fast: { worth: 60, distrust: 0.05, hasForecast: true },
};
/** A used spare saves one boot of machine time and one boot of waiting: idling up to this long pays where it is used. */
export function breakEvenMs(settings: PoolSettings, memory: Memory): number {
  return usualBootMs(memory, 'create') * (1 + sizingNumbers(settings).worth);
}

/** The delay of the settings, or less where the preset saves money before it saves boots. */
export function idleTimeoutMs(settings: PoolSettings, memory: Memory): number {
  const delay = settings.timeToLiveMinutes * 60_000;
  if (settings.sizing.preset === 'economy') return Math.min(delay, 10_000);
  if (hasHistory(memory)) return Math.min(delay, breakEvenMs(settings, memory) * sizingNumbers(settings).distrust);
  return settings.sizing.preset === 'balanced' ? Math.min(delay, 7 * 60_000) : delay;
}

/** Azure DevOps' own rule does not look ahead. */
export function forecasts(settings: PoolSettings): boolean {
  return settings.sizing.policy === 'eventDriven' && sizingNumbers(settings).hasForecast;
}
