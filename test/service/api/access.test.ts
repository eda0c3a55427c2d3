// Who gets what: every kind of user on every route, for their own pool, a foreign one and none; and the life of a token.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { settings } from '../../builders.ts';
import { apiFixture, contoso, fabrikam, type Fixture } from './api-fixture.ts';

/** Row by row: what each kind of user gets on each route for their own pool, another's, and none. */
const routes = [
  ['GET', ''],
  ['GET', '/log'],
  ['GET', '/series'],
  ['GET', '/settings'],
  ['PUT', '/settings'],
] as const;

const askers = [
  ['fabrikam’s manager', 'manager', fabrikam],
  ['fabrikam’s reader', 'reader', fabrikam],
  ['fabrikam’s stranger', 'stranger', fabrikam],
  ['contoso’s manager', 'contosoManager', contoso],
  ['fabrikam’s manager who names contoso', 'manager', contoso],
  ['contoso’s manager who names fabrikam', 'contosoManager', fabrikam],
  ['nobody', '', fabrikam],
  ['a token that nobody has', 'forged', fabrikam],
] as const;

const pools = [
  ['fabrikam’s pool', 'linux'],
  ['contoso’s pool', 'windows'],
  ['a pool that does not exist', 'nothing'],
] as const;

function expected(token: string, organization: string, pool: string, method: string): readonly [number, string | null] {
  if (token === '') return [401, 'AUTH_MISSING'];
  if (token === 'forged') return [401, 'AUTH_REFUSED'];
  const home = token === 'contosoManager' ? contoso : fabrikam;
  if (organization !== home) return [401, 'AUTH_REFUSED'];
  const isOwn = (home === fabrikam ? 'linux' : 'windows') === pool;
  if (!isOwn || token === 'stranger') return [404, 'POOL_NOT_FOUND'];
  return method === 'PUT' && token === 'reader' ? [403, 'NEED_POOL_MANAGE'] : [200, null];
}

describe('who may do what', () => {
  const cases = askers.flatMap(([who, token, organization]) =>
    pools.flatMap(([which, pool]) =>
      routes.map(([method, path]) => ({ who, token, organization, which, pool, method, path })),
    ),
  );

  it.each(cases)('$who asks $method $path of $which', async ({ token, organization, pool, method, path }) => {
    const { ask, store } = await apiFixture({ rateLimits: { refusals: 1000 } });
    const home = pool === 'windows' ? contoso : fabrikam;
    const change = settings({ name: pool, organization: home, poolId: 7, maxCapacity: 44 });
    const more = method === 'PUT' ? { payload: change, headers: { 'if-match': '"1"' } } : {};
    const answer = await ask(`/v1/pools/${pool}${path}`, { method, token, organization, ...more });
    const [status, code] = expected(token, organization, pool, method);
    expect({ status: answer.status, code: (answer.body as { code?: string }).code ?? null }).toEqual({ status, code });
    const capacity = (await store.readPool(pool))?.settings.maxCapacity;
    expect(capacity).toBe(pool === 'nothing' ? undefined : status === 200 && method === 'PUT' ? 44 : 10);
  });

  it('another’s pool and no pool at all answer with the same words', async () => {
    const { ask } = await apiFixture();
    const [foreign, none] = [await ask('/v1/pools/windows'), await ask('/v1/pools/nothing')];
    const without = ({ body }: typeof foreign) => ({ ...(body as object), correlationId: '' });
    expect(without(foreign)).toEqual(without(none));
    expect(foreign.status).toBe(none.status);
  });

  it.each([
    ['manager', fabrikam, ['linux']],
    ['reader', fabrikam, ['linux']],
    ['stranger', fabrikam, []],
    ['contosoManager', contoso, ['windows']],
  ])('the list shows %s of %s only %j', async (token, organization, names) => {
    const { ask } = await apiFixture();
    const { body } = await ask('/v1/pools', { token, organization });
    expect((body as { pools: { name: string }[] }).pools.map((pool) => pool.name)).toEqual(names);
  });

  it('names only the organisation that was asked for', async () => {
    const { ask } = await apiFixture();
    expect((await ask('/v1/about')).body).toEqual({
      name: 'weir',
      version: '0.1.0',
      isSandbox: true,
      organizations: [fabrikam],
    });
    expect((await ask('/v1/about', { token: '' })).status).toBe(401);
  });
});

