// Images over HTTP: what they are, and pins by revision, once for each key, recorded, and only by whoever manages the pool.
import { describe, expect, it } from '@jest/globals';
import type { ImagesView, ImageView, PinResult } from '../../../contract/images.ts';
import { defaultRollout } from '../../../service/domain/pool.ts';
import { pinWrite, readPin } from '../../../service/image-records.ts';
import { imageFixture, listOf, newKey, type ImageFixture } from './image-fixture.ts';

const pin = (version: string) => ({ image: 'ubuntu', action: 'pin', version, scope: 'pool' });

async function imageOf(fixture: ImageFixture): Promise<ImageView> {
  const view = (await fixture.ask('/v1/pools/linux/images')).body as ImagesView;
  return view.images[0]!;
}

async function seen(fixture: ImageFixture, names: readonly string[], lives: readonly string[] = []) {
  const images = { freshness: 'fresh', readAt: 0, value: [listOf(...names)], problem: null };
  const generations = lives.map((version) => ({ image: 'ubuntu', version }));
  const document = JSON.stringify({ observation: { images, generations }, memory: {} });
  await fixture.store.writePicture(fixture.lease, { at: fixture.time.sandbox, document });
}

describe('the images of a pool', () => {
  it('are there before anything was seen, with a word that says so', async () => {
    const fixture = await imageFixture();
    const view = (await fixture.ask('/v1/pools/linux/images')).body as ImagesView;
    expect(view).toMatchObject({ pool: 'linux', problems: [/not told/] });
    expect(view.images).toMatchObject([
      { alias: 'ubuntu', kind: 'gallery', revision: 1, pinnedVersion: null, currentVersion: null, versions: [] },
    ]);
  });

  it('are not waited for where none of them has versions', async () => {
    const images = [{ aliases: ['own'], source: null, version: 'latest', standbyPercent: '*' as const }];
    const fixture = await imageFixture({ images });
    expect((await fixture.ask('/v1/pools/linux/images')).body).toMatchObject({ problems: [] });
  });

  it('say of each version its age, its nodes, and whether it is newest, current, pinned and known good', async () => {
    const fixture = await imageFixture();
    await seen(fixture, ['1.2.0', '1.1.0'], ['1.1.0', '1.1.0', '0.9.0']);
    await fixture.pin(pin('1.1.0'));
    const image = await imageOf(fixture);
    expect(image).toMatchObject({
      currentVersion: '1.1.0',
      latestVersion: '1.2.0',
      pinnedVersion: '1.1.0',
      revision: 2,
    });
    expect(image.alarm).toBe('Version 1.1.0 is 90 days old; the policy wants at most 60.');
    expect(image.versions).toMatchObject([
      { version: '1.2.0', isLatest: true, isCurrent: false, nodes: 0, ageDays: 90, admissions: [{ why: 'newest' }] },
      { version: '1.1.0', isPinned: true, isCurrent: true, nodes: 2, demand: 'ImageVersionOverride -equals 1.1.0' },
      { version: '0.9.0', exists: false, replication: 'absent', nodes: 1 },
    ]);
  });

  it('are read by readers and changed by managers only', async () => {
    const fixture = await imageFixture();
    expect((await fixture.ask('/v1/pools/linux/images', { token: 'reader' })).status).toBe(200);
    expect((await fixture.ask('/v1/pools/linux/images', { token: 'stranger' })).status).toBe(404);
    expect((await fixture.pin(pin('1.1.0'), { token: 'reader' })).body).toMatchObject({ code: 'NEED_POOL_MANAGE' });
  });
});

