// What is kept of Azure's words when it had no capacity or quota, and for how long.
import { expect, it } from '@jest/globals';
import { refusalsOf, withRests } from '../../../service/domain/capacity-refusal.ts';
import { memory, minute, now0, scaleSetId } from '../../builders.ts';

const keptOf = (code: string | null, words: string) =>
  withRests(memory(), [{ scaleSetId, code, words }], now0).capacityRefusals?.[scaleSetId];

it.each([
  [
    'OperationNotAllowed',
    'setCapacity: Azure answered 409 OperationNotAllowed: Operation could not be completed as it results in exceeding approved ' +
      'standardDASv5Family Cores quota. Additional details - Deployment Model: Resource Manager, Location: eastus, Current Limit: 100, ' +
      'Current Usage: 96, Additional Required: 64, (Minimum) New Limit Required: 160. Submit a request for more.',
    'The quota "standardDASv5Family Cores" in eastus allows 100, with 96 in use and 64 more needed: 160 in all',
  ],
  [
    'QuotaExceeded',
    'The request is exceeding quota limit of Core. Maximum allowed: 4, Current in use: 4, Additional requested: 1.',
    'The quota "Core" allows 4, with 4 in use and 1 more needed: 5 in all',
  ],
  ['QuotaExceeded', 'Some other words.', 'Some other words.'],
])('a quota is told by its numbers, in either form of Azure (%s)', (code, said, words) => {
  expect(keptOf(code, said)).toEqual({ code, words, isQuota: true });
});

it('what is no quota is kept as it was said, but never longer than a sentence', () => {
  const kept = keptOf(
    'AllocationFailed',
    `setCapacity: Azure answered 409 AllocationFailed: ${'no room '.repeat(1000)}`,
  );
  expect(kept).toMatchObject({ isQuota: false, words: expect.stringMatching(/^AllocationFailed: no room .*…$/) });
  expect(kept?.words).toHaveLength(200);
});

it('only the last words are kept, and none of a scale set that rests no more', () => {
  const first = withRests(memory(), [{ scaleSetId, code: 'QuotaExceeded', words: 'quota' }], now0);
  const last = withRests(first, [{ scaleSetId, code: null, words: 'no room' }], now0 + minute);
  expect(last.capacityRefusals).toEqual({ [scaleSetId]: { code: null, words: 'no room', isQuota: false } });
  expect(refusalsOf(last, last.restUntil)).toEqual({ capacityRefusals: last.capacityRefusals });
  expect(refusalsOf(last, {})).toEqual({});
});
