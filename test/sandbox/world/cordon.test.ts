// The order of a reclaim as the world sees it: disabled, time to settle, gone.
import { describe, expect, it } from '@jest/globals';
import { cordonChecker } from '../../../sandbox/world/invariants/cordon.ts';

type Line = readonly [t: number, kind: string, by?: string];

function broken(history: readonly Line[]): readonly string[] {
  const found: string[] = [];
  const check = cordonChecker();
  for (const [t, kind, by = 'controller'] of history) {
    check({ t, kind, pool: 'linux', by, agent: 7 }, (_t, words, invariant) => found.push(`${invariant} ${words}`));
  }
  return found;
}

describe('an agent that is deleted', () => {
  it.each<[string, readonly Line[]]>([
    [
      'was disabled for long enough',
      [
        [0, 'agentEnabled'],
        [300, 'agentDisabled'],
        [330, 'agentDeleted'],
      ],
    ],
    ['was never open', [[0, 'agentDeleted']]],
    [
      'was disabled from the first, and had a job that was on its way',
      [
        [0, 'agentDisabled'],
        [4, 'jobAssigned'],
        [288, 'agentDeleted'],
      ],
    ],
    [
      'was enabled by a person in the last moment',
      [
        [0, 'agentDisabled'],
        [300, 'agentEnabled', 'person'],
        [301, 'agentDeleted'],
      ],
    ],
  ])('%s: that is allowed', (_what, history) => {
    expect(broken(history)).toEqual([]);
  });

  it.each<[string, readonly Line[], string]>([
    [
      'was open all the time',
      [
        [0, 'agentEnabled'],
        [300, 'agentDeleted'],
      ],
      'I-10 Agent 7 was deleted while it was enabled.',
    ],
    [
      'took a job and was never disabled',
      [
        [0, 'jobAssigned'],
        [300, 'agentDeleted'],
      ],
      'I-10 Agent 7 was deleted while it was enabled.',
    ],
    [
      'was opened after it had been disabled from the first',
      [
        [0, 'agentDisabled'],
        [4, 'agentEnabled'],
        [288, 'agentDeleted'],
      ],
      'I-10 Agent 7 was deleted while it was enabled.',
    ],
    [
      'had just been disabled',
      [
        [0, 'agentEnabled'],
        [300, 'agentDisabled'],
        [310, 'agentDeleted'],
      ],
      'I-10 Agent 7 was deleted right after it had been disabled.',
    ],
  ])('%s: that is told', (_what, history, told) => {
    expect(broken(history)).toEqual([told]);
  });
});
