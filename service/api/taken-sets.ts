// Scale sets and machines that a new pool may not have: pools of Weir work on them already, or somebody else does.
import { contentionsOf } from '../domain/contention.ts';
import { weirTagOf } from '../domain/lane-owner.ts';
import type { ScaleSet } from '../domain/instance.ts';
import { readValidations } from '../image-records.ts';
import type { Store } from '../ports.ts';
import { UserProblem } from '../problem.ts';

export const ownSet = 'Choose a scale set that no pool works on and that Weir did not make.';

/** What a pool on it would be refused for, so that a list of choices and the refusal say the same; null where nothing is. */
export function setRefusal(set: ScaleSet, taken: ReadonlySet<string>): UserProblem | null {
  const field = 'scaleSet';
  const words = takenWords(set, taken);
  if (words !== null) return new UserProblem('SCALE_SET_TAKEN', words, { field, nextStep: ownSet });
  const contention = contentionsOf(set).find((one) => one.forbidsDestroying);
  if (contention !== undefined)
    return new UserProblem('SCALE_SET_CONTENDED', contention.words, { field, nextStep: contention.nextStep });
  if (set.orchestrationMode === 'uniform') return null;
  const mode = `The scale set ${set.name} is not of the orchestration mode Uniform.`;
  return new UserProblem('SCALE_SET_NOT_UNIFORM', mode, { field });
}

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
function takenWords({ id, tags }: ScaleSet, taken: ReadonlySet<string>): string | null {
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
