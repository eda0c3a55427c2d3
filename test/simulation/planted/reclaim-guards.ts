// What several planted bugs of the reclaim protocol have in common.
import type { Ports } from '../../../sandbox/world/incarnation.ts';
import type { Planting } from './planted-bug.ts';

type AzureDevOps = Ports['azureDevOps'];
type Azure = Ports['azure'];

/** Pretends that an agent is free, whatever it is. */
const free = <T extends { readonly assignedRequestId: number | null }>(agent: T): T => ({
  ...agent,
  assignedRequestId: null,
});

/** No reading of Azure DevOps shows a job on an agent. */
export const blind = (real: AzureDevOps): Partial<AzureDevOps> => ({
  listAgents: async (pool) => (await real.listAgents(pool)).map(free),
  listJobRequests: async (pool) => (await real.listJobRequests(pool)).filter((one) => one.assignedAt === null),
  listAgentJobRequests: () => Promise.resolve([]),
  readAgent: async (pool, id) => {
    const agent = await real.readAgent(pool, id);
    return agent === null ? null : free(agent);
  },
});

/** In the place of a cordon `act` is done, with the agent that was enrolled or enabled last; the reading shows a cordon. */
export function instead(real: AzureDevOps, act: (pool: number, last: number) => Promise<void>): Partial<AzureDevOps> {
  let last = 0;
  const enrolled = new Set<number>();
  const cordoned = new Set<number>();
  return {
    setAgentEnabled: async (pool, id, isEnabled) => {
      cordoned.delete(id);
      // Enrolment's own disabling stays: it is the first one.
      if (isEnabled || !enrolled.has(id)) {
        enrolled.add(id);
        last = id;
        await real.setAgentEnabled(pool, id, isEnabled);
        return;
      }
      cordoned.add(id);
      await act(pool, last);
    },
    readAgent: async (pool, id) => {
      const agent = await real.readAgent(pool, id);
      return agent === null || !cordoned.has(id) ? agent : { ...agent, isEnabled: false };
    },
  };
}

/** What was done to an instance id is done again when the next life of that id has claimed its agent. */
export function late(
  call: 'deleteInstances' | 'reimageInstance',
  again: (azure: Azure, scaleSet: string, instanceId: string) => Promise<unknown>,
): () => Planting {
  return () => {
    const done = new Set<string>();
    return {
      ports: (ports) => ({
        ...ports,
        azure: {
          ...ports.azure,
          deleteInstances: (scaleSetId, ids) => {
            if (call === 'deleteInstances') for (const id of ids) done.add(id);
            return ports.azure.deleteInstances(scaleSetId, ids);
          },
          reimageInstance: (scaleSetId, id) => {
            if (call === 'reimageInstance') done.add(id);
            return ports.azure.reimageInstance(scaleSetId, id);
          },
        },
        store: {
          ...ports.store,
          completeClaim: async (generationId, ...claimed) => {
            await ports.store.completeClaim(generationId, ...claimed);
            const [pool] = await ports.store.listPools();
            const lives = await ports.store.listGenerations('linux');
            const life = lives.find((one) => one.generationId === generationId);
            if (life !== undefined && pool !== undefined && done.has(life.instanceId))
              await again(ports.azure, pool.settings.scaleSet, life.instanceId);
          },
        },
      }),
    };
  };
}
