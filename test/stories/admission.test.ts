// Demands that nobody declared, told with the whole service against both emulators: a pipeline that is known is admitted before
// its job comes, one that is not fails once, is seen, and is admitted from then on.
import { expect, it } from '@jest/globals';
import type { AzureDevOpsEvent } from '../../sandbox/azure-devops/events.ts';
import { createWorld } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { now0 } from '../builders.ts';
import { fixedKeys } from './fixed-keys.ts';

const minute = 60_000;

async function started(settings: Record<string, unknown> = {}) {
  const events: AzureDevOpsEvent[] = [];
  const world = await createWorld({
    seed: 3,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings: { maxCapacity: 4, ...settings },
    arrivals: [],
    generateKeys: await fixedKeys(),
    onAzureDevOpsEvent: (event) => events.push(event),
  });
  const queue = (demands: readonly string[]) =>
    world.clouds.azureDevOps.queueJob({
      poolId: world.settings.poolId,
      demands,
      jobName: 'build',
      definitionName: 'web shop',
      runName: 'run',
      variables: { 'weir.durationSeconds': '60' },
    });
  const isFinished = (requestId: number) =>
    events.some((event) => event.kind === 'jobFinished' && event.requestId === requestId);
  return { world, queue, isFinished };
}

const yamlOf = (folder: string) => `pool:\n  name: linux\n  demands:\n  - WorkFolder -equals ${folder}\nsteps: []\n`;

it('a job of a pipeline that was discovered waits for its machine and runs', async () => {
  const { world, queue, isFinished } = await started({ demands: { discovery: true } });
  const { azureDevOps } = world.clouds;
  azureDevOps.addPipeline({
    name: 'web shop',
    yaml: { main: yamlOf('/mnt/shop') },
    poolIds: [world.settings.poolId],
  });
  await world.run(now0 + 5 * minute);
  const { requestId, ...outcome } = queue(['WorkFolder -equals /mnt/shop']);
  expect(outcome).toEqual({});
  await world.run(now0 + 60 * minute, () => isFinished(requestId));
  expect(azureDevOps.requests().find((one) => one.id === requestId)).toMatchObject({ result: 'succeeded' });
});

it('a job that nobody stood for fails, is told why, and its pipeline is looked for at once', async () => {
  const { world, queue, isFinished } = await started({ demands: { discovery: true, workFolders: ['/mnt/shop'] } });
  await world.run(now0 + 5 * minute);
  expect(queue(['WorkFolder -equals /mnt/shpo'])).toMatchObject({ failed: expect.stringContaining('No agent found') });
  await world.run(now0 + 7 * minute);
  const view = JSON.parse((await world.store.readView('linux'))!.document) as {
    jobRequests: Record<string, unknown>[];
  };
  expect(view.jobRequests).toEqual([
    expect.objectContaining({
      state: 'finished',
      verdict: 'notAdmitted',
      nextStep: expect.stringContaining('WorkFolder -equals /mnt/shop'),
    }),
  ]);
  world.clouds.azureDevOps.addPipeline({
    name: 'other',
    yaml: { main: yamlOf('/mnt/other') },
    poolIds: [world.settings.poolId],
  });
  expect(queue(['WorkFolder -equals /mnt/other'])).toHaveProperty('failed');
  await world.run(world.clock.now() + 3 * minute);
  const { requestId, ...outcome } = queue(['WorkFolder -equals /mnt/other']);
  expect(outcome).toEqual({});
  await world.run(now0 + 60 * minute, () => isFinished(requestId));
});

it('placeholders that somebody deletes are there again within one pass', async () => {
  const { world, queue } = await started();
  await world.run(now0 + 2 * minute);
  const { azureDevOps } = world.clouds;
  for (const agent of azureDevOps.agents()) {
    const url = `https://dev.azure.com/fabrikam/_apis/distributedtask/pools/${String(world.settings.poolId)}/agents/${String(agent.id)}?api-version=7.1`;
    await world.sendAsPerson({ method: 'DELETE', url, headers: {} });
  }
  expect(azureDevOps.agents()).toEqual([]);
  let passes = 0;
  const before = world.lastPass;
  await world.run(now0 + 4 * minute, () => {
    if (world.lastPass !== before) passes += 1;
    return passes > 0;
  });
  expect(azureDevOps.agents().map((agent) => agent.name)).toEqual([
    'weir-placeholder-default',
    'weir-placeholder-default-High',
    'weir-placeholder-default-Low',
  ]);
  expect(queue(['Priority -equals Low'])).not.toHaveProperty('failed');
});
