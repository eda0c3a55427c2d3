// Somebody else works on the scale set: Weir names who and what, asks for no machines, and says how to end it.
import { describe, expect, it } from '@jest/globals';
import type { ScaleSet } from '../../../service/domain/instance.ts';
import { contentionsOf } from '../../../service/domain/contention.ts';
import { decide } from '../../../service/domain/decide.ts';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import { emptyMemory } from '../../../service/domain/memory.ts';
import * as build from '../../builders.ts';

function decided(change: Partial<ScaleSet>) {
  const observation = build.scene({ requests: [build.jobRequest()] }, { lanes: [build.lane([], change)] });
  const settings = build.settings();
  const verdict = decide(observation, settings, emptyMemory);
  const [request] = observation.jobRequests.value;
  return {
    kinds: verdict.decisions.map((one) => `${one.kind} ${one.reason.code}`),
    words: verdict.decisions.map((one) => one.reason.words).join(' '),
    finding: request && diagnose(request, observation, verdict.nodes, settings, emptyMemory),
  };
}

describe('a scale set', () => {
  it.each([
    [
      { tags: { __AzureDevOpsElasticPool: 'linux' } },
      /the tag __AzureDevOpsElasticPool: an elastic pool of Azure DevOps/,
      /elastic pool/,
    ],
    [{ tags: { _AzureDevOpsElasticPoolTimeStamp: '1' } }, /_AzureDevOpsElasticPoolTimeStamp/, /elastic pool/],
    [{ overprovision: true }, /overprovision on/, /az vmss update --ids \S+ --set overprovision=false/],
    [{ upgradePolicyMode: 'Automatic' }, /upgrade policy other than Manual/, /upgradePolicy\.mode=Manual/],
    [{ upgradePolicyMode: 'rolling' }, /upgrade policy other than Manual/, /upgradePolicy\.mode=Manual/],
    [{ automaticOsUpgrade: true }, /automatic operating system upgrades/, /enableAutomaticOSUpgrade=false/],
    [{ automaticRepairs: true }, /automatic repairs/, /automaticRepairsPolicy\.enabled=false/],
  ])('with %j is asked for no machine, and its owner is told why', (change, words, nextStep) => {
    const { kinds, words: said, finding } = decided(change);
    expect(kinds).toContain('alarm scaleSetContended');
    expect(kinds.filter((kind) => kind.startsWith('scaleOut'))).toEqual([]);
    expect(said).toMatch(words);
    expect(finding).toMatchObject({ verdict: 'scaleSetContended', resolvesItself: false });
    expect(finding?.words).toMatch(words);
    expect(finding?.nextStep).toMatch(nextStep);
  });

  it.each([
    [
      'parentheses are quoted',
      '/subscriptions/s/resourceGroups/rg(1)/x/agents',
      `--ids '/subscriptions/s/resourceGroups/rg(1)/x/agents'`,
    ],
    ['a line break has no command', '/subscriptions/s\n/x/agents', 'Set overprovision=false in the portal.'],
  ])('whose id is unusual gets a line that a shell reads as meant: %s', (_what, id, expected) => {
    expect(contentionsOf(build.scaleSet({ id, overprovision: true }))[0]?.nextStep).toContain(expected);
  });

  it('as the documents want it, with tags of its owner, is asked', () => {
    const { kinds } = decided({ tags: { owner: 'build', AzureDevOps: 'x' }, upgradePolicyMode: 'Manual' });
    expect(kinds).toEqual(expect.arrayContaining(['scaleOut requestsWithoutNode']));
  });
});
