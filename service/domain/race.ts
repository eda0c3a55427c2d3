// How many boots are begun for a need, so that the slow ones keep nobody waiting: the slower boots may turn out, and the
// more a minute of waiting is worth, the more machines race. Whoever is not needed when the queue is empty is cancelled.

/** No need is met with more machines than this many times itself: real boots of one hour are slow together. */
const mostFor = 4;
/** Above this the answer grows in proportion. */
const exactUpTo = 40;

/**
 * Machines to ask for in all, `need` or more. `spread` is the standard deviation of the logarithm of boot times; `worth` the
 * machine minutes paid to save a waiting minute. With boots T(1) ≤ T(2) ≤ … of N machines, `need` of them are paid for and
 * waited for until they come, and the others are paid for until the last job has its machine: the N with the smallest
 * (1 + worth) · (T(1) + … + T(need)) + (N − need) · T(need) is taken.
 */
export function raceSize(need: number, spread: number, worth: number): number {
  if (need <= 0 || spread === 0) return Math.max(0, need);
  if (need > exactUpTo) return Math.floor((raceSize(exactUpTo, spread, worth) * need) / exactUpTo);
  const rounded = Math.round(spread * 50) / 50;
  const name = `${need} ${rounded} ${worth}`;
  const known = sizes.get(name);
  if (known !== undefined) return known;
  const size = cheapest(need, rounded, worth);
  sizes.set(name, size);
  return size;
}

/** The same few needs come again and again. */
const sizes = new Map<string, number>();

/** Places below the maximum that no race takes: a job of another image or version needs one, and the next job another. */
const placesLeft = 2;

/**
 * As much of the race as there is room for: beyond the need itself at most half of what it leaves free, and never one of the last
 * places, for what races serves no job of another version. `free` are the places below the maximum of the pool that are taken by
 * nothing but by the need and its race; Infinity where every machine serves every job.
 */
export function raceInRoom(racing: number, need: number, free: number): number {
  const beyond = free - need;
  return Math.min(racing, need + Math.max(0, Math.min(Math.floor(beyond / 2), beyond - placesLeft)));
}

function cheapest(need: number, spread: number, worth: number): number {
  let best = need;
  let least = costOf(need, need, spread, worth);
  for (let size = need + 1; size <= mostFor * need; size += 1) {
    const cost = costOf(size, need, spread, worth);
    if (cost >= least) continue;
    least = cost;
    best = size;
  }
  return best;
}

/** In median boots. */
function costOf(size: number, need: number, spread: number, worth: number): number {
  let sum = 0;
  let last = 0;
  for (let place = 1; place <= need; place += 1) {
    last = placed(place, size, spread);
    sum += last;
  }
  return (1 + worth) * sum + (size - need) * last;
}

/** What the machines cost that race beyond `need` until the last of it is there, in usual boots. */
export function racingBoots(need: number, spread: number, worth: number): number {
  const size = raceSize(need, spread, worth);
  return size <= need ? 0 : (size - need) * placed(need, size, spread);
}

const raced = new Map<string, number>();

/** What a race costs beyond one boot for each of `need`, in usual boots; less than 0 where it only cuts off the slow ones. */
export function racedBoots(need: number, spread: number, worth: number): number {
  if (need <= 0) return 0;
  if (need > exactUpTo) return (racedBoots(exactUpTo, spread, worth) * need) / exactUpTo;
  const rounded = Math.round(spread * 50) / 50;
  const name = `${need} ${rounded} ${worth}`;
  const known = raced.get(name);
  if (known !== undefined) return known;
  const size = raceSize(need, rounded, worth);
  let sum = (size - need) * placed(need, size, rounded);
  for (let place = 1; place <= need; place += 1) sum += placed(place, size, rounded) - placed(place, need, rounded);
  raced.set(name, sum);
  return sum;
}

/** When the first of so many boots ends, in usual boots. */
export function firstOf(size: number, spread: number): number {
  return placed(1, size, spread);
}

/** When the boot at this place of `size` ends, the quickest first, in median boots. */
function placed(place: number, size: number, spread: number): number {
  return Math.exp(spread * normalQuantile((place - 0.375) / (size + 0.25)));
}

/** Abramowitz and Stegun 26.2.23; within 0.0005 of the truth. */
export function normalQuantile(share: number): number {
  const tail = Math.min(share, 1 - share);
  const t = Math.sqrt(-2 * Math.log(tail));
  const z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return share < 0.5 ? -z : z;
}
