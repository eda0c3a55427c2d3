// The reclaim protocol with one of its steps left out, or done to something else.
import { inAzure, inAzureDevOps, inStore, type PlantedBug } from './planted-bug.ts';
import { blind, instead, late } from './reclaim-guards.ts';

export const reclaimBugs: readonly PlantedBug[] = [
  {
    name: 'the cordon is left out',
    invariants: ['I-10', 'I-1'],
    faults: [],
    plant: inAzureDevOps((real) => instead(real, () => Promise.resolve())),
  },
  {
    name: 'the second reading follows the first at once',
    invariants: ['I-10', 'I-1'],
    faults: [],
    plant: inStore((real) => ({
      listOpenOperations: async (pool) =>
        (await real.listOpenOperations(pool)).map((one) =>
          one.phase === 'settling' ? { ...one, phaseSince: 0 } : one,
        ),
    })),
  },
  {
    name: 'no reading is looked at, and nobody refuses the delete',
    invariants: ['I-1'],
    faults: ['D11'],
    rules: { deleteRefusal: 'never' },
    plant: inAzureDevOps(blind),
  },
  {
    name: 'the refusal to delete a busy agent is taken for a yes',
    invariants: ['I-1'],
    faults: ['D11'],
    plant: inAzureDevOps((real) => ({
      ...blind(real),
      deleteAgent: async (pool, id) => {
        await real.deleteAgent(pool, id);
        return 'deleted';
      },
    })),
  },
  {
    name: 'the machine goes before its registration',
    invariants: ['I-1'],
    faults: [],
    plant: inAzureDevOps(() => ({ deleteAgent: () => Promise.resolve('deleted' as const) })),
  },
  {
    name: 'the registration of another agent is deleted',
    invariants: ['I-1', 'I-9', 'I-10'],
    faults: [],
    plant: inAzureDevOps((real) => ({
      deleteAgent: async (pool, id) => {
        const others = (await real.listAgents(pool)).filter((agent) => agent.agentId !== id && agent.isOnline);
        return await real.deleteAgent(pool, others[0]?.agentId ?? id);
      },
    })),
  },
  {
    name: 'the agent that came last is cordoned for the one that goes',
    invariants: ['I-10', 'I-1', 'I-16', 'I-11'],
    faults: [],
    plant: inAzureDevOps((real) =>
      instead(real, (pool, last) => real.setAgentEnabled(pool, last, false).catch(() => undefined)),
    ),
  },
  {
    name: 'another instance is deleted than the one that was meant',
    invariants: ['I-1', 'I-2'],
    faults: [],
    plant: inAzure((real) => ({
      deleteInstances: async (scaleSetId, ids) => {
        const instances = await real.listInstances(scaleSetId);
        const other = instances.find((one) => !ids.includes(one.instanceId) && one.provisioningState !== 'deleting');
        return await real.deleteInstances(scaleSetId, other === undefined ? ids : [other.instanceId]);
      },
    })),
  },
  {
    name: 'the vmId is not compared before the delete',
    invariants: ['I-1', 'I-2', 'I-8'],
    faults: ['A18'],
    plant: inAzure((real) => {
      const first = new Map<string, string>();
      return {
        readInstance: async (scaleSetId, id) => {
          const instance = await real.readInstance(scaleSetId, id);
          if (instance === null) return null;
          const vmId = first.get(id) ?? instance.vmId;
          first.set(id, vmId);
          return { ...instance, vmId };
        },
      };
    }),
  },
  {
    name: 'a late delete of an old leader reaches the next machine of the same instance id',
    invariants: ['I-1', 'I-2'],
    faults: [],
    plant: late('deleteInstances', (azure, scaleSet, id) => azure.deleteInstances(scaleSet, [id])),
  },
  {
    name: 'a late reimage of an old leader reaches the next life',
    invariants: ['I-3', 'I-1'],
    faults: [],
    plant: late('reimageInstance', (azure, scaleSet, id) => azure.reimageInstance(scaleSet, id)),
  },
  {
    name: 'a machine that is slow to come up is deleted without the protocol',
    invariants: ['I-1'],
    faults: [],
    plant: inAzure((real) => ({
      listInstances: async (scaleSetId) => {
        const instances = await real.listInstances(scaleSetId);
        for (const one of instances)
          if (one.powerState === 'running' && one.provisioningState === 'creating')
            await real.deleteInstances(scaleSetId, [one.instanceId]);
        return instances;
      },
    })),
  },
];
