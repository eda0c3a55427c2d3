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
const bootsKept = 100;
const cancelledKept = 4 * bootsKept;

/** The same object where nothing was seen, so that what is derived from it is derived once. */
export function learnBoots(boots: Memory['boots'], seen: BootsSeen): Memory['boots'] {
  if (seen.create.length + seen.reimage.length + seen.cancelled.length === 0) return boots;
  // A cancelled boot counts for as long as those that raced with it are remembered.
  const before = boots.cancelled ?? [];
  const aged = seen.create.length === 0 ? before : before.flatMap((one) => older(one, seen.create.length));
  const cancelled =
    seen.cancelled.length === 0
      ? aged
      : [...aged, ...seen.cancelled.map((seconds) => ({ seconds, since: 0 }))].slice(-cancelledKept);
  return {
    create: longer(boots.create, seen.create),
    reimage: longer(boots.reimage, seen.reimage),
    ...(cancelled.length === 0 ? {} : { cancelled }),
  };
}

function longer(known: readonly number[], seen: readonly number[]): readonly number[] {
  return seen.length === 0 ? known : [...known, ...seen].slice(-bootsKept);
}

function older({ seconds, since }: { readonly seconds: number; readonly since: number }, by: number) {
  return since + by < bootsKept ? [{ seconds, since: since + by }] : [];
}
