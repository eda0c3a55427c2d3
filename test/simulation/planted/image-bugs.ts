// Pools with several images, and tags: a gate, a version, a verdict or a grace period that is not kept.
import type { RunOptions } from '../../../sandbox/world/options.ts';
import type { NewScaleSet } from '../../../service/domain/new-scale-set.ts';
import { job } from '../../stories/lane-world.ts';
import { inAzure, inAzureDevOps, inStore, openEveryAgent, type PlantedBug } from './planted-bug.ts';

/** The first and the last are what every run needs. */
const jobs = (...demands: readonly string[]): RunOptions['arrivals'] => [
  job(60, 1),
  job(600, 2, ...demands),
  job(3599, 3),
];

export const imageBugs: readonly PlantedBug[] = [
  {
    name: 'a machine is opened whatever its image is',
    invariants: ['I-23'],
    faults: [],
    hasImages: true,
    settings: { maxCapacity: 6, desiredIdle: 4 },
    arrivals: jobs(),
    plant: openEveryAgent,
  },
  {
    name: 'every lane is made of the first image',
    invariants: ['I-23', 'I-13'],
    faults: [],
    hasImages: true,
    plant: () => {
      let first: NewScaleSet['image'] | null = null;
      return {
        ports: (ports) => ({
          ...ports,
          azure: {
            ...ports.azure,
            createScaleSet: (lane) => ports.azure.createScaleSet({ ...lane, image: (first ??= lane.image) }),
          },
        }),
      };
    },
  },
  {
    name: 'a version that the gallery lists is taken to be in the region, and none to be excluded',
    invariants: ['I-13'],
    faults: [],
    hasImages: true,
    arrivals: jobs(),
    plant: inAzure((real) => ({
      listImageVersions: async (query) => {
        const { kind, versions } = await real.listImageVersions(query);
        const change = { replication: 'replicated', isExcludedFromLatest: false, endOfLifeAt: null } as const;
        return { kind, versions: versions.map((one) => ({ ...one, ...change })) };
      },
    })),
  },
  {
    name: 'a job that failed at once is only told that it is over',
    invariants: ['I-12'],
    faults: [],
    hasImages: true,
    arrivals: jobs('ImageOverride -equals no such image'),
    plant: inAzureDevOps((real) => ({
      listFinishedJobRequests: async (pool, count) =>
        (await real.listFinishedJobRequests(pool, count)).map((one) => ({ ...one, result: 'canceled' as const })),
    })),
  },
  {
    name: 'an agent with a tag goes as soon as one without',
    invariants: ['I-15'],
    faults: [],
    settings: {
      ...{ maxCapacity: 2, desiredIdle: 0, timeToLiveMinutes: 1, recycleAfterEachUse: false },
      demands: { customCapabilities: ['repo'] },
      profile: { kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes: 20 },
    },
    arrivals: jobs('CustomCapabilities -equals repo'),
    plant: inStore((real) => ({
      readPool: async (pool) => {
        const record = await real.readPool(pool);
        const profile = { kind: 'stateful', maxAgentLifetimeHours: 168, gracePeriodMinutes: 0 } as const;
        return record === null ? null : { ...record, settings: { ...record.settings, profile } };
      },
    })),
  },
];
