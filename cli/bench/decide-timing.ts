// How long one decide takes at the sizes of performance.md 8: with every object new to it, and with the objects of the pass
// before, of which it may know something.
import { decide } from '../../service/domain/decide.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import { decidePictures, type PictureSize } from './decide-picture.ts';

export interface Quantiles {
  /** Milliseconds of one call. */
  readonly p50: number;
  readonly p99: number;
}

export interface DecideTiming extends PictureSize {
  readonly cold: Quantiles;
  readonly warm: Quantiles;
  readonly decisions: number;
}

export const decideSizes: readonly PictureSize[] = [
  { agents: 50, queued: 200, images: 2 },
  { agents: 500, queued: 2_000, images: 5 },
  { agents: 5_000, queued: 20_000, images: 20 },
  { agents: 20_000, queued: 100_000, images: 50 },
];

/** A service that runs for a while has its code compiled: the smaller sizes have seen to that before the largest. */
const warmUpCalls = (size: PictureSize): number => (size.agents > 5_000 ? 1 : 10);

/** `timer` is in milliseconds. */
export function timeDecide(size: PictureSize, base: PoolSettings, calls: number, timer: () => number): DecideTiming {
  const picture = decidePictures(size, base, 1);
  const { observation, settings, memory } = picture();
  const first = decide(observation, settings, memory);
  const warm: number[] = [];
  const cold: number[] = [];
  for (let call = -warmUpCalls(size); call < calls; call += 1) {
    const requests = { ...observation.jobRequests, value: [...observation.jobRequests.value] };
    const later = { ...observation, now: observation.now + call, jobRequests: requests };
    const unseen = picture().observation;
    const took = {
      warm: timed(() => decide(later, settings, first.memory), timer),
      cold: timed(() => decide(unseen, settings, first.memory), timer),
    };
    if (call < 0) continue;
    warm.push(took.warm);
    cold.push(took.cold);
  }
  return { ...size, cold: quantiles(cold), warm: quantiles(warm), decisions: first.decisions.length };
}

function timed(run: () => unknown, timer: () => number): number {
  const began = timer();
  run();
  return timer() - began;
}

function quantiles(took: readonly number[]): Quantiles {
  const sorted = took.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
