// Several images and versions behind one pool, through `weir explain` and `weir decide`: which machines a job means (M17,
// M18), who gets room, and what is said where nothing comes.
import { describe, expect, it } from '@jest/globals';
import { agentOf, decided, explained, request, scaleSet, type Machine } from './wire-picture.ts';
import {
  images,
  versions,
  linuxSet,
  windowsSet,
  linux,
  forWindows,
  pool,
  asked,
  kinds,
} from './several-images-scene.ts';

const windows = (number: number, agent: object = {}): Machine => ({
  ...{ set: 'win', number, agent, capabilities: { ImageOverride: 'windows-2022', 'Agent.OS': 'Windows_NT' } },
});

const version = (number: string) => [`ImageVersionOverride -equals ${number}`];

describe('which machines a job means', () => {
  it('M17: without ImageOverride the first image, though machines of another stand idle', async () => {
    const picture = pool({}, [request(1)], [linuxSet(), windowsSet([windows(1)])], [agentOf(windows(1), 2)]);
    expect(asked(await decided(picture))).toEqual([['agents', 0, 1]]);
    expect((await explained(picture))[0]).toMatchObject({ verdict: 'starting', resolvesItself: true });
  });

  it('a machine of another image is closed before a job that names none could be given it', async () => {
    const picture = pool(
      { desiredIdle: 2 },
      [],
      [linuxSet([linux(1)]), windowsSet([windows(1)])],
      [agentOf(linux(1), 1), agentOf(windows(1), 2)],
    );
    const { decisions, newNodes } = await decided(picture);
    expect(newNodes).toBe(0);
    expect(decisions).toMatchObject([{ kind: 'drain', node: 'win_1', reason: { code: 'gateCloses' } }]);
  });

  it('Linux first, Windows second, jobs with and without a demand, both idle: each goes to its own', async () => {
    const jobs = [request(1), request(2, forWindows), request(3), request(4, forWindows)];
    const picture = pool(
      {},
      jobs,
      [linuxSet([linux(1)]), windowsSet([windows(1)])],
      [agentOf(linux(1), 1), agentOf(windows(1), 2)],
    );
    const decision = await decided(picture);
    expect(asked(decision)).toEqual([
      ['agents', 1, 2],
      ['win', 1, 2],
    ]);
    expect(kinds(decision)).toContain('drain gateCloses');
    const verdicts = await explained(picture);
    expect(verdicts.map((one) => one.verdict)).toEqual(['starting', 'starting', 'starting', 'starting']);
    // The Windows machine is no supply for the jobs that name nothing.
    expect(verdicts[2]?.words).toContain('asks for a machine');
  });

  it.each(['ubuntu-22.04', 'UBUNTU-22.04', 'my linux'])('an alias, whatever its case: %s', async (alias) => {
    const picture = pool({}, [request(1, [`ImageOverride -equals ${alias}`])], [linuxSet()]);
    expect(asked(await decided(picture))).toEqual([['agents', 0, 1]]);
  });

  it('an image without a scale set gets one, and its machines are counted at once', async () => {
    const picture = pool({}, [request(1, forWindows), request(2, forWindows)], [linuxSet()]);
    const { decisions, newNodes } = await decided(picture);
    expect(newNodes).toBe(2);
    expect(decisions).toMatchObject([
      { kind: 'createLane', reason: { code: 'laneMissing' } },
      { kind: 'scaleOut', from: 0, to: 2 },
    ]);
    const [lane = ''] = decisions.map((one) => one.scaleSet ?? '');
    expect(lane).toMatch(/^weir-0-windows-2022-5-0-0-[0-9a-f]{10}$/);
    expect(await explained(picture)).toMatchObject([{ verdict: 'laneCreating' }, { verdict: 'laneCreating' }]);
  });

  it('a scale set is known by its tags, whatever its model says', async () => {
    const tags = { 'weir-image': 'windows-2022', 'weir-version': '5.0.0' };
    const picture = pool({}, [request(1, forWindows)], [linuxSet([], { tags })]);
    expect(asked(await decided(picture))).toEqual([['agents', 0, 1]]);
  });

  it('knows what it needs without sources, images or versions', async () => {
    const settings = { images: [{ aliases: ['ubuntu-22.04'] }, { aliases: ['windows-2022'] }] };
    const picture = {
      settings,
      jobRequests: [request(1), request(2, forWindows)],
      scaleSets: [scaleSet('agents', {})],
    };
    const decision = await decided(picture);
    expect(decision.newNodes).toBe(2);
    expect(kinds(decision)).toEqual([
      'scaleOut requestsWithoutNode',
      'createLane laneMissing',
      'scaleOut requestsWithoutNode',
    ]);
  });
});

