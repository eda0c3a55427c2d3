// What-ifs over the API: questions that cannot be answered say why, and a run shows its progress, ends, or is cancelled.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { WhatIfPage, WhatIfView } from '../../../contract/what-if.ts';
import type { PastJob } from '../../../service/domain/past-job.ts';
import type { ReplayOrder } from '../../../service/replay-port.ts';
import { createReplays } from '../../../service/what-if/threads.ts';
import { hour, lane, minute, now0, observation, settings } from '../../builders.ts';
import { apiFixture, fabrikam, type Answer, type Fixture } from './api-fixture.ts';
import { HandCrank } from './hand-crank.ts';

const url = '/v1/pools/linux/what-if';

let crank: HandCrank;
let fixture: Fixture;

beforeEach(async () => {
  crank = new HandCrank();
  fixture = await apiFixture({ startReplays: crank.start });
});

/** One every ten minutes, the last one an hour ago; each waited a minute and ran five. */
function pastJobs(count: number): PastJob[] {
  return Array.from({ length: count }, (_, index) => {
    const queuedAt = now0 - hour - (count - 1 - index) * 10 * minute;
    return {
      requestId: index + 1,
      queuedAt,
      startedAt: queuedAt + minute,
      finishedAt: queuedAt + 6 * minute,
      image: '',
    };
  });
}

const post = (payload: unknown, more: Parameters<Fixture['ask']>[1] = {}): Promise<Answer> =>
  fixture.ask(url, { method: 'POST', payload: payload as object, ...more });
const page = async () => (await fixture.ask(url)).body as WhatIfPage;
const code = (answer: Answer) => [answer.status, (answer.body as { code: string }).code];

/** What is written in the background has been written. */
async function newest(until: (view: WhatIfView) => boolean): Promise<WhatIfView> {
  for (let look = 0; look < 200; look += 1) {
    const view = (await page()).newest;
    if (view !== null && until(view)) return view;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`It never came to that: ${JSON.stringify((await page()).newest)}`);
}

describe('a what-if of the history', () => {
  it('says how much there is and how much is needed where there is too little', async () => {
    await fixture.store.noteJobs(fixture.lease, pastJobs(3));
    const answer = await post({});
    expect(code(answer)).toEqual([422, 'WHAT_IF_HISTORY_SHORT']);
    const { message, nextStep } = answer.body as { message: string; nextStep: string };
    expect(message).toBe(
      'Between 2025-12-29 and 2026-01-05 Weir knows 3 finished jobs, and a what-if needs at least 20. It knows 3 jobs since 2026-01-05.',
    );
    expect(nextStep).toBe('Come back when more jobs have run, or replay a file of jobs.');
    expect((await page()).history).toMatchObject({ jobs: 3, neededJobs: 20, keptDays: 35 });
    expect(crank.orders).toEqual([]);
  });

  it('replays the period, learns from what was before it, and shows each result as it comes', async () => {
    await fixture.store.noteJobs(fixture.lease, pastJobs(60));
    const from = new Date(now0 - 6 * hour).toISOString();
    const started = await post({ from, edit: { maxCapacity: 3 } });
    expect(started.status).toBe(202);
    const [order] = crank.orders;
    expect([order!.jobs.length, order!.from, order!.to]).toEqual([60, now0 / 1000 - 21_600, now0 / 1000]);
    expect(order!.jobs[0]).toEqual({ arrival: pastJobs(60)[0]!.queuedAt / 1000, duration: 300, label: '' });
    expect(order!.settings.map((one) => one.maxCapacity)).toEqual([10, 10, 10, 10, 3]);
    crank.turn(2);
    const half = await newest((view) => view.done === 2);
    expect(half).toMatchObject({
      ...{ state: 'running', jobs: 31, of: 5, isTrace: false, startedBy: 'manager' },
      words: 'Replaying 31 jobs: 2 of 5 settings are done.',
      measured: { waitSeconds: { mean: 60, p50: 60, p95: 60 }, vmHours: null },
    });
    crank.turn(3);
    crank.end();
    const whole = await newest((view) => view.state === 'finished');
    expect(whole.rows.map((row) => [row.name, row.isCurrent, row.isEdited])).toEqual([
      ['economy', false, false],
      ['balanced', true, false],
      ['fast', false, false],
      ['sampled', false, false],
      ['edited', false, true],
    ]);
    expect(whole.rows.some((row) => row.isOnFront)).toBe(true);
    expect(whole.rows.every((row) => row.vmHours >= row.workVmHours && row.creates > 0)).toBe(true);
    expect((await fixture.ask(`${url}/${whole.whatIfId}`)).body).toEqual(whole);
  });

  it('holds every replay to a single placement group where the scale set of the pool has one, and says so', async () => {
    await fixture.store.noteJobs(fixture.lease, pastJobs(60));
    const one = lane([], { singlePlacementGroup: true });
    const document = JSON.stringify({ observation: observation({ lanes: [one] }) });
    await fixture.store.writePicture(fixture.lease, { at: now0, document });
    await post({ edit: { maxCapacity: 150 } });
    expect(crank.orders[0]?.isOneGroup).toBe(true);
    expect((await page()).newest?.notes.filter((words) => words.includes('singlePlacementGroup'))).toEqual([
      'The scale set of the pool holds at most 100 machines while singlePlacementGroup is on, and so no replay has more.',
    ]);
  });

  it('replays exactly the part of a day that was asked for', async () => {
    await fixture.store.noteJobs(fixture.lease, pastJobs(60));
    const span = (from: number, to: number) => ({
      from: new Date(now0 - from * minute).toISOString(),
      to: new Date(now0 - to * minute).toISOString(),
    });
    // Jobs came 60, 70, 80 … minutes ago.
    const short = await post(span(155, 75));
    expect(code(short)).toEqual([422, 'WHAT_IF_HISTORY_SHORT']);
    const { message } = short.body as { message: string };
    expect(message).toMatch(
      /^Between 2026-01-05 \d\d:\d\d UTC and 2026-01-05 \d\d:\d\d UTC Weir knows 8 finished jobs/,
    );
    expect((await post(span(465, 75))).status).toBe(202);
    const [order] = crank.orders;
    expect([order!.from, order!.to]).toEqual([now0 / 1000 - 465 * 60, now0 / 1000 - 75 * 60]);
    crank.turn(4);
    crank.end();
    const view = await newest(({ state }) => state === 'finished');
    expect(view).toMatchObject({ ...{ jobs: 39, done: 4 }, measured: { waitSeconds: { mean: 60 } } });
    // Its own jobs and no others: each ran five minutes.
    expect(view.rows.map((row) => row.workVmHours)).toEqual([3.25, 3.25, 3.25, 3.25]);
    expect(view.notes).toContainEqual(expect.stringContaining('begins without a machine'));
  });

  it('knows the machine hours where the time series covers the period', async () => {
    await fixture.store.noteJobs(fixture.lease, pastJobs(30));
    const sample = { queued: 0, running: 0, agentsIdle: 0, agentsBusy: 0, agentsStarting: 0, instances: 4 };
    for (let at = now0 - 3 * hour; at <= now0; at += 10 * minute)
      await fixture.store.appendSample(fixture.lease, { at, ...sample });
    await post({ from: new Date(now0 - 10 * hour).toISOString() });
    expect((await page()).newest!.measured!.vmHours).toBeNull();
    const { whatIfId } = (await page()).newest!;
    await fixture.ask(`${url}/${whatIfId}`, { method: 'DELETE' });
    await fixture.store.noteJobs(
      fixture.lease,
      pastJobs(30).map((job) => ({ ...job, requestId: job.requestId + 100, queuedAt: now0 - 2 * hour })),
    );
    expect((await post({ from: new Date(now0 - 3 * hour).toISOString() })).status).toBe(202);
    expect((await page()).newest!.measured!.vmHours).toBe(12);
  });
});

