// Who made a pool, which machines it took over with its scale set, and whether it is on its way out: one record beside
// the pool's settings, written before the pool itself, so that no pass sees the one without the other.
import type { RecordRow, Records, RecordWrite } from './records.ts';

export interface PoolLife {
  readonly createdBy: string;
  readonly createdAt: number;
  /** vmIds of machines that stood in the scale set; somebody agreed that they are deleted. */
  readonly adopted: readonly string[];
  /** Null: the pool stays. */
  readonly ending: { readonly by: string; readonly at: number } | null;
}

export interface KeptLife {
  readonly revision: number;
  readonly value: PoolLife;
}

const kind = 'poolLife';
const key = 'life';

/** Null for pools that nobody made here: those of the configuration file and of the sandbox. */
export async function readPoolLife(store: Records, pool: string): Promise<KeptLife | null> {
  const row: RecordRow | null = await store.readRecord(kind, pool, key);
  return row === null ? null : { revision: row.revision, value: row.document as PoolLife };
}

/** A pool of the configuration file never is on its way out: whoever began that looked before the file had it. */
export function endingOf(
  life: PoolLife | null | undefined,
  { isManagedByFile }: { readonly isManagedByFile?: boolean },
): PoolLife['ending'] {
  return isManagedByFile === true ? null : (life?.ending ?? null);
}

export function poolLifeWrite(pool: string, from: number | null, life: PoolLife): RecordWrite {
  return { kind, pool, key, expected: from, document: life, at: life.createdAt, isOpen: true };
}

/** Takes back what was written for a pool that did not come to be. */
export function poolLifeRemoval(pool: string, from: number): RecordWrite {
  return { kind, pool, key, expected: from, document: null, at: 0, isOpen: false };
}
