// Pools, log and series as the API tells them, also to the typed client of the contract.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../../../contract/client.ts';
import { createSummaries } from '../../../service/api/pool-summaries.ts';
import { bootingMachine, jobRequests, now0, scene } from '../../builders.ts';
import { apiFixture, fabrikam, type Fixture } from './api-fixture.ts';
import { detailOf } from './pool-scene.ts';

describe('the pools of the API', () => {
  let fixture: Fixture;
  const detail = detailOf(scene({ machines: [bootingMachine(1)], requests: jobRequests(2) }));

  beforeEach(async () => {
    fixture = await apiFixture();
    await fixture.store.writeView(fixture.lease, { at: now0, document: JSON.stringify(detail) });
  });

  const shown = { ...detail.pool, isManagedByFile: false };

  it('are listed as the newest pass saw them', async () => {
    expect((await fixture.ask('/v1/pools')).body).toEqual({ now: detail.now, pools: [shown] });
  });

  it('are read once for each pass, however often somebody looks at the list', async () => {
    const { store } = fixture;
    let reads = 0;
    const read = createSummaries({
      listViewTimes: () => store.listViewTimes(),
      readView: (pool) => {
        reads += 1;
        return store.readView(pool);
      },
    });
    const look = async (now = now0) => read(await store.listPools(), now);
    await look();
    const [first, second] = await look();
    expect([first, second?.state, reads]).toEqual([shown, 'starting', 1]);
    const later = { ...detail, pool: { ...detail.pool, queued: 9 } };
    await store.writeView(fixture.lease, { at: now0 + 5000, document: JSON.stringify(later) });
    expect([(await look())[0]?.queued, (await look())[0]?.queued, reads]).toEqual([9, 9, 2]);
    expect((await look(now0 + 600_000))[0]?.state).toBe('degraded');
    await store.deletePool('linux');
    expect((await look()).map(({ name }) => name)).toEqual(['windows']);
  });

  it('are shown whole, dated by the moment of the answer', async () => {
    fixture.time.sandbox += 30_000;
    expect((await fixture.ask('/v1/pools/linux')).body).toEqual({
      ...detail,
      pool: shown,
      now: new Date(now0 + 30_000).toISOString(),
    });
  });

  it('are degraded once nobody works them any more', async () => {
    fixture.time.sandbox += 600_000;
    expect((await fixture.ask('/v1/pools/linux')).body).toMatchObject({
      pool: { state: 'degraded', observedAt: detail.pool.observedAt },
      problems: ['What stands here is 10 min old: no Weir service looks after this pool at the moment.'],
    });
  });

  it('begin as pools that nobody has looked at, also after a change of the shape of the picture', async () => {
    const fresh = await apiFixture();
    expect((await fresh.ask('/v1/pools/linux')).body).toMatchObject({
      pool: { state: 'starting', queued: 0 },
      nodes: [],
    });
    await fixture.store.writeView(fixture.lease, { at: now0, document: '{"pool":{"name":"of another version"}}' });
    expect((await fixture.ask('/v1/pools/linux')).body).toMatchObject({ pool: { state: 'starting' } });
  });

  it('tell their log in pages until there is no more', async () => {
    const entries = [1, 2, 3, 4, 5].map((at) => ({
      at,
      level: 'info' as const,
      decision: { kind: 'scaleOut' as const, reason: { code: 'requests', words: `${at} jobs wait.` }, from: 0, to: at },
      outcome: 'Azure took it.',
    }));
    await fixture.store.appendLog(fixture.lease, entries);
    const words: string[] = [];
    let next: number | null = null;
    do {
      const query: string = next === null ? '' : `&before=${next}`;
      const { body } = await fixture.ask(`/v1/pools/linux/log?limit=2${query}`);
      const page = body as { entries: { reason: { words: string } }[]; next: number | null };
      words.push(...page.entries.map((entry) => entry.reason.words));
      next = page.next;
    } while (next !== null);
    expect(words).toEqual(['5 jobs wait.', '4 jobs wait.', '3 jobs wait.', '2 jobs wait.', '1 jobs wait.']);
    const { body } = await fixture.ask('/v1/pools/linux/log?limit=1');
    expect(body).toMatchObject({
      entries: [
        {
          at: '1970-01-01T00:00:00.005Z',
          level: 'info',
          kind: 'scaleOut',
          node: null,
          request: null,
          outcome: 'Azure took it.',
        },
      ],
    });
  });

  it('tell their series as columns within what was asked for', async () => {
    for (const [minutes, queued] of [
      [-2000, 9],
      [-60, 1],
      [-30, 2],
      [0, 3],
    ] as const) {
      await fixture.store.appendSample(fixture.lease, {
        at: now0 + minutes * 60_000,
        queued,
        running: 0,
        agentsIdle: 1,
        agentsBusy: 2,
        agentsStarting: 3,
        instances: 6,
      });
    }
    const whole = await fixture.ask('/v1/pools/linux/series');
    expect(whole.body).toEqual({
      at: [-60, -30, 0].map((minutes) => new Date(now0 + minutes * 60_000).toISOString()),
      queued: [1, 2, 3],
      agentsBusy: [2, 2, 2],
      agentsIdle: [1, 1, 1],
      agentsStarting: [3, 3, 3],
      instances: [6, 6, 6],
    });
    const to = new Date(now0 - 1000).toISOString();
    const from = new Date(now0 - 3000 * 60_000).toISOString();
    expect((await fixture.ask(`/v1/pools/linux/series?from=${from}&to=${to}`)).body).toMatchObject({
      queued: [9, 1, 2],
    });
    expect((await fixture.ask(`/v1/pools/linux/series?from=${from}&to=${to}&points=1`)).body).toMatchObject({
      queued: [9],
    });
  });

  it.each([
    ['/log?before=-1', 'TOKEN_INVALID'],
    ['/log?before=1.5', 'TOKEN_INVALID'],
    ['/log?before=1e3', 'TOKEN_INVALID'],
    ['/log?before=0x1', 'TOKEN_INVALID'],
    ['/log?before=9007199254740992', 'TOKEN_INVALID'],
    ['/log?before=../../', 'TOKEN_INVALID'],
    ['/log?before=', 'TOKEN_INVALID'],
    ['/log?before=1&before=2', 'TOKEN_INVALID'],
    ['/log?limit=0', 'FIELD_INVALID'],
    ['/log?offset=3', 'UNKNOWN_FIELD'],
    ['/series?from=yesterday', 'RANGE_INVALID'],
    ['/series?from=2026-01-05T08:00:00Z&to=2026-01-05T07:00:00Z', 'RANGE_INVALID'],
    ['/series?from=2026-02-30T00:00:00Z', 'RANGE_INVALID'],
    ['/series?from=2026-11-22T23:59:60Z', 'RANGE_INVALID'],
    ['/series?points=1e9', 'FIELD_INVALID'],
  ])('refuse %s with %s, in words', async (path, code) => {
    const answer = await fixture.ask(`/v1/pools/linux${path}`);
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([400, code]);
    expect(answer.text).not.toMatch(/must match|must NOT|date-time/);
  });

  it.each([
    ['/log?limit=abc', { field: 'limit', value: 'abc', nextStep: 'Write it like this: 50' }],
    ['/log?limti=3', { field: 'limti', value: null, nextStep: 'Did you mean limit?' }],
    ['/log?order=up', { field: 'order', value: null, nextStep: 'Known fields: before, limit.' }],
    ['/series?from=yesterday', { field: 'from', value: 'yesterday' }],
    [`/log?limit=${'x'.repeat(200)}`, { value: `${'x'.repeat(79)}…` }],
  ])('say of %s what was sent, and what to send', async (path, told) => {
    expect((await fixture.ask(`/v1/pools/linux${path}`)).body).toMatchObject(told);
  });

  it.each(['-1', '1.5', '1e3', '0x1', '9007199254740992', 'a%00b', '%2e%2e%2flinux', '__proto__', '%F0%9F%98%80'])(
    'know no pool called %s',
    async (name) => {
      const answer = await fixture.ask(`/v1/pools/${name}`);
      expect([answer.status, (answer.body as { code: string }).code]).toEqual([404, 'POOL_NOT_FOUND']);
    },
  );

  it('are understood by the typed client of the contract', async () => {
    const client = createClient<AbortSignal>({
      baseUrl: 'http://localhost',
      organization: fabrikam,
      getToken: () => Promise.resolve('reader'),
      fetch: async (url, init) => {
        const answer = await fixture.app.inject({ url, method: 'GET', headers: init.headers });
        return {
          ok: answer.statusCode < 300,
          status: answer.statusCode,
          headers: { get: (name) => answer.headers[name]?.toString() ?? null },
          text: () => Promise.resolve(answer.body),
        };
      },
    });
    expect(await client.pools()).toMatchObject({ pools: [{ name: 'linux' }] });
    expect(await client.pool('linux')).toEqual({ ...detail, pool: shown });
    expect(await client.log('linux', null)).toEqual({ entries: [], next: null });
    expect(await client.series('linux')).toMatchObject({ at: [] });
    await expect(client.pool('windows')).rejects.toMatchObject({ code: 'POOL_NOT_FOUND', status: 404 });
  });
});
