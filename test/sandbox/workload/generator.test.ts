// The generator repeats itself from a seed, keeps its order and has the published shape in broad strokes.
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../service/domain/chance.ts';
import { arrivalsOfTrace, type Arrival } from '../../../sandbox/workload/arrivals.ts';
import { generateArrivals } from '../../../sandbox/workload/generator.ts';

function hours(seed: number, count: number): readonly Arrival[] {
  const taken: Arrival[] = [];
  for (const arrival of generateArrivals({ random: seededRandom(seed), peakRunsPerHour: 30, firstHour: 8 })) {
    if (arrival.at >= count * 3600) break;
    taken.push(arrival);
  }
  return taken;
}

describe('the generator of arrivals', () => {
  it('gives the same jobs for the same seed and others for another', () => {
    expect(hours(7, 24)).toEqual(hours(7, 24));
    expect(hours(7, 24)).not.toEqual(hours(8, 24));
  });

  it('never goes back in time', () => {
    const day = hours(3, 24);
    expect(day.every((arrival, index) => index === 0 || arrival.at >= day[index - 1]!.at)).toBe(true);
  });

  it('is busier by day than by night and bursty', () => {
    const week = hours(11, 24 * 5);
    const byHour = new Array<number>(24 * 5).fill(0);
    for (const arrival of week) byHour[Math.floor(arrival.at / 3600)]! += 1;
    const isDay = (hour: number) => (hour + 8) % 24 >= 8 && (hour + 8) % 24 < 18;
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const day = byHour.filter((_, hour) => isDay(hour));
    const night = byHour.filter((_, hour) => !isDay(hour));
    expect(mean(day)).toBeGreaterThan(2 * mean(night));
    const dispersion = mean(day.map((value) => (value - mean(day)) ** 2)) / mean(day);
    expect(dispersion).toBeGreaterThan(5);
  });
});

describe('arrivals of a trace', () => {
  it('begin a little before the first job at or after the instant, and group what came together', () => {
    const jobs = [
      { arrival: 100, duration: 5, label: 'linux' },
      { arrival: 500, duration: 60.4, label: 'linux' },
      { arrival: 500, duration: 0.2, label: 'windows' },
      { arrival: 530, duration: 7, label: '' },
    ];
    const arrivals = arrivalsOfTrace(jobs, 400, 20);
    expect(arrivals.map((one) => one.at)).toEqual([20, 20, 50]);
    expect(arrivals.map((one) => one.durationSeconds)).toEqual([60, 1, 7]);
    expect(arrivals[0]!.runId).toBe(arrivals[1]!.runId);
    expect(arrivals[2]!.runId).not.toBe(arrivals[0]!.runId);
    expect(arrivals.map((one) => one.jobName)).toEqual(['linux 1', 'windows 2', 'job 1']);
  });
});
