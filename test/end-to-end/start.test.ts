// `npm start` as a real process: one address, a pool that serves jobs, an end without remains, and clear words where it
// cannot begin.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureBundles } from '../../cli/bundles.ts';
import { runWeir } from '../cli/run-weir.ts';
import { clientOf, configurationOf, isServed, startWeir, type StartedWeir } from './started-weir.ts';
import { until } from './until.ts';

const minutes = 60_000;
const stack = /^\s+at .*:\d+:\d+/m;
const folder = mkdtempSync(join(tmpdir(), 'weir-start-'));
const data = join(folder, 'data');
const running: StartedWeir[] = [];

const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

async function start(...args: readonly string[]): Promise<StartedWeir> {
  const weir = await startWeir(...args);
  running.push(weir);
  return weir;
}

/** What the organisation itself says of the pool's finished jobs. */
async function results(url: string, poolId: number): Promise<ReadonlyMap<number, string>> {
  const { organization } = await configurationOf(url);
  const address = `${organization.url}/_apis/distributedtask/pools/${poolId}/jobrequests?completedRequestCount=100&api-version=7.1-preview`;
  const answer = await fetch(address, { headers: { authorization: 'Bearer reader', accept: 'application/json' } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  const { value } = JSON.parse(text) as { value: { requestId: number; result?: string }[] };
  return new Map(
    value.flatMap(({ requestId, result }) => (result === undefined ? [] : [[requestId, result] as const])),
  );
}

beforeAll(async () => {
  // Built here, so that what is measured below is a start and not a build.
  await ensureBundles(() => undefined);
}, 5 * minutes);

afterEach(() => {
  for (const weir of running.splice(0)) weir.kill();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('weir start', () => {
  it(
    'prints one address, serves jobs from queued to finished with a reason for each decision, and ends at Ctrl-C',
    async () => {
      const trace = file('trace.csv', 'arrival_seconds,duration_seconds,label\n0,240,\n0,180,\n20,300,\n');
      const weir = await start('--port', '0', '--speed', '60', '--data', data, '--trace', trace);
      expect(weir.said().match(/http:\/\/\S+/g)).toEqual([weir.url]);
      const page = await fetch(weir.url);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const { hubUrl, serviceUrl, organization } = await configurationOf(weir.url);
      expect((await fetch(hubUrl)).status).toBe(200);

      const client = await clientOf(weir.url);
      const { pools } = await client.pools();
      expect(pools.map((pool) => pool.name)).toEqual(['linux-build']);
      const poolId = pools[0]?.poolId ?? 0;
      const seen = { queued: new Set<number>(), running: new Set<number>() };
      const isWhole = (id: number, result: string) =>
        result === 'succeeded' && seen.queued.has(id) && seen.running.has(id);
      await until('a job was seen queued, running, and finished', 180, async () => {
        const { jobRequests } = await client.pool('linux-build');
        for (const { requestId, state } of jobRequests) {
          if (state === 'queued') seen.queued.add(requestId);
          if (state === 'running') seen.running.add(requestId);
        }
        const finished = [...(await results(weir.url, poolId))].find(([id, result]) => isWhole(id, result));
        const isOver = ({ requestId, state }: (typeof jobRequests)[number]) =>
          requestId !== finished?.[0] || state === 'finished';
        return finished !== undefined && jobRequests.every(isOver);
      });
      const { entries } = await client.log('linux-build', null);
      expect(entries.map((entry) => entry.kind)).toEqual(expect.arrayContaining(['scaleOut', 'enable']));
      expect(entries.filter((entry) => entry.reason.words === '' || entry.reason.code === '')).toEqual([]);

      const ports = [weir.url, hubUrl, serviceUrl ?? '', organization.url].map((url) => Number(new URL(url).port));
      expect(await Promise.all(ports.map(isServed))).toEqual([true, true, true, true]);
      // As under npm: the terminal sends it to everybody, and each parent passes it on.
      const ended = await weir.stop('SIGINT', 2);
      expect(ended).toMatchObject({ code: 0, signal: null, left: [] });
      // Wide enough for a crowded machine; one that waits until somebody hangs up takes longer.
      expect(ended.seconds).toBeLessThan(60);
      expect(ended.said).not.toMatch(/warning|deprecat|is a bug/i);
      expect(await Promise.all(ports.map(isServed))).toEqual([false, false, false, false]);
    },
    5 * minutes,
  );

  it(
    'begins again on the same data folder, refuses it to a second one meanwhile, and gives way where its port is taken',
    async () => {
      const blocker = createServer();
      await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
      const taken = (blocker.address() as AddressInfo).port;
      try {
        const weir = await start('--port', String(taken), '--data', data);
        expect(weir.said()).toContain(`Port ${taken} is taken`);
        expect(Number(new URL(weir.url).port)).toBeGreaterThan(taken);
        const { pools } = await (await clientOf(weir.url)).pools();
        expect(pools.map((pool) => pool.name)).toEqual(['linux-build', 'several-images']);

        const second = await runWeir('start', '--no-open', '--port', '0', '--data', data);
        expect(second).toMatchObject({ code: 1, out: '' });
        expect(second.note).toMatch(/is in use by process \d+.*\(DB_LOCKED\)\n {2}where: --data\n/);
        expect(second.note).not.toMatch(stack);

        const ended = await weir.stop('SIGTERM');
        expect(ended).toMatchObject({ code: 0, left: [] });
      } finally {
        blocker.close();
      }
    },
    3 * minutes,
  );

  it(
    'takes the last port there is',
    async () => {
      const weir = await start('--port', '65535', '--data', data);
      expect(await (await clientOf(weir.url)).pools()).toHaveProperty('pools');
      expect(await weir.stop('SIGINT')).toMatchObject({ code: 0, left: [] });
    },
    2 * minutes,
  );

  const mistakes: readonly (readonly [string, () => readonly string[], number, RegExp])[] = [
    ['a data folder that cannot be written', () => ['--data', join(file('plain', ''), 'data')], 1, /\(DB_OPEN\)\n/],
    ['a trace that is not there', () => ['--trace', join(folder, 'none.csv')], 1, /no such file.*\(TRACE_READ\)/],
    ['a broken trace', () => ['--trace', file('broken.csv', '1,2,linux\nx,y\n')], 1, /line 2: .*\(TRACE_INVALID\)/s],
    ['a broken archive', () => ['--trace', file('broken.gz', '\u001f\u008b')], 1, /\(TRACE_/],
    ['an empty trace', () => ['--trace', file('empty.csv', '# nothing\n')], 1, /\(TRACE_/],
    ['an option that does not exist', () => ['--sped', '60'], 2, /Did you mean --speed\?/],
    ['a speed that is no number', () => ['--speed', 'fast'], 2, /--speed must be a number/],
    ['a port that is none', () => ['--port', '65536'], 2, /--port must be a whole number, 0…65535/],
  ];
  it.each(mistakes)(
    'says what is wrong with %s, without a stack',
    async (_name, args, code, words) => {
      const ran = await runWeir('start', '--no-open', ...args());
      expect(ran.note).toMatch(words);
      expect({ ...ran, note: '' }).toEqual({ code, out: '', note: '' });
      expect(ran.note).not.toMatch(stack);
    },
    3 * minutes,
  );
});
