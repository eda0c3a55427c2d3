// Machines that are kept for somebody to look at (I-24): forgotten, taken away, kept in too great a number, or for another time.
import type { Arrival } from '../../../sandbox/workload/arrivals.ts';
import { job } from '../../stories/lane-world.ts';
import { inStore, type PlantedBug } from './planted-bug.ts';

const failed = (at: number, runId: number): Arrival => ({ ...job(at, runId), result: 'failed' });
/** Whose machine is kept, and the last one, which every run needs. */
const failures = (...at: readonly number[]): readonly Arrival[] => [
  ...at.map((one, index) => failed(one, index + 1)),
  job(3599, 99),
];

const keeping = {
  ...{ preserveAgentOnJobFailure: true, maxSavedNodeCount: 2, savedNodeHours: 1 },
  ...{ maxCapacity: 4, desiredIdle: 1, recycleAfterEachUse: false, timeToLiveMinutes: 30 },
};

export const keptBugs: readonly PlantedBug[] = [
  {
    name: 'a process that starts does not know that a machine is kept',
    invariants: ['I-24'],
    faults: ['S1'],
    settings: keeping,
    arrivals: failures(60, 300, 900),
    plant: () => {
      const keptBy = new Map<string, number>();
      let lives = 0;
      return {
        ports: (ports) => {
          const life = (lives += 1);
          return {
            ...ports,
            store: {
              ...ports.store,
              changeGeneration: async (lease, id, change) => {
                if (change.isSaved === true) keptBy.set(id, life);
                await ports.store.changeGeneration(lease, id, change);
              },
              listGenerations: async (pool) =>
                (await ports.store.listGenerations(pool)).map((one) =>
                  keptBy.get(one.generationId) === life ? one : { ...one, isSaved: false },
                ),
            },
          };
        },
      };
    },
  },
  {
    name: 'a machine is kept only until a job waits for its place',
    invariants: ['I-24'],
    faults: [],
    settings: { ...keeping, maxCapacity: 3, maxSavedNodeCount: 1 },
    arrivals: [...failures(60), ...[1500, 1501, 1502, 1503].map((at) => job(at, at))],
    plant: () => {
      let isWaitedFor = false;
      return {
        ports: (ports) => ({
          ...ports,
          azureDevOps: {
            ...ports.azureDevOps,
            listJobRequests: async (pool) => {
              const requests = await ports.azureDevOps.listJobRequests(pool);
              isWaitedFor = requests.some((one) => one.assignedAt === null);
              return requests;
            },
          },
          store: {
            ...ports.store,
            listGenerations: async (pool) =>
              (await ports.store.listGenerations(pool)).map((one) =>
                one.isSaved && isWaitedFor ? { ...one, savedUntil: one.startedAt } : one,
              ),
          },
        }),
      };
    },
  },
  {
    name: 'more machines are kept than the settings want',
    invariants: ['I-24'],
    faults: [],
    settings: { ...keeping, maxCapacity: 6 },
    arrivals: failures(60, 61, 62, 63, 64),
    plant: inStore((real) => ({
      readPool: async (pool) => {
        const record = await real.readPool(pool);
        const maxSavedNodeCount = (record?.settings.maxSavedNodeCount ?? 0) + 2;
        return record === null ? null : { ...record, settings: { ...record.settings, maxSavedNodeCount } };
      },
    })),
  },
  {
    name: 'the time of a kept machine runs since it was made',
    invariants: ['I-24'],
    faults: [],
    settings: keeping,
    arrivals: [job(60, 1), failed(2700, 2), failed(2701, 3), job(3599, 4)],
    plant: inStore((real) => ({
      changeGeneration: async (lease, id, change) => {
        const life = (await real.listGenerations(lease.pool)).find((one) => one.generationId === id);
        const isKept = change.isSaved === true && life !== undefined;
        await real.changeGeneration(lease, id, isKept ? { ...change, savedUntil: life.startedAt + 3_600_000 } : change);
      },
    })),
  },
];
