// Several images behind one pool: a lane for each image and version, made from the template, and one maximum over all.
import { describe, expect, it } from '@jest/globals';
import { hour, minute, now0 } from '../builders.ts';
import { alma, job, laneWorld, lanesGroup, subscription, ubuntu, windows, type LaneWorld } from './lane-world.ts';

const show = async (told: LaneWorld): Promise<void> => {
  if (process.env.WEIR_SHOW === undefined) return;
  process.stdout.write(`${told.lines.join('\n')}\n${(await told.log()).join('\n')}\n`);
};

const imagesOf = (told: LaneWorld) =>
  Object.fromEntries(told.started().map((event) => [event.requestId, event.image.exactVersion]));

describe('Linux first, Windows second', () => {
  it('each job runs on the image that it names, or on the first one, and never is there a machine above the maximum', async () => {
    const toWindows = 'ImageOverride -equals windows-2022';
    const told = await laneWorld({ images: [ubuntu, windows], maxCapacity: 3 }, [
      job(60, 1),
      job(61, 2, toWindows),
      job(62, 3),
      job(63, 4, toWindows),
      job(64, 5),
      job(65, 6, 'ImageOverride -equals Ubuntu-22.04'),
    ]);
    let most = 0;
    await told.world.run(now0 + 4 * hour, () => {
      most = Math.max(most, told.world.clouds.azure.instances().length);
      return told.finished() === 6;
    });
    await show(told);
    expect(told.world.failed).toEqual([]);
    const [linux, win] = ['22.04.202611100', '20348.4300.261110'];
    expect(imagesOf(told)).toEqual({ 1: linux, 2: win, 3: linux, 4: win, 5: linux, 6: linux });
    expect(told.laneNames()).toHaveLength(2);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
    const template = told.azure.filter(
      (event) => event.kind === 'capacitySet' && !event.scaleSet.includes(lanesGroup.split('/').at(-1)!),
    );
    expect(template).toEqual([]);
    // The labels of each agent are those of its lane.
    for (const event of told.started()) {
      expect(event.labels.ImageVersionOverride).toBe(event.image.exactVersion);
      expect(event.labels.ImageOverride).toBe(event.image.exactVersion === win ? 'windows-2022' : 'ubuntu-22.04');
    }
    // Machine hours know what cost them: the Windows lane has a size of its own.
    const { machines, machineMs } = await told.world.store.readUse('linux', now0, told.world.clock.now(), 5 * minute);
    const sizes = new Map(machines.map((use) => [use.image, use.size]));
    expect([...sizes.keys()].sort()).toEqual(['ubuntu-22.04', 'windows-2022']);
    expect(sizes.get('windows-2022')).toBe(windows.size);
    expect(sizes.get('ubuntu-22.04')).not.toBe(windows.size);
    for (const { busyMs, bootingMs } of machines) expect(Math.min(busyMs, bootingMs)).toBeGreaterThan(0);
    expect(machines.reduce((sum, use) => sum + use.machineMs, 0)).toBeCloseTo(machineMs, 3);
  }, 900_000);
});

describe('an older version that one job asks for', () => {
  it('gets a lane of its own, which goes when nobody has wanted it for half an hour', async () => {
    const old = '22.04.202609080';
    const demands = { versionOverride: 'any' };
    const told = await laneWorld({ images: [ubuntu], demands }, [
      job(60, 1),
      job(60, 2, `ImageVersionOverride -equals ${old}`),
    ]);
    await told.world.run(now0 + 3 * hour, () => told.finished() === 2);
    await show(told);
    expect(imagesOf(told)).toEqual({ 1: '22.04.202611100', 2: old });
    expect(told.laneNames()).toHaveLength(2);
    await told.world.run(told.world.clock.now() + 90 * minute);
    const left = await told.world.store.listLanes('linux');
    expect(left.map((lane) => lane.key.version)).toEqual(['22.04.202611100']);
    expect(await told.world.store.listOpenOperations('linux')).toEqual([]);
    expect(told.world.clouds.azure.instances()).toEqual([]);
  }, 900_000);
});

