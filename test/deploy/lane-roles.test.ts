// The roles of a pool with several images, judged request by request by the emulated Azure: lanes are made and removed in
// their own group, and nothing may be written or deleted where the template is.
import { expect, it } from '@jest/globals';
import { hour, now0 } from '../builders.ts';
import { job, laneWorld, lanesGroup, subscription, ubuntu } from '../stories/lane-world.ts';
import { publishGold } from '../stories/gold-gallery.ts';
import { actionsOf, roleBook } from './role.ts';

const agents = `${subscription}/resourceGroups/weir-agents/providers`;
const template = `${agents}/Microsoft.Compute/virtualMachineScaleSets/agents`;
const sources = [
  template,
  `${agents}/Microsoft.Network/virtualNetworks/agents`,
  `${agents}/Microsoft.Compute/galleries/gold`,
];

it('cover everything that a pool asks for that makes, uses and removes lanes, and hold nothing that it never asks for', async () => {
  const book = roleBook('weir', [
    { actions: actionsOf('lanes'), scope: lanesGroup },
    ...sources.map((scope) => ({ actions: actionsOf('lane-sources'), scope })),
    { actions: [...actionsOf('operations'), ...actionsOf('marketplace')], scope: subscription },
  ]);
  const gold = { aliases: ['gold'], source: { id: `${agents}/Microsoft.Compute/galleries/gold/images/linux` } };
  const old = 'ImageVersionOverride -equals 22.04.202609080';
  const settings = {
    images: [ubuntu, gold],
    demands: { versionOverride: 'any' },
    timeToLiveMinutes: 5,
    maxCapacity: 3,
  };
  const told = await laneWorld(
    settings,
    [job(7200, 1), job(7200, 4), job(7201, 2, old), job(7202, 3, 'ImageOverride -equals gold')],
    { permits: book.permits },
  );
  await publishGold(told, '1.0.0');
  await told.world.run(now0 + 5 * hour, () => told.finished() === 4);
  expect(told.finished()).toBe(4);
  await told.world.run(told.world.clock.now() + 1.5 * hour);
  expect(book.refused).toEqual([]);
  expect(await told.world.store.listLanes('linux')).toHaveLength(2);
  // The extension is a part of each new lane; it is written anew only when the agent's version changes. A managed image is read as one.
  const rare = ['Microsoft.Compute/virtualMachineScaleSets/extensions/write', 'Microsoft.Compute/images/read'];
  const all = ['lanes', 'lane-sources', 'operations', 'marketplace'].flatMap(actionsOf);
  expect([...new Set([...book.used, ...rare])].sort()).toEqual([...new Set(all)].sort());
  expect(actionsOf('lane-sources').filter((action) => /write|delete/.test(action))).toEqual([]);
}, 240_000);
