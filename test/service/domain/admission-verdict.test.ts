// Jobs that failed before they could wait: which demand nobody stood for, and the nearest value that is admitted.
import { describe, expect, it } from '@jest/globals';
import { diagnose } from '../../../service/domain/diagnosis.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import { agent, fresh, jobRequest, memory, now0, observation, second, settings, unknown } from '../../builders.ts';

const base = settings();
const stateful = settings({ recycleAfterEachUse: false });
const withValues = {
  ...stateful,
  demands: { ...stateful.demands, workFolders: ['/mnt/fast', '/mnt/large'], customCapabilities: ['cache'] },
};

function refused(demands: readonly string[], pool: PoolSettings = base, parts: Partial<Observation> = {}) {
  const request = jobRequest({
    demands: [...demands, 'Agent.Version -gtVersion 2.163.1'],
    result: 'failed',
    finishedAt: now0 - second,
    statusMessage: 'No agent found in pool linux which satisfies the specified demands: x',
  });
  return diagnose(request, observation(parts), [], pool, memory());
}

describe('a job that failed at queue time', () => {
  it.each([
    ['notAdmitted', 'WorkFolder -equals /mnt/fasst', 'WorkFolder -equals /mnt/fast'],
    ['notAdmitted', 'CustomCapabilities -equals cash', 'CustomCapabilities -equals cache'],
    ['demandSyntax', 'Priority -equals Hihg', 'Priority -equals High'],
  ])('is %s for %s, and told the nearest value that is admitted', (expected, demand, nearest) => {
    const verdict = refused([demand], withValues);
    expect(verdict).toMatchObject({ verdict: expected, resolvesItself: false, position: null });
    expect(verdict.nextStep).toContain(`Write "${nearest}"`);
    expect(verdict.words).toContain('failed the job at once');
    expect(verdict.evidence.at(-1)).toMatchObject({ kind: 'message' });
  });

  it('for an image that nobody declared is told which there are', () => {
    expect(refused(['ImageOverride -equals ubuntu-22.4'])).toMatchObject({
      verdict: 'aliasUnknown',
      nextStep: expect.stringContaining('ubuntu-22.04'),
    });
  });

  it('for a version is told which versions there are, and why not this one', () => {
    const versions = ['1.1.0', '1.0.0'].map((version) => ({
      version,
      publishedAt: null,
      provisioningState: 'succeeded' as const,
      isExcludedFromLatest: false,
      endOfLifeAt: null,
      replication: 'replicated' as const,
    }));
    const images = fresh([{ alias: 'ubuntu-22.04', kind: 'gallery' as const, versions }]);
    expect(refused(['ImageVersionOverride -equals 1.2.0'], base, { images })).toMatchObject({
      verdict: 'versionUnknown',
      words: expect.stringContaining('Available: 1.1.0, 1.0.0'),
    });
    expect(refused(['ImageVersionOverride -equals 1.0.0'], base, { images })).toMatchObject({
      verdict: 'versionNotAllowed',
      nextStep: expect.stringContaining('ImageVersionOverride -equals 1.1.0'),
    });
  });

  it.each(['validated', 'any', 'none'] as const)(
    'for a version is not told that it may not choose it while Azure has not told which there are (seed 5015): %s',
    (versionOverride) => {
      const demands = { ...base.demands, versionOverride };
      const pool = { ...base, demands };
      const images = unknown([], 'The request is being throttled.');
      const verdict = refused(['ImageVersionOverride -equals 9.9.9'], pool, { images });
      expect(verdict).toMatchObject({ verdict: 'azureUnknown', resolvesItself: false });
      expect(verdict.words).toContain('cannot say whether there is a version 9.9.9');
      expect(verdict.nextStep).toMatch(/^Look again/);
      const pinned = { ...pool, images: pool.images.map((image) => ({ ...image, version: '1.0.0' })) };
      const { verdict: ofPin } = refused(['ImageVersionOverride -equals 9.9.9'], pinned, { images });
      expect(ofPin).toBe(versionOverride === 'none' ? 'versionNotAllowed' : 'azureUnknown');
      expect(refused(['ImageVersionOverride -equals 1.0.0'], pinned, { images }).verdict).not.toBe('azureUnknown');
    },
  );

  it('for a version that was not in the region then is told how far it is now', () => {
    const known = { publishedAt: null, isExcludedFromLatest: false, endOfLifeAt: null };
    const told = (now: 'replicating' | 'failed') => {
      const coming = {
        ...known,
        version: '1.2.0',
        provisioningState: 'creating',
        replication: now,
        progress: 7,
      } as const;
      const there = { ...known, version: '1.1.0', provisioningState: 'succeeded', replication: 'replicated' } as const;
      const images = fresh([{ alias: 'ubuntu-22.04', kind: 'gallery' as const, versions: [coming, there] }]);
      return refused(['ImageVersionOverride -equals 1.2.0'], base, { images });
    };
    expect(told('replicating')).toMatchObject({
      verdict: 'versionNotReplicated',
      resolvesItself: false,
      words: expect.stringContaining('is still being copied'),
      nextStep: 'Run the job again: it waits for the copy.',
    });
    expect(told('failed').nextStep).toContain('ImageVersionOverride -equals 1.1.0');
  });

  it('for a combination that found no room is told so', () => {
    const workFolders = Array.from({ length: 120 }, (_, index) => `/mnt/${String(index)}`);
    const pool = { ...base, demands: { ...base.demands, workFolders } };
    const verdict = refused(['WorkFolder -equals /mnt/110', 'Priority -equals High'], pool);
    expect(verdict).toMatchObject({ verdict: 'notAdmitted' });
    expect(verdict.nextStep).toContain('-equals');
  });

  it('for demands that an agent or a placeholder meets now is told to run again', () => {
    expect(refused(['Priority -equals high'])).toMatchObject({ verdict: 'finished' });
    const agents = fresh([agent({ userCapabilities: { maven: '3' } })]);
    expect(refused(['maven'], base, { agents })).toMatchObject({
      ...{ verdict: 'finished', nextStep: expect.stringContaining('Run the job again') },
    });
  });

  it.each([
    ['maven', /None of 1 agent meets "maven"/, /^Remove "maven" from the job/],
    ['Agent.OS -equals Windows_NT', /\(it has "Linux"\)/, /^Remove "Agent.OS/],
    ['ImageOveride -equals gold', /meets "ImageOveride -equals gold"/, /^Write "ImageOverride -equals gold"/],
  ])('for %s, which no image has, is told which comes nearest', (demand, words, nextStep) => {
    const verdict = refused([demand]);
    expect(verdict).toMatchObject({ verdict: 'noAgentMatches', resolvesItself: false });
    expect(verdict.words).toMatch(/^The job failed before an agent took it: /);
    expect([verdict.words, verdict.nextStep]).toEqual([expect.stringMatching(words), expect.stringMatching(nextStep)]);
    expect(verdict.evidence.map(({ kind }) => kind)).toEqual(['nearMiss', 'message']);
  });

  it('for a version is told the nearest one, which need not be the newest', () => {
    const versions = ['3.0.0', '2.0.0'].map((version) => ({
      ...{ version, publishedAt: null, provisioningState: 'succeeded' as const, isExcludedFromLatest: false },
      ...{ endOfLifeAt: null, replication: 'replicated' as const },
    }));
    const images = fresh([{ alias: 'ubuntu-22.04', kind: 'gallery' as const, versions }]);
    expect(refused(['ImageVersionOverride -equals 2.0.1'], base, { images }).nextStep).toContain('-equals 2.0.0');
  });
});