describe('a pin', () => {
  it('answers what stands, what stood and the demand, and leaves a history', async () => {
    const fixture = await imageFixture();
    const answer = await fixture.pin({ ...pin('1.1.0'), reason: 'a regression' });
    expect(answer.status).toBe(200);
    expect(answer.body as PinResult).toMatchObject({
      image: 'ubuntu',
      imageVersion: '1.1.0',
      previousVersion: null,
      demand: 'ImageVersionOverride -equals 1.1.0',
      revision: 2,
    });
    await fixture.pin(pin('1.2.0'), { revision: 2 });
    expect((await imageOf(fixture)).rollback).toBeUndefined();
    await seen(fixture, ['1.2.0', '1.1.0']);
    expect((await imageOf(fixture)).rollback).toEqual({ version: '1.1.0' });
    await fixture.pin({ image: 'ubuntu', action: 'rollback', scope: 'pool' }, { revision: 3 });
    const { history } = await imageOf(fixture);
    expect(
      history.map(({ action, from, to, by, reason, revision }) => [action, from, to, by, reason, revision]),
    ).toEqual([
      ['rollback', '1.2.0', '1.1.0', 'manager', '', 4],
      ['pin', '1.1.0', '1.2.0', 'manager', '', 3],
      ['pin', null, '1.1.0', 'manager', 'a regression', 2],
    ]);
    expect(fixture.changed).toEqual(['linux', 'linux', 'linux']);
  });

  it('is found by any alias, whatever its case, and refused by a name that is none', async () => {
    const fixture = await imageFixture();
    expect((await fixture.pin({ ...pin('1.1.0'), image: 'LATEST ubuntu' })).body).toMatchObject({ image: 'ubuntu' });
    expect(await fixture.pin({ ...pin('1.1.0'), image: 'debian' })).toMatchObject({
      status: 422,
      body: { code: 'IMAGE_UNKNOWN', message: 'No image of the pool is called "debian". The pool has ubuntu.' },
    });
  });

  it('from an older revision is refused with 412 and the current one', async () => {
    const fixture = await imageFixture();
    await fixture.pin(pin('1.1.0'));
    expect(await fixture.pin(pin('1.2.0'))).toMatchObject({
      status: 412,
      body: { code: 'STALE_REVISION', value: '2' },
    });
    expect((await imageOf(fixture)).pinnedVersion).toBe('1.1.0');
  });

  it('by two writers at once: one is taken, one gets 412', async () => {
    const fixture = await imageFixture();
    const answers = await Promise.all([fixture.pin(pin('1.1.0')), fixture.pin(pin('1.2.0'))]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
    expect((await imageOf(fixture)).history).toHaveLength(1);
  });

  it('is done all the same where a pass wrote meanwhile what leaves the revision as it is', async () => {
    const fixture = await imageFixture();
    await fixture.pin(pin('1.1.0'));
    const note = async (lastKnownGood: string): Promise<void> => {
      const kept = await readPin(fixture.store, 'linux', 'ubuntu');
      await fixture.store.writeRecords([pinWrite('linux', kept, { ...kept.value, lastKnownGood }, 1)]);
    };
    fixture.meanwhile.happens = () => note('1.1.0');
    expect((await fixture.pin(pin('1.2.0'), { revision: 2 })).status).toBe(200);
    expect(await imageOf(fixture)).toMatchObject({ pinnedVersion: '1.2.0', lastKnownGood: '1.1.0', revision: 3 });
  });

  it('without a revision, or with one that is none, is refused', async () => {
    const fixture = await imageFixture();
    expect((await fixture.pin(pin('1.1.0'), { revision: null })).body).toMatchObject({ code: 'REVISION_REQUIRED' });
  });

  it('under one key has one effect, however often it is sent, also at once', async () => {
    const fixture = await imageFixture();
    const key = newKey();
    const answers = await Promise.all([1, 2, 3].map(() => fixture.pin(pin('1.1.0'), { key })));
    answers.push(await fixture.pin(pin('1.1.0'), { key }));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    expect((await imageOf(fixture)).history).toHaveLength(1);
    expect((await fixture.pin(pin('1.2.0'), { key, revision: 2 })).body).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
    expect((await fixture.pin(pin('1.2.0'), { key: null })).body).toMatchObject({ code: 'IDEMPOTENCY_REQUIRED' });
    expect((await fixture.pin(pin('1.2.0'), { key: 'short' })).body).toMatchObject({ code: 'IDEMPOTENCY_INVALID' });
  });

  it.each([
    ['9.9.9', 422, 'IMAGE_VERSION_NOT_FOUND'],
    ['latest', 400, 'PIN_VERSION_FORMAT'],
  ])('of %s is refused with %s %s', async (version, status, code) => {
    const fixture = await imageFixture();
    expect(await fixture.pin(pin(version))).toMatchObject({ status, body: { code, field: 'version' } });
  });

  it('of a version without validation needs a reason where the policy wants one, and says so in the history', async () => {
    const fixture = await imageFixture({ rollout: { ...defaultRollout, requireValidated: true } });
    expect((await fixture.pin(pin('1.1.0'))).body).toMatchObject({ code: 'IMAGE_NOT_VALIDATED' });
    const forced = { ...pin('1.1.0'), requireValidated: false };
    expect((await fixture.pin(forced)).body).toMatchObject({ code: 'OVERRIDE_NEEDS_REASON', field: 'reason' });
    expect((await fixture.pin({ ...forced, reason: 'security' })).status).toBe(200);
    expect((await imageOf(fixture)).history).toMatchObject([{ isOverride: true, reason: 'security' }]);
  });

  it.each([
    [{ ...pin('1.1.0'), action: 'unpin' }, 'version'],
    [{ ...pin('1.1.0'), runId: 5 }, 'runId'],
    [{ ...pin('1.1.0'), scope: 'run' }, 'runId'],
    [{ image: 'ubuntu', action: 'rollback', scope: 'run', runId: 5 }, 'action'],
  ])('that makes no sense is refused: %j', async (change, field) => {
    const fixture = await imageFixture();
    expect((await fixture.pin(change)).body).toMatchObject({ code: 'PIN_INVALID', field });
  });

  it('of scope run admits the version for that run, until its time is over, and changes nothing else', async () => {
    const fixture = await imageFixture();
    await seen(fixture, ['1.2.0', '1.1.0']);
    const answer = await fixture.pin(
      { ...pin('1.1.0'), scope: 'run', runId: 345, untilMinutes: 60 },
      { revision: null },
    );
    expect(answer.body).toMatchObject({ imageVersion: '1.1.0', revision: 1, until: '2026-01-05T09:00:00.000Z' });
    expect((await imageOf(fixture)).pinnedVersion).toBeNull();
    const admitted = async () => (await imageOf(fixture)).versions.find((one) => one.version === '1.1.0')?.admissions;
    expect(await admitted()).toMatchObject([{ why: 'forRun', runId: 345, by: 'manager' }]);
    fixture.time.sandbox += 61 * 60_000;
    expect(await admitted()).toEqual([]);
    expect((await imageOf(fixture)).history).toMatchObject([{ action: 'admitForRun', runId: 345, to: '1.1.0' }]);
  });
});
