// What the journal says of the settings, at the start and after each change: what the laws are judged by.
import type { PoolSettings } from '../../service/domain/pool.ts';
import { unlimitedCores, type RunOptions } from './options.ts';

type Drawn = Pick<RunOptions, 'images' | 'coresLimit'>;

export function settingsLine(settings: PoolSettings, { images, coresLimit }: Drawn): Readonly<Record<string, unknown>> {
  const { maxCapacity, desiredIdle, recycleAfterEachUse, maxSavedNodeCount, savedNodeHours, profile, maxLanes } =
    settings;
  const [first] = images;
  return {
    ...{ maxCapacity, desiredIdle, recycleAfterEachUse },
    ...(maxSavedNodeCount === 0
      ? {}
      : { maxSavedNodeCount, ...(savedNodeHours === undefined ? {} : { savedNodeHours }) }),
    ...(profile.kind === 'stateful' ? { gracePeriodMinutes: profile.gracePeriodMinutes } : {}),
    ...(first === undefined ? {} : { firstImage: first.aliases[0] }),
    // Of two cores each, as the scale set of the estate has them.
    ...{ maxLanes, quotaMachines: coresLimit >= unlimitedCores ? null : Math.floor(coresLimit / 2) },
  };
}
