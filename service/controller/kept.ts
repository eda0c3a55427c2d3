// What a pool keeps in the store beside its rows, one document of a kind: what was learned, discovered and shown.
import type { Lease, Store } from '../ports.ts';

export type KeptKind = 'learnedCapabilities';

/** Null where there never was any. */
export async function readKept(store: Store, pool: string, kind: KeptKind): Promise<unknown> {
  return (await store.readRecord(kind, pool, key))?.document ?? null;
}

export async function writeKept(
  store: Store,
  lease: Lease,
  kind: KeptKind,
  document: unknown,
  at: number,
): Promise<void> {
  const before = await store.readRecord(kind, lease.pool, key);
  const expected = before?.revision ?? null;
  await store.writeRecords([{ kind, pool: lease.pool, key, expected, document, at, isOpen: true }], lease);
}

const key = 'newest';
