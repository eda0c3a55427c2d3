// Lanes of a gallery's image: a version that is still being copied into the region is waited for, and a changed template
// makes new lanes while the machines of the old one serve on.
import { describe, expect, it } from '@jest/globals';
import { now0, hour, minute } from '../builders.ts';
import { makeGold, publishVersion } from './gold-gallery.ts';
import { galleryImage, job, laneWorld, subscription, type LaneWorld } from './lane-world.ts';

const template = `${subscription}/resourceGroups/weir-agents/providers/Microsoft.Compute/virtualMachineScaleSets/agents`;
const gold = { aliases: ['gold'], source: { id: galleryImage } };
const location = 'westeurope';
/** Hours in which nothing happens pass quickly. */
const quiet = { restSeconds: 300, skipsQuietPasses: true };

const replicated = async (told: LaneWorld, version: string) => {
  const url = `https://management.azure.com${galleryImage}/versions/${version}?api-version=2026-04-01`;
  const answer = await told.world.sendAsPerson({ method: 'GET', url, headers: {} });
  return answer.body.includes('"Succeeded"');
};

describe('a version of a gallery', () => {
  it('serves when it has come into the region, and until then `latest` is the one before', async () => {
    const told = await laneWorld({ images: [gold], timeToLiveMinutes: 1 }, [job(3600, 1), job(7200 + 7200, 2)], quiet);
    await makeGold(told);
    await publishVersion(told, '1.0.0');
    await told.world.run(now0 + 59 * minute);
    expect(await replicated(told, '1.0.0')).toBe(true);
    await publishVersion(told, '2.0.0');
    await told.world.run(now0 + 2 * hour, () => told.finished() === 1);
    await told.world.run(now0 + 6 * hour, () => told.finished() === 2);
    expect(told.started().map((event) => event.image.exactVersion)).toEqual(['1.0.0', '2.0.0']);
    expect(told.world.failed).toEqual([]);
  }, 240_000);

  it('that is not in the region fails its job at once; on its way there it is waited for, also when the copy fails once', async () => {
    const demand = 'ImageVersionOverride -equals 1.1.0';
    const settings = { images: [gold], demands: { versionOverride: 'any' } };
    const arrivals = [job(3600, 1, demand), job(4320, 2, demand)];
    const told = await laneWorld(settings, arrivals, quiet);
    const verdict = async () => {
      await told.world.run(told.world.clock.now() + 3 * minute);
      const view = JSON.parse((await told.world.store.readView('linux'))!.document) as {
        jobRequests: { requestId: number; verdict: string; words: string; nextStep: string; resolvesItself: boolean }[];
      };
      return view.jobRequests.find((one) => one.requestId === told.world.queued[1]);
    };
    await makeGold(told);
    await publishVersion(told, '1.0.0');
    await publishVersion(told, '1.1.0', ['North Europe']);
    await told.world.run(now0 + 65 * minute);
    // Without a placeholder Azure DevOps lets no job wait (DESIGN fact 2), and none stands for what could not boot.
    expect(told.world.failed).toEqual([expect.stringContaining('1.1.0')]);
    await publishVersion(told, '1.1.0', ['North Europe', 'West Europe']);
    await told.world.run(now0 + 73 * minute);
    expect(await verdict()).toMatchObject({
      ...{ verdict: 'versionNotReplicated', resolvesItself: true },
      words: expect.stringMatching(/1\.1\.0 .*is still being copied to the pool's region \(\d+ % done\)/),
      nextStep: 'Wait, a copy takes minutes to hours, or use version 1.0.0, which is there.',
    });
    expect(told.laneNames()).toEqual([]);
    told.world.clouds.azure.failReplication(`${galleryImage}/versions/1.1.0`, 'West Europe', 'No room for it.');
    while (told.world.clock.now() < now0 + 4 * hour && (await verdict())?.resolvesItself === true)
      await told.world.run(told.world.clock.now() + 7 * minute);
    expect(await verdict()).toMatchObject({
      ...{ verdict: 'versionNotReplicated', resolvesItself: false },
      words: expect.stringContaining("could not be copied to the pool's region (Azure says: No room for it.)"),
      nextStep: expect.stringContaining('Ask for the copy again'),
    });
    await publishVersion(told, '1.1.0', ['North Europe', 'West Europe']);
    await told.world.run(told.world.clock.now() + 3 * hour, () => told.finished() === 1);
    expect(told.started().map((event) => event.image.exactVersion)).toEqual(['1.1.0']);
    expect(told.world.failed).toHaveLength(1);
  }, 240_000);
});

describe('a template that was changed', () => {
  it('makes another lane, the old one serves what it has and is taken away', async () => {
    const told = await laneWorld({ images: [gold], timeToLiveMinutes: 1 }, [job(3600, 1), job(7200, 2)], quiet);
    await makeGold(told);
    await publishVersion(told, '1.0.0');
    await told.world.run(now0 + 2 * hour, () => told.finished() === 1);
    await told.put(template, { location, sku: { name: 'Standard_D4s_v3' } });
    await told.world.run(now0 + 4 * hour, () => told.finished() === 2);
    expect(told.finished()).toBe(2);
    const sizes = async () => {
      const url = `https://management.azure.com${subscription}/resourceGroups/weir-agents-lanes/providers/Microsoft.Compute/virtualMachineScaleSets?api-version=2026-04-01`;
      const { body } = await told.world.sendAsPerson({ method: 'GET', url, headers: {} });
      const { value } = JSON.parse(body) as { value: { sku: { name: string } }[] };
      return value.map((one) => one.sku.name).sort();
    };
    expect(told.laneNames()).toHaveLength(2);
    await told.world.run(told.world.clock.now() + hour);
    expect(await sizes()).toEqual(['Standard_D4s_v3']);
  }, 240_000);
});
