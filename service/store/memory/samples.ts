// The choice of samples for a chart, as the SQL of samples.ts makes it: the busiest sample of each equal part of the span.
import type { Sample } from '../../ports.ts';

/** `samples` are in order of time; gives at most `maximumPoints` of them, in the same order. */
export function chooseSamples(
  samples: readonly Sample[],
  from: number,
  to: number,
  maximumPoints: number,
): readonly Sample[] {
  const chosen = samples.filter((sample) => sample.at >= from && sample.at <= to);
  const first = chosen[0]?.at ?? 0;
  const span = (chosen.at(-1)?.at ?? 0) - first;
  if (chosen.length <= maximumPoints || span === 0) return chosen;
  const buckets = new Map<number, Sample>();
  for (const sample of chosen) {
    const bucket = Math.min(Math.floor(((sample.at - first) / span) * maximumPoints), maximumPoints - 1);
    const best = buckets.get(bucket);
    if (best === undefined || sample.queued >= best.queued) buckets.set(bucket, sample);
  }
  return [...buckets.values()];
}
