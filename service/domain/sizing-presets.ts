// What the three presets mean in numbers; everything else about sizing follows from these and from what the pool measures.
import { usualBootMs } from './boot-time.ts';
import type { Memory } from './memory.ts';
import type { PoolSettings, Preset } from './pool.ts';

export interface SizingNumbers {
  /** Machine minutes that are paid to save one minute of a job's waiting. */
  readonly worth: number;
  /** In (0, 1]: how much of the break-even time an idle machine that no forecast wants is kept. */
  readonly distrust: number;
  /** Share of machines that are created on top of the need and cancelled when the queue is empty. */
  readonly race: number;
  /** False: no forecast, an idle machine goes after half a minute. */
  readonly hasForecast: boolean;
}

export function sizingNumbers(settings: PoolSettings): SizingNumbers {
  return presets[settings.sizing.preset];
}

/** How they were chosen, and what they measured, stands in docs/decisions/0006-idle-time-and-spares.md. */
const presets: Readonly<Record<Preset, SizingNumbers>> = {
  economy: { worth: 1, distrust: 0.1, race: 0.3, hasForecast: false },
  balanced: { worth: 10, distrust: 0.1, race: 0.3, hasForecast: true },
  fast: { worth: 60, distrust: 0.1, race: 0.3, hasForecast: true },
};

/** A used spare saves one boot of machine time and one boot of waiting: idling up to this long pays where it is used. */
export function breakEvenMs(settings: PoolSettings, memory: Memory): number {
  return usualBootMs(memory, 'create') * (1 + sizingNumbers(settings).worth);
}

/** Azure DevOps' own rule does not look ahead. */
export function forecasts(settings: PoolSettings): boolean {
  return settings.sizing.policy === 'eventDriven' && sizingNumbers(settings).hasForecast;
}
