// The typed client for making and deleting pools.
import type {
  PlaceChoices,
  ScaleSetChoices,
  ScaleSetMade,
  ScaleSetWish,
  SizeChoices,
  StandingMachines,
  SubscriptionList,
} from './azure-places.ts';
import { createCall, fill, type ClientOptions } from './client.ts';
import type { NewPool, PoolDeletion } from './new-pool.ts';
import { azureRoutes, routes } from './routes.ts';
import type { SettingsView } from './service.ts';
import type { FixCommands } from './validations.ts';

/** Everything throws `ServiceProblem`. `poolId` is an agent pool of Azure DevOps that the person manages. */
export interface NewPoolClient<Signal> {
  subscriptions(poolId: number, signal?: Signal): Promise<SubscriptionList>;
  scaleSets(poolId: number, subscription: string, signal?: Signal): Promise<ScaleSetChoices>;
  standingMachines(poolId: number, scaleSet: string, signal?: Signal): Promise<StandingMachines>;
  sizes(poolId: number, subscription: string, location: string, signal?: Signal): Promise<SizeChoices>;
  places(poolId: number, subscription: string, signal?: Signal): Promise<PlaceChoices>;
  createCommands(poolId: number, wish: ScaleSetWish, signal?: Signal): Promise<FixCommands>;
  createScaleSet(poolId: number, wish: ScaleSetWish, signal?: Signal): Promise<ScaleSetMade>;
  createPool(pool: NewPool, signal?: Signal): Promise<SettingsView>;
  deletion(pool: string, signal?: Signal): Promise<PoolDeletion>;
  deletePool(pool: string, signal?: Signal): Promise<PoolDeletion>;
}

export function createNewPoolClient<Signal>(options: ClientOptions<Signal>): NewPoolClient<Signal> {
  const call = createCall(options);
  const stop = (signal?: Signal) => (signal === undefined ? {} : { signal });
  const get = <T>(path: string, query: Record<string, string | number>, expected: readonly string[], signal?: Signal) =>
    call<T>({ method: 'GET', path: path + queryOf(query), expected, ...stop(signal) });
  const post = <T>(path: string, poolId: number, body: unknown, expected: readonly string[], signal?: Signal) =>
    call<T>({ method: 'POST', path: path + queryOf({ poolId }), body, expected, ...stop(signal) });
  const deletion = ['isDeleting', 'goes', 'stays'];
  return {
    subscriptions: (poolId, signal) => get(azureRoutes.subscriptions, { poolId }, ['subscriptions'], signal),
    scaleSets: (poolId, subscription, signal) =>
      get(azureRoutes.scaleSets, { poolId, subscription }, ['scaleSets'], signal),
    standingMachines: (poolId, scaleSet, signal) =>
      get(azureRoutes.machines, { poolId, scaleSet }, ['scaleSet', 'machines'], signal),
    sizes: (poolId, subscription, location, signal) =>
      get(azureRoutes.sizes, { poolId, subscription, location }, ['sizes'], signal),
    places: (poolId, subscription, signal) => get(azureRoutes.places, { poolId, subscription }, ['images'], signal),
    createCommands: (poolId, wish, signal) =>
      post(azureRoutes.createCommand, poolId, wish, ['bash', 'powershell', 'cmd'], signal),
    createScaleSet: (poolId, wish, signal) =>
      post(azureRoutes.scaleSets, poolId, wish, ['scaleSetId', 'isAccepted'], signal),
    createPool: (pool, signal) =>
      call({ method: 'POST', path: routes.pools, body: pool, expected: ['settings'], ...stop(signal) }),
    deletion: (pool, signal) => get(fill(routes.deletion, pool), {}, deletion, signal),
    deletePool: (pool, signal) =>
      call({ method: 'DELETE', path: fill(routes.pool, pool), expected: deletion, ...stop(signal) }),
  };
}

function queryOf(query: Record<string, string | number>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
