// How many boots race for a need: by the spread of boots and by what waiting is worth.
import { describe, expect, it } from '@jest/globals';
import { normalQuantile, raceSize } from '../../../service/domain/race.ts';

const spread = 0.42;

describe('a race', () => {
  it('has no extra machines where all boots take the same time', () => {
    expect(raceSize(20, 0, 40)).toBe(20);
  });

  it('is larger where boots vary more, and where waiting is worth more', () => {
    const bySpread = [0.1, 0.2, 0.4, 0.6].map((one) => raceSize(20, one, 3));
    const byWorth = [0, 1, 3, 6].map((one) => raceSize(20, spread, one));
    expect(bySpread).toEqual(bySpread.toSorted((a, b) => a - b));
    expect(byWorth).toEqual(byWorth.toSorted((a, b) => a - b));
    expect(byWorth[3]).toBeGreaterThan(byWorth[0] ?? Infinity);
  });

  it('is what costs least: one machine more or less costs more', () => {
    // Order statistics of N lognormal boots by Blom’s plotting positions, paid and waited for as the docstring says.
    const cost = (need: number, size: number, worth: number): number => {
      const boot = (place: number) => Math.exp(spread * normalQuantile((place - 0.375) / (size + 0.25)));
      const needed = Array.from({ length: need }, (_, index) => boot(index + 1));
      return (1 + worth) * needed.reduce((sum, one) => sum + one, 0) + (size - need) * boot(need);
    };
    for (const need of [2, 5, 11, 23]) {
      const size = raceSize(need, spread, 2.7);
      expect(cost(need, size, 2.7)).toBeLessThanOrEqual(cost(need, size + 1, 2.7));
      expect(cost(need, size, 2.7)).toBeLessThanOrEqual(cost(need, size - 1, 2.7));
    }
  });

  it('never has more than four machines for one', () => {
    for (const need of [2, 10, 40, 400]) expect(raceSize(need, 1.5, 100)).toBe(4 * need);
  });

  it('does not begin for nobody, and for one machine only where waiting is worth more than the second', () => {
    expect([-1, 0].map((need) => raceSize(need, spread, 40))).toEqual([0, 0]);
    expect([0, 1, 7, 22].map((worth) => raceSize(1, spread, worth))).toEqual([1, 1, 3, 4]);
  });
});

describe('the quantile of the normal distribution', () => {
  it.each([
    [0.025, -1.96],
    [0.25, -0.6745],
    [0.5, 0],
    [0.95, 1.6449],
  ])('of %s is %s', (share, expected) => {
    expect(normalQuantile(share)).toBeCloseTo(expected, 2);
  });
});
