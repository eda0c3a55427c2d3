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

/** Whether the service was told the versions of `gold` by these answers: of the list, and of each time that the version was read. */
async function isTold(reads: readonly string[], image = 'gold'): Promise<boolean> {
  const gold: DrawnImage = {
    ...{ aliases: ['gold'], source: { id: gallery }, osType: 'linux', configured: 'latest', versions: [] },
  };
  const names = imageNames([gold]);
  const told = new ToldVersions();
  const kinds: string[] = [];
  const clock = new VirtualClock(now0);
  const answers = [`{"value":[${one}]}`, ...reads];
  const send = wireTap(() => Promise.resolve({ status: 200, headers: {}, body: answers.shift() ?? '' }), clock, {
    ...{ pool: 'linux', startAt: now0, truthOf: () => ({}), imageAt: (path: string) => names.listed(path) },
    onLine: (line: JournalEvent) => told.see(line),
  });
  for (const path of [`${gallery}/versions`, ...reads.map(() => `${gallery}/versions/1.0.0`)]) {
    const request = { method: 'GET' as const, url: `https://management.azure.com${path}?api-version=1`, headers: {} };
    kinds.push(callKind(request));
    await send(request);
  }
  expect(kinds).toEqual(['listVersions', ...reads.map(() => 'readVersion')]);
  return told.has(image);
}

it('the versions of a gallery are told where each of them was read whole, and not where one was cut short', async () => {
  expect(await isTold([one])).toBe(true);
  expect(await isTold([one.slice(0, -3)])).toBe(false);
  expect(await isTold([one.slice(0, -3), one])).toBe(true);
  expect(await isTold([one], 'steel')).toBe(false);
});

it.each<[string, boolean, readonly (readonly [t: number, call: string, of?: string])[]]>([
  [
    'nothing of a list of which one version could not be read',
    false,
    [
      [0, 'list'],
      [1, 'read', 'a'],
      [2, 'fail', 'b'],
    ],
  ],
  [
    'the list where that version was read at the next try',
    true,
    [
      [0, 'list'],
      [1, 'fail', 'a'],
      [2, 'read', 'a'],
    ],
  ],
  [
    'nothing where another one was read after it',
    false,
    [
      [0, 'list'],
      [1, 'fail', 'a'],
      [2, 'read', 'b'],
    ],
  ],
  [
    'a list that was whole, though a later one cannot be read',
    true,
    [
      [0, 'list'],
      [1, 'read', 'a'],
      [300, 'failList'],
    ],
  ],
  [
    'a list that was whole, though of a later one a version cannot be read',
    true,
    [
      [0, 'list'],
      [300, 'list'],
      [301, 'fail', 'a'],
    ],
  ],
  [
    'nothing of a list of which the second page was cut short',
    false,
    [
      [0, 'list'],
      [1, 'failList'],
    ],
  ],
  [
    'nothing where both lists lacked a version',
    false,
    [
      [0, 'list'],
      [1, 'fail', 'a'],
      [60, 'list'],
      [61, 'fail', 'a'],
    ],
  ],
  [
    'the next list, where the first lacked a version',
    true,
    [
      [0, 'list'],
      [1, 'fail', 'a'],
      [60, 'list'],
      [61, 'read', 'a'],
    ],
  ],
])('the service knows %s', (_what, isKnown, calls) => {
  const told = new ToldVersions();
  for (const [t, call, version] of calls) {
    const isList = version === undefined;
    const answer = call.startsWith('fail')
      ? { status: 503 }
      : { status: 200, versions: isList ? [] : null, isWhole: true };
    const kind = { call: isList ? 'listVersions' : 'readVersion', ...(isList ? {} : { version }) };
    told.see({ t, kind: 'wire', pool: 'linux', image: 'gold', asked: t, ...kind, ...answer });
  }
  expect(told.has('gold')).toBe(isKnown);
});
