// What new machines get while another version of the agent comes in: who tries it, and what is known of who did.
import { describe, expect, it } from '@jest/globals';
import {
  agentChoice,
  agentRolloutOf,
  nextAgent,
  stepAgentRollout,
  versionIn,
  withGiven,
} from '../../../service/domain/agent-rollout.ts';
import type { RolloutNode } from '../../../service/domain/rollout.ts';
import { generation, instance, lane, now0, settings } from '../../builders.ts';

const [old, next] = ['5.278.0', '5.280.0'];
const fresh = agentRolloutOf(null, 'linux', 'latest');
const good = { ...fresh, main: old, state: { ...fresh.state, lastKnownGood: old } };
const lives = Array.from({ length: 20 }, (_, index) => generation({ generationId: `life-${index}` }));
const picture = {
  now: now0,
  settings: settings(),
  generations: lives,
  isImageTried: false,
  asked: new Map<string, number>(),
};
const failed = (life: string): RolloutNode => ({ life, version: next, outcome: 'failed', failure: null });

describe('what new machines get', () => {
  it('is the first version that is known, with nothing tried', () => {
    expect(agentChoice(fresh, old, picture)).toEqual({ main: old, trial: null });
    expect(stepAgentRollout(fresh, old, settings(), [], now0).rollout).toMatchObject({ main: old });
  });

  it('is another version for a share of them, and not while an image is tried', () => {
    const { rollout } = stepAgentRollout(good, next, settings(), [], now0);
    const wanted = (given: Record<string, string>, more = {}) =>
      agentChoice({ ...rollout, given }, next, { ...picture, ...more }).trial?.wanted;
    expect(agentChoice(rollout, next, picture)).toEqual({
      main: old,
      trial: { canary: next, wanted: 4, rejected: null },
    });
    expect([wanted({ 'life-0': next }), wanted({ 'life-0': next }, { isImageTried: true })]).toEqual([3, 0]);
    expect(wanted({ 'life-0': next }, { asked: new Map([[next, 2]]) })).toBe(1);
    const trials = (count: number) => ({ linux: { canary: next, wanted: count, rejected: null } });
    const named = (count: number) => nextAgent({ agentVersions: { linux: old }, agentTrials: trials(count) }, 'linux');
    expect([named(2), named(0), nextAgent({ agentVersions: { linux: old } }, 'linux')]).toEqual([next, old, undefined]);
  });

  it('is the last known good one after two failures, until the settings name the other anew', () => {
    const { rollout, words } = stepAgentRollout(good, next, settings(), [failed('a'), failed('b')], now0);
    expect(words).toEqual([expect.stringContaining(`Version ${next} of the Linux agent was stopped: 2 of 2 machines`)]);
    expect(agentChoice(rollout, next, picture)).toEqual({
      main: old,
      trial: { canary: null, wanted: 0, rejected: next },
    });
    const again = agentRolloutOf(rollout, 'linux', next);
    expect(again.state).toMatchObject({ rejectedVersion: null, banner: null, lastKnownGood: old });
    expect(stepAgentRollout(again, next, settings(), [], now0).rollout.state.rollout?.phase).toBe('canary');
  });
});

describe('what a machine was given', () => {
  it('is what its model names, and stays; of another model nobody knows it', () => {
    const life = generation({ generationId: 'a', vmId: 'vm-a' });
    const made = [lane([instance({ vmId: 'vm-a', isLatestModelApplied: true })])];
    const later = [lane([instance({ vmId: 'vm-a', isLatestModelApplied: false })])];
    const models = (version: string) => new Map([[life.scaleSetId.toLowerCase(), version]]);
    const known = withGiven(good, models(next), made, [life]);
    expect(known.given).toEqual({ a: next });
    expect(withGiven(known, models(old), later, [life])).toBe(known);
    expect(withGiven(good, models(old), later, [life]).given).toEqual({});
    expect(withGiven(known, models(next), made, []).given).toEqual({});
  });

  it('is read from the name of the package, where the settings hold it', () => {
    const agentDownloadUrl = `https://example.com/agent/${next}/x/vsts-agent-linux-x64-${next}.tar.gz`;
    expect([versionIn({ settings: { agentDownloadUrl } }), versionIn({ settings: { timestamp: 7 } })]).toEqual([
      next,
      null,
    ]);
  });
});
