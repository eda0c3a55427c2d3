// A window without jobs comes to an end, however far away somebody set it.
import { expect, it } from '@jest/globals';
import { boundedWindow, longestIdleSeconds, type ReplayWindow } from '../../../service/domain/replay-window.ts';

const year = longestIdleSeconds;

it.each<[string, ReplayWindow, readonly number[], ReplayWindow]>([
  ['is as asked for near its jobs', { begins: 0, ends: 108_000 }, [36_000], { begins: 0, ends: 108_000 }],
  ['ends a year after the last job', { begins: 0, ends: 1e12 }, [5, 36_000], { begins: 0, ends: 36_000 + year }],
  ['begins a year before the first', { begins: 0, ends: null }, [1e9, 2e9], { begins: 1e9 - year, ends: null }],
  ['ends a year after it began without jobs', { begins: 10, ends: 1e12 }, [], { begins: 10, ends: 10 + year }],
  ['has no end where nothing says when it begins', { begins: null, ends: 1 }, [], { begins: null, ends: null }],
  ['is left open where nobody asked', { begins: null, ends: null }, [7], { begins: null, ends: null }],
])('the window of a replay %s', (_what, asked, arrivals, expected) => {
  const jobs = arrivals.map((arrival) => ({ arrival, duration: 60, label: '' }));
  expect(boundedWindow(asked, jobs)).toEqual(expected);
});
