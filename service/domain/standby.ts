// How many free nodes the pool keeps ready beyond those that waiting requests will take, and of which images.
import type { PoolSettings } from './pool.ts';

/** A standby above the maximum means the maximum. */
export function wantedStandby(settings: PoolSettings): number {
  return Math.min(settings.desiredIdle, settings.maxCapacity);
}

/** One number for each image, which are the whole standby together; "*" takes what the others leave over (M19). */
export function standbyShares(settings: PoolSettings): readonly number[] {
  const total = wantedStandby(settings);
  if (settings.images.length < 2) return [total];
  const stars = settings.images.filter((image) => image.standbyPercent === '*').length;
  const named = settings.images.reduce((sum, { standbyPercent }) => sum + numberOf(standbyPercent), 0);
  const star = stars === 0 ? 0 : Math.max(0, 100 - named) / stars;
  const exact = settings.images.map(
    ({ standbyPercent }) => (total * (standbyPercent === '*' ? star : standbyPercent)) / 100,
  );
  const shares = exact.map(Math.floor);
  // Machines are whole: what is left goes to the largest fractions, and to the earlier image where they are alike.
  const byFraction = exact
    .map((share, index) => ({ index, fraction: share - Math.floor(share) }))
    .sort((a, b) => b.fraction - a.fraction || a.index - b.index);
  const left = total - shares.reduce((sum, share) => sum + share, 0);
  for (const { index } of byFraction.slice(0, Math.max(0, left))) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}

function numberOf(share: number | '*'): number {
  return share === '*' ? 0 : share;
}
