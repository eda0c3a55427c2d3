// What a pool admits, as the API tells it: values with their sources, placeholders, what found no room, what is not covered.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Value } from '@sinclair/typebox/value';
import { Admission } from '../../../contract/admission.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { PoolSettings } from '../../../service/domain/pool.ts';
import { jobRequest, memory, now0, placeholderId, scene } from '../../builders.ts';
import { apiFixture, type Fixture } from './api-fixture.ts';

let fixture: Fixture;
const read = async (token = 'reader') => await fixture.ask('/v1/pools/linux/admission', { token });

async function admission(parts: Partial<Observation> = {}): Promise<Admission> {
  const observation = scene({ requests: [jobRequest({ matchedAgentIds: [placeholderId] })] }, parts);
  const document = JSON.stringify({ observation, memory: memory() });
  await fixture.store.writePicture(fixture.lease, { at: now0, document });
  const { body } = await read();
  expect(Value.Check(Admission, body)).toBe(true);
  return body as Admission;
}

async function save(demands: Partial<PoolSettings['demands']>): Promise<void> {
  const { revision, settings: before } = (await fixture.store.readPool('linux'))!;
  await fixture.store.savePool({ ...before, demands: { ...before.demands, ...demands } }, revision, false);
}

beforeEach(async () => {
  fixture = await apiFixture();
});

describe('what a pool admits', () => {
  it('is told with the placeholders that stand for it and the jobs that wait on them', async () => {
    const body = await admission();
    expect(body.values.map(({ demand, value }) => `${demand} ${value}`)).toEqual([
      'ImageOverride ubuntu-22.04',
      'Priority Medium',
      'Priority High',
      'Priority Low',
      'WorkFolder /mnt/_work',
    ]);
    expect(body.placeholders.map(({ name, agentId, waiting }) => [name, agentId, waiting])).toEqual([
      ['weir-placeholder-ubuntu-22.04', 9000, 1],
      ['weir-placeholder-ubuntu-22.04-High', 9001, 0],
      ['weir-placeholder-ubuntu-22.04-Low', 9002, 0],
    ]);
    expect(body).toMatchObject({ leftOut: [], leftOutCount: 0, discovery: { isOn: false, readAt: null } });
    expect(body.notCovered).toEqual([expect.stringContaining('discovery is off')]);
  });

  it('names the pipelines that a value comes from, and what of them cannot be given', async () => {
    await save({ discovery: true, workFolders: ['/mnt/a'] });
    const source = 'Fabrikam/web shop (azure-pipelines.yml on main), final YAML line 3';
    const sets = [
      { demands: ['WorkFolder -equals /mnt/a'], source },
      { demands: ['WorkFolder -equals /mnt/b'], source: 'elsewhere' },
      { demands: ['ImageOverride -equals macos-14'], source },
    ];
    const discovered = { readAt: now0, sets, notCovered: ['a branch'], missingRights: ['may not preview'] };
    const body = await admission({ discovered });
    const sourcesOf = (value: string) => body.values.find((one) => one.value === value)?.sources;
    expect(sourcesOf('/mnt/a')).toEqual([source, 'the settings of the pool']);
    expect(sourcesOf('/mnt/b')).toEqual(['elsewhere']);
    expect(body.refused).toEqual([
      { demands: ['ImageOverride -equals macos-14'], source, because: expect.stringContaining('macos-14') },
    ]);
    expect(body).toMatchObject({
      notCovered: ['a branch'],
      discovery: { isOn: true, missingRights: ['may not preview'] },
    });
  });

  it('lists what found no room', async () => {
    await save({ workFolders: Array.from({ length: 99 }, (_, index) => `/mnt/${String(index)}`) });
    const body = await admission();
    expect([body.placeholders.length, body.leftOut.length, body.leftOutCount]).toEqual([200, 100, 100]);
  });

  it('is told from the settings alone before the first look', async () => {
    const { status, body } = await read();
    expect(status).toBe(200);
    expect(body).toMatchObject({ observedAt: null, placeholders: [{ agentId: null }, {}, {}] });
  });

  it('is for those who may see the pool', async () => {
    expect((await read('nobody')).status).toBe(401);
    expect((await fixture.ask('/v1/pools/secret/admission', { token: 'reader' })).body).toMatchObject({
      code: 'POOL_NOT_FOUND',
    });
  });
});
