// Changing settings: revisions, fields that stay, and every kind of bad body (reliability-security.md 6, rows 11 to 19).
import { beforeEach, describe, expect, it } from '@jest/globals';
import { now0, settings } from '../../builders.ts';
import { apiFixture, fabrikam, type Answer, type Fixture } from './api-fixture.ts';

describe('the settings of a pool', () => {
  let fixture: Fixture;
  const url = '/v1/pools/linux/settings';
  const mine = settings({ name: 'linux', organization: fabrikam, poolId: 7 });

  beforeEach(async () => {
    fixture = await apiFixture();
  });

  function put(payload: unknown, headers: Record<string, string> = { 'if-match': '"1"' }): Promise<Answer> {
    const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
    return fixture.ask(url, {
      method: 'PUT',
      payload: body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  async function refusal(payload: unknown, headers?: Record<string, string>): Promise<unknown> {
    const answer = await put(payload, headers);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect((await fixture.store.readPool('linux'))?.revision).toBe(1);
    expect(fixture.saved).toEqual([]);
    return [answer.status, (answer.body as { code: string }).code];
  }

  it('are read with the revision that a change must name', async () => {
    const answer = await fixture.ask(url);
    expect(answer.headers.etag).toBe('"1"');
    expect(answer.headers['cache-control']).toBe('no-store');
    const saved = { savedBy: null, savedAt: null };
    expect(answer.body).toEqual({ settings: mine, revision: 1, isManagedByFile: false, mayChange: true, ...saved });
  });

  it('say to somebody who may only look that they may not change them, and whose pool it is', async () => {
    await fixture.store.savePool(mine, 1, true);
    const answer = await fixture.ask(url, { token: 'reader' });
    expect(answer.body).toMatchObject({ revision: 2, isManagedByFile: true, mayChange: false });
    fixture.rights.isSilent = true;
    const silent = await fixture.ask(url);
    expect([silent.status, (silent.body as { code: string }).code]).toEqual([503, 'AUTHZ_UNAVAILABLE']);
  });

  it('are changed whole, with every default where nothing is said, and the controller is told', async () => {
    const answer = await put({
      name: 'linux',
      organization: fabrikam,
      poolId: 7,
      scaleSet: mine.scaleSet,
      maxCapacity: 3,
    });
    expect([answer.status, answer.headers.etag]).toEqual([200, '"2"']);
    expect((await fixture.store.readPool('linux'))?.settings).toMatchObject({ maxCapacity: 3, desiredIdle: 0 });
    expect(fixture.saved).toEqual(['linux']);
  });

  it.each(['"1"', '1', 'W/"1"'])('are changed from the revision written as %s', async (header) => {
    expect((await put(mine, { 'if-match': header })).status).toBe(200);
  });

  it('are not changed without a revision, from an older one, or from something that is none', async () => {
    expect(await refusal(mine, {})).toEqual([428, 'REVISION_REQUIRED']);
    for (const header of ['*', '"0"', '"-1"', '"1.5"', '1e3', 'x']) {
      expect(await refusal(mine, { 'if-match': header })).toEqual([400, 'REVISION_INVALID']);
    }
    expect(await refusal(mine, { 'if-match': '"9"' })).toEqual([412, 'STALE_REVISION']);
  });

  it('say who changed them last, and whoever comes from an older revision is told who was faster', async () => {
    await put({ ...mine, maxCapacity: 3 });
    const read = await fixture.ask(url, { token: 'reader' });
    expect(read.body).toMatchObject({ savedBy: 'manager', savedAt: new Date(now0).toISOString() });
    const late = await put({ ...mine, maxCapacity: 4 });
    expect([late.status, (late.body as { message: string }).message]).toEqual([
      412,
      'manager saved revision 2 of pool "linux" meanwhile.',
    ]);
  });

  it('of two who change the same revision, only one wins', async () => {
    const [first, second] = await Promise.all([put({ ...mine, maxCapacity: 3 }), put({ ...mine, maxCapacity: 4 })]);
    expect([first.status, second.status].sort()).toEqual([200, 412]);
  });

  it('of a pool in the configuration file are changed there', async () => {
    await fixture.store.savePool(mine, 1, true);
    const answer = await put(mine, { 'if-match': '"2"' });
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([409, 'POOL_MANAGED_BY_FILE']);
  });

  it.each([
    ['name', 'other'],
    ['organization', 'https://dev.azure.com/contoso'],
    ['poolId', 8],
    ['scaleSet', mine.scaleSet.replace(/agents$/, 'others')],
  ])('never lead to another pool or other machines: %s stays', async (field, value) => {
    expect(await refusal({ ...mine, [field]: value })).toEqual([400, 'FIELD_FIXED']);
  });

  it.each([
    ['an unknown field', { ...mine, maxAgent: 3 }, 400, 'UNKNOWN_FIELD'],
    ['a maximum of zero', { ...mine, maxCapacity: 0 }, 400, 'MAX_AGENTS_RANGE'],
    ['a maximum in quotes', { ...mine, maxCapacity: '10' }, 400, 'MAX_AGENTS_RANGE'],
    ['more standby than maximum', { ...mine, desiredIdle: 12 }, 400, 'STANDBY_GT_MAX'],
    ['no object', [], 400, 'WRONG_TYPE'],
    ['no JSON', '{"name": "linux",}', 400, 'BODY_NOT_JSON'],
    ['a byte order mark', '\ufeff{}', 400, 'BODY_NOT_JSON'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'BODY_NOT_JSON'],
    ['300 KB', `"${'x'.repeat(300_000)}"`, 413, 'BODY_TOO_LARGE'],
    ['depth 10,000', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400, 'BODY_TOO_DEEP'],
    ['a key of a prototype', '{"__proto__":{"isAdmin":true}}', 400, 'BODY_FORBIDDEN_KEY'],
    ['a key twice', '{"maxCapacity":1,"maxCapacity":2}', 400, 'BODY_DUPLICATE_KEY'],
  ])('refuse %s', async (_what, payload, status, code) => {
    expect(await refusal(payload)).toEqual([status, code]);
  });

  it('tell all that is wrong at once, the nearest name among it', async () => {
    const { body } = await put({ ...mine, maxAgent: 3, timeToLiveMinutes: -5 });
    const { problems } = body as { problems: { code: string; nextStep: string }[] };
    expect(problems.map((one) => one.code).sort()).toEqual(['IDLE_RANGE', 'UNKNOWN_FIELD']);
    expect(problems.find((one) => one.code === 'UNKNOWN_FIELD')?.nextStep).toBe('Did you mean maxCapacity?');
  });

  it('are sent as JSON and not left out', async () => {
    expect(await refusal('name: linux', { 'content-type': 'text/plain', 'if-match': '"1"' })).toEqual([
      415,
      'CONTENT_TYPE',
    ]);
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'if-match': '"1"' };
    expect(await refusal('name=linux', form)).toEqual([415, 'CONTENT_TYPE']);
    const empty = await fixture.ask(url, { method: 'PUT', headers: { 'if-match': '"1"' } });
    expect([empty.status, (empty.body as { code: string }).code]).toEqual([400, 'BODY_NOT_JSON']);
  });
});
