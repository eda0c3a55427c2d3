// A run in which two processes lead for ever over two lanes of one pool of three machines.
import { drawRun, type RunOptions } from '../../sandbox/world/options.ts';
import { job, lanesGroup, ubuntu, windows } from '../stories/lane-world.ts';

const toWindows = 'ImageOverride -equals windows-2022';

/** Answers come late, so that the two meet in the middle of each other's passes; `faults` may add to that. */
export function twoLanes(seed: number, faults: readonly string[] = ['f']): RunOptions {
  const drawn = drawRun(seed, 1, ['f'], true, false);
  const burst = (at: number, first: number) =>
    [0, 1, 2].flatMap((offset) => [job(at, first + offset), job(at, first + offset + 10, toWindows)]);
  return {
    ...drawn,
    strengths: drawRun(seed, 1, faults, true).strengths,
    arrivals: [...burst(60, 1), ...burst(1500, 4), job(3599, 7)],
    leaders: 2,
    settings: {
      images: [ubuntu, windows],
      laneResourceGroup: lanesGroup,
      ...{ maxCapacity: 3, desiredIdle: 0, timeToLiveMinutes: 1, recycleAfterEachUse: false },
    },
  };
}