describe('an image that is sold under a plan', () => {
  it('gets no machine before somebody has accepted its terms, the job is told the command, and runs then', async () => {
    const told = await laneWorld({ images: [alma] }, [job(60, 1)]);
    await told.world.run(now0 + 4 * minute);
    const view = JSON.parse((await told.world.store.readView('linux'))!.document) as { jobRequests: object[] };
    const command =
      'az vm image terms accept --publisher almalinux --offer almalinux-x86_64 --plan 9-gen2 --subscription 00000000-0000-0000-0000-000000000001';
    expect(view.jobRequests).toMatchObject([
      {
        ...{ verdict: 'imageFailing', resolvesItself: false },
        words: expect.stringContaining('The terms of the Marketplace plan 9-gen2'),
        nextStep: `Accept them once for the subscription: ${command}`,
      },
    ]);
    expect((await told.log()).filter((one) => one.includes(command))).toHaveLength(1);
    expect(told.laneNames()).toEqual([]);
    const agreement =
      '/offerTypes/virtualmachine/publishers/almalinux/offers/almalinux-x86_64/plans/9-gen2/agreements/current';
    await told.put(`${subscription}/providers/Microsoft.MarketplaceOrdering${agreement}`, {
      properties: { accepted: true },
    });
    await told.world.run(now0 + hour, () => told.finished() === 1);
    expect(imagesOf(told)).toEqual({ 1: '9.7.202611120' });
    const url = `https://management.azure.com${lanesGroup}/providers/Microsoft.Compute/virtualMachineScaleSets?api-version=2026-04-01`;
    const { body } = await told.world.sendAsPerson({ method: 'GET', url, headers: {} });
    const plan = { publisher: 'almalinux', product: 'almalinux-x86_64', name: '9-gen2' };
    expect(JSON.parse(body)).toMatchObject({ value: [{ plan }] });
  }, 240_000);
});

describe('a process that ends while it makes a lane', () => {
  it.each(['before', 'after'] as const)(
    '%s the call leaves one lane, and the job is served',
    async (point) => {
      let ends = 0;
      const told = await laneWorld({ images: [ubuntu] }, [job(60, 1)], {
        crashAt: (call) => (call === 'azure.createScaleSet' && (ends += 1) === 1 ? point : null),
      });
      await told.world.run(now0 + 2 * hour, () => told.finished() === 1);
      await show(told);
      expect(ends).toBeGreaterThan(0);
      expect(told.finished()).toBe(1);
      expect(told.laneNames()).toHaveLength(1);
      await told.world.run(told.world.clock.now() + 5 * minute);
      expect((await told.world.store.listLanes('linux')).length).toBe(1);
      expect((await told.world.store.listOpenOperations('linux')).filter((one) => one.kind === 'createLane')).toEqual(
        [],
      );
    },
    240_000,
  );
});

describe('an image with two aliases', () => {
  it.each([
    ['in a lane', { laneResourceGroup: lanesGroup }],
    ["on the customer's own set", { laneResourceGroup: null }],
  ])(
    'serves a job that names the second one %s, with one machine made for it',
    async (_, where) => {
      const aliases = ['ubuntu-22.04', 'ubuntu-latest'];
      const images = [where.laneResourceGroup === null ? { aliases } : { ...ubuntu, aliases }];
      const arrivals = [
        job(60, 1, 'ImageOverride -equals Ubuntu-Latest'),
        job(900, 2, 'ImageOverride -equals ubuntu-22.04'),
      ];
      const told = await laneWorld({ images, sizing: { preset: 'economy' }, ...where }, arrivals);
      await told.world.run(now0 + 2 * hour, () => told.finished() === 2);
      await show(told);
      expect(told.world.failed).toEqual([]);
      expect(told.started().map((event) => event.labels.ImageOverride)).toEqual(['ubuntu-latest', 'ubuntu-22.04']);
      expect(told.azure.filter((event) => event.kind === 'instanceCreated').length).toBeLessThanOrEqual(2);
    },
    240_000,
  );
});
