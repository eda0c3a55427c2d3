// Pools of the configuration file, as the service starts: they are saved as the file has them, and none of them is on its way
// out, whatever was begun in the hub before.
import type { ServiceConfiguration } from './config.ts';
import type { PoolSettings } from './domain/pool.ts';
import { poolLifeWrite, readPoolLife } from './pool-life.ts';
import type { PoolRecord, Store } from './ports.ts';
import { UserProblem } from './problem.ts';

/** Pools of the file are the file's: the hub shows them and changes nothing. */
export async function settlePools(store: Store, configuration: Pick<ServiceConfiguration, 'pools'>): Promise<void> {
  const standing = new Map((await store.listPools()).map((record) => [record.pool, record]));
  for (const settings of configuration.pools) {
    requireAlone(settings, [...standing.values()]);
    // Before, so that no pass takes the pool away meanwhile, and behind, for whoever began before the file had it.
    await takeBackEnd(store, settings.name);
    await store.savePool(settings, standing.get(settings.name)?.revision ?? null, true);
    await takeBackEnd(store, settings.name);
  }
}

async function takeBackEnd(store: Store, pool: string): Promise<void> {
  for (;;) {
    const kept = await readPoolLife(store, pool);
    if (kept?.value.ending == null) return;
    if (await store.writeRecords([poolLifeWrite(pool, kept.revision, { ...kept.value, ending: null })])) return;
  }
}

/** A pool that somebody made in the hub meanwhile works there already: two would undo each other's work. */
function requireAlone(settings: PoolSettings, standing: readonly PoolRecord[]): void {
  const other = standing.find(
    (one) =>
      !one.isManagedByFile &&
      one.pool !== settings.name &&
      one.settings.scaleSet.toLowerCase() === settings.scaleSet.toLowerCase(),
  );
  if (other === undefined) return;
  throw new UserProblem(
    'SCALE_SET_TAKEN',
    `Pool "${settings.name}" names the scale set of pool "${other.pool}", which is there already.`,
    { field: 'pools.scaleSet', nextStep: 'Leave this pool out, start, and delete the other one in the hub first.' },
  );
}
