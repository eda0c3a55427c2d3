// Streams of events: who hears what, when they end, and that a reader who does not read costs nothing.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { createEventStreams, mostStreamsOfOne, type Follower } from '../../../service/api/event-streams.ts';
import { UserProblem } from '../../../service/problem.ts';
import { now0 } from '../../builders.ts';
import { apiFixture, fabrikam, type Fixture } from './api-fixture.ts';

function stage() {
  let tick: () => void = () => undefined;
  const state = { now: 0, times: new Map([['linux', 1]]), isStopped: true, failure: null as Error | null };
  const reported: unknown[] = [];
  const streams = createEventStreams({
    listViewTimes: () =>
      state.failure === null ? Promise.resolve(new Map(state.times)) : Promise.reject(state.failure),
    report: (error) => reported.push(error),
    now: () => state.now,
    every: (_milliseconds, work) => {
      state.isStopped = false;
      tick = work;
      return { stop: () => void (state.isStopped = true) };
    },
  });
  const pass = async (seconds = 1) => {
    state.now += seconds * 1000;
    tick();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return { state, streams, pass, reported };
}

const follower = (more: Partial<Follower> = {}): Follower => ({
  person: 'mary',
  mayFollow: () => Promise.resolve(new Set(['linux'])),
  ...more,
});
const textOf = (stream: Readable) => String((stream.read() as Buffer | null) ?? '');

describe('whoever follows a pool', () => {
  it('hears of each new picture of it, and of no other', async () => {
    const { state, streams, pass } = stage();
    const stream = streams.follow(follower(), new Set(['linux']))!;
    await pass();
    expect(textOf(stream)).toBe(': you follow now\n\n');
    state.times = new Map([
      ['linux', 5000],
      ['windows', 6000],
    ]);
    await pass();
    expect(textOf(stream)).toBe('event: changed\ndata: {"pool":"linux","at":"1970-01-01T00:00:05.000Z"}\n\n');
    await pass();
    expect(textOf(stream)).toBe('');
  });

  it('hears a heartbeat where nothing happens', async () => {
    const { streams, pass } = stage();
    const stream = streams.follow(follower(), new Set(['linux']))!;
    textOf(stream);
    await pass(15);
    expect(textOf(stream)).toBe(': still here\n\n');
  });

  it('hears nothing new while the database rests, and that is nobody’s mistake', async () => {
    const { state, streams, pass, reported } = stage();
    const stream = streams.follow(follower(), new Set(['linux']))!;
    await pass();
    textOf(stream);
    state.failure = new UserProblem('DB_UNAVAILABLE', 'The database does not answer.');
    await pass();
    expect([textOf(stream), reported]).toEqual(['', []]);
    state.failure = null;
    state.times = new Map([['linux', 5000]]);
    await pass();
    expect(textOf(stream)).toContain('event: changed');
  });

  it('leaves no mistake of ours untold: once until it is over, and where it is about rights', async () => {
    const { state, streams, pass, reported } = stage();
    const mine = new TypeError('rights is undefined');
    streams.follow(follower(), new Set(['linux']));
    streams.follow(follower({ person: 'bob', mayFollow: () => Promise.reject(mine) }), new Set(['linux']));
    const failure = new TypeError('rows is undefined');
    state.failure = failure;
    await pass();
    await pass();
    expect(reported).toEqual([failure]);
    state.failure = null;
    await pass();
    state.failure = failure;
    await pass(60);
    expect(reported).toEqual([failure, failure, mine]);
  });

  it('and does not read gets the newest picture of each pool, once, however many there were', async () => {
    const { state, streams, pass } = stage();
    // Nobody reads: the buffer of the stream fills with the first long burst, and then nothing more is written.
    const many = new Map(Array.from({ length: 400 }, (_, index) => [`pool ${index}`, 1]));
    const allowed = new Set(many.keys());
    const crowd = streams.follow(follower({ mayFollow: () => Promise.resolve(allowed) }), allowed)!;
    state.times = many;
    await pass();
    for (let at = 2; at < 200; at += 1) {
      state.times = new Map([...many.keys()].map((pool) => [pool, at]));
      await pass(0.01);
    }
    expect(crowd.readableLength).toBeLessThan(100_000);
    expect(textOf(crowd)).toContain('event: changed');
    await pass();
    const told = textOf(crowd).match(/"at":"[^"]+"/g) ?? [];
    expect(told).toHaveLength(many.size);
    expect(new Set(told)).toEqual(new Set([`"at":"${new Date(199).toISOString()}"`]));
  });

  it.each([
    ['may not see it any more', () => Promise.resolve(null), 61, 'rights'],
    ['cannot be asked about', () => Promise.reject(new Error('no answer')), 61, 'rights'],
    ['has a token that grows old', () => Promise.resolve(new Set(['linux'])), 901, 'renew'],
  ])('is sent away when they %s', async (_what, mayFollow, seconds, why) => {
    const { state, streams, pass } = stage();
    const stream = streams.follow(follower({ mayFollow }), new Set(['linux']))!;
    textOf(stream);
    await pass(seconds);
    expect(textOf(stream)).toContain(`event: end\ndata: {"why":"${why}"}`);
    await new Promise((resolve) => stream.on('close', resolve).resume());
    expect(state.isStopped).toBe(true);
  });

  it('waits for nobody whose rights are answered late', async () => {
    const { state, streams, pass } = stage();
    const late = streams.follow(follower({ mayFollow: () => new Promise(() => undefined) }), new Set(['linux']))!;
    const stream = streams.follow(follower({ person: 'bob' }), new Set(['linux']))!;
    await pass(61);
    textOf(stream);
    state.times = new Map([['linux', 9000]]);
    await pass();
    expect(textOf(stream)).toContain('event: changed');
    expect(textOf(late)).toContain('event: changed');
  });

  it('has a few streams and not more', () => {
    const { streams } = stage();
    const open = () => streams.follow(follower(), new Set(['linux']));
    const opened = Array.from({ length: mostStreamsOfOne }, open);
    expect(opened).not.toContain(null);
    expect(open()).toBeNull();
    expect(streams.follow(follower({ person: 'bob' }), new Set())).not.toBeNull();
    streams.close();
    expect(open()).not.toBeNull();
  });
});

describe('the routes of streams', () => {
  let fixture: Fixture | null = null;
  afterEach(() => fixture?.app.close());

  it.each(['/v1/events', '/v1/pools/linux/events'])('%s sends events to a reader with a token', async (path) => {
    let tick: () => void = () => undefined;
    fixture = await apiFixture({
      every: (_milliseconds, work) => {
        tick = work;
        return { stop: () => undefined };
      },
    });
    await fixture.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = fixture.app.server.address() as AddressInfo;
    const headers = { authorization: 'Bearer reader', 'x-weir-organization': fabrikam };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const reader = answer.body!.getReader();
    const next = async () => new TextDecoder().decode((await reader.read()).value as Uint8Array | undefined);
    expect(await next()).toBe(': you follow now\n\n');
    tick();
    await new Promise((resolve) => setImmediate(resolve));
    await fixture.store.writeView(fixture.lease, { at: now0, document: '{}' });
    tick();
    expect(await next()).toContain(`"at":"${new Date(now0).toISOString()}"`);
    // The server closes though somebody still follows.
    await fixture.app.close();
    expect(await next()).toContain('"why":"closing"');
  });

  it.each([
    ['', 401],
    ['stranger', 404],
  ])('refuse the token "%s"', async (token, status) => {
    fixture = await apiFixture();
    expect((await fixture.ask('/v1/pools/linux/events', { token })).status).toBe(status);
  });
});
