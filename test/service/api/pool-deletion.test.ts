// Deleting a pool over the API: who may, what is said before, and what it ends.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readPoolLife } from '../../../service/pool-life.ts';
import { settings } from '../../builders.ts';
import { apiFixture, fabrikam, type Fixture } from './api-fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  const agentPool = { poolId: 7, name: 'new', isHosted: false, poolType: 'automation' as const, isElastic: false };
  fixture = await apiFixture({
    places: {
      scaleSet: () => Promise.reject(new Error('Deleting looks at no scale set.')),
      agentPool: () => Promise.resolve({ found: agentPool, why: null }),
      mayServiceManage: () => Promise.resolve(true),
      serviceName: () => Promise.resolve('weir-app'),
    },
  });
});

describe('deleting a pool', () => {
  const url = '/v1/pools/linux';

  it('needs the right to manage it, and not the configuration file', async () => {
    expect((await fixture.ask(url, { method: 'DELETE', token: 'reader' })).status).toBe(403);
    const { revision } = (await fixture.store.readPool('linux'))!;
    await fixture.store.savePool(settings({ name: 'linux', organization: fabrikam, poolId: 7 }), revision, true);
    const answer = await fixture.ask(url, { method: 'DELETE' });
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([409, 'POOL_MANAGED_BY_FILE']);
    expect(await readPoolLife(fixture.store, 'linux')).toBeNull();
  });

  it('says before what goes and what stays, and after who began it; asked twice it is the same', async () => {
    const before = (await fixture.ask(`${url}/deletion`, { token: 'reader' })).body;
    expect(before).toMatchObject({ isDeleting: false, by: null, machines: 0 });
    const { goes, stays } = before as { goes: string[]; stays: { words: string; command: string | null }[] };
    expect(goes.join(' ')).toContain('settings, log, charts');
    expect(stays.map((one) => one.words).join(' ')).toMatch(/scale set agents.*agent extension.*agent pool new of/);
    expect(stays[0]?.command).toMatch(/^az vmss delete --name agents /);
    const first = await fixture.ask(url, { method: 'DELETE' });
    expect([first.status, first.body]).toMatchObject([202, { isDeleting: true, by: 'manager' }]);
    fixture.time.sandbox += 60_000;
    expect((await fixture.ask(url, { method: 'DELETE' })).body).toMatchObject({
      since: (first.body as { since: string }).since,
    });
    expect(fixture.saved).toEqual(['linux']);
  });

  it('ends every other change of it', async () => {
    const { settings: mine } = (await fixture.ask(`${url}/settings`)).body as { settings: object };
    await fixture.ask(url, { method: 'DELETE' });
    const headers = { 'content-type': 'application/json', 'if-match': '"1"' };
    const answer = await fixture.ask(`${url}/settings`, { method: 'PUT', payload: JSON.stringify(mine), headers });
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([409, 'POOL_ENDING']);
    expect((await fixture.ask(`${url}/settings`)).status).toBe(200);
  });
});
