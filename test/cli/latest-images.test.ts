// `latest` as Weir resolves it, who gets room, and an alias that nobody declared, by `weir decide` and `weir explain`.
import { describe, expect, it } from '@jest/globals';
import {
  agentOf,
  decided,
  explained,
  galleryImage,
  galleryVersion,
  request,
  type VersionWords,
} from './wire-picture.ts';
import { images, linuxSet, windowsSet, linux, forWindows, pool, asked, kinds } from './several-images-scene.ts';

describe('latest', () => {
  const newest = async (...listed: readonly [string, VersionWords][]) => {
    const own = [{ id: galleryImage('ubuntu'), versions: listed.map(([name, words]) => galleryVersion(name, words)) }];
    const picture = { ...pool({}, [request(1)], [linuxSet()]), images: own };
    const [told] = await explained(picture);
    const { decisions } = await decided(picture);
    const words = decisions.find(({ kind }) => kind === 'scaleOut')?.reason.words ?? '';
    return /version ([\d.]+)/.exec(words)?.[1] ?? told?.verdict;
  };
  const past = '2026-11-01T00:00:00Z';
  it.each<[string, [string, VersionWords][], string]>([
    [
      'counts by numbers',
      [
        ['1.9.0', {}],
        ['1.10.0', {}],
      ],
      '1.10.0',
    ],
    [
      'is not excluded',
      [
        ['1.0.0', {}],
        ['2.0.0', { excluded: true }],
      ],
      '1.0.0',
    ],
    [
      'is not excluded here',
      [
        ['1.0.0', {}],
        ['2.0.0', { regions: [{ name: 'West Europe', excludeFromLatest: true }] }],
      ],
      '1.0.0',
    ],
    [
      'is alive',
      [
        ['1.0.0', {}],
        ['2.0.0', { endOfLife: past }],
      ],
      '1.0.0',
    ],
    [
      'is whole',
      [
        ['1.0.0', {}],
        ['2.0.0', { provisioning: 'Failed' }],
      ],
      '1.0.0',
    ],
    [
      'is here',
      [
        ['1.0.0', { state: 'Completed' }],
        ['2.0.0', { state: 'Replicating' }],
      ],
      '1.0.0',
    ],
    [
      'is meant for here',
      [
        ['1.0.0', {}],
        ['2.0.0', { regions: [{ name: 'eastus' }] }],
      ],
      '1.0.0',
    ],
    ['waits for the first one', [['1.0.0', { state: 'Replicating' }]], 'versionNotReplicated'],
    ['may be nothing at all', [['1.0.0', { excluded: true }]], 'versionUnknown'],
  ])('%s', async (_what, listed, expected) => {
    expect(await newest(...listed)).toBe(expected);
  });
});

describe('who gets room', () => {
  it.each([
    [
      'eventDriven',
      'an idle machine of one image gives its place to a job for another, before the idle delay and the standby',
    ],
    ['sampled', 'so it does at a sample: the rule of Azure DevOps knows one image only'],
  ])('%s: %s', async (policy) => {
    const machines = [linux(1), linux(2)];
    const agents = machines.map((one, index) => agentOf(one, index + 1));
    const settings = { maxCapacity: 2, desiredIdle: 2, sizing: { policy } };
    const picture = pool(settings, [request(1, forWindows)], [linuxSet(machines)], agents);
    const { decisions, newNodes } = await decided(picture);
    expect(newNodes).toBe(0);
    expect(decisions.filter(({ kind }) => kind === 'reclaim')).toMatchObject([{ reason: { code: 'displaced' } }]);
    expect((await explained(picture))[0]).toMatchObject({ verdict: 'poolAtMaximum', resolvesItself: true });
  });

  it('the maximum holds across all scale sets, and whoever is first in the queue gets what is left', async () => {
    const jobs = [request(1, forWindows), request(2), request(3, forWindows), request(4)];
    const decision = await decided(pool({ maxCapacity: 3 }, jobs, [linuxSet(), windowsSet()]));
    expect(decision.newNodes).toBe(3);
    expect(asked(decision)).toEqual([
      ['win', 0, 2],
      ['agents', 0, 1],
    ]);
  });

  it('M19: the standby is shared as the settings say', async () => {
    const [first, second] = images;
    const shared = {
      desiredIdle: 4,
      images: [
        { ...first, standbyPercent: 25 },
        { ...second, standbyPercent: '*' },
      ],
    };
    expect(asked(await decided(pool(shared, [], [linuxSet(), windowsSet()])))).toEqual([
      ['agents', 0, 1],
      ['win', 0, 3],
    ]);
  });

  it('M4: a standby above the maximum is the maximum', async () => {
    const picture = {
      settings: { desiredIdle: 20, maxCapacity: 10 },
      scaleSets: [linuxSet()],
      jobRequests: [],
      agents: [],
    };
    expect((await decided(picture)).newNodes).toBe(10);
  });

  it('no more scale sets than the pool may have, and the job is told', async () => {
    const busy = linux(1, { assignedRequest: { requestId: 9 } });
    const jobs = [request(1, forWindows)];
    const picture = pool({ maxLanes: 1 }, jobs, [linuxSet([busy])], [agentOf(busy, 1)]);
    expect((await decided(picture)).newNodes).toBe(0);
    const [told] = await explained(picture);
    expect(told).toMatchObject({ verdict: 'laneLimit', resolvesItself: false });
    expect(told?.nextStep).toContain('maxLanes');
  });

  it('an idle lane goes where another is needed and no more are allowed', async () => {
    const tags = { 'weir-image': 'ubuntu-22.04', 'weir-version': '1.10.0' };
    const settings = { maxLanes: 1 };
    const idle = pool(settings, [request(1, forWindows)], [linuxSet([linux(1)], { tags })], [agentOf(linux(1), 1)]);
    expect(kinds(await decided(idle))).toContain('reclaim laneDisplaced');
    expect((await explained(idle))[0]).toMatchObject({ verdict: 'laneCreating', resolvesItself: true });
    const empty = pool(settings, [request(1, forWindows)], [linuxSet([], { tags })]);
    expect(kinds(await decided(empty))).toContain('removeLane laneNotNeeded');
  });
});

describe('an alias that nobody declared', () => {
  it('lists what there is, the nearest first', async () => {
    const [told] = await explained(pool({}, [request(1, ['ImageOverride -equals windows-2019'])], [linuxSet()]));
    expect(told).toMatchObject({ verdict: 'aliasUnknown', resolvesItself: false });
    expect(told?.evidence).toEqual([
      { kind: 'aliases', asked: 'windows-2019', known: ['windows-2022', 'ubuntu-22.04', 'my linux'] },
    ]);
    expect(told?.nextStep).toContain('ImageOverride -equals windows-2022');
  });

  it('is offered where an image of the pool is the one that users of Azure Pipelines mean', async () => {
    const source = { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server' };
    const settings = { images: [{ aliases: ['noble'], source }] };
    const picture = {
      settings,
      jobRequests: [request(1, ['ImageOverride -equals ubuntu-24.04'])],
      scaleSets: [linuxSet()],
    };
    expect((await explained(picture))[0]?.nextStep).toBe(
      'Add "ubuntu-24.04" to the aliases of image "noble", which is such an image.',
    );
  });
});