describe('a what-if of a file', () => {
  const trace = Array.from({ length: 4 }, (_, index) => `${index * 600},60,ubuntu`).join('\n');

  it('replays it whole, on its own days of the week where it says when it began', async () => {
    expect((await post({ trace: `# epoch_utc=1700000000\n${trace}` })).status).toBe(202);
    expect(crank.orders[0]!.jobs.map((job) => job.arrival)).toEqual([0, 600, 1200, 1800].map((at) => at + 1.7e9));
    const { newest: view } = await page();
    expect(view).toMatchObject({ isTrace: true, from: null, to: null, jobs: 4, measured: null });
  });

  it.each([
    ['a line that is none', { trace: '0,60\nx,60' }, 400, 'TRACE_INVALID', 'line 2: arrival "x" is not'],
    ['no job', { trace: '# nothing' }, 400, 'TRACE_INVALID', 'holds no job'],
    ['a period besides', { trace, from: '2026-01-01T00:00:00Z' }, 400, 'RANGE_INVALID', 'replayed whole'],
    ['too many letters', { trace: '#'.repeat(4_000_001) }, 413, 'TRACE_TOO_LARGE', '4 million'],
    ['too many jobs', { trace: '0,1\n'.repeat(50_001) }, 413, 'TRACE_TOO_LARGE', 'at most 50000'],
  ])('is refused with %s', async (_name, payload, status, expected, words) => {
    const answer = await post(payload);
    expect(code(answer)).toEqual([status, expected]);
    expect((answer.body as { message: string }).message).toContain(words);
  });
});

