// How often the hub asks, and when it does not.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ServiceProblem } from '../../contract/client.ts';
import { delayAfter, startPoll, type Poll } from '../../hub/poll.ts';
import type { HubProblem } from '../../hub/problem.ts';

let asked: AbortSignal[];
let told: (number | HubProblem)[];
let answer: () => Promise<number>;
let poll: Poll;

const start = () => {
  poll = startPoll<number>({
    read: (signal) => {
      asked.push(signal);
      return answer();
    },
    intervalMs: 2000,
    onData: (data) => told.push(data),
    onProblem: (problem) => told.push(problem),
  });
};

const setHidden = (isHidden: boolean) => {
  Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden });
  document.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  jest.useFakeTimers();
  asked = [];
  told = [];
  answer = () => Promise.resolve(1);
});

afterEach(() => {
  poll.stop();
  setHidden(false);
  jest.useRealTimers();
});

describe('the poll', () => {
  it('asks at once and then after each interval', async () => {
    start();
    await jest.advanceTimersByTimeAsync(4100);
    expect(asked).toHaveLength(3);
    expect(told).toEqual([1, 1, 1]);
  });

  it('never has two questions under way', async () => {
    answer = () => new Promise(() => undefined);
    start();
    poll.hurry();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(1);
  });

  it('gives up a question after a quarter of a minute and says so', async () => {
    answer = () =>
      new Promise((_resolve, reject) => {
        asked.at(-1)?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      });
    start();
    await jest.advanceTimersByTimeAsync(15_000);
    expect(told).toMatchObject([{ code: 'SERVICE_SLOW' }]);
  });

  it('asks ever more slowly while it fails, and at the usual pace once it succeeds', async () => {
    answer = () => Promise.reject(new ServiceProblem('X', 'No.', 'Wait.'));
    start();
    await jest.advanceTimersByTimeAsync(3900);
    expect(asked).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(200);
    expect(asked).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(7800);
    expect(asked).toHaveLength(2);
    answer = () => Promise.resolve(7);
    await jest.advanceTimersByTimeAsync(300);
    expect(told.at(-1)).toBe(7);
    await jest.advanceTimersByTimeAsync(2100);
    expect(asked).toHaveLength(4);
  });

  it('waits as long as the service asks for, and never longer than half a minute by itself', () => {
    expect(delayAfter(0, 2000, null)).toBe(2000);
    expect(delayAfter(1, 2000, null)).toBe(4000);
    expect(delayAfter(20, 2000, null)).toBe(30_000);
    expect(delayAfter(1, 2000, 90_000)).toBe(90_000);
  });

  it('does not ask while nobody looks, and asks at once when somebody does again', async () => {
    start();
    await jest.advanceTimersByTimeAsync(0);
    setHidden(true);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
    setHidden(false);
    await jest.advanceTimersByTimeAsync(0);
    expect(asked).toHaveLength(2);
  });

  it('ends the question under way when it is stopped, and tells nobody', async () => {
    answer = () =>
      new Promise((_resolve, reject) => asked.at(-1)?.addEventListener('abort', () => reject(new Error('aborted'))));
    start();
    poll.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked.map((signal) => signal.aborted)).toEqual([true]);
    expect(told).toEqual([]);
  });
});
