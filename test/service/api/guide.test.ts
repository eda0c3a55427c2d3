// The guide to an image of one's own over the API.
import { expect, it } from '@jest/globals';
import { apiFixture } from './api-fixture.ts';

const names = {
  ...{ start: 'azureImage', osType: 'linux', resourceGroup: 'images', baseImage: 'Ubuntu2204', vhd: '', diskGb: 128 },
  ...{ vmName: 'vm', vmSize: 'Standard_D2s_v5', adminUser: 'builder', imageName: 'tools', scaleSet: null },
};

it('writes the steps for whoever may see the pool, and names every field that is wrong', async () => {
  const { ask } = await apiFixture();
  const post = (payload: object, token = 'reader') =>
    ask('/v1/pools/linux/image-guide', { method: 'POST', payload, token });
  const { status, body } = await post(names);
  expect(status).toBe(200);
  expect((body as { steps: { title: string }[] }).steps.map((step) => step.title)).toContain('Make the image');
  const refused = await post({ ...names, vmName: 'a b', adminUser: '' });
  expect(refused.status).toBe(400);
  const { code, problems } = refused.body as { code: string; problems: { field: string }[] };
  expect([code, problems.map((one) => one.field)]).toEqual(['GUIDE_NAME', ['vmName', 'adminUser']]);
  expect((await post({ ...names, diskGb: 5 })).body).toMatchObject({ code: 'FIELD_INVALID', field: 'diskGb' });
  expect((await post(names, 'stranger')).status).toBe(404);
});
