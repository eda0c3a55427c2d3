// The checker of the maximum, fed with histories that keep its law and that break it.
import { describe, expect, it } from '@jest/globals';
import { capacityChecker } from '../../../sandbox/world/invariants/capacity.ts';
import { broken, type Line } from './history.ts';

describe('the maximum (I-4, I-5)', () => {
  const settings: Line = [0, 'poolSettings', { maxCapacity: 2 }];
  const made = (t: number, vmId: string, more: Readonly<Record<string, unknown>> = {}): Line => [
    t,
    'instanceCreated',
    { vmId, ...more },
  ];
  const added = (t: number): Line => made(t, 'added', { by: 'person' });
  const gone = (t: number, vmId: string): Line => [t, 'instanceDeleted', { vmId }];

  it.each<[string, readonly Line[]]>([
    ['up to it', [made(10, 'a'), made(20, 'b')]],
    ['once one is gone', [made(10, 'a'), made(20, 'b'), gone(30, 'a'), made(30, 'c')]],
    ['that somebody else makes', [made(10, 'a'), made(20, 'b'), added(30)]],
    ['a moment after somebody added one', [made(10, 'a'), added(99), made(100, 'b')]],
    [
      'of at most as many as when they were asked for',
      [made(10, 'a'), made(20, 'b'), made(30, 'c', { maximumWhenAsked: 3 })],
    ],
  ])('allows machines %s', (_what, history) => {
    expect(broken(capacityChecker(), [settings, ...history])).toEqual([]);
  });

  it.each<[string, readonly Line[]]>([
    ['one more', [made(10, 'a'), made(20, 'b'), made(30, 'c')]],
    ['one more beside what somebody added before', [made(10, 'a'), added(30), made(100, 'b')]],
    ['one more beside one that is on its way out', [made(10, 'a'), made(20, 'b'), made(30, 'c'), gone(31, 'a')]],
  ])('breaks by %s', (_what, history) => {
    expect(broken(capacityChecker(), [settings, ...history])).toEqual(['I-5 There are 3 machines, of at most 2.']);
  });

  it.each([
    [3, 'I-4 The capacity 3 is above 2.'],
    [0, 'I-4 The capacity was lowered from 1 to 0.'],
  ])('breaks by a capacity of %d', (to, words) => {
    expect(broken(capacityChecker(), [settings, [10, 'capacitySet', { from: 1, to }]])).toEqual([words]);
  });
});
