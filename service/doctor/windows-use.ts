// What a pool has seen of Windows: the boots of its history name their image, and outlive the machines.
import { osTypeOf } from '../domain/lane-image.ts';
import type { PoolSettings } from '../domain/pool.ts';
import type { WindowsUse } from '../domain/set-facts.ts';
import type { Store } from '../ports.ts';

/** `settings` is null where no pool has the scale set yet. */
export async function windowsUseOf(
  store: Pick<Store, 'readBoots'>,
  settings: PoolSettings | null,
  isPlayed: boolean,
): Promise<WindowsUse> {
  if (settings === null) return { hasImage: false, online: 0, isPlayed };
  const boots = await store.readBoots(settings.name, 0, Infinity);
  const ofWindows = boots.filter((one) => osTypeOf(settings, one.image) === 'windows');
  return {
    hasImage: [settings, ...settings.images].some((one) => one.osType === 'windows'),
    online: ofWindows.reduce((sum, one) => sum + one.boots, 0),
    isPlayed,
  };
}
