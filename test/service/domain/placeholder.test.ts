// Placeholder agents: which are asked for, told anew and removed, and never while a job waits on one.
import { describe, expect, it } from '@jest/globals';
import type { Agent, Capabilities } from '../../../service/domain/agent.ts';
import { decide } from '../../../service/domain/decide.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import { wantedPlaceholders } from '../../../service/domain/wanted-placeholders.ts';
import { agent, fresh, jobRequest, memory, observation, operation, settings, stale } from '../../builders.ts';
import { toldOfPlaceholders } from './told.ts';

const pool = settings();
const names = ['', '-High', '-Low'].map((end) => `weir-placeholder-ubuntu-22.04${end}`);

const mark = { 'Weir.Placeholder': pool.name };

/** Every wanted placeholder stands, as Weir would have registered it. */
function standing(
  parts: Partial<Observation> = {},
  of: PoolSettings = pool,
  marked = mark as Capabilities,
): Observation {
  const before = observation(parts);
  const agents = wantedPlaceholders(before, of).map(({ name, capabilities }, index): Agent =>
    agent({ agentId: 9000 + index, name, isOnline: false, systemCapabilities: { ...capabilities, ...marked } }),
  );
  return {
    ...before,
    agents: fresh([...agents, ...before.agents.value]),
    placeholders: [
      ...agents.map(({ agentId, name }) => ({ agentId, name, image: 'ubuntu-22.04' })),
      ...before.placeholders,
    ],
  };
}

const former = agent({ agentId: 8000, name: 'weir-placeholder-ubuntu-20.04', isOnline: false });
const withFormer = (parts: Partial<Observation> = {}) =>
  standing({
    agents: fresh([former]),
    placeholders: [{ agentId: 8000, name: former.name, image: 'ubuntu-20.04' }],
    ...parts,
  });

