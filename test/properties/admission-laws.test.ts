// Laws of admission, drawn at random: every admissible combination of demands is met by a placeholder or listed as left out,
// none is a part of another, and there are two hundred at most.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { admissionOf, mostPlaceholders } from '../../service/domain/admission.ts';
import { meetsDemands } from '../../service/domain/demand.ts';
import type { AdmittedVersion, ImageState } from '../../service/domain/image-state.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import { wantedPlaceholders } from '../../service/domain/wanted-placeholders.ts';
import { fresh, now0, settings } from '../builders.ts';

const aliases = ['ubuntu-22.04', 'ubuntu latest', 'windows-2022', 'a', 'b-b', 'b b'];
const folders = ['/mnt/a', '/mnt/b', '/mnt/A', '/mnt/c-1', '/data/x', '/data/y', '/data/z'];
const tags = ['cache', 'big repo', 'gpu', 'Cache'];
const versions = ['1.0.0', '1.1.0', '2.0.0', '10.0.0'];

interface Drawn {
  readonly pool: PoolSettings;
  readonly picture: Parameters<typeof wantedPlaceholders>[0];
}

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    images: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }),
    folders: fc.subarray(folders),
    tags: fc.subarray(tags),
    isStateful: fc.boolean(),
    policy: fc.constantFrom('validated' as const, 'any' as const, 'none' as const),
    admitted: fc.subarray(versions),
    known: fc.subarray(versions),
    found: fc.array(
      fc.record({ folder: fc.constantFrom(...folders), tag: fc.constantFrom(...tags), priority: fc.boolean() }),
      { maxLength: 4 },
    ),
  })
  .map((given) => {
    const free = [...aliases];
    const images = given.images.map((count) => ({
      aliases: free.splice(0, count),
      source: null,
      version: 'latest',
      standbyPercent: '*' as const,
    }));
    const first = images[0]?.aliases[0] ?? '';
    const state: ImageState = { alias: first, kind: 'gallery', versions: given.known.toReversed().map(versionOf) };
    const admitted = given.admitted.map((version): AdmittedVersion => ({
      image: first,
      version,
      why: 'validated',
      until: null,
    }));
    const base = settings({ recycleAfterEachUse: !given.isStateful, images });
    const sets = given.found.map(({ folder, tag, priority }, index) => ({
      demands: [
        `WorkFolder -equals ${folder}`,
        ...(given.isStateful ? [`CustomCapabilities -equals ${tag}`] : []),
        ...(priority ? ['Priority -equals high'] : []),
      ],
      source: `pipeline ${index}`,
    }));
    return {
      pool: {
        ...base,
        demands: {
          ...base.demands,
          workFolders: given.folders,
          customCapabilities: given.tags,
          versionOverride: given.policy,
        },
      },
      picture: {
        now: now0,
        images: fresh([state]),
        admittedVersions: admitted,
        discovered: { readAt: now0, sets, notCovered: [] },
      },
    };
  });

describe('admission', () => {
  it('has a placeholder for every combination of declared values, or lists it', () => {
    fc.assert(
      fc.property(drawn, fc.infiniteStream(fc.nat(1000)), ({ pool, picture }, choices) => {
        const { sets, leftOut, leftOutCount } = admissionOf(picture, pool);
        const pick = <T>(values: readonly T[]): T => values[choices.next().value! % values.length]!;
        const image = pick(pool.images);
        const maybe = (demand: string) => (pick([true, false]) ? [demand] : []);
        const demands = [
          ...maybe(`ImageOverride -equals ${pick(image.aliases).toUpperCase()}`),
          ...maybe(`Priority -equals ${pick(['High', 'Medium', 'low'])}`),
          ...(pool.demands.workFolders.length === 0
            ? []
            : maybe(`WorkFolder -equals ${pick(pool.demands.workFolders)}`)),
          ...(pool.demands.customCapabilities.length === 0 || pool.profile.kind === 'stateless'
            ? []
            : maybe(`CustomCapabilities -equals ${pick(pool.demands.customCapabilities)}`)),
        ];
        const isMet = sets.some((set) => meetsDemands(demands, set.labels));
        const isListed = leftOut.some((set) => meetsDemands(demands, set.labels));
        return isMet || isListed || leftOutCount > leftOut.length;
      }),
    );
  });

  it('has a placeholder for what each pipeline asks for, before declared folders and tags', () => {
    fc.assert(
      fc.property(drawn, ({ pool, picture }) => {
        const { sets, refused } = admissionOf(picture, pool);
        return picture.discovered!.sets.every(
          ({ demands, source }) =>
            refused.some((one) => one.source === source) || sets.some((set) => meetsDemands(demands, set.labels)),
        );
      }),
    );
  });

  it('has no placeholder that only promises what another does, too', () => {
    fc.assert(
      fc.property(drawn, ({ pool, picture }) => {
        const { sets } = admissionOf(picture, pool);
        for (const one of sets) {
          const demands = Object.entries(one.labels).map(([name, value]) => `${name} -equals ${value}`);
          if (sets.some((other) => other !== one && meetsDemands(demands, other.labels))) return false;
        }
        return true;
      }),
    );
  });

  it('has two hundred at most, each with a name of its own', () => {
    fc.assert(
      fc.property(
        drawn,
        fc.boolean(),
        fc.integer({ min: 1, max: 50 }),
        ({ pool, picture }, atQueueTime, maxCapacity) => {
          const demands = { ...pool.demands, matching: atQueueTime ? ('atQueueTime' as const) : ('live' as const) };
          const wanted = wantedPlaceholders(picture, { ...pool, demands, maxCapacity });
          const names = new Set(wanted.map((one) => one.name.toLowerCase()));
          return wanted.length <= mostPlaceholders && names.size === wanted.length;
        },
      ),
    );
  });

  it('counts what is left out', () => {
    const base = settings();
    const workFolders = Array.from({ length: 99 }, (_, index) => `/mnt/${String(index)}`);
    const { sets, leftOut, leftOutCount } = admissionOf(
      { now: now0 },
      { ...base, demands: { ...base.demands, workFolders } },
    );
    expect([sets.length, leftOut.length, leftOutCount]).toEqual([200, 100, 100]);
    expect(sets.slice(0, 3).map((set) => set.labels.Priority)).toEqual(['Medium', 'High', 'Low']);
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