describe('a token', () => {
  let fixture: Fixture;

  beforeEach(async () => {
    fixture = await apiFixture();
  });

  async function codeOf(more: Parameters<Fixture['ask']>[1]): Promise<unknown> {
    const { status, body, headers } = await fixture.ask('/v1/pools', more);
    expect(headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
    return [status, (body as { code: string }).code];
  }

  it('is needed, as a bearer token', async () => {
    expect(await codeOf({ token: '' })).toEqual([401, 'AUTH_MISSING']);
    expect(await codeOf({ headers: { authorization: 'Basic OnBhdA==' } })).toEqual([401, 'AUTH_MISSING']);
    expect(await codeOf({ headers: { authorization: 'Bearer' } })).toEqual([401, 'AUTH_MISSING']);
    expect(await codeOf({ headers: { authorization: 'Bearer two words' } })).toEqual([401, 'AUTH_MISSING']);
  });

  it('of 20 KB is refused before anybody is asked', async () => {
    expect(await codeOf({ token: 'x'.repeat(20_000) })).toEqual([401, 'AUTH_SIZE']);
    expect(fixture.rights.calls).toBe(0);
  });

  it.each(['', 'https://dev.azure.com/other', 'https://dev.azure.com.evil.io/fabrikam', 'fabrikam'])(
    'for the organisation "%s" never leaves the service',
    async (organization) => {
      expect(await codeOf({ organization })).toEqual([401, 'AUTH_ORG']);
      expect(fixture.rights.calls).toBe(0);
    },
  );

  it('goes to the organisation as the configuration writes it', async () => {
    expect((await fixture.ask('/v1/about', { organization: 'HTTPS://dev.azure.com/FABRIKAM/' })).body).toMatchObject({
      organizations: [fabrikam],
    });
  });

  it('is never believed while Azure DevOps is silent', async () => {
    fixture.rights.isSilent = true;
    const answer = await fixture.ask('/v1/pools');
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '7']);
    expect(answer.body).toMatchObject({ code: 'AUTHZ_UNAVAILABLE' });
    fixture.rights.isSilent = false;
    expect((await fixture.ask('/v1/pools')).status).toBe(200);
    fixture.rights.isSilent = true;
    const change = { method: 'PUT' as const, payload: settings(), headers: { 'if-match': '"1"' } };
    expect((await fixture.ask('/v1/pools/linux/settings', change)).body).toMatchObject({ code: 'AUTHZ_UNAVAILABLE' });
    expect((await fixture.store.readPool('linux'))?.revision).toBe(1);
  });

  it('is asked about once a minute for reads, and each time for writes', async () => {
    for (let count = 0; count < 5; count += 1) await fixture.ask('/v1/pools/linux');
    expect(fixture.rights.calls).toBe(2);
    fixture.time.wall += 60_001;
    await fixture.ask('/v1/pools/linux');
    expect(fixture.rights.calls).toBe(4);
    for (const revision of [1, 2]) {
      await fixture.ask('/v1/pools/linux/settings', {
        method: 'PUT',
        payload: settings(),
        headers: { 'if-match': `"${revision}"` },
      });
    }
    expect(fixture.rights.calls).toBe(6);
  });

  it('is asked about once for all pools of a list, which then are remembered one by one', async () => {
    for (let poolId = 8; poolId < 60; poolId += 1)
      await fixture.store.savePool(settings({ name: `p${poolId}`, organization: fabrikam, poolId }), null, false);
    const list = async () => ((await fixture.ask('/v1/pools')).body as { pools: unknown[] }).pools.length;
    expect(await list()).toBe(1);
    expect(fixture.rights.calls).toBe(2);
    await fixture.ask('/v1/pools/linux');
    await fixture.ask('/v1/pools/p9');
    expect(await list()).toBe(1);
    expect(fixture.rights.calls).toBe(2);
    fixture.time.wall += 60_001;
    fixture.rights.isSilent = true;
    expect((await fixture.ask('/v1/pools')).status).toBe(503);
    fixture.rights.isSilent = false;
    expect(await list()).toBe(1);
  });

  it('that ends sooner is remembered no longer than it lives', async () => {
    const exp = fixture.time.wall / 1000 + 10;
    const token = `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`;
    let asked = 0;
    fixture.rights.whoIs = () => {
      asked += 1;
      return Promise.resolve({ id: 'x', name: 'x' });
    };
    await fixture.ask('/v1/about', { token });
    fixture.time.wall += 9_000;
    await fixture.ask('/v1/about', { token });
    expect(asked).toBe(1);
    fixture.time.wall += 2_000;
    await fixture.ask('/v1/about', { token });
    expect(asked).toBe(2);
  });

  it('that is guessed again and again stops being asked about, and the known ones still pass', async () => {
    fixture = await apiFixture({ rateLimits: { refusals: 3 } });
    await fixture.ask('/v1/about');
    for (let count = 0; count < 8; count += 1) await fixture.ask('/v1/about', { token: `guess${count}` });
    expect(fixture.rights.calls).toBeLessThanOrEqual(5);
    const refused = await fixture.ask('/v1/about', { token: 'guess9' });
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([429, 'RATE_LIMIT']);
    expect((await fixture.ask('/v1/about')).status).toBe(200);
  });
});

describe('many requests of one user', () => {
  it('are refused after the sixtieth write in a minute, and reads still pass', async () => {
    const { ask } = await apiFixture();
    const write = () => ask('/v1/pools/linux/settings', { method: 'PUT' });
    for (let count = 0; count < 60; count += 1) expect((await write()).status).toBe(428);
    const last = await write();
    expect(last.status).toBe(429);
    expect(last.body).toMatchObject({ code: 'RATE_LIMIT' });
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('/v1/pools/linux')).status).toBe(200);
    expect((await ask('/v1/pools/linux', { token: 'reader' })).status).toBe(200);
  });
});
