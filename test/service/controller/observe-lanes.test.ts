// The picture of a pool with lanes: every lane is in it, what cannot be read forbids, and what rests costs nothing.
import { describe, expect, it } from '@jest/globals';
import { createLane, followLanes } from '../../../service/controller/lanes.ts';
import { observe } from '../../../service/controller/observe.ts';
import { laneIdOf } from '../../../service/domain/lane-owner.ts';
import { CloudError } from '../../../service/problem.ts';
import { definitionPath, madeGallery, replicatedVersion, versionBody } from '../../sandbox/azure/gallery.ts';
import { jobRequest } from '../../builders.ts';
import { laneDecision, laneStage, templateId, type LaneStage } from './lane-stage.ts';

async function lane(stage: LaneStage, version: string): Promise<string> {
  const key = await stage.key('jammy', version);
  await createLane(stage.context, await stage.look(), laneDecision('createLane', key));
  stage.cloud.settle();
  await followLanes(stage.context, await stage.look());
  return laneIdOf(stage.settings, key)!;
}

const freshness = async (stage: LaneStage) =>
  (await stage.look()).lanes.map((one) => [one.scaleSet.freshness, one.instances.freshness].join(' '));

describe('the lanes of a pool', () => {
  it('cost one list of the group when all of them rest, and a list of instances only where machines may be', async () => {
    const stage = await laneStage();
    const [first, second] = [await lane(stage, '0.9.0'), await lane(stage, '1.0.0')];
    await stage.look();
    stage.cloud.advance(60);
    await stage.look();
    stage.asked();
    await stage.look();
    expect(stage.asked()).toEqual(['GET Microsoft.Compute/virtualMachineScaleSets']);
    await stage.azure.setCapacity(await stage.azure.readScaleSet(first), 1);
    stage.cloud.settle();
    stage.asked();
    const picture = await stage.look();
    const name = first.split('/').at(-1)!;
    expect(stage.asked()).toEqual(expect.arrayContaining([`GET ${name}/virtualMachines`]));
    expect(stage.asked().join()).not.toContain(second.split('/').at(-1));
    expect(picture.lanes.map((one) => one.instances.value.length).toSorted()).toEqual([0, 0, 1]);
  });

  // Dealt seed 8208: a person deleted the machine, one list was empty by mistake, and until it was gone nobody looked again.
  it('are looked at again where one list is empty while a machine is on its way out', async () => {
    const stage = await laneStage();
    const id = await lane(stage, '0.9.0');
    await stage.azure.setCapacity(await stage.azure.readScaleSet(id), 1);
    stage.cloud.settle();
    const [machine] = await stage.azure.listInstances(id);
    await stage.azure.deleteInstances(id, [machine!.instanceId]);
    const { azure } = stage.context;
    const seen = async () => (await stage.look()).lanes.flatMap((one) => one.instances.value).length;
    Object.assign(stage.context, { azure: { ...azure, listInstances: () => Promise.resolve([]) } });
    const first = await seen();
    Object.assign(stage.context, { azure });
    expect([first, await seen()]).toEqual([0, 1]);
  });

  it('have their template read again after half a minute, and at once where the clock was set back', async () => {
    const stage = await laneStage();
    const template = `GET ${templateId.split('/').slice(-2).join('/')}`;
    const looksAt = async (seconds: number) => {
      const now = stage.cloud.now() + seconds * 1000;
      Object.assign(stage.context, { clock: { ...stage.context.clock, now: () => now } });
      stage.asked();
      await stage.look();
      return stage.asked().includes(template);
    };
    expect([await looksAt(0), await looksAt(29), await looksAt(30), await looksAt(-7200)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('that cannot be listed make the whole picture doubtful, also with none known', async () => {
    const stage = await laneStage();
    stage.refuse = (_, path) => path.endsWith('/virtualMachineScaleSets');
    expect(await freshness(stage)).toEqual(['fresh unknown']);
    stage.refuse = () => false;
    await lane(stage, '0.9.0');
    expect(await freshness(stage)).toEqual(['fresh fresh', 'fresh fresh']);
    stage.refuse = (_, path) => path.endsWith('/virtualMachineScaleSets');
    expect(await freshness(stage)).toEqual(['fresh stale', 'stale stale']);
  });

  it('of which one cannot be read has that one unread and the others as they are', async () => {
    const stage = await laneStage();
    const id = await lane(stage, '0.9.0');
    await stage.azure.setCapacity(await stage.azure.readScaleSet(id), 1);
    stage.refuse = (_, path) => path.endsWith('/virtualMachines');
    expect(await freshness(stage)).toEqual(['fresh fresh', 'fresh stale']);
  });

  it('are looked for by id where the list lags, and forgotten only when they are gone', async () => {
    const stage = await laneStage();
    const id = await lane(stage, '0.9.0');
    const blind = { ...stage.context, azure: { ...stage.azure, listScaleSets: () => Promise.resolve([]) } };
    Object.assign(stage.context, blind);
    expect((await stage.look()).lanes).toHaveLength(2);
    await stage.azure.deleteScaleSet(id);
    stage.cloud.settle();
    expect((await stage.look()).lanes).toHaveLength(1);
    expect(await stage.store.listLanes('linux')).toEqual([]);
  });
});

it('keeps the record of a lane for any other 404 than that of the lane itself', async () => {
  const stage = await laneStage();
  await lane(stage, '0.9.0');
  for (const code of ['SubscriptionNotFound', 'ResourceGroupNotFound']) {
    const problem = new CloudError('notFound', 'readScaleSet', code, { status: 404, code });
    const azure = {
      ...stage.azure,
      listScaleSets: () => Promise.resolve([]),
      readScaleSet: () => Promise.reject(problem),
    };
    const { lanes } = await observe({ ...stage.context, azure }, stage.recollection);
    expect(lanes.map((one) => one.instances.freshness)).toEqual(['stale']);
    expect(await stage.store.listLanes('linux')).toHaveLength(1);
  }
});

describe('the images of a pool', () => {
  const gallery = (version = 'latest') => ({
    images: [
      { aliases: ['gold'], source: { id: definitionPath }, version },
      { aliases: ['own'], version: 'latest' },
    ],
  });
  const versionsIn = async (stage: LaneStage) =>
    (await stage.look()).images!.value.map((image) => [
      image.alias,
      image.kind,
      image.versions.map((one) => `${one.version} ${one.replication}`),
    ]);

  it('are read in the order of the settings; one without a source has the template’s', async () => {
    const stage = await laneStage(gallery());
    madeGallery(stage.cloud);
    replicatedVersion(stage.cloud, '1.0.0');
    expect(await versionsIn(stage)).toEqual([
      ['gold', 'gallery', ['1.0.0 replicated']],
      ['own', 'marketplace', ['1.0.0 replicated', '0.9.0 replicated']],
    ]);
  });

  it('are asked again after five minutes, sooner while a version is on its way or a job names one', async () => {
    const stage = await laneStage(gallery());
    madeGallery(stage.cloud);
    replicatedVersion(stage.cloud, '1.0.0');
    replicatedVersion(stage.cloud, '2.0.0');
    await stage.look();
    stage.asked();
    const askedAfter = async (seconds: number) => {
      stage.cloud.advance(seconds);
      await stage.look();
      return stage.asked().filter((one) => one.includes('versions'));
    };
    expect(await askedAfter(200)).toEqual([]);
    stage.clouds.requests.push(jobRequest({ demands: ['ImageVersionOverride -equals 1.0.0'] }));
    expect(await askedAfter(1)).toEqual(
      ['GET gold/versions', 'GET versions/2.0.0', 'GET versions/1.0.0', 'GET 22_04-lts/versions'].map((one) =>
        one.replace('gold', 'linux'),
      ),
    );
    expect(await askedAfter(100)).toEqual([]);
    expect((await askedAfter(301)).length).toBeGreaterThan(0);
    stage.cloud.call('PUT', `${definitionPath}/versions/3.0.0`, versionBody());
    expect((await askedAfter(301)).length).toBeGreaterThan(0);
    expect(await askedAfter(61)).toContain('GET versions/3.0.0');
  });

  it('that cannot be read stay what they were, and that is said', async () => {
    const stage = await laneStage(gallery());
    madeGallery(stage.cloud);
    replicatedVersion(stage.cloud, '1.0.0');
    await stage.look();
    stage.cloud.advance(400);
    stage.refuse = (_, path) => path.includes('/galleries/');
    const { images } = await stage.look();
    expect(images).toMatchObject({ freshness: 'stale', problem: expect.stringContaining('AuthorizationFailed') });
    expect(images?.value.map((one) => one.alias)).toEqual(['gold', 'own']);
  });

  it('that never could be read are unknown and not empty', async () => {
    const stage = await laneStage(gallery());
    const { images } = await stage.look();
    expect(images).toMatchObject({ freshness: 'unknown', value: [{ alias: 'own' }] });
  });
});
