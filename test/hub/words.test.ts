// What codes and instants are called on the page.
import { describe, expect, it } from '@jest/globals';
import { humanise, nodeStateWords } from '../../hub/node-state.ts';
import { agoWords, comparedWords, deadlineWords, exactWords, spanWords } from '../../hub/time.ts';
import { span } from '../../service/domain/words.ts';
import { verdictWords } from '../../hub/verdict-words.ts';
import { apart, inARow } from '../../hub/apart.ts';

// ElasticNodeState of the 7.2 REST specification, in its order.
const elasticNodeStates =
  'none new creatingCompute startingAgent idle assigned offline pendingReimage pendingDelete saved deletingCompute deleted lost reimagingCompute restartingAgent failedToStartPendingDelete failedToRestartPendingDelete failedVMPendingDelete assignedPendingDelete retryDelete unhealthyVm unhealthyVmPendingDelete pendingReimageCandidate'.split(
    ' ',
  );

describe('states of a node', () => {
  it('have words of their own, all 23 of them', () => {
    expect(elasticNodeStates).toHaveLength(23);
    const words = elasticNodeStates.map((state) => nodeStateWords(state).words);
    expect(new Set(words).size).toBe(23);
    for (const [index, state] of elasticNodeStates.entries()) {
      if (!['idle', 'offline', 'deleted'].includes(state)) expect(words[index]).not.toBe(humanise(state));
    }
  });

  it('that a newer service may invent are shown in plain letters, as trouble', () => {
    expect(nodeStateWords('waitingForQuota')).toEqual({ words: 'Waiting for quota', group: 'trouble' });
  });
});

describe('verdicts', () => {
  it('tell apart what resolves itself and what needs somebody', () => {
    expect(verdictWords('nodeBooting', null).tone).toBe('waits');
    expect(verdictWords('noAgentMatches', null).tone).toBe('needsSomebody');
  });

  it('show the result of a job that has finished', () => {
    expect(verdictWords('finished', 'succeeded')).toEqual({ label: 'Succeeded', tone: 'succeeded' });
    expect(verdictWords('finished', 'abandoned')).toEqual({ label: 'Abandoned', tone: 'failed' });
    expect(verdictWords('finished', null)).toEqual({ label: 'Finished', tone: 'canceled' });
  });
});

describe('instants', () => {
  it.each([
    [-50, '0 s'],
    [12_400, '12 s'],
    [59_700, '60 s'],
    [84_000, '84 s'],
    [119_600, '2 min'],
    [180_000, '3 min'],
    [3_600_000, '1 h'],
    [3_900_000, '1 h 5 min'],
    [84 * 60_000, '1 h 24 min'],
    [2 * 86_400_000, '2 d'],
    [2 * 86_400_000 + 4 * 3_600_000, '2 d 4 h'],
  ])('%d ms are called %s', (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });

  it('of any length have one form, in the sentences of the service as on the page', () => {
    const lengths = Array.from({ length: 4000 }, (_, index) => Math.round(1000 * 1.004 ** index)).filter(
      (ms) => ms < 1e9,
    );
    expect(lengths.map(spanWords)).toEqual(lengths.map(span));
  });

  it.each([
    [84, '84 s'],
    [204.4, '3 min 24 s'],
    [480, '8 min'],
    [7560, '2 h 6 min'],
  ])('%d s are told to the second where people compare them: %s', (seconds, words) => {
    expect(comparedWords(seconds)).toBe(words);
  });

  it('are counted against the clock of the service', () => {
    expect(agoWords('2026-11-24T10:00:00Z', '2026-11-24T10:05:00Z')).toBe('5 min ago');
    expect(agoWords('2026-11-24T10:00:00Z', '2026-11-24T10:00:01Z')).toBe('just now');
    expect(deadlineWords('2026-11-24T10:05:00Z', '2026-11-24T10:00:00Z')).toBe('in 5 min');
    expect(deadlineWords('2026-11-24T10:00:00Z', '2026-11-24T10:05:00Z')).toBe('5 min over');
  });

  it('are exact with seconds and the name of the zone', () => {
    expect(exactWords('2026-11-24T10:00:07Z')).toMatch(/2026.*:00:07.*(UTC|GMT|[A-Z]{3,4})/);
  });
});

describe('names of others in plain text', () => {
  it.each([
    ['stay as they are where they run from left to right', ['Lint', null, '', 'müller <b>'], 'Lint · müller <b>'],
    ['are fenced in where they do not', ['עברית', '7'], '\u200E\u2068עברית\u2069 · 7'],
    ['are fenced in where only a mark turns them', ['\u200Fa', 'b'], '\u200E\u2068\u200Fa\u2069 · b'],
    ['are fenced in where their letters are rare', ['\u{10900}', 'b'], '\u200E\u2068\u{10900}\u2069 · b'],
    ['cannot leave their fence', ['a\u202Eb\u2069', 'c'], '\u200E\u2068a\u202Eb\u2069 · c'],
    ['cannot take the end of their fence', ['a\u2067b', 'c'], '\u200E\u2068ab\u2069 · c'],
    [
      'keep the fences of names inside them',
      [`${apart('עברית')}: 7`, 'c'],
      '\u200E\u2068\u2068עברית\u2069: 7\u2069 · c',
    ],
  ])('%s', (_name, names, words) => {
    expect(inARow(names)).toBe(words);
  });
});
