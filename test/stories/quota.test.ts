// A quota that has room for one machine but not for all that are wanted: Azure refuses such a target as a whole, and asking
// for the same again and again once left every job without a machine (found by the simulator, seeds 3 and 4).
import { expect, it } from '@jest/globals';
import type { AzureEvent } from '../../sandbox/azure/emulator.ts';
import { createWorld } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { hour, minute, now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';
import { job, laneWorld, ubuntu, windows } from './lane-world.ts';

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

it('tells the job that waits which quota is used up, and what to do, for as long as the scale set rests', async () => {
  const world = await createWorld({
    seed: 3,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings: { maxCapacity: 5, desiredIdle: 0 },
    // Less than the two that one machine takes.
    coresLimit: 1,
    arrivals: [
      { at: 60, durationSeconds: 60, label: '', jobName: 'build', definitionName: 'web', runName: 'run', runId: 1 },
    ],
    generateKeys: await fixedKeys(),
  });
  await world.run(now0 + 3 * minute, () => false);
  const view = JSON.parse((await world.store.readView('linux'))!.document) as { jobRequests: object[] };
  const quota = 'The quota "Total Regional Cores" in westeurope allows 1, with 0 in use and 2 more needed: 2 in all';
  expect(view.jobRequests).toMatchObject([
    {
      ...{ verdict: 'noCapacity', resolvesItself: false, nextStep: 'Ask for more quota in the subscription.' },
      words: expect.stringContaining(quota),
    },
  ]);
});

it('idle machines of one image give the cores that the quota has to a job for another, and come back after it', async () => {
  // Two machines of two cores stand by, and they are all that the quota allows; the job needs one of four.
  const images = [
    { ...ubuntu, standbyPercent: 100 },
    { ...windows, standbyPercent: 0 },
  ];
  const told = await laneWorld(
    { images, maxCapacity: 4, desiredIdle: 2 },
    [job(900, 1, 'ImageOverride -equals windows-2022')],
    { coresLimit: 4 },
  );
  await told.world.run(now0 + hour, () => told.finished() === 1);
  const queuedAt = now0 + 15 * minute;
  const created = told.azure.flatMap((event) =>
    event.kind === 'instanceCreated' && event.at > queuedAt ? [event.scaleSet.includes('windows')] : [],
  );
  // Nothing takes the place that was made before the job has its machine.
  expect(created).toEqual([true]);
  expect(told.started()[0]!.at - queuedAt).toBeLessThan(25 * minute);
  await told.world.run(told.world.clock.now() + hour, () => told.world.clouds.azure.instances().length === 2);
  expect(told.world.clouds.azure.instances()).toHaveLength(2);
}, 240_000);
