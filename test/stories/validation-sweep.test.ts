// A scale set of a trial that came late, or came back: it goes by the hand of the validation that made it, and nothing else goes.
import { expect, it } from '@jest/globals';
import { trialPoolOf } from '../../service/validation/trial-set.ts';
import { hour, minute, now0 } from '../builders.ts';
import { lanesGroup, subscription } from './lane-world.ts';
import { validationWorld } from './validation-world.ts';

const sets = `${lanesGroup}/providers/Microsoft.Compute/virtualMachineScaleSets`;
const template = `${subscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/virtualMachineScaleSets/agents`;

it('what is left of a trial after its time is removed; what is not expired, not known or not ours stays', async () => {
  const told = await validationWorld();
  await told.publish('1.0.0');
  await told.world.run(now0 + hour);
  const id = await told.validate('1.0.0', { instanceCount: 1 });
  const ended = await told.ended(id);
  expect([ended.verdict, await told.leftovers()]).toEqual(['passed', []]);

  const url = `https://management.azure.com${template}?api-version=2026-04-01`;
  const { location, sku, properties } = JSON.parse(
    (await told.world.sendAsPerson({ method: 'GET', url, headers: {} })).body,
  ) as Record<string, object>;
  const put = async (name: string, validation: string, expiresIn: number, of = trialPoolOf(told.world.settings)) => {
    const expires = new Date(told.world.clock.now() + expiresIn).toISOString();
    const tags = { 'weir-trial': validation, 'weir-trial-pool': of, 'weir-trial-expires': expires };
    await told.put(`${sets}/${name}`, { location, sku: { ...sku, capacity: 1 }, properties, tags });
  };
  const plain = id.replaceAll('-', '');
  await put(`weir-trial-${plain}`, id, -minute);
  await put(`weir-trial-${plain}-2`, id, 12 * hour);
  await put('weir-trial-unknown', 'nobody', -minute);
  await put('weir-trial-borrowed', id, -minute);
  await put(`weir-trial-${plain}-3`, id, -minute, 'https://dev.azure.com/other pool 1');
  await told.world.run(told.world.clock.now() + hour);

  const names = Object.values(told.world.clouds.azure.exportState().scaleSets).map((set) => set.name);
  expect(names.filter((name) => name.includes('trial')).toSorted()).toEqual(
    [`weir-trial-${plain}-2`, `weir-trial-${plain}-3`, 'weir-trial-borrowed', 'weir-trial-unknown'].toSorted(),
  );
  const { phase, verdict, finishedAt, events } = await told.validation(id);
  expect({ phase, verdict, finishedAt }).toEqual({
    phase: 'finished',
    verdict: 'passed',
    finishedAt: ended.finishedAt,
  });
  expect(events.map((event) => event.words)).toContain(
    `Its scale set weir-trial-${plain} stands though its time is over; it is removed.`,
  );
  expect(told.lines.filter((line) => line.includes('says that it is a trial of this pool'))).toEqual([
    expect.stringContaining('weir-trial-borrowed'),
    expect.stringContaining('weir-trial-unknown'),
  ]);
}, 240_000);
