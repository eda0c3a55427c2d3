// What people asked of single nodes, as records: written by the API, carried out by the next pass, kept with who asked.
import type { NodeAction } from './domain/node-action.ts';
import type { RecordRow, Records, RecordWrite } from './records.ts';

export interface NodeWish {
  readonly action: NodeAction;
  readonly generationId: string;
  /** Its name when it was asked for. */
  readonly node: string;
  readonly by: string;
  readonly reason: string;
  /** A wish of Weir itself, which `reason` tells in whole sentences: the code, and the job that failed. Absent: a person's. */
  readonly own?: { readonly code: string; readonly request: number | null };
  readonly at: number;
  /** What became of it; null while it waits. */
  readonly outcome: string | null;
}

export interface KeptWish {
  readonly key: string;
  readonly revision: number;
  readonly value: NodeWish;
}

const kind = 'nodeWish';

/** Oldest first. */
export async function readOpenWishes(store: Records, pool: string): Promise<readonly KeptWish[]> {
  return (await store.listRecords(kind, pool, { isOpen: true })).map(kept).reverse();
}

export function wishWrite(pool: string, key: string, wish: NodeWish): RecordWrite {
  return { kind, pool, key, expected: null, document: wish, at: wish.at, isOpen: true };
}

export function wishEnd(pool: string, { key, revision, value }: KeptWish, outcome: string): RecordWrite {
  return { kind, pool, key, expected: revision, document: { ...value, outcome }, at: value.at, isOpen: false };
}

function kept({ key, revision, document }: RecordRow): KeptWish {
  return { key, revision, value: document as NodeWish };
}
