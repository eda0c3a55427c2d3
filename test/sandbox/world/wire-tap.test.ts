// What the tap tells the law on unknown versions of real answers: a list of a gallery, then each of its versions.
import { expect, it } from '@jest/globals';
import { callKind } from '../../../sandbox/world/call-kind.ts';
import { imageNames } from '../../../sandbox/world/image-names.ts';
import { ToldVersions } from '../../../sandbox/world/invariants/told-versions.ts';
import type { DrawnImage } from '../../../sandbox/world/drawn-images.ts';
import type { JournalEvent } from '../../../sandbox/world/journal.ts';
import { VirtualClock } from '../../../sandbox/world/virtual-clock.ts';
import { wireTap } from '../../../sandbox/world/wire-tap.ts';
import { now0 } from '../../builders.ts';

const gallery = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/gold/images/linux';
const one = JSON.stringify({ name: '1.0.0', properties: {} });

/** Whether the service was told the versions of `gold` by these answers, the list first. */
async function isTold(version: string, image = 'gold'): Promise<boolean> {
  const gold: DrawnImage = {
    ...{ aliases: ['gold'], source: { id: gallery }, osType: 'linux', configured: 'latest', versions: [] },
  };
  const names = imageNames([gold]);
  const told = new ToldVersions();
  const kinds: string[] = [];
  const clock = new VirtualClock(now0);
  const answers = [`{"value":[${one}]}`, version];
  const send = wireTap(() => Promise.resolve({ status: 200, headers: {}, body: answers.shift() ?? '' }), clock, {
    ...{ pool: 'linux', startAt: now0, truthOf: () => ({}), imageAt: (path: string) => names.listed(path) },
    onLine: (line: JournalEvent) => told.see(line),
  });
  for (const path of [`${gallery}/versions`, `${gallery}/versions/1.0.0`]) {
    const request = { method: 'GET' as const, url: `https://management.azure.com${path}?api-version=1`, headers: {} };
    kinds.push(callKind(request));
    await send(request);
  }
  expect(kinds).toEqual(['listVersions', 'readVersion']);
  return told.has(image);
}

it('the versions of a gallery are told where each of them was read whole, and not where one was cut short', async () => {
  expect(await isTold(one)).toBe(true);
  expect(await isTold(one.slice(0, -3))).toBe(false);
  expect(await isTold(one, 'steel')).toBe(false);
});
