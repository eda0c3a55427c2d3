// A scale set is taken for a lane of a pool only where group, tags and name agree.
import { describe, expect, it } from '@jest/globals';
import { laneGroupFault } from '../../../service/domain/lane-group.ts';
import { keyOfLane, laneIdOf, tagsOfLane } from '../../../service/domain/lane-owner.ts';
import type { PoolImage } from '../../../service/domain/pool.ts';

const group = '/subscriptions/s1/resourceGroups/weir-lanes';
const pool = {
  name: 'linux',
  organization: 'https://dev.azure.com/fabrikam',
  poolId: 7,
  laneResourceGroup: group,
};
const key = { image: 'ubuntu-22.04', version: '22.4.1', template: 'abc' };
const lane = { id: laneIdOf(pool, key)!, tags: tagsOfLane(pool, key) };

describe('the key of a scale set', () => {
  it('is read back from the tags of a lane, whatever letters Azure writes its id in', () => {
    expect(keyOfLane(pool, lane)).toEqual(key);
    expect(keyOfLane(pool, { ...lane, id: lane.id.toUpperCase() })).toEqual(key);
  });

  it.each([
    ['of another resource group', { ...lane, id: lane.id.replace('weir-lanes', 'agents') }],
    ['under another name', { ...lane, id: `${lane.id}x` }],
    ['of another pool of the same service', { ...lane, tags: { ...lane.tags, 'weir-pool': 'windows' } }],
    [
      'of another agent pool',
      { ...lane, tags: { ...lane.tags, 'weir-owner': 'https://dev.azure.com/fabrikam pool 8' } },
    ],
    ['whose version tag was edited', { ...lane, tags: { ...lane.tags, 'weir-version': '22.4.2' } }],
    ['without tags', { ...lane, tags: {} }],
  ])('is not read from a scale set %s', (_, scaleSet) => {
    expect(keyOfLane(pool, scaleSet)).toBeNull();
  });

  it('is nobody where the pool makes no lanes', () => {
    expect(keyOfLane({ ...pool, laneResourceGroup: null }, lane)).toBeNull();
  });
});

describe('where lanes may live', () => {
  const template = '/subscriptions/s1/resourceGroups/agents/providers/Microsoft.Compute/virtualMachineScaleSets/t';
  const image: PoolImage = { aliases: ['a'], source: null, version: 'latest', standbyPercent: '*' };
  const settings = { images: [image, image], scaleSet: template, laneResourceGroup: group, osType: 'linux' as const };
  const alone = (own: Partial<PoolImage>) => ({
    ...settings,
    images: [{ ...image, ...own }],
    laneResourceGroup: null,
  });
  it.each([
    ['a group only for Weir', settings, null],
    ['none, for one image', { ...settings, images: [image], laneResourceGroup: null }, null],
    ['none, for one image with a source', alone({ source: { id: '/i' } }), 'LANE_GROUP_MISSING'],
    ['none, for one image with an exact version', alone({ version: '2.0.0' }), 'LANE_GROUP_MISSING'],
    ['none, for one image with a size', alone({ size: 'Standard_D4s_v5' }), 'LANE_GROUP_MISSING'],
    ['none, for one image of another system', alone({ osType: 'windows' }), 'LANE_GROUP_MISSING'],
    ['none, for one image of the system of the pool', alone({ osType: 'linux' }), null],
    ['none, for two images', { ...settings, laneResourceGroup: null }, 'LANE_GROUP_MISSING'],
    [
      "the template's own group",
      { ...settings, laneResourceGroup: '/subscriptions/S1/resourcegroups/AGENTS' },
      'LANE_GROUP_TEMPLATE',
    ],
    [
      'another subscription',
      { ...settings, laneResourceGroup: '/subscriptions/s2/resourceGroups/x' },
      'LANE_GROUP_SUBSCRIPTION',
    ],
  ])('%s', (_, laned, code) => {
    expect(laneGroupFault(laned)?.code ?? null).toBe(code);
  });
});
