// Unknown taken for zero, and agents that belong to somebody taken for Weir's own.
import type { Agent } from '../../../service/domain/agent.ts';
import type { Generation } from '../../../service/domain/observation.ts';
import type { Lease } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';
import { inAzureDevOps, inStore, openEveryAgent, type PlantedBug } from './planted-bug.ts';

export const pictureBugs: readonly PlantedBug[] = [
  {
    name: 'agents and requests that could not be read are none',
    invariants: ['I-1', 'I-8', 'I-11', 'I-16', 'I-18'],
    faults: ['D4', 'D1'],
    plant: inAzureDevOps((real) => ({
      listAgents: (pool) => orElse(real.listAgents(pool), []),
      listJobRequests: (pool) => orElse(real.listJobRequests(pool), []),
      listAgentJobRequests: (pool, id) => orElse(real.listAgentJobRequests(pool, id), []),
      readAgent: (pool, id) => orElse(real.readAgent(pool, id), null),
      deleteAgent: (pool, id) => orElse(real.deleteAgent(pool, id), 'absent' as const),
    })),
  },
  {
    name: 'a registration that could not be deleted is taken to be gone',
    invariants: ['I-1', 'I-8'],
    faults: ['D4'],
    strengths: { D4: { rate: 1, everySeconds: 300, lastsSeconds: 90 } },
    plant: inAzureDevOps((real) => ({
      deleteAgent: (pool, id) => orElse(real.deleteAgent(pool, id), 'absent' as const),
    })),
  },
  {
    name: 'the record of a machine ends when a list of instances lacks it',
    invariants: ['I-1', 'I-8', 'I-16'],
    faults: ['A22'],
    plant: () => {
      let listed: ReadonlySet<string> | null = null;
      let held: Lease | null = null;
      return {
        ports: (ports) => ({
          ...ports,
          azure: {
            ...ports.azure,
            listInstances: async (id) => {
              const instances = await ports.azure.listInstances(id);
              listed = new Set(instances.map((one) => one.vmId));
              return instances;
            },
          },
          store: {
            ...ports.store,
            acquireLease: async (pool, owner, forMilliseconds) => {
              held = await ports.store.acquireLease(pool, owner, forMilliseconds);
              return held;
            },
            listGenerations: async (pool) => {
              const kept: Generation[] = [];
              for (const one of await ports.store.listGenerations(pool)) {
                if (listed?.has(one.vmId) !== false || held === null) kept.push(one);
                else await ports.store.endGeneration(held, one.generationId);
              }
              listed = null;
              return kept;
            },
          },
        }),
      };
    },
  },
  {
    name: 'only the first page of agents is read, and what is not on it is gone',
    invariants: ['I-1', 'I-8', 'I-11'],
    faults: [],
    plant: inAzureDevOps((real) => {
      const page = async (pool: number) => (await real.listAgents(pool)).slice(0, 3);
      return {
        listAgents: page,
        readAgent: async (pool, id) => (await page(pool)).find((agent) => agent.agentId === id) ?? null,
      };
    }),
  },
  {
    name: 'an agent that a person disabled is enabled again',
    invariants: ['I-16'],
    faults: ['D9'],
    plant: openEveryAgent,
  },
  {
    name: 'every agent that is disabled is taken to be disabled by Weir',
    invariants: ['I-16'],
    faults: ['D9'],
    plant: inStore((real) => ({
      listGenerations: async (pool) =>
        (await real.listGenerations(pool)).map((one) => ({ ...one, isDisabledByWeir: true })),
    })),
  },
  {
    name: "somebody's own agent is swept as an orphan",
    invariants: ['I-9'],
    faults: [],
    plant: inAzureDevOps((real) => {
      const asOrphan = (agent: Agent): Agent =>
        agent.name === 'build-box-7'
          ? { ...agent, createdAt: 0, systemCapabilities: { ...agent.systemCapabilities, 'Weir.Generation': 'gone' } }
          : agent;
      return {
        listAgents: async (pool) => (await real.listAgents(pool)).map(asOrphan),
        readAgent: async (pool, agentId) => {
          const agent = await real.readAgent(pool, agentId);
          return agent === null ? null : asOrphan(agent);
        },
      };
    }),
  },
  {
    name: "everybody's agents are kept disabled until Weir wants them",
    invariants: ['I-9'],
    faults: [],
    plant: inAzureDevOps((real) => ({
      listAgents: async (pool) => {
        const agents = await real.listAgents(pool);
        for (const agent of agents)
          if (agent.name === 'build-box-7' && agent.isEnabled) await real.setAgentEnabled(pool, agent.agentId, false);
        return agents;
      },
    })),
  },
  {
    name: 'machines are reused in a pool that wipes them after each use',
    invariants: ['I-6', 'I-7'],
    faults: [],
    plant: inStore((real) => ({
      readPool: async (pool) => {
        const record = await real.readPool(pool);
        if (record === null) return null;
        const settings = {
          ...record.settings,
          recycleAfterEachUse: false,
          profile: { kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes: 60 } as const,
        };
        return { ...record, settings };
      },
    })),
  },
  {
    name: 'registrations of machines that are gone are left',
    invariants: ['I-8'],
    faults: ['A16', 'A18'],
    plant: inAzureDevOps((real) => ({
      deleteAgent: async (pool, id) => {
        const agent = await real.readAgent(pool, id);
        return agent?.isOnline === false ? 'absent' : await real.deleteAgent(pool, id);
      },
    })),
  },
  {
    name: 'an agent that is ready is never enabled',
    invariants: ['I-11'],
    faults: [],
    plant: inAzureDevOps((real) => ({
      setAgentEnabled: (pool, id, isEnabled) =>
        isEnabled ? Promise.resolve() : real.setAgentEnabled(pool, id, isEnabled),
    })),
  },
  {
    name: 'the placeholder is taken away again',
    invariants: ['I-11'],
    faults: [],
    plant: inAzureDevOps((real) => ({
      listAgents: async (pool) => {
        const agents = await real.listAgents(pool);
        for (const agent of agents) if (agent.name.startsWith('weir-')) await real.deleteAgent(pool, agent.agentId);
        return agents;
      },
    })),
  },
];

function orElse<T, U>(read: Promise<T>, instead: U): Promise<T | U> {
  return read.catch((error: unknown) => {
    if (error instanceof CloudError) return instead;
    throw error;
  });
}
