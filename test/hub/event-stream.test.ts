// The stream of events: what is heard, when it comes back, and how the poll goes with it.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TextDecoder } from 'node:util';
import { followEvents, parseEvents, pauseAfter, type EventStream, type Feed } from '../../hub/event-stream.ts';
import { startPoll, type Poll } from '../../hub/poll.ts';

describe('the text of a stream', () => {
  it.each([
    ['one event', 'event: changed\ndata: {}\n\n', ['changed'], ''],
    ['a heartbeat', ': still here\n\n', [], ''],
    ['half an event', 'event: chan', [], 'event: chan'],
    ['an event and the beginning of the next', 'event: a\r\n\r\nevent: b\n', ['a'], 'event: b\n'],
  ])('of %s is understood', (_name, text, events, rest) => {
    expect(parseEvents(text)).toEqual({ events, rest });
  });

  it('is asked for again later and later', () => {
    expect([0, 1, 2, 3, 9].map(pauseAfter)).toEqual([2000, 4000, 8000, 16_000, 60_000]);
  });
});

describe('whoever follows', () => {
  let opened: { say: (text: string) => void; end: () => void; signal: AbortSignal }[];
  let isRefused: boolean;
  let stream: EventStream;
  let heard: number;

  /** A body as fetch gives it; no browser stands here to make a real one. */
  const bodyOf = (signal: AbortSignal): ReadableStream<Uint8Array> => {
    const waiting: ((chunk: { done: boolean; value?: Uint8Array }) => void)[] = [];
    const give = (chunk: { done: boolean; value?: Uint8Array }) => waiting.shift()?.(chunk);
    opened.push({
      signal,
      say: (text) => give({ done: false, value: Uint8Array.from(text, (sign) => sign.charCodeAt(0)) }),
      end: () => give({ done: true }),
    });
    const read = () =>
      new Promise((resolve, reject) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    return { getReader: () => ({ read }) } as unknown as ReadableStream<Uint8Array>;
  };

  beforeEach(() => {
    jest.useFakeTimers();
    opened = [];
    heard = 0;
    isRefused = false;
    Object.assign(globalThis, { TextDecoder });
    stream = followEvents({
      open: (signal) => (isRefused ? Promise.reject(new Error('no')) : Promise.resolve(bodyOf(signal))),
    });
    stream.subscribe(() => (heard += 1));
    stream.start();
  });
  afterEach(() => {
    stream.stop();
    jest.useRealTimers();
  });
  const pass = (ms = 0) => jest.advanceTimersByTimeAsync(ms);

  it('hears of changes and not of heartbeats, also where an event comes in two parts', async () => {
    await pass();
    expect(stream.isOpen()).toBe(true);
    for (const text of [': hello\n\n', 'event: cha', 'nged\ndata: {}\n\n']) {
      opened[0]!.say(text);
      await pass();
    }
    expect(heard).toBe(1);
  });

  it('comes back after the end of a stream, and reads at once what it missed where it was refused', async () => {
    await pass();
    isRefused = true;
    opened[0]!.end();
    await pass(2000);
    expect(stream.isOpen()).toBe(false);
    isRefused = false;
    await pass(4000);
    expect([stream.isOpen(), opened.length, heard]).toEqual([true, 2, 1]);
  });

  it('gives up a stream in which nothing is said for long', async () => {
    await pass(40_000);
    expect(opened[0]!.signal.aborted).toBe(true);
    await pass(4000);
    expect(opened).toHaveLength(2);
  });
});

describe('a poll beside a stream', () => {
  let changed: () => void;
  let isOpen: boolean;
  let asked: number;
  let poll: Poll;
  beforeEach(() => {
    jest.useFakeTimers();
    [isOpen, asked] = [true, 0];
    const feed: Feed = {
      isOpen: () => isOpen,
      subscribe: (listener) => {
        changed = listener;
        return () => undefined;
      },
    };
    poll = startPoll({
      ...{ read: () => Promise.resolve((asked += 1)), intervalMs: 2000, feed },
      ...{ onData: () => undefined, onProblem: () => undefined },
    });
  });
  afterEach(() => {
    poll.stop();
    jest.useRealTimers();
  });

  it('asks at each event, though never faster than without one, and else seldom', async () => {
    await jest.advanceTimersByTimeAsync(14_000);
    expect(asked).toBe(1);
    changed();
    await jest.advanceTimersByTimeAsync(1);
    expect(asked).toBe(2);
    for (let turn = 0; turn < 10; turn += 1) {
      changed();
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(asked).toBe(2);
    await jest.advanceTimersByTimeAsync(1000);
    expect(asked).toBe(3);
    await jest.advanceTimersByTimeAsync(15_000);
    expect(asked).toBe(4);
  });

  it('asks as ever where the stream is closed', async () => {
    isOpen = false;
    await jest.advanceTimersByTimeAsync(20_500);
    // One question was left from when the stream was open.
    expect(asked).toBeGreaterThanOrEqual(4);
  });
});