describe('questions', () => {
  it.each([
    [
      'a period that ends before it begins',
      { from: '2026-01-03T00:00:00Z', to: '2026-01-02T00:00:00Z' },
      400,
      'RANGE_INVALID',
    ],
    ['an instant that is none', { from: 'yesterday' }, 400, 'RANGE_INVALID'],
    ['more standby than machines', { edit: { desiredIdle: 11 } }, 400, 'STANDBY_GT_MAX'],
    ['no machine', { edit: { maxCapacity: 0 } }, 400, 'MAX_AGENTS_RANGE'],
    ['a field that nobody may change', { edit: { poolId: 8 } }, 400, 'UNKNOWN_FIELD'],
  ])('with %s are refused', async (_name, payload, status, expected) => {
    expect(code(await post(payload))).toEqual([status, expected]);
  });

  it('are asked by whoever may manage the pool, and read by whoever may see it', async () => {
    expect(code(await post({}, { token: 'reader' }))).toEqual([403, 'NEED_POOL_MANAGE']);
    expect((await fixture.ask(url, { token: 'reader' })).status).toBe(200);
    expect((await fixture.ask(url, { token: 'stranger' })).status).toBe(404);
    expect(code(await fixture.ask(`${url}/x`))).toEqual([404, 'WHAT_IF_NOT_FOUND']);
    expect(code(await fixture.ask(`${url}/x`, { method: 'DELETE' }))).toEqual([404, 'WHAT_IF_NOT_FOUND']);
  });

  it('have no answer where the service runs none', async () => {
    fixture = await apiFixture();
    expect(code(await post({ trace: '0,60' }))).toEqual([503, 'WHAT_IF_UNAVAILABLE']);
  });
});

describe('what-ifs under way', () => {
  const begin = async () => ((await post({ trace: '0,60\n900,60' })).body as { whatIfId: string }).whatIfId;

  it('are one for each pool, and cancelled at once', async () => {
    const whatIfId = await begin();
    expect(code(await post({ trace: '0,60' }))).toEqual([409, 'WHAT_IF_RUNNING']);
    crank.turn();
    await newest((view) => view.done === 1);
    const cancelled = await fixture.ask(`${url}/${whatIfId}`, { method: 'DELETE' });
    expect(cancelled.body).toMatchObject({ state: 'cancelled', words: 'It was cancelled after 1 of 4 replays.' });
    expect(crank.stopped).toBe(1);
    expect(code(await fixture.ask(`${url}/${whatIfId}`, { method: 'DELETE' }))).toEqual([409, 'WHAT_IF_ENDED']);
    expect(await begin()).not.toBe(whatIfId);
    expect(code(await fixture.ask(`${url}/${whatIfId}`))).toEqual([404, 'WHAT_IF_NOT_FOUND']);
  });

  it('are not stopped by way of another pool', async () => {
    const whatIfId = await begin();
    await fixture.store.savePool(settings({ name: 'other', organization: fabrikam, poolId: 7 }), null, false);
    const answer = await fixture.ask(`/v1/pools/other/what-if/${whatIfId}`, { method: 'DELETE' });
    expect(code(answer)).toEqual([404, 'WHAT_IF_NOT_FOUND']);
    expect(crank.stopped).toBe(0);
  });

  it('say why where they fail, and leave the pool free', async () => {
    await begin();
    crank.fail('It took longer than 10 minutes.');
    const failed = await newest((view) => view.state === 'failed');
    expect(failed.words).toBe('It came to no end: It took longer than 10 minutes.');
    await begin();
  });

  it('of a service that stopped show so, and leave the pool free', async () => {
    await begin();
    await fixture.app.close();
    const [row] = await fixture.store.listRecords('whatIf', 'linux');
    expect(row!.document).toMatchObject({ state: 'failed', words: 'The service was stopped.' });
  });

  it('that nobody runs any more end by themselves', async () => {
    await begin();
    fixture.time.wall += 12 * minute;
    expect((await page()).newest).toMatchObject({ state: 'failed' });
    await begin();
  });
});

describe('the thread', () => {
  it('gives what a replay in place gives, in the order of the settings, and stops when it is told to', async () => {
    fixture = await apiFixture({ startReplays: createReplays((ms) => AbortSignal.timeout(ms)) });
    const lines = Array.from({ length: 40 }, (_, index) => `${index * 300},200,`).join('\n');
    await post({ trace: lines, edit: { desiredIdle: 2 } });
    // A thread takes real time; a run that fails ends the wait, too.
    while ((await page()).newest?.state === 'running') await new Promise((resolve) => setTimeout(resolve, 50));
    const done = (await page()).newest!;
    expect(done.state).toBe('finished');
    expect(done.rows.map((row) => row.name)).toEqual(['economy', 'balanced', 'fast', 'sampled', 'edited']);
    let results = 0;
    const again = createReplays((ms) => AbortSignal.timeout(ms));
    const run = again(
      { ...orderOf(2000), settings: Array.from({ length: 500 }, () => orderOf(0).settings[0]!) },
      () => void (results += 1),
    );
    run.stop();
    await run.done;
    expect(results).toBeLessThan(500);
  });

  it('is ended where it takes too long', async () => {
    const impatient = createReplays(() => AbortSignal.timeout(1));
    const order = orderOf(5000);
    await expect(impatient(order, () => undefined).done).rejects.toThrow('longer than 10 minutes');
  });

  function orderOf(count: number): ReplayOrder {
    const jobs = Array.from({ length: count }, (_, index) => ({ arrival: index * 60, duration: 900, label: '' }));
    const profile = { create: { p50: 60, p95: 90 }, reimage: { p50: 35, p95: 60 }, neverOnline: 0 };
    const window = { begins: null, ends: null };
    const sampled = settings({ sizing: { policy: 'sampled' } });
    return { jobs, from: 0, to: 1e12, window, profile, bootSeed: 1, settings: [sampled] };
  }
});
