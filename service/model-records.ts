// What Weir has seen of the model of a scale set: one record beside the pool, written when the model is another one.
import type { ModelSeen } from './domain/model-drift.ts';
import type { Fence, Records } from './records.ts';

const kind = 'model';

export interface KeptModel {
  readonly revision: number;
  readonly value: ModelSeen;
}

export async function readModel(store: Records, pool: string, scaleSetId: string): Promise<KeptModel | null> {
  const row = await store.readRecord(kind, pool, scaleSetId.toLowerCase());
  return row === null ? null : { revision: row.revision, value: row.document as ModelSeen };
}

/** False where somebody else wrote it meanwhile. */
export async function writeModel(
  store: Records,
  lease: Fence,
  scaleSetId: string,
  from: number | null,
  seen: ModelSeen,
): Promise<boolean> {
  const key = scaleSetId.toLowerCase();
  const write = { kind, pool: lease.pool, key, expected: from, document: seen, at: seen.since, isOpen: true };
  return await store.writeRecords([write], lease);
}
