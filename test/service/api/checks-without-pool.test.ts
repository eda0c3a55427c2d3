// The checks of a scale set that no pool has yet, over the API.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ChecksView } from '../../../contract/checks.ts';
import { checkScene, scaleSet, type Scene } from './check-scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await checkScene();
});

describe('the checks of a scale set without a pool', () => {
  const path = (id: string, more = '') => `/v1/checks?scaleSet=${encodeURIComponent(id)}${more}`;

  it('are told to whoever manages an agent pool', async () => {
    const answer = await scene.ask(path(scaleSet, '&poolId=7'));
    expect(answer.body).toMatchObject({ pool: null, mayFix: false, scaleSet: { name: 'agents' } });
    const { checks } = answer.body as ChecksView;
    expect(checks.find(({ code }) => code === 'owner')?.status).toBe('error');
    expect((await scene.ask(path(scaleSet))).status).toBe(200);
    for (const more of ['&poolId=7', ''])
      expect((await scene.ask(path(scaleSet, more), { token: 'reader' })).body).toMatchObject({
        code: 'NEED_POOL_MANAGE',
      });
  });

  it.each(['-1', '1.5', '1e3', '0x1', '9007199254740993'])('know no agent pool %s', async (poolId) => {
    expect((await scene.ask(path(scaleSet, `&poolId=${poolId}`))).body).toMatchObject({
      ...{ code: 'POOL_ID_INVALID', field: 'poolId', value: poolId },
    });
  });

  it.each([`${scaleSet}/../x`, '//evil.example/x', `${scaleSet}?x=1`, 'x'])(
    'refuse %s as no resource id',
    async (id) => {
      expect((await scene.ask(path(id, '&poolId=7'))).body).toMatchObject({ code: 'FIELD_INVALID', field: 'scaleSet' });
    },
  );
});