describe('placeholders', () => {
  it('are asked for where there are none, one for each priority of the one image', () => {
    expect(toldOfPlaceholders(observation())).toEqual(
      names.map((name) => `registerPlaceholder placeholderMissing ${name}`),
    );
  });

  it('say in their labels what they promise, and in their reason what for', () => {
    const [first] = decide(observation(), pool, memory()).decisions;
    expect(first?.target?.labels).toEqual({
      ImageOverride: 'ubuntu-22.04',
      Priority: 'Medium',
      WorkFolder: '/mnt/_work',
    });
    expect(first?.reason.words).toContain('image ubuntu-22.04, Priority Medium, WorkFolder /mnt/_work');
  });

  it('promise no folder of another system than that of their image', () => {
    const image = { source: null, version: 'latest', standbyPercent: '*' } as const;
    const images = [
      { ...image, aliases: ['linux'] },
      { ...image, aliases: ['windows'], osType: 'windows' as const },
    ];
    const demands = { ...pool.demands, workFolders: ['/mnt/a'] };
    const sets = wantedPlaceholders(observation(), settings({ images, demands, workFolder: '/mnt/w' }));
    const folders = sets.map(({ set: { labels } }) => `${labels.ImageOverride ?? ''} ${labels.WorkFolder ?? ''}`);
    expect([...new Set(folders)].sort()).toEqual(['linux /mnt/a', 'linux /mnt/w', 'windows D:\\_work']);
  });

  it('are asked for once', () => {
    const asked = operation({ kind: 'registerPlaceholder', instanceId: null });
    expect(toldOfPlaceholders(observation({ operations: [asked] }))).toEqual([]);
    expect(toldOfPlaceholders(standing())).toEqual([]);
  });

  it('are asked for anew within one pass where somebody removed them', () => {
    const picture = standing();
    const left = picture.agents.value.filter((one) => one.agentId !== 9001);
    expect(toldOfPlaceholders({ ...picture, agents: fresh(left) })).toEqual([
      `removePlaceholder placeholderGone ${names[1]}`,
      `registerPlaceholder placeholderMissing ${names[1]}`,
    ]);
  });

  it('are told anew in place when a newer agent comes out or the image turns out to have a tool', () => {
    const learned = [
      {
        image: 'ubuntu-22.04',
        version: null,
        agentVersion: '5.0.0',
        at: 0,
        capabilities: { maven: '/usr/bin/mvn' },
        workFolder: null,
      },
    ];
    for (const news of [{ agentVersions: { linux: '5.300.0' } }, { learned }]) {
      const picture = { ...standing(), ...news };
      expect(toldOfPlaceholders(picture)).toEqual(
        names.map((name) => `registerPlaceholder placeholderOutdated ${name}`),
      );
      expect(decide(picture, pool, memory()).decisions[0]?.target?.agentId).toBe(9000);
    }
  });

  it('from before their mark, or with that of another pool, are told anew in place, also while a job waits on one', () => {
    const waiting = jobRequest({ demands: ['ImageOverride -equals ubuntu-22.04'], matchedAgentIds: [9000] });
    const unmarked: readonly Capabilities[] = [{}, { 'Weir.Placeholder': 'other' }];
    for (const other of unmarked) {
      const picture = standing({ jobRequests: fresh([waiting]) }, pool, other);
      expect(toldOfPlaceholders(picture)).toEqual(
        names.map((name) => `registerPlaceholder placeholderOutdated ${name}`),
      );
      const first = decide(picture, pool, memory()).decisions.find(({ kind }) => kind === 'registerPlaceholder');
      expect(first).toMatchObject({ target: { agentId: 9000 } });
      expect(first?.reason.words).toContain('does not say that it is one of the pool linux');
    }
  });

  it('keep a promise that a job waits on', () => {
    const version = (one: string) => ({
      images: fresh([{ alias: 'ubuntu-22.04', kind: 'gallery' as const, versions: [versionOf(one)] }]),
    });
    const demands = ['ImageVersionOverride -equals 1.0.0'];
    const waiting = jobRequest({ demands, matchedAgentIds: [9000] });
    const before = standing({ ...version('1.0.0'), jobRequests: fresh([waiting]) });
    expect(toldOfPlaceholders({ ...before, ...version('1.1.0') })).toEqual(
      names.slice(1).map((name) => `registerPlaceholder placeholderOutdated ${name}`),
    );
  });

  it('of an image that is not declared any more go after the new ones are there', () => {
    expect(toldOfPlaceholders(withFormer())).toEqual([
      'removePlaceholder placeholderNotNeeded weir-placeholder-ubuntu-20.04',
    ]);
    const alone = { ...withFormer(), agents: fresh([former]) };
    expect(toldOfPlaceholders(alone).filter((line) => line.includes('20.04'))).toEqual([]);
  });

  it('are never more than two hundred, also while others take their place: what is not wanted makes room first', () => {
    const folders = Array.from({ length: 66 }, (_, index) => `/mnt/${index}`);
    const wide = settings({ demands: { ...pool.demands, workFolders: folders } });
    const picture = standing({}, wide);
    expect(picture.placeholders).toHaveLength(200);
    const renamed = settings({ ...wide, images: [{ ...pool.images[0]!, aliases: ['ubuntu-24.04'] }] });
    const { decisions } = decide(picture, renamed, memory());
    const count = (kind: string) => decisions.filter((one) => one.kind === kind).length;
    expect([count('removePlaceholder'), count('registerPlaceholder')]).toEqual([50, 0]);
    const left = picture.placeholders.slice(50);
    const agents = fresh(picture.agents.value.slice(50));
    const later = decide({ ...picture, agents, placeholders: left }, renamed, memory()).decisions;
    expect(later.filter((one) => one.kind === 'registerPlaceholder')).toHaveLength(50);
  });

  it('count to the two hundred where no record knows them, and what is wanted of those takes no room', () => {
    const folders = Array.from({ length: 66 }, (_, index) => `/mnt/${index}`);
    const wide = settings({ demands: { ...pool.demands, workFolders: folders } });
    const whole = standing({}, wide);
    const [first, ...others] = whole.agents.value;
    const unwanted = agent({ agentId: 8500, name: 'weir-placeholder-x', isOnline: false, systemCapabilities: mark });
    const picture = {
      ...whole,
      agents: fresh([unwanted, first!, ...others.slice(0, -2)]),
      placeholders: whole.placeholders.filter((one) => one.agentId !== first!.agentId).slice(0, -2),
    };
    const asked = decide(picture, wide, memory()).decisions.filter((one) => one.kind === 'registerPlaceholder');
    expect(asked.map((one) => one.placeholder)).toEqual([first!.name, others.at(-2)!.name]);
  });

  it('are not removed while a job waits on them, whether Azure DevOps names them or leaves the list out', () => {
    const named = jobRequest({ matchedAgentIds: [8000] });
    const unnamed = jobRequest({ demands: ['ImageOverride -equals ubuntu-22.04'], matchedAgentIds: null });
    for (const request of [named, unnamed]) {
      expect(toldOfPlaceholders(withFormer({ jobRequests: fresh([request]) }))).toEqual([]);
    }
    const elsewhere = jobRequest({ matchedAgentIds: [9000] });
    expect(toldOfPlaceholders(withFormer({ jobRequests: fresh([elsewhere]) }))).toHaveLength(1);
  });

  it('stay as they are while the agents or the requests are not known', () => {
    expect(toldOfPlaceholders({ ...withFormer(), agents: stale([]) })).toEqual([]);
    expect(toldOfPlaceholders({ ...withFormer(), jobRequests: stale([]) })).toEqual([]);
  });

  it('come fifty in a pass, and the next pass soon after', () => {
    const many = settings({
      demands: { ...pool.demands, workFolders: Array.from({ length: 40 }, (_, one) => `/mnt/f${String(one)}`) },
    });
    const verdict = decide(observation(), many, memory());
    expect(verdict.decisions.filter((one) => one.kind === 'registerPlaceholder')).toHaveLength(50);
    expect(verdict.nextDueAt).toBe(observation().now + 1000);
  });
});

function versionOf(version: string) {
  return {
    version,
    publishedAt: null,
    provisioningState: 'succeeded' as const,
    isExcludedFromLatest: false,
    endOfLifeAt: null,
    replication: 'replicated' as const,
  };
}
