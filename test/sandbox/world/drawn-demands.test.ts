// What the jobs of a simulated run ask for: all demands, odd and hostile ones too, the same for the same seed.
import { describe, expect, it } from '@jest/globals';
import { drawRun } from '../../../sandbox/world/options.ts';

const runs = Array.from({ length: 200 }, (_, index) => drawRun(index + 1, 4, [], false));
const demandsOf = (run: (typeof runs)[number]) => run.arrivals.flatMap((arrival) => arrival.demands ?? []);
const all = runs.flatMap(demandsOf);

describe('the demands of simulated runs', () => {
  it('are none in about half of the runs', () => {
    const plain = runs.filter((run) => run.settings.demands === undefined);
    expect(plain.length).toBeGreaterThan(60);
    expect(plain.length).toBeLessThan(140);
    expect(plain.flatMap(demandsOf)).toEqual([]);
  });

  it.each([
    'Priority -equals High',
    'Priority -equals Low',
    'WorkFolder -equals /mnt/a',
    'CustomCapabilities -equals repo',
  ])('hold %s now and then', (demand) => {
    expect(all).toContain(demand);
  });

  it.each(['Priority -equals Urgent', 'WorkFolder -equals ../../etc', 'CustomCapabilities -equals \u202eoper'])(
    'hold the hostile %j now and then',
    (demand) => {
      expect(all).toContain(demand);
    },
  );

  it('are the same for the same seed, and leave the jobs plain that every run needs', () => {
    expect(drawRun(147, 4, [], false)).toEqual(drawRun(147, 4, [], false));
    for (const { arrivals } of runs) {
      for (const arrival of [...arrivals.slice(0, 3), arrivals.at(-1)]) expect(arrival?.demands ?? []).toEqual([]);
    }
  });
});

describe('pools with several images', () => {
  const pools = runs.filter((run) => run.images.length > 0);
  const ofPools = pools.flatMap(demandsOf);
  const versions = pools.flatMap((run) => run.images.flatMap((image) => image.versions));

  it('are three of ten runs, with two or three images from the Marketplace and galleries, of both systems', () => {
    expect(pools.map((run) => run.seed % 10)).toEqual(expect.arrayContaining([1, 5, 8]));
    expect(pools).toHaveLength(60);
    expect([...new Set(pools.map((run) => run.images.length))].sort()).toEqual([2, 3]);
    const images = pools.flatMap((run) => run.images);
    const kinds = new Set(images.map((one) => `${one.osType} ${'id' in one.source ? 'gallery' : 'marketplace'}`));
    expect(kinds.size).toBe(4);
    expect(new Set(images.map((one) => one.configured === 'latest')).size).toBe(2);
  });

  it.each([
    ['appear while the pool works', (one: (typeof versions)[number]) => one.publishedAt !== null],
    ['are not in the region', (one: (typeof versions)[number]) => !one.isHere],
    ['are excluded from latest', (one: (typeof versions)[number]) => one.isExcluded],
    ['are past their end of life', (one: (typeof versions)[number]) => one.isOver],
    ['are deleted', (one: (typeof versions)[number]) => one.deletedAt !== null],
  ])('have versions that %s', (_what, isSuch) => {
    expect(versions.filter(isSuch).length).toBeGreaterThan(10);
  });

  it.each([
    /^ImageOverride {3}-equals /,
    /^ImageOverride -equals UBUNTU LATEST$/,
    /^ImageVersionOverride -equals 1\.0\.0$/,
    /^ImageOverride -equals x{300}$/,
    /^ImageOverride -equals \u202e/,
    /^ImageOverride -equals "/,
  ])('have jobs with a demand like %s', (form) => {
    expect(ofPools.filter((demand) => form.test(demand)).length).toBeGreaterThan(0);
  });
});
