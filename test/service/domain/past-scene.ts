// What pools have seen before the tests of spares and races begin: demand in bursts, and boots of a known spread.
import type { DemandHistory } from '../../../service/domain/demand-history.ts';
import { noteDemand } from '../../../service/domain/forecast.ts';
import { normalQuantile } from '../../../service/domain/race.ts';
import { memory, minute, now0 } from '../../builders.ts';

export const usual = { minutes: 2.5, spread: 0.42 };

/** Ten quiet days in which every half hour five jobs come for ten minutes, up to `now0`, a quiet minute. */
export function burstyPast(): DemandHistory {
  let history: DemandHistory | undefined;
  for (let back = 10 * 1440; back >= 0; back -= 1)
    history = noteDemand(history, now0 - back * minute, back % 30 >= 20 ? 5 : 0, usual, 40);
  if (history === undefined) throw new Error('no minute was noted');
  return history;
}

/** Four weeks in which about each hour and a half, never by the clock, one job comes and four minutes later forty; now it is quiet. */
export function mergedPast(): DemandHistory {
  let history: DemandHistory | undefined;
  for (let back = 28 * 1440; back >= 0; back -= 1) {
    const merge = Math.floor(back / 90);
    const at = 89 - (back % 90) - ((merge * 7) % 20);
    const demand = at < 0 || at >= 14 ? 0 : at < 4 ? 1 : 40;
    history = noteDemand(history, now0 - back * minute, demand, usual, 100);
  }
  if (history === undefined) throw new Error('no minute was noted');
  return history;
}

/** Lognormal: a median of 150 s, and one in twenty takes twice as long. */
const boots = Array.from({ length: 99 }, (_, index) =>
  Math.round(150 * Math.exp(0.42 * normalQuantile((index + 1) / 100))),
);
export const experienced = memory({ boots: { create: boots, reimage: [] } });
