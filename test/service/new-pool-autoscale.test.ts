// A pool is refused on a scale set that Azure's autoscale sizes before it is made, not by its first pass.
import { expect, it } from '@jest/globals';
import { createService } from '../../service/service.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { now0, scaleSet, scaleSetId } from '../builders.ts';
import { fabrikam, fakeRights, users } from './api/api-fixture.ts';
import { smallClouds } from './controller/small-clouds.ts';

const night = { id: '/x', targetId: scaleSetId, name: 'night', resourceGroup: 'ops', isEnabled: true };

it.each([true, false])('a choice says that autoscale sizes the set, where that is watched: %s', async (isWatched) => {
  const clouds = smallClouds(scaleSet());
  const clock = { now: () => now0, sleep: () => Promise.resolve() };
  const { app } = await createService({
    ...{ version: '0', owner: 'me', organizations: [fabrikam], publicUrl: 'https://weir.example', isSandbox: true },
    ...{ store: createMemoryStore(clock), clock, wallClock: clock, rights: fakeRights(users), hosts: null },
    azureFor: () => ({ ...clouds.azure, listAutoscale: () => Promise.resolve([night]) }),
    azureDevOpsFor: () => clouds.azureDevOps,
    attestation: {
      verifySignature: () => Promise.reject(new Error('no machine asks here')),
      ...{ subscriptions: [], windowMilliseconds: 0 },
    },
    generateKeys: () => Promise.reject(new Error('no machine asks here')),
    ...{ corsOrigins: [], logger: null, newId: () => 'id', newNonce: () => '1', line: () => undefined },
    watchesAutoscale: isWatched,
  });
  const answer = await app.inject({
    url: `/v1/azure/machines?poolId=8&scaleSet=${encodeURIComponent(scaleSetId)}`,
    headers: { authorization: 'Bearer founder', 'x-weir-organization': fabrikam },
  });
  const { refusal } = answer.json<{ scaleSet: { refusal: string | null } }>().scaleSet;
  if (isWatched) expect(refusal).toContain('autoscale setting night');
  else expect(refusal).toBeNull();
  await app.close();
});
