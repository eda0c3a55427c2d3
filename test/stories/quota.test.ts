// A quota that has room for one machine but not for all that are wanted: Azure refuses such a target as a whole, and asking
// for the same again and again once left every job without a machine (found by the simulator, seeds 3 and 4).
import { expect, it } from '@jest/globals';
import type { AzureEvent } from '../../sandbox/azure/emulator.ts';
import { createWorld } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { hour, now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

it('serves the jobs with the machines that the quota allows, where it does not allow all that are wanted', async () => {
  const finished: number[] = [];
  const capacities: AzureEvent[] = [];
  const world = await createWorld({
    seed: 3,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings: { maxCapacity: 5, desiredIdle: 3 },
    // Two machines of two cores each.
    coresLimit: 4,
    arrivals: [60, 70, 80].map((at) => ({
      ...{ at, durationSeconds: 60, label: '', jobName: 'build', definitionName: 'web', runName: 'run', runId: at },
    })),
    generateKeys: await fixedKeys(),
    onAzureEvent: (event) => {
      if (event.kind === 'capacitySet') capacities.push(event);
    },
    onAzureDevOpsEvent: (event) => {
      if (event.kind === 'jobFinished') finished.push(event.requestId);
    },
  });
  await world.run(now0 + 2 * hour, () => finished.length === 3);
  expect(finished.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  expect(capacities.every((event) => event.kind === 'capacitySet' && event.to <= 2)).toBe(true);
});
