// When a world has come to rest: what it waits for after the last job, and the run with it.
import type { World } from './moving-world.ts';

const restMilliseconds = 10 * 60_000;

/** True once all jobs have ended and only the wanted machines stand, for long enough. */
export function resting(world: World, coresLimit: number): () => boolean {
  const wanted = Math.min(world.settings.desiredIdle, Math.floor(coresLimit / 2));
  let since: number | null = null;
  return () => {
    const machines = world.clouds.azure.instances();
    const online = world.clouds.azureDevOps.agents().filter((agent) => agent.status === 'online').length;
    const isResting =
      machines.length === wanted &&
      online === wanted &&
      world.clouds.azureDevOps.requests().every((request) => request.result !== null);
    if (!isResting) since = null;
    else since ??= world.clock.now();
    return since !== null && world.clock.now() - since >= restMilliseconds;
  };
}
