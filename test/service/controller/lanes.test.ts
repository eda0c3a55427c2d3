// Lanes are made once, found again after a crash, and removed only where everything agrees that they may be.
import { describe, expect, it } from '@jest/globals';
import { createLane, followLanes, removeLane } from '../../../service/controller/lanes.ts';
import { laneIdOf } from '../../../service/domain/lane-owner.ts';
import { CloudError, UserProblem } from '../../../service/problem.ts';
import { generation } from '../../builders.ts';
import { createBody } from '../../sandbox/azure/cloud.ts';
import { laneDecision, lanesGroup, laneStage, type LaneStage } from './lane-stage.ts';

async function made(stage: LaneStage, image = 'jammy', version = '0.9.0'): Promise<string> {
  const key = await stage.key(image, version);
  await createLane(stage.context, await stage.look(), laneDecision('createLane', key));
  stage.cloud.settle();
  await followLanes(stage.context, await stage.look());
  return laneIdOf(stage.settings, key)!;
}

const setsOf = async ({ azure }: LaneStage) => (await azure.listScaleSets(lanesGroup)).map((one) => one.name);
const openOf = async ({ store }: LaneStage) =>
  (await store.listOpenOperations('linux')).map((one) => `${one.kind} ${one.phase}`);

describe('making a lane', () => {
  it('asks Azure once, is followed to its end, and the lane stands in the picture with its key', async () => {
    const stage = await laneStage();
    const key = await stage.key('windows', '20348.4300.261110');
    const decision = laneDecision('createLane', key);
    await expect(createLane(stage.context, await stage.look(), decision)).resolves.toEqual({
      words: 'Azure makes it.',
      isAsked: true,
    });
    await expect(createLane(stage.context, await stage.look(), decision)).resolves.toEqual({
      words: expect.stringMatching(/already/),
      isAsked: false,
    });
    expect(await openOf(stage)).toEqual(['createLane requested']);
    stage.cloud.settle();
    const picture = await stage.look();
    await followLanes(stage.context, picture);
    expect(await openOf(stage)).toEqual([]);
    expect(picture.lanes.map((lane) => lane.key ?? null)).toEqual([null, key]);
    expect(picture.lanes[1]?.scaleSet.value).toMatchObject({
      osType: 'windows',
      sku: { name: 'Standard_D4s_v5' },
      capacity: 0,
      image: { version: '20348.4300.261110' },
      extensions: [{ name: 'Microsoft.Azure.DevOps.Pipelines.Agent' }],
    });
    await expect(stage.store.listLanes('linux')).resolves.toMatchObject([
      { scaleSetId: laneIdOf(stage.settings, key), key },
    ]);
  });

  it('is adopted by tags and name where the answer was lost, and not made twice', async () => {
    const stage = await laneStage();
    const key = await stage.key('jammy', '0.9.0');
    const decision = laneDecision('createLane', key);
    const lost = {
      ...stage.azure,
      createScaleSet: async (lane: Parameters<typeof stage.azure.createScaleSet>[0]) => {
        await stage.azure.createScaleSet(lane);
        throw new CloudError('unavailable', 'createScaleSet', 'socket hang up');
      },
    };
    const picture = await stage.look();
    await expect(createLane({ ...stage.context, azure: lost }, picture, decision)).rejects.toThrow('hang up');
    expect(await openOf(stage)).toEqual(['createLane requested']);
    expect(await stage.store.listLanes('linux')).toEqual([]);
    stage.cloud.settle();
    await followLanes(stage.context, await stage.look());
    expect(await openOf(stage)).toEqual([]);
    await expect(stage.store.listLanes('linux')).resolves.toMatchObject([{ key }]);
    await expect(createLane(stage.context, await stage.look(), decision)).resolves.toEqual({
      words: expect.stringMatching(/there already/),
      isAsked: false,
    });
    expect(await setsOf(stage)).toHaveLength(1);
  });

  it('that died before it reached Azure is given up after two minutes and may be tried again', async () => {
    const stage = await laneStage();
    const decision = laneDecision('createLane', await stage.key('jammy', '0.9.0'));
    const dead = {
      ...stage.azure,
      createScaleSet: () => Promise.reject(new CloudError('unavailable', 'createScaleSet', 'reset')),
    };
    await expect(createLane({ ...stage.context, azure: dead }, await stage.look(), decision)).rejects.toThrow('reset');
    await followLanes(stage.context, await stage.look());
    expect(await openOf(stage)).toEqual(['createLane requested']);
    stage.cloud.advance(130);
    await followLanes(stage.context, await stage.look());
    expect(await openOf(stage)).toEqual([]);
    await expect(createLane(stage.context, await stage.look(), decision)).resolves.toEqual({
      words: 'Azure makes it.',
      isAsked: true,
    });
  });

  it('is not made where its machines would never become agents, and says what to do', async () => {
    const stage = await laneStage();
    const decision = laneDecision('createLane', await stage.key('jammy', '0.9.0'));
    const problem = new UserProblem('EXTENSION_ORDER', 'The script runs after the agent.', { nextStep: 'Change it.' });
    const refused = { ...stage.context, extensionFor: () => Promise.reject(problem) };
    await expect(createLane(refused, await stage.look(), decision)).rejects.toMatchObject({
      ...{ kind: 'invalid', message: 'The script runs after the agent.', nextStep: 'Change it.' },
    });
    expect(await openOf(stage)).toEqual([]);
    expect(await setsOf(stage)).toEqual([]);
  });

  it('takes nothing over that somebody else made under its name', async () => {
    const stage = await laneStage();
    const key = await stage.key('jammy', '0.9.0');
    stage.cloud.call('PUT', laneIdOf(stage.settings, key)!, createBody());
    stage.cloud.settle();
    const picture = await stage.look();
    expect(picture.lanes).toHaveLength(1);
    await expect(createLane(stage.context, picture, laneDecision('createLane', key))).rejects.toMatchObject({
      kind: 'conflict',
    });
    expect(await openOf(stage)).toEqual([]);
    expect(await stage.store.listLanes('linux')).toEqual([]);
  });

  it('of another state of the template has another name, and the old lane stays what it is', async () => {
    const stage = await laneStage();
    const first = await made(stage);
    stage.cloud.call('PATCH', stage.settings.scaleSet, { sku: { name: 'Standard_D4s_v5' } });
    stage.cloud.settle();
    stage.cloud.advance(60);
    const second = await made(stage);
    expect(second).not.toBe(first);
    const picture = await stage.look();
    expect(picture.lanes.map((lane) => lane.scaleSet.value.sku.name)).toEqual(
      expect.arrayContaining(['Standard_D2s_v5', 'Standard_D4s_v5']),
    );
    expect(new Set(picture.lanes.map((lane) => lane.key?.template)).size).toBe(3);
  });
});

