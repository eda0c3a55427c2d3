// What a pool learns of its boots, although the races cancel the slow ones before they end.
import { describe, expect, it } from '@jest/globals';
import { bootShape } from '../../../service/domain/boot-time.ts';
import { normalQuantile } from '../../../service/domain/race.ts';
import { memory } from '../../builders.ts';

const spread = 0.42;
/** A hundred boots as they would be drawn, the quickest first: their median is 150 s. */
const all = Array.from({ length: 100 }, (_, index) => 150 * Math.exp(spread * normalQuantile((index + 0.5) / 100)));

function learned(online: readonly number[], cancelled: readonly number[]) {
  const cut = cancelled.map((seconds) => ({ seconds, after: 0 }));
  return bootShape(memory({ boots: { create: online, reimage: [], cancelled: cut } }), 'create');
}

describe('learned boots', () => {
  it('have the median and the spread of what was seen', () => {
    const shape = learned(all, []);
    expect(shape.usualMs).toBeCloseTo(150_000, -4);
    expect(shape.spread).toBeCloseTo(spread, 1);
  });

  it('are not taken to be as quick as the winners of the races', () => {
    // Of every three that raced two were cancelled when the first was there.
    const winners = all.slice(0, 34);
    const losers = Array.from({ length: 66 }, () => Math.max(...winners));
    const shape = learned(winners, losers);
    expect(shape.usualMs / 1000).toBeGreaterThan(135);
    expect(shape.usualMs / 1000).toBeLessThan(165);
    expect(shape.lateMs / 1000).toBeGreaterThan(270);
    expect(learned(winners, []).usualMs / 1000).toBeLessThan(115);
  });

  it('tell nothing of their spread while they are few', () => {
    expect(learned(all.slice(0, 19), []).spread).toBe(0);
    expect(learned(all.slice(0, 20), []).spread).toBeGreaterThan(0);
  });
});
