// KEDA's scaler for Azure Pipelines with jobs (performance.md 3b): one machine for each request that waits, polled, one job each.
import type { Baseline } from './baseline.ts';

export interface KedaSettings {
  readonly pollSeconds: number;
  readonly minimum: number;
}

/** `queued + minimum` machines are wanted that no job runs on, whether they boot or idle. */
export function keda({ pollSeconds, minimum }: KedaSettings): Baseline<null> {
  return {
    name: `keda poll${pollSeconds} min${minimum}`,
    begin: null,
    period: pollSeconds,
    isTold: false,
    isAlwaysOneJob: true,
    givesUpAfter: 20 * 60,
    look: (view) => {
      const wanted = view.waitingSince.length + minimum;
      return { create: Math.max(0, wanted - view.boots.length - view.idle.length), remove: [], memory: null };
    },
  };
}
