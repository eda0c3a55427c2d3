// Records that are set back, and the promises of a pool that are kept in them.
import { inStore, type PlantedBug } from './planted-bug.ts';

export const recordBugs: readonly PlantedBug[] = [
  {
    name: 'an agent that the records do not know any more is nobody',
    invariants: ['I-1', 'I-8'],
    faults: [],
    settings: { maxCapacity: 4, desiredIdle: 2, recycleAfterEachUse: true },
    backupSeconds: 600,
    plant: () => ({
      ports: (ports) => ({
        ...ports,
        azureDevOps: {
          ...ports.azureDevOps,
          listAgents: async (pool) => {
            const known = new Set((await ports.store.listGenerations('linux')).map((one) => one.agentId));
            const agents = await ports.azureDevOps.listAgents(pool);
            return agents.filter((agent) => known.has(agent.agentId) || !/-\d{6}$/.test(agent.name));
          },
        },
      }),
    }),
  },
  {
    name: 'machines that are too old go all at once',
    invariants: ['I-17'],
    faults: [],
    settings: {
      ...{ maxCapacity: 6, desiredIdle: 4, recycleAfterEachUse: false },
      profile: { kind: 'stateful', maxAgentLifetimeHours: 1, gracePeriodMinutes: 0 },
    },
    plant: inStore((real) => ({
      readPool: async (pool) => {
        const record = await real.readPool(pool);
        const disruption = { maxPercent: 100, blocked: null };
        return record === null ? null : { ...record, settings: { ...record.settings, disruption } };
      },
    })),
  },
];
