// Capacity written without one of its guards, and machines that are never given back.
import { CloudError } from '../../../service/problem.ts';
import { inAzure, inStore, onTheWire, type PlantedBug } from './planted-bug.ts';

const isCapacity = (method: string, url: string) =>
  method === 'PATCH' && /\/virtualMachineScaleSets\/[^/?]+\?/i.test(url);
const isDelete = (method: string, url: string) =>
  method === 'POST' && /\/virtualMachineScaleSets\/[^/?]+\/delete\?/i.test(url);

export const capacityBugs: readonly PlantedBug[] = [
  {
    name: 'the capacity is sent without If-Match',
    invariants: ['I-4'],
    faults: [],
    plant: onTheWire((request, send) => {
      if (!isCapacity(request.method, request.url)) return null;
      const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name !== 'if-match'));
      return send({ ...request, headers });
    }),
  },
  {
    name: 'one more than was decided is asked for',
    invariants: ['I-4', 'I-5'],
    faults: [],
    plant: inAzure((real) => ({ setCapacity: (scaleSet, capacity) => real.setCapacity(scaleSet, capacity + 1) })),
  },
  {
    name: 'an answer that was lost is answered by asking for as many more',
    invariants: ['I-4', 'I-5'],
    faults: ['A6'],
    strengths: { A6: { rate: 0.5, everySeconds: 900, lastsSeconds: 300 } },
    plant: inAzure((real) => ({
      setCapacity: async (scaleSet, capacity) => {
        try {
          return await real.setCapacity(scaleSet, capacity);
        } catch (error) {
          if (!(error instanceof CloudError) || error.kind !== 'unavailable') throw error;
          const again = await real.readScaleSet(scaleSet.id);
          return await real.setCapacity(again, again.capacity + capacity - scaleSet.capacity);
        }
      },
    })),
  },
  {
    name: 'scaling in lowers the capacity, and Azure picks the victim',
    invariants: ['I-4', 'I-1'],
    faults: [],
    plant: onTheWire((request, send) => {
      if (!isDelete(request.method, request.url)) return null;
      const url = request.url.replace('/delete?', '?');
      return send({ ...request, method: 'GET', url }).then((answer) => {
        const { sku } = JSON.parse(answer.body) as { readonly sku: { readonly capacity: number } };
        return send({
          ...request,
          method: 'PATCH',
          url,
          body: JSON.stringify({ sku: { capacity: sku.capacity - 1 } }),
        });
      });
    }),
  },
  {
    name: 'machines that are being deleted do not count',
    invariants: ['I-5'],
    faults: [],
    plant: inAzure((real) => ({
      listInstances: async (id) => (await real.listInstances(id)).filter((one) => one.provisioningState !== 'deleting'),
      readInstance: async (id, instanceId) => {
        const instance = await real.readInstance(id, instanceId);
        return instance?.provisioningState === 'deleting' ? null : instance;
      },
    })),
  },
  {
    name: 'the maximum is not looked at',
    invariants: ['I-4', 'I-5'],
    faults: [],
    plant: inStore((real) => ({
      reserveMachines: () => Promise.resolve(true),
      readPool: async (pool) => {
        const record = await real.readPool(pool);
        if (record === null) return null;
        return {
          ...record,
          settings: {
            ...record.settings,
            maxCapacity: record.settings.maxCapacity + 3,
            desiredIdle: record.settings.maxCapacity + 1,
          },
        };
      },
    })),
  },
  {
    name: 'a delete names no instance',
    invariants: ['I-2'],
    faults: [],
    plant: onTheWire((request, send) =>
      isDelete(request.method, request.url) ? send({ ...request, body: JSON.stringify({ instanceIds: [] }) }) : null,
    ),
  },
  {
    name: 'a reimage is sent to the whole set',
    invariants: ['I-2', 'I-1', 'I-3'],
    faults: [],
    plant: onTheWire((request, send) => {
      const url = request.url.replace(/\/virtualMachines\/[^/]+\/reimage/i, '/reimage');
      return url === request.url ? null : send({ ...request, url, body: '{}' });
    }),
  },
  {
    name: 'a set that is empty is deleted',
    invariants: ['I-9'],
    faults: [],
    plant: () => ({
      wire: (send) => async (request) => {
        const answer = await send(request);
        const isSet = request.method === 'GET' && /\/virtualMachineScaleSets\/[^/?]+\?/i.test(request.url);
        const set = isSet && answer.status === 200 ? (JSON.parse(answer.body) as { sku?: { capacity?: number } }) : {};
        if (set.sku?.capacity === 0) await send({ ...request, method: 'DELETE' });
        return answer;
      },
    }),
  },
  {
    name: 'a delete is taken for done and never sent',
    invariants: ['I-8', 'I-11', 'draw'],
    faults: [],
    plant: inAzure(() => ({ deleteInstances: () => Promise.resolve({ operationUrl: null }) })),
  },
  {
    name: 'nothing is ever asked for',
    invariants: ['I-11'],
    faults: [],
    plant: inAzure(() => ({ setCapacity: () => Promise.resolve({ operationUrl: null }) })),
  },
];
