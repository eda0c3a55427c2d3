// Laws of pools with several images, for every pool and queue drawn at random: jobs start on what they name and nowhere
// else, nobody starves, and verdicts keep their word.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ImageState, ImageVersion } from '../../service/domain/image-state.ts';
import type { PoolSettings } from '../../service/domain/pool.ts';
import * as build from '../builders.ts';
import { CalmWorld, type Job } from './calm-world.ts';

const version = (number: string, overrides: Partial<ImageVersion> = {}): ImageVersion => ({
  ...{ version: number, publishedAt: null, provisioningState: 'succeeded', isExcludedFromLatest: false },
  ...{ endOfLifeAt: null, replication: 'replicated' },
  ...overrides,
});
const images = (isHere: boolean): readonly ImageState[] => [
  {
    ...{ alias: 'linux', kind: 'gallery' },
    versions: [
      version('9.0.0', { isExcludedFromLatest: true, replication: isHere ? 'replicated' : 'replicating' }),
      version('3.0.0', { isExcludedFromLatest: true }),
      version('2.0.0'),
      version('1.0.0'),
    ],
  },
  { alias: 'windows', kind: 'gallery', versions: [version('7.0.0')] },
];
const source = (id: string) => ({ id: `/subscriptions/s/resourceGroups/g/providers/x/galleries/G/images/${id}` });

const job = (demands: readonly string[], image: string, number: string | null): Omit<Job, 'minutes'> => ({
  ...{ demands, image, version: number },
});
const possible = [
  job([], 'linux', '2.0.0'),
  job(['ImageOverride -equals linux'], 'linux', '2.0.0'),
  job(['ImageOverride -equals windows'], 'windows', '7.0.0'),
  job(['ImageOverride -equals linux', 'ImageVersionOverride -equals 3.0.0'], 'linux', '3.0.0'),
  job(['ImageOverride -equals linux', 'ImageVersionOverride -equals 1.0.0'], 'linux', '1.0.0'),
  job(['ImageOverride -equals windows', 'Agent.Version -gtVersion 2.163.1'], 'windows', '7.0.0'),
];
const others = [
  job(['ImageOverride -equals linux', 'ImageVersionOverride -equals 9.0.0'], 'linux', '9.0.0'),
  job(['ImageOverride -equals linux', 'ImageVersionOverride -equals 4.0.0'], 'nowhere', null),
  job(['ImageOverride -equals macos-14'], 'nowhere', null),
  job(['ImageOverride -equals "linux"'], 'nowhere', null),
  job(['ImageOverride -equals linux', 'ImageOverride -equals windows'], 'nowhere', null),
  job(['maven -contains 3'], 'nowhere', null),
];
const keys = [
  { image: 'linux', version: '2.0.0', template: '' },
  { image: 'windows', version: '7.0.0', template: '' },
  { image: 'linux', version: '3.0.0', template: '' },
];

interface Drawn {
  readonly settings: PoolSettings;
  readonly machines: readonly { readonly lane: number; readonly isHeld: boolean }[];
  readonly jobs: readonly { readonly at: number; readonly job: Job }[];
}

const drawn = (kinds: readonly Omit<Job, 'minutes'>[], latest: number, canHold = false): fc.Arbitrary<Drawn> =>
  fc
    .record({
      maxCapacity: fc.integer({ min: 1, max: 6 }),
      desiredIdle: fc.integer({ min: 0, max: 4 }),
      recycleAfterEachUse: fc.boolean(),
      preset: fc.constantFrom('economy' as const, 'balanced' as const, 'fast' as const),
      share: fc.constantFrom<number | '*'>('*', 0, 50),
      machines: fc.array(fc.record({ lane: fc.nat({ max: 2 }), isHeld: fc.boolean() }), { maxLength: 6 }),
      jobs: fc.array(
        fc.record({
          at: fc.nat({ max: latest }),
          kind: fc.constantFrom(...kinds),
          minutes: fc.integer({ min: 1, max: 5 }),
        }),
        { minLength: 1, maxLength: 10 },
      ),
    })
    .map(({ maxCapacity, desiredIdle, recycleAfterEachUse, preset, share, machines, jobs }) => {
      const profile = recycleAfterEachUse
        ? ({ kind: 'stateless' } as const)
        : ({ kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes: 0 } as const);
      const settings = build.settings({
        ...{ maxCapacity, desiredIdle: Math.min(desiredIdle, maxCapacity), recycleAfterEachUse, profile },
        sizing: { preset },
        images: [
          { aliases: ['linux'], source: source('linux'), version: 'latest', standbyPercent: '*' },
          { aliases: ['windows'], source: source('windows'), version: 'latest', standbyPercent: share },
        ],
        demands: { ...build.settings().demands, versionOverride: 'any' },
      });
      return {
        settings,
        machines: machines.slice(0, maxCapacity).map(({ lane, isHeld }) => ({ lane, isHeld: canHold && isHeld })),
        jobs: jobs.map(({ at, kind, minutes }) => ({ at, job: { ...kind, minutes } })),
      };
    });

function worldOf({ settings, machines }: Drawn, isHere = true): CalmWorld {
  const world = new CalmWorld(settings, images(isHere));
  for (const { lane, isHeld } of machines) {
    const key = keys[lane];
    if (key !== undefined) world.addMachine(key, lane === 0, isHeld);
  }
  return world;
}

/** Every machine boots in a minute and every job runs five at most, so this is more than the longest queue takes. */
const longest = 160;
const latestArrival = 20;

describe('a pool with several images', () => {
  it('starts every job on the image and version that it names, and no job starves', () => {
    fc.assert(
      fc.property(drawn(possible, latestArrival), (given) => {
        const world = worldOf(given);
        for (let minute = 0; minute < longest; minute += 1) {
          for (const { at, job: wanted } of given.jobs) if (at === minute) world.queue(wanted);
          world.step();
          if (minute > latestArrival && world.waiting.length === 0) break;
        }
        expect(world.waiting).toEqual([]);
        expect(world.largest).toBeLessThanOrEqual(given.settings.maxCapacity);
      }),
      { numRuns: 80 },
    );
  });

  it('comes to rest: nothing is asked for, taken away or opened where nothing changes', () => {
    fc.assert(
      fc.property(drawn(possible, 0), (given) => {
        const world = worldOf(given);
        for (const { job: wanted } of given.jobs) world.queue(wanted);
        for (let minute = 0; minute < longest; minute += 1) world.step();
        const kinds = world.step().map((decision) => decision.kind);
        expect(kinds.filter((kind) => !['wait', 'registerPlaceholder'].includes(kind))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a verdict', () => {
  it('that resolves itself does so with nobody acting, and one that needs somebody does not', () => {
    fc.assert(
      fc.property(drawn([...possible, ...others], 0, true), (given) => {
        const world = worldOf(given, false);
        for (const { job: wanted } of given.jobs) world.queue(wanted);
        const verdicts = world.diagnose();
        for (let minute = 0; minute < longest; minute += 1) {
          if (minute === 10) world.setImages(images(true));
          world.step();
          const isKept = [...verdicts].every(([id, { resolvesItself }]) => !resolvesItself || world.started.has(id));
          if (minute > 40 && isKept) break;
        }
        for (const [id, { verdict, resolvesItself, words, nextStep }] of verdicts) {
          expect([id, verdict, world.started.has(id)]).toEqual([id, verdict, resolvesItself]);
          expect(words.length).toBeGreaterThan(20);
          if (!resolvesItself) expect(nextStep).not.toBeNull();
        }
      }),
      { numRuns: 80 },
    );
  });
});
