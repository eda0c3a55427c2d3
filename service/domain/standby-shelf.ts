// What stands by for the same: on the customer's own set everything, else the machines of each image.
import type { Place } from './lane-place.ts';
import { standsFor, usualTarget } from './needs.ts';
import type { Pass } from './pass.ts';
import { spareAdvice } from './spares.ts';
import { standbyShares, wantedStandby } from './standby.ts';

export interface StandbyShelf {
  /** Whether machines of this place stand on it; those of a version or template of before stand on none. */
  readonly holds: (place: Place) => boolean;
  /** The declared minimum of it. */
  readonly standby: number;
  /** As many are worth their idling, and as many even a boot. */
  readonly keep: number;
  readonly make: number;
}

export function standbyShelves(pass: Pass): readonly StandbyShelf[] {
  const { keep, make } = spareAdvice(pass);
  const { catalog } = pass.claims;
  if (catalog.isOwnSet) return [{ holds: () => true, standby: wantedStandby(pass.settings), keep, make }];
  const shares = standbyShares(pass.settings);
  const others = shares.slice(1).reduce((sum, share) => sum + share, 0);
  return shares.map((standby, image) => {
    const target = usualTarget(image, catalog);
    // What is foreseen says nothing of images, so it counts for the one that most jobs mean.
    const foreseen = image === 0 ? { keep: Math.max(0, keep - others), make: Math.max(0, make - others) } : null;
    const holds = (place: Place): boolean => standsFor(place, target, catalog);
    return { holds, standby, keep: foreseen?.keep ?? 0, make: foreseen?.make ?? 0 };
  });
}
