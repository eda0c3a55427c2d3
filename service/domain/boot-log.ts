// The boots that a pool remembers: those that came online, and the ages at which others were cancelled.
import type { Memory } from './memory.ts';

export interface BootsSeen {
  /** Seconds. */
  readonly create: readonly number[];
  readonly reimage: readonly number[];
  /** How long the cancelled ones had been booting: they would have taken longer. */
  readonly cancelled: readonly number[];
}

/** The slowest of the last hundred are what p95 is made of. */
export const bootsKept = 100;
const cancelledKept = 4 * bootsKept;

/** The same object where nothing was seen, so that what is derived from it is derived once. */
export function learnBoots(boots: Memory['boots'], seen: BootsSeen): Memory['boots'] {
  if (seen.create.length + seen.reimage.length + seen.cancelled.length === 0) return boots;
  return {
    create: longer(boots.create, seen.create),
    reimage: longer(boots.reimage, seen.reimage),
    ...cancelledBy(boots, seen),
  };
}

/** A cancelled boot counts for as long as those that raced with it are remembered. */
function cancelledBy(boots: Memory['boots'], seen: BootsSeen): Pick<Memory['boots'], 'cancelled' | 'online'> {
  const known = boots.cancelled ?? [];
  if (known.length + seen.cancelled.length === 0) return {};
  const online = (boots.online ?? 0) + seen.create.length;
  const first = known.findIndex((one) => one.after > online - bootsKept);
  const remembered = first < 0 ? [] : first === 0 ? known : known.slice(first);
  if (seen.cancelled.length === 0) return remembered.length === 0 ? {} : { cancelled: remembered, online };
  const added = seen.cancelled.map((seconds) => ({ seconds, after: online }));
  return { cancelled: [...remembered, ...added].slice(-cancelledKept), online };
}

function longer(known: readonly number[], seen: readonly number[]): readonly number[] {
  return seen.length === 0 ? known : [...known, ...seen].slice(-bootsKept);
}
