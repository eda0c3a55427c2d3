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
