// Each fault of the catalogue alone, on the whole service: it reaches the service or the world, no law is broken under it, and
// in calm everything comes to rest.
import { describe, expect, it } from '@jest/globals';
import { catalogue, faultIdOf } from '../../../sandbox/world/catalogue.ts';
import { allFaultIds, drawRun } from '../../../sandbox/world/options.ts';
import { simulate } from '../../../sandbox/world/simulate.ts';
import { fixedKeys } from '../../stories/fixed-keys.ts';

const hours = 0.5;
/** Each with a seed of a small pool that has an occasion for it; the others have met every seed that is kept. */
const alone = [
  ...([
    ['A9', 3],
    ['A10', 13],
    ['A12', 3],
    ['A13', 3],
    ['A14', 3],
    ['A15', 3],
    ['A17', 16],
    ['A20', 5],
    ['V1', 3],
  ] as const),
  ...([
    ['A21', 5],
    ['A25', 9],
    ['D8', 5],
    ['D10', 22],
    ['D13', 3],
    ['D14', 3],
    ['S3', 3],
    ['S4', 3],
  ] as const),
  ...([
    ['S6', 3],
    ['S8', 3],
    ['S9', 5],
    ['p', 3],
    ['pn', 3],
    ['n', 3],
  ] as const),
] as const;

/** Of what a seed draws more than faults hangs together: where it has no occasion any more, the next one may. */
const otherSeeds = [3, 4, 13, 16, 5, 9, 22, 31];

async function meeting(id: string, seeds: readonly number[]) {
  for (const seed of seeds) {
    const run = await simulate(drawRun(seed, hours, [id], true), { generateKeys: await fixedKeys() });
    if (run.violations.length > 0 || (run.effectiveFaults[id] ?? 0) > 0) return run;
  }
  throw new Error(`${id} had no effect in any seed.`);
}

describe('a fault alone', () => {
  it.each(alone.map(([id, seed]) => [id, catalogue[id] ?? '', seed] as const))(
    '%s (%s) reaches the service and breaks no law, seed %d first',
    async (id, _words, seed) => {
      const run = await meeting(id, [seed, ...otherSeeds]);
      expect(run.violations).toEqual([]);
      expect(Object.keys(run.effectiveFaults)).toEqual([id]);
      expect(run.jobs).toBeGreaterThan(0);
    },
    240_000,
  );
});

describe('the catalogue', () => {
  it('has words for every fault that can be drawn, and only for those', () => {
    expect(Object.keys(catalogue)).toEqual(allFaultIds);
  });

  it('finds an id in any letters, and nothing else', () => {
    expect([faultIdOf('a10'), faultIdOf(' PC '), faultIdOf('A99'), faultIdOf('')]).toEqual(['A10', 'pc', null, null]);
  });
});
