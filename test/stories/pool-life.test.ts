// A pool from its first machine to its last: it takes over a scale set with the two trial machines of the documentation,
// serves, and is deleted while a job runs, with lanes and placeholders and all.
import { expect, it } from '@jest/globals';
import { poolLifeWrite, readPoolLife } from '../../service/pool-life.ts';
import { hour, minute, now0 } from '../builders.ts';
import { job, lanesGroup, laneWorld, subscription, ubuntu, type LaneWorld } from './lane-world.ts';

const template = `${subscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/virtualMachineScaleSets/agents`;

async function end({ world }: LaneWorld): Promise<void> {
  const kept = await readPoolLife(world.store, 'linux');
  const life = kept?.value ?? { createdBy: 'ada', createdAt: now0, adopted: [], ending: null };
  const ending = { by: 'ada', at: world.clock.now() };
  expect(await world.store.writeRecords([poolLifeWrite('linux', kept?.revision ?? null, { ...life, ending })])).toBe(
    true,
  );
}

async function grow({ world }: LaneWorld, capacity: number): Promise<void> {
  const url = `https://management.azure.com${template}?api-version=2024-03-01`;
  const body = JSON.stringify({ sku: { name: 'Standard_D2s_v3', capacity } });
  const answer = await world.sendAsPerson({ method: 'PATCH', url, headers: {}, body });
  expect(answer.status).toBeLessThan(300);
}

it('takes over the two trial machines, deletes them by their ids, serves a job, and goes without leaving anything', async () => {
  const scene = await laneWorld({ laneResourceGroup: null }, [job(1200, 1)]);
  const { world } = scene;
  await grow(scene, 2);
  const trial = world.clouds.azure.instances().map((one) => one.vmId);
  expect(trial).toHaveLength(2);
  const life = { createdBy: 'ada', createdAt: now0, adopted: trial, ending: null };
  await world.store.writeRecords([poolLifeWrite('linux', null, life)]);
  await world.run(now0 + 20 * minute, () => false);
  expect(world.clouds.azure.instances()).toEqual([]);
  const deleted = scene.azure.flatMap((event) => (event.kind === 'instanceDeleted' ? [event.vmId] : []));
  expect(deleted.toSorted()).toEqual(trial.toSorted());
  expect(scene.azure.filter((event) => event.kind === 'capacitySet' && event.to < event.from)).toEqual([]);
  await world.run(now0 + hour, () => scene.started().length === 1);
  await end(scene);
  await world.run(now0 + hour, () => false);
  expect(scene.finished()).toBe(1);
  expect(await world.store.listPools()).toEqual([]);
  expect(world.clouds.azure.instances()).toEqual([]);
  expect(world.clouds.azureDevOps.agents()).toEqual([]);
});

it('goes with its lanes, and leaves the template and what is not its own', async () => {
  const scene = await laneWorld({ images: [ubuntu], desiredIdle: 1 }, [job(60, 1)]);
  await scene.world.run(now0 + 6 * minute, () => false);
  expect(scene.laneNames()).toHaveLength(1);
  await end(scene);
  await scene.world.run(now0 + hour, () => false);
  expect(await scene.world.store.listPools()).toEqual([]);
  const deleted = scene.azure.flatMap((event) =>
    event.kind === 'scaleSetDeleted' ? [event.scaleSet.split('/').at(-1)] : [],
  );
  expect(deleted).toEqual(scene.laneNames());
  expect(scene.world.clouds.azure.instances()).toEqual([]);
  expect(scene.world.clouds.azureDevOps.agents()).toEqual([]);
});

it('says that somebody has deleted its scale set under it, and can be deleted all the same', async () => {
  const scene = await laneWorld({ laneResourceGroup: null, desiredIdle: 1 }, []);
  const { world } = scene;
  await world.run(now0 + 4 * minute, () => false);
  const url = `https://management.azure.com${template}?api-version=2024-03-01`;
  expect((await world.sendAsPerson({ method: 'DELETE', url, headers: {} })).status).toBeLessThan(300);
  await world.run(now0 + 6 * minute, () => false);
  const detail = JSON.parse((await world.store.readView('linux'))?.document ?? '{}') as { problems: string[] };
  expect(detail.problems).toEqual([expect.stringMatching(/^The scale set agents does not exist any more/)]);
  // Which of the two is logged depends on whether a pass fell into the seconds in which Azure was deleting it.
  const gone = /alarm (Somebody deletes the scale set agents|The scale set agents does not exist)/;
  const alarms = (await scene.log()).filter((line) => gone.test(line));
  expect(alarms).toHaveLength(1);
  await end(scene);
  await world.run(now0 + 8 * minute, () => false);
  expect(await world.store.listPools()).toHaveLength(1);
  await world.run(now0 + 13 * minute, () => false);
  expect(await world.store.listPools()).toEqual([]);
  expect(world.clouds.azureDevOps.agents()).toEqual([]);
});

it('goes though somebody has deleted the resource group of its lanes with a machine in it, but not at once', async () => {
  const scene = await laneWorld({ images: [ubuntu], desiredIdle: 1 }, []);
  const { world } = scene;
  await world.run(now0 + 4 * minute, () => false);
  expect(world.clouds.azure.instances()).toHaveLength(1);
  const url = `https://management.azure.com${lanesGroup}?api-version=2021-04-01`;
  expect((await world.sendAsPerson({ method: 'DELETE', url, headers: {} })).status).toBeLessThan(300);
  await world.run(now0 + 12 * minute, () => false);
  expect(await world.store.listLanes('linux')).toHaveLength(1);
  await end(scene);
  await world.run(now0 + 14 * minute, () => false);
  const left = [await world.store.listPools(), await world.store.listLanes('linux')];
  expect(left.map((one) => one.length)).toEqual([1, 1]);
  await world.run(now0 + 22 * minute, () => false);
  expect(await world.store.listPools()).toEqual([]);
  expect(world.clouds.azureDevOps.agents()).toEqual([]);
});