describe('an exact version (M18)', () => {
  it('is exactly that one: another lane', async () => {
    const settings = { demands: { versionOverride: 'any' } };
    const picture = pool(settings, [request(1, version('2.0.0'))], [linuxSet([linux(1)])], [agentOf(linux(1), 1)]);
    const { decisions, newNodes } = await decided(picture);
    expect(newNodes).toBe(1);
    expect(decisions[0]).toMatchObject({ kind: 'createLane' });
    expect(decisions[0]?.reason.words).toContain('image ubuntu-22.04, version 2.0.0');
  });

  it('latest is the highest number that is whole, here, alive and not excluded', async () => {
    const picture = pool({}, [request(1, version('1.10.0'))], [linuxSet()]);
    expect(asked(await decided(picture))).toEqual([['agents', 0, 1]]);
  });

  it.each<[string, string, object, string, boolean, string]>([
    [
      'missing',
      '9.9.9',
      { versionOverride: 'any' },
      'versionUnknown',
      false,
      'The last 3 available versions are 2.0.0, 1.10.0, 1.9.0',
    ],
    ['on its way', '3.0.0', { versionOverride: 'any' }, 'versionNotReplicated', true, 'still being copied'],
    ['the newest to come', '3.0.0', {}, 'versionNotReplicated', true, '(40 % done); the job starts when it is there'],
    ['on its way, and not allowed then', '0.5.0', {}, 'versionNotAllowed', false, 'is not one that jobs may ask for'],
    ['failed on its way', '2.5.0', { versionOverride: 'any' }, 'versionNotReplicated', false, 'says: No room.'],
    [
      'not validated',
      '1.9.0',
      {},
      'versionNotAllowed',
      false,
      'configured, pinned, newest and validated ones (1.10.0)',
    ],
    ['forbidden', '1.9.0', { versionOverride: 'none' }, 'versionNotAllowed', false, 'demands.versionOverride is none'],
  ])('%s: %s', async (_what, number, demands, verdict, resolvesItself, words) => {
    const picture = pool({ demands }, [request(1, version(number))], [linuxSet()]);
    const [told] = await explained(picture);
    expect(told).toMatchObject({ verdict, resolvesItself });
    expect(told?.words).toContain(words);
    expect(told?.nextStep).not.toBeNull();
    expect((await decided(picture)).newNodes).toBe(0);
  });

  it('that jobs may not ask for is answered with the nearest that they may, not with the first', async () => {
    const pinned = [{ ...images[0], version: '1.0.0' }, images[1]];
    const picture = pool({ images: pinned }, [request(1, version('0.5.0'))], [linuxSet()]);
    const [told] = await explained(picture);
    expect(told?.words).toContain('(1.10.0, 1.0.0)');
    expect(told?.nextStep).toContain('Use version 1.0.0,');
  });

  it('that is not here yet is answered with the nearest that is, not with the newest', async () => {
    const picture = pool({ demands: { versionOverride: 'any' } }, [request(1, version('0.5.0'))], [linuxSet()]);
    const [told] = await explained(picture);
    expect(told?.verdict).toBe('versionNotReplicated');
    expect(told?.nextStep).toContain('or use version 1.0.0, which is there.');
  });

  it('D27: the version that is missing is never among those that are available', async () => {
    const [told] = await explained(
      pool({ demands: { versionOverride: 'any' } }, [request(1, version('9.9.9'))], [linuxSet()]),
    );
    const [evidence] = told?.evidence ?? [];
    expect(evidence).toMatchObject({ kind: 'versions', image: 'ubuntu-22.04', asked: '9.9.9' });
    expect(evidence?.available).toEqual(['2.0.0', '1.10.0', '1.9.0']);
  });

  it('is admitted where somebody validated it', async () => {
    const admittedVersions = [{ image: 'ubuntu-22.04', version: '1.9.0', why: 'validated' }];
    const picture = pool({}, [request(1, version('1.9.0'))], [linuxSet()]);
    expect((await decided({ ...picture, memory: { admittedVersions } })).newNodes).toBe(1);
  });

  it('a configured pin wins over what is newer', async () => {
    const [first, ...others] = images;
    const pinned = { images: [{ ...first, version: '1.0.0' }, ...others] };
    const { decisions } = await decided(pool(pinned, [request(1)], [linuxSet()]));
    expect(decisions[0]?.reason.words).toContain('version 1.0.0');
    const gone = { images: [{ ...first, version: '8.0.0' }, ...others] };
    const [told] = await explained(pool(gone, [request(1)], [linuxSet()]));
    expect(told).toMatchObject({ verdict: 'versionUnknown', resolvesItself: false });
    expect(told?.words).toContain('The settings pin version 8.0.0');
  });

  it('a new version that jobs bring in by themselves is counted by the day', async () => {
    const demands = { versionOverride: 'any', newVersionsPerDay: 1 };
    const picture = pool({ demands }, [request(1, version('1.9.0')), request(2, version('2.0.0'))], [linuxSet()]);
    const broughtVersions = { 'ubuntu-22.04 1.0.0': Date.parse('2026-11-22T01:00:00Z') };
    expect((await decided({ ...picture, memory: { broughtVersions } })).newNodes).toBe(0);
    expect(await explained({ ...picture, memory: { broughtVersions } })).toMatchObject([
      { verdict: 'laneLimit' },
      { verdict: 'laneLimit' },
    ]);
    const yesterday = { 'ubuntu-22.04 1.0.0': Date.parse('2026-11-21T01:00:00Z') };
    expect((await decided({ ...picture, memory: { broughtVersions: yesterday } })).newNodes).toBeGreaterThan(0);
  });

  it.each(['any', 'validated'])('is nothing that one managed image has, at policy %s', async (versionOverride) => {
    const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/m';
    const settings = { images: [{ aliases: ['m'], source: { id } }], demands: { versionOverride } };
    const jobRequests = [request(1, version('2.0.0')), request(2)];
    const picture = { settings, jobRequests, scaleSets: [scaleSet('agents', { id })] };
    const [told, other] = await explained(picture);
    expect(told).toMatchObject({ verdict: 'versionNotAllowed', resolvesItself: false });
    expect(told?.words).toContain('one machine image without versions');
    expect(other?.verdict).toBe('starting');
    expect((await decided(picture)).newNodes).toBe(1);
  });

  it('of a Marketplace image is one that its region lists', async () => {
    const source = { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server' };
    const settings = { images: [{ aliases: ['noble'], source }], demands: { versionOverride: 'any' } };
    const listed = ['24.04.202512010', '24.04.202601050'].map((name) => ({ name, location: 'westeurope' }));
    const picture = {
      ...{ settings, scaleSets: [scaleSet('agents', { ...source, version: 'latest' })] },
      images: [{ id: 'Canonical:ubuntu-24_04-lts:server', versions: listed }],
      jobRequests: [request(1), request(2, version('24.04.202512010')), request(3, version('24.4.1'))],
    };
    const verdicts = await explained(picture);
    expect(verdicts.map((one) => one.verdict)).toEqual(['starting', 'laneCreating', 'versionUnknown']);
    const { decisions, newNodes } = await decided(picture);
    expect(newNodes).toBe(2);
    expect(decisions[0]?.reason.words).toContain('version 24.04.202601050');
  });

  it('has no place on the customer’s own set', async () => {
    const picture = { jobRequests: [request(1, version('2.0.0'))], scaleSets: [linuxSet()] };
    expect((await explained(picture))[0]).toMatchObject({ verdict: 'versionNotAllowed', resolvesItself: false });
    expect((await decided(picture)).newNodes).toBe(0);
  });

  it('of the image that the scale set itself names, where the picture tells its versions', async () => {
    const settings = { demands: { versionOverride: 'any' } };
    const picture = {
      settings,
      jobRequests: [request(1, version('2.0.0'))],
      scaleSets: [linuxSet()],
      images: versions,
    };
    expect((await decided(picture)).newNodes).toBe(1);
    const missing = { ...picture, jobRequests: [request(1, version('9.9.9'))] };
    expect((await explained(missing))[0]).toMatchObject({ verdict: 'versionUnknown', resolvesItself: false });
    expect((await decided(missing)).newNodes).toBe(0);
  });
});
