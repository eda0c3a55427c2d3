// What a pool has seen of Windows: boots outlive machines, and only those of a Windows image count.
import { expect, it } from '@jest/globals';
import { windowsUseOf } from '../../../service/doctor/windows-use.ts';
import { settings } from '../../builders.ts';

const boot = (image: string, boots: number) => ({
  ...{ image, version: null, startedBy: 'create' as const, boots, p50: 1, p90: 1, p95: 1, slowest: 1, newestAt: 0 },
});
const store = { readBoots: () => Promise.resolve([boot('ubuntu', 5), boot('win', 2), boot('win', 1)]) };
const image = { source: null, version: 'latest', standbyPercent: '*' as const };
const images = [
  { ...image, aliases: ['ubuntu'] },
  { ...image, aliases: ['win'], osType: 'windows' as const },
];

it('counts the boots of images of Windows, and says whether the pool has any', async () => {
  const mixed = settings({ images, laneResourceGroup: '/subscriptions/s/resourceGroups/lanes' });
  expect(await windowsUseOf(store, mixed, false)).toEqual({ hasImage: true, online: 3, isPlayed: false });
  expect(await windowsUseOf(store, settings({}), true)).toEqual({ hasImage: false, online: 0, isPlayed: true });
  expect(await windowsUseOf(store, settings({ osType: 'windows' }), false)).toMatchObject({
    hasImage: true,
    online: 8,
  });
  expect(await windowsUseOf(store, null, false)).toEqual({ hasImage: false, online: 0, isPlayed: false });
});
