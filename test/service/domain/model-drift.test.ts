// A model that changes is told by its parts, once, and for a week.
import { expect, it } from '@jest/globals';
import { lookAtModel, type ModelSeen } from '../../../service/domain/model-drift.ts';
import { checkSet } from '../../../service/domain/set-check.ts';
import { hour, now0 } from '../../builders.ts';
import { goodSet, goodUse } from './set-scene.ts';

const first = { size: 'a', image: 'b', 'upgrade policy': 'c' };
const seenOf = (begin: Readonly<Record<string, string>>, ...later: readonly Readonly<Record<string, string>>[]) =>
  later.reduce<ModelSeen>(
    (seen, parts, index) => lookAtModel(seen, parts, now0 + (index + 1) * hour).seen ?? seen,
    lookAtModel(null, begin, now0).seen!,
  );

it('is no change at first sight, nor when it is the same again', () => {
  const { seen, change } = lookAtModel(null, first, now0);
  expect([seen?.changes, change]).toEqual([[], null]);
  expect(lookAtModel(seen, { ...first }, now0 + 1)).toEqual({ seen: null, change: null });
});

it('names what is different, new and gone, and forgets what another version of Weir saw', () => {
  const before = seenOf(first);
  const { change } = lookAtModel(before, { size: 'a', image: 'x', 'data disks': 'd' }, now0 + 5);
  expect(change).toEqual({ at: now0 + 5, parts: ['image', 'data disks', 'upgrade policy'] });
  expect(lookAtModel({ ...before, version: 0 }, { size: 'z' }, now0).change).toBeNull();
});

it.each<readonly [string, ModelSeen | null, number, boolean, 'ok' | 'warning', RegExp]>([
  ['never seen', null, 0, false, 'ok', /not worked with this model yet/],
  ['seen once', seenOf(first), 1, false, 'ok', /since Weir first saw it on 20/],
  [
    'changed',
    seenOf(first, { ...first, size: 'z', image: 'z' }),
    2,
    false,
    'warning',
    /the model: size and image\. Machines that stand/,
  ],
  [
    'changed, with lanes',
    seenOf(first, { ...first, size: 'z' }),
    2,
    true,
    'warning',
    /: size\. Weir makes new scale sets after it/,
  ],
  ['put right by a fix', seenOf(first, { ...first, 'upgrade policy': 'z' }), 2, false, 'ok', /Nobody has changed what/],
  [
    'changed long ago',
    seenOf(first, { ...first, size: 'z' }),
    200,
    false,
    'ok',
    /^Nobody has changed what machines are made of since 20/,
  ],
])('says of a model %s what it means', (_, seen, hours, hasLanes, status, words) => {
  const model = seen === null ? null : { seen, now: now0 + hours * hour };
  const check = checkSet(goodSet(), goodUse({ model, hasLanes })).find((one) => one.code === 'model');
  expect([check?.status, check?.words]).toEqual([status, expect.stringMatching(words)]);
});