describe('removing a lane', () => {
  const remove = async (stage: LaneStage, id: string) => {
    const picture = await stage.look();
    const lane = picture.lanes.find((one) => one.scaleSet.value.id.toLowerCase() === id.toLowerCase());
    return await removeLane(
      stage.context,
      picture,
      laneDecision('removeLane', lane?.key ?? { image: '', version: null, template: '' }, id),
    );
  };

  it('deletes the whole set where group, tags and record agree and it is empty, and forgets it', async () => {
    const stage = await laneStage();
    const id = await made(stage);
    const other = await made(stage, 'windows', '20348.4300.261110');
    await expect(remove(stage, id)).resolves.toBe('Azure removes it.');
    await expect(remove(stage, id)).resolves.toMatch(/under way/);
    stage.cloud.settle();
    await followLanes(stage.context, await stage.look());
    expect(await openOf(stage)).toEqual([]);
    expect((await stage.store.listLanes('linux')).map((one) => one.scaleSetId)).toEqual([other]);
    expect(await setsOf(stage)).toEqual([other.split('/').at(-1)]);
  });

  it.each([
    [
      'its pool tag was changed',
      async (stage: LaneStage, id: string) => {
        stage.cloud.call('PATCH', id, { tags: { 'weir-image': 'jammy' } });
        await Promise.resolve();
      },
      /no lane of this pool/,
    ],
    [
      'no record says that Weir made it',
      (stage: LaneStage, id: string) => stage.store.forgetLane(stage.lease, id),
      /records of this service/,
    ],
    [
      'the record says another version',
      async (stage: LaneStage, id: string) => {
        const [lane] = await stage.store.listLanes('linux');
        await stage.store.forgetLane(stage.lease, id);
        await stage.store.saveLane(stage.lease, { ...lane!, key: { ...lane!.key, version: '9.9.9' } });
      },
      /records of this service/,
    ],
    [
      'it was scaled out meanwhile',
      async (stage: LaneStage, id: string) => {
        await stage.azure.setCapacity(await stage.azure.readScaleSet(id), 1);
      },
      /asks for 1 machines/,
    ],
  ] as const)('is refused where %s', async (_, change, words) => {
    const stage = await laneStage();
    const id = await made(stage);
    const picture = await stage.look();
    await change(stage, id);
    const key = picture.lanes.find((lane) => lane.key != null)!.key!;
    await expect(removeLane(stage.context, picture, laneDecision('removeLane', key, id))).resolves.toMatch(words);
    expect(await openOf(stage)).toEqual([]);
    expect(stage.asked().filter((one) => one.startsWith('DELETE'))).toEqual([]);
    expect(await setsOf(stage)).toHaveLength(1);
  });

  it('is refused where it still has a machine, though its capacity is 0', async () => {
    const stage = await laneStage();
    const id = await made(stage);
    await stage.azure.setCapacity(await stage.azure.readScaleSet(id), 1);
    stage.cloud.settle();
    const picture = await stage.look();
    const [machine] = picture.lanes[1]!.instances.value;
    await stage.azure.deleteInstances(id, [machine!.instanceId]);
    await expect(stage.azure.readScaleSet(id)).resolves.toMatchObject({ capacity: 0 });
    await expect(remove(stage, id)).resolves.toMatch(/has 1 machines/);
  });

  it('gives up capacity that Azure never made where the pool ends, but none that was asked for since', async () => {
    const stage = await laneStage();
    const id = await made(stage);
    await stage.azure.setCapacity(await stage.azure.readScaleSet(id), 1);
    const picture = { ...(await stage.look()), isEnding: true };
    const [lane] = picture.lanes.filter((one) => one.key != null);
    await stage.azure.setCapacity(await stage.azure.readScaleSet(id), 2);
    const decision = laneDecision('removeLane', lane!.key!, id);
    await expect(removeLane(stage.context, picture, decision)).resolves.toMatch(/asks for 2 machines/);
    const grown = await stage.look();
    await expect(removeLane(stage.context, grown, decision)).resolves.toMatch(/asks for 2 machines/);
    const azure = { ...stage.azure, listInstances: () => Promise.resolve([]) };
    const words = removeLane({ ...stage.context, azure }, { ...grown, isEnding: true }, decision);
    await expect(words).resolves.toBe('Azure removes it.');
  });

  it('is refused while a machine of it has a record', async () => {
    const stage = await laneStage();
    const id = await made(stage);
    await stage.store.startGeneration(stage.lease, generation({ scaleSetId: id.toUpperCase() }));
    await expect(remove(stage, id)).resolves.toMatch(/machines of record/);
  });

  it('never touches the template, nor a set in another group that carries the tags', async () => {
    const stage = await laneStage();
    await made(stage);
    await expect(remove(stage, stage.settings.scaleSet)).resolves.toMatch(/no lane of this pool/);
    const [, lane] = (await stage.look()).lanes;
    const foreign = stage.settings.scaleSet.replace(/[^/]+$/, lane!.scaleSet.value.name);
    stage.cloud.call('PUT', foreign, createBody({ tags: lane!.scaleSet.value.tags }));
    stage.cloud.settle();
    await expect(remove(stage, foreign)).resolves.toMatch(/not known/);
    expect(stage.asked().filter((one) => one.startsWith('DELETE'))).toEqual([]);
  });
});
