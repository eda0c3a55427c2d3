// Whether demand rises by the clock: in these minutes on far more of the days before than chance, as it is in the hours around
// them, would bring.
import { daysKept, slotMinutes, slotsOfDay, type ClockPast } from './clock-past.ts';
import { rises } from './demand-history.ts';

export type KnownRises = Pick<ClockPast, 'rises' | 'since'>;

/** The last days weigh most, so that a run that was moved is known at its new hour within days and forgotten at the old. */
const dayLeft = 0.87;
/** A day of the same name weighs like some others. */
const sameDayWeight = 4;
const sameDayLeft = 0.4;
export const weights = Array.from({ length: daysKept + 1 }, (_, age) =>
  age === 0 ? 0 : dayLeft ** age + (age % 7 === 0 ? sameDayWeight * sameDayLeft ** (age / 7 - 1) : 0),
);
/** Of the first days, by their number. */
export const sums = summed(weights);
const squares = summed(weights.map((weight) => weight * weight));
/** The logarithm of how much likelier the days are so than by chance. */
const evidenceNeeded = 7;
/** Seldomer it pays for no spare. */
const leastShare = 0.15;

function summed(list: readonly number[]): readonly number[] {
  let sum = 0;
  return list.map((one) => (sum += one));
}

/**
 * The last row of rises that came in these slots on far more of the days before than chance brings; -1: none. A rise that is none
 * by itself is told where a higher one is.
 */
export function evidentRow({ rises: known }: KnownRises, slot: number, ahead: number, days: number): number {
  let entries = 0;
  for (let later = 0; later <= ahead; later += 1) entries += (known[(slot + later) % slotsOfDay] ?? none).length / 2;
  if (entries < 2) return -1;
  tally.weight.fill(0);
  tally.days.fill(0);
  tally.here.fill(0);
  const oldest = oldestDay(slot);
  let top = -1;
  for (let later = -1; later <= ahead; later += 1) {
    const pairs = known[(slot + later) % slotsOfDay] ?? none;
    const today = Math.floor((slot + later) / slotsOfDay);
    for (let place = 0; place < pairs.length; place += 2) {
      const day = pairs[place] ?? 0;
      if (day < oldest) continue;
      const row = rowOf(pairs[place + 1] ?? 0);
      tally.here[row] = (tally.here[row] ?? 0) + 1;
      const age = today - day;
      if (later < 0 || age < 1 || age > days) continue;
      tally.weight[row] = (tally.weight[row] ?? 0) + (weights[age] ?? 0);
      tally.days[row] = (tally.days[row] ?? 0) + 1;
      top = Math.max(top, row);
    }
  }
  const all = sums[days] ?? 1;
  let [weight, count, here] = [0, 0, 0];
  for (let row = top; row >= 0; row -= 1) {
    weight += tally.weight[row] ?? 0;
    count += tally.days[row] ?? 0;
    here += tally.here[row] ?? 0;
    if (count < 2 || weight < leastShare * all) continue;
    const usual = usualRises(known, slot);
    const around = (Math.max(0, (usual.counts[row] ?? 0) - here) + 1) / (usual.slots * days);
    if (isEvidence(weight / all, around * (ahead + 1), days)) return row;
  }
  return -1;
}

const none: readonly never[] = [];
/** By row, of one call; to make new lists for every five minutes costs more than to count. */
const tally = {
  weight: new Float64Array(rises.length),
  days: new Int32Array(rises.length),
  here: new Int32Array(rises.length),
};

/** The last row that such a rise reaches. */
function rowOf(rise: number): number {
  return rows[Math.min(rise, rows.length - 1)] ?? 0;
}

const rows = Array.from({ length: (rises.at(-1) ?? 0) + 1 }, (_, rise) =>
  Math.max(
    0,
    rises.findLastIndex((one) => one <= rise),
  ),
);

/** Whether chance, which brings a share of `usual`, would hardly have brought this one. */
function isEvidence(share: number, usual: number, known: number): boolean {
  const [own, by] = [Math.min(0.97, share), Math.min(0.95, usual)];
  if (own < leastShare || own <= by) return false;
  const distance = own * Math.log(own / by) + (1 - own) * Math.log((1 - own) / (1 - by));
  return ((sums[known] ?? 0) ** 2 / (squares[known] ?? 1)) * distance >= evidenceNeeded;
}

/** Five minutes in which nothing comes any more keep their days, which tell nothing of these weeks. */
function oldestDay(slot: number): number {
  return Math.floor(slot / slotsOfDay) - daysKept;
}

interface Usual {
  readonly hour: number;
  /** How many. */
  readonly slots: number;
  /** By row: rises so far. */
  readonly counts: readonly number[];
}

/** Of the hour of the day, two hours before it and two after. */
function usualRises(known: ClockPast['rises'], slot: number): Usual {
  const slotsOfHour = 60 / slotMinutes;
  const hour = Math.floor((slot % slotsOfDay) / slotsOfHour);
  const oldest = oldestDay(slot);
  if (lastUsual.known !== known || lastUsual.oldest !== oldest) lastUsual = { known, oldest, hours: [] };
  const found = lastUsual.hours.find((one) => one.hour === hour);
  if (found !== undefined) return found;
  const counts = rises.map(() => 0);
  for (let place = (hour - 2) * slotsOfHour; place < (hour + 3) * slotsOfHour; place += 1) {
    const pairs = known[(place + slotsOfDay) % slotsOfDay] ?? none;
    for (let index = 0; index < pairs.length; index += 2) {
      if ((pairs[index] ?? 0) < oldest) continue;
      const row = rowOf(pairs[index + 1] ?? 0);
      counts[row] = (counts[row] ?? 0) + 1;
    }
  }
  for (let row = counts.length - 2; row >= 0; row -= 1) counts[row] = (counts[row] ?? 0) + (counts[row + 1] ?? 0);
  const usual = { hour, slots: 5 * slotsOfHour, counts };
  lastUsual.hours.push(usual);
  return usual;
}

/** It changes once an hour. */
let lastUsual: {
  readonly known: ClockPast['rises'] | null;
  readonly oldest: number;
  readonly hours: Usual[];
} = { known: null, oldest: 0, hours: [] };
