// How long one decide takes at the sizes of performance.md 8: a full pass over a picture it has never seen.
import { decide } from '../../service/domain/decide.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import { decidePicture, type PictureSize } from './decide-picture.ts';

export interface DecideTiming extends PictureSize {
  /** Milliseconds of one call. */
  readonly p50: number;
  readonly p99: number;
  readonly decisions: number;
}

export const decideSizes: readonly PictureSize[] = [
  { agents: 50, queued: 200, images: 2 },
  { agents: 500, queued: 2_000, images: 5 },
  { agents: 5_000, queued: 20_000, images: 20 },
  { agents: 20_000, queued: 100_000, images: 50 },
];

/** Each call sees another copy of the picture's lists, as a pass does that read them anew; `timer` is in milliseconds. */
export function timeDecide(size: PictureSize, base: PoolSettings, calls: number, timer: () => number): DecideTiming {
  const { observation, settings, memory } = decidePicture(size, base, 1);
  const first = decide(observation, settings, memory);
  const took: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const requests = { ...observation.jobRequests, value: [...observation.jobRequests.value] };
    const later = { ...observation, now: observation.now + call, jobRequests: requests };
    const began = timer();
    decide(later, settings, first.memory);
    took.push(timer() - began);
  }
  took.sort((left, right) => left - right);
  const at = (share: number) => took[Math.max(0, Math.ceil(share * took.length) - 1)] ?? 0;
  return { ...size, p50: at(0.5), p99: at(0.99), decisions: first.decisions.length };
}
