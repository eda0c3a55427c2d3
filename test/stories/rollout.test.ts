// A new image version comes into a busy pool: a good one takes over, a bad one that was pinned by force goes back to the
// last known good by itself, and no job is lost either way.
import { describe, expect, it } from '@jest/globals';
import { readPin, readPinEvents } from '../../service/image-records.ts';
import { hour, minute, now0 } from '../builders.ts';
import { job } from './lane-world.ts';
import { validationWorld, type ValidationWorld } from './validation-world.ts';

/** Over the API, against the policy of the pool and with a reason. */
async function pin(told: ValidationWorld, version: string): Promise<void> {
  const { revision } = (await readPin(told.world.store, 'linux', 'gold')).value;
  const answer = await told.world.service.app.inject({
    method: 'POST',
    url: '/v1/pools/linux/pins',
    headers: {
      authorization: 'Bearer Ada',
      'x-weir-organization': 'https://dev.azure.com/fabrikam',
      'if-match': `"${revision}"`,
      'idempotency-key': `pin-${version}`,
    },
    payload: { image: 'gold', action: 'pin', version, scope: 'pool', requireValidated: false, reason: 'by force' },
  });
  expect([answer.statusCode, answer.body]).toEqual([200, expect.stringContaining(version)]);
}

/** A job every two minutes for two hours, from the second hour on. */
const busy = Array.from({ length: 60 }, (_, index) => job(3600 + index * 120, index + 1));

const versionsOf = (told: ValidationWorld) => told.started().map((event) => event.image.exactVersion);
const lost = (told: ValidationWorld) => told.machines.filter((event) => event.kind === 'jobLost');

describe('a version on a busy pool', () => {
  it('that is good is tried by a few, then followed by all, and becomes the last known good', async () => {
    const told = await validationWorld({ maxCapacity: 6 }, busy);
    await told.publish('1.0.0');
    await told.world.run(now0 + 90 * minute);
    expect((await readPin(told.world.store, 'linux', 'gold')).value.lastKnownGood).toBe('1.0.0');
    await told.publish('1.1.0');
    await told.world.run(now0 + 5 * hour, () => told.finished() === busy.length);
    expect(told.finished()).toBe(busy.length);
    expect(lost(told)).toEqual([]);
    expect(new Set(versionsOf(told))).toEqual(new Set(['1.0.0', '1.1.0']));
    expect(versionsOf(told).at(-1)).toBe('1.1.0');
    const { value } = await readPin(told.world.store, 'linux', 'gold');
    expect(value).toMatchObject({ lastKnownGood: '1.1.0', rollout: { phase: 'done' }, banner: null });
  }, 900_000);

  it('that is bad and pinned by force goes back to the last known good within minutes, and no job is lost', async () => {
    const told = await validationWorld({ maxCapacity: 6, rollout: { requireValidated: true } }, busy);
    await told.publish('1.0.0');
    // Nobody follows it by itself: it is kept out of `latest`.
    await told.publish('1.1.0', 'enable-fails', true);
    await told.world.run(now0 + 90 * minute);
    expect((await readPin(told.world.store, 'linux', 'gold')).value.lastKnownGood).toBe('1.0.0');
    await pin(told, '1.1.0');
    const pinnedAt = told.world.clock.now();
    const isBack = async () => (await readPin(told.world.store, 'linux', 'gold')).value.rollout?.phase === 'stopped';
    while (!(await isBack()) && told.world.clock.now() < pinnedAt + hour)
      await told.world.run(told.world.clock.now() + minute);
    const minutes = (told.world.clock.now() - pinnedAt) / minute;
    await told.world.run(now0 + 6 * hour, () => told.finished() === busy.length);
    if (process.env.WEIR_SHOW)
      process.stdout.write(`${minutes}\n${told.lines.join('\n')}\n${(await told.log()).join('\n')}\n`);
    expect(minutes).toBeLessThan(30);
    const { value } = await readPin(told.world.store, 'linux', 'gold');
    expect(value.lastKnownGood).toBe('1.0.0');
    expect(value.banner).toMatch(/^Version 1\.1\.0 of gold was stopped: .* The pool runs 1\.0\.0 again\.$/);
    expect(told.finished()).toBe(busy.length);
    expect(lost(told)).toEqual([]);
    expect(new Set(versionsOf(told))).toEqual(new Set(['1.0.0']));
    const events = await readPinEvents(told.world.store, 'linux');
    expect(events.map(({ action, by, from, to, isOverride }) => ({ action, by, from, to, isOverride }))).toMatchObject([
      { action: 'stopped', by: 'Weir', from: '1.1.0', to: '1.0.0' },
      { action: 'pin', from: null, to: '1.1.0', isOverride: true },
    ]);
  }, 900_000);
});
