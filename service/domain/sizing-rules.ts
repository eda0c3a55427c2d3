// The numbers of sizing, without machines: decide asks for them with its nodes in hand, a replay of counts with counts.
import { raceInRoom, raceSize } from './race.ts';

export interface SpareCounts {
  readonly idle: number;
  /** On time; what is late is no supply. */
  readonly booting: number;
  /** The declared minimum. */
  readonly standby: number;
  /** The standby, and while none of it idles the boots that race to be it. */
  readonly racing: number;
}

export interface BootNeed {
  /** Requests for which nothing idles: they wait for a boot. */
  readonly waiting: number;
  /** On time, whoever they are for. */
  readonly booting: number;
  /** As `raceInRoom` has it. */
  readonly free: number;
}

/**
 * Machines beyond the need: those that race the boots, or the spares worth a boot, whichever is more, for one machine serves
 * as both. `spread` as `bootShape` learns it; `make` as the forecast advises it; `worth` as the preset has it. All who wait are
 * one race, so that jobs that come one after the other race as those that come at once.
 */
export function extraBoots(
  { waiting, booting, free }: BootNeed,
  spare: SpareCounts,
  make: number,
  spread: number,
  worth: number,
): number {
  const racing = raceInRoom(raceSize(waiting, spread, worth), waiting, free) - Math.max(waiting, booting);
  const coming = Math.max(spare.idle + spare.booting, spare.standby);
  return Math.max(racing, make - coming, spare.racing - coming, 0);
}

/** Boots that are none too many only while somebody waits. */
export function surplusBoots(spare: SpareCounts, keep: number): number {
  return Math.max(0, spare.idle + spare.booting - Math.max(spare.racing, keep));
}

export interface Shelf {
  /** Idle spares that stand by for the same. */
  readonly spare: number;
  readonly standby: number;
  readonly keep: number;
  readonly make: number;
}

/**
 * Whether the spare at `place` (0 is the longest idle) is one too many: beyond what is wanted, or unused for so long that
 * whatever was foreseen was wrong, unless a new one would be made in its place. Never one of the standby.
 */
export function isSurplus(
  place: number,
  idleMs: number,
  capMs: number,
  { spare, standby, keep, make }: Shelf,
): boolean {
  const without = spare - place;
  if (without <= standby) return false;
  return without > Math.max(standby, keep) || (idleMs >= capMs && without > make);
}
