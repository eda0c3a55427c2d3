// Scale sets and machines that pools of Weir work on already: their own, and those that Weir made for them.
import { weirTagOf } from '../domain/lane-owner.ts';
import type { ScaleSet } from '../domain/instance.ts';
import { readValidations } from '../image-records.ts';
import type { Store } from '../ports.ts';

/** ARM ids in small letters. Which pool has one may be another organisation's business. */
export async function takenSets(store: Store): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (const { pool, settings } of await store.listPools()) {
    const lanes = await store.listLanes(pool);
    const trials = await readValidations(store, pool, { isOpen: true });
    for (const id of [settings.scaleSet, ...[...lanes, ...trials.map((one) => one.value)].map((one) => one.scaleSetId)])
      if (id !== null) taken.add(id.toLowerCase());
  }
  return taken;
}

/** Null where no pool of this service, and none of another one that wrote its tag, works on it. */
export function takenWords({ id, tags }: Pick<ScaleSet, 'id' | 'tags'>, taken: ReadonlySet<string>): string | null {
  if (taken.has(id.toLowerCase())) return 'A pool of Weir works on it.';
  return weirTagOf(tags) === null ? null : 'Weir made this scale set itself, for the images of a pool.';
}

/** The vmIds of these that are machines of a pool. */
export async function machinesOfPools(store: Store, vmIds: readonly string[]): Promise<readonly string[]> {
  if (vmIds.length === 0) return [];
  const all = (await store.listPools()).map(async ({ pool }) => await store.listGenerations(pool));
  const known = new Set((await Promise.all(all)).flat().map((generation) => generation.vmId));
  return vmIds.filter((vmId) => known.has(vmId));
}
