// An agent in the pool that is none of the service's business.
import type { World } from './moving-world.ts';

/** Somebody's own machine in the pool: registered, offline, and nobody else's to touch. */
export async function registerStranger(world: World): Promise<void> {
  const { organization, poolId } = world.settings;
  await world.sendAsPerson({
    method: 'POST',
    url: `${organization}/_apis/distributedtask/pools/${String(poolId)}/agents?api-version=7.1`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ name: 'build-box-7', version: '3.236.1', maxParallelism: 1 }),
  });
}
