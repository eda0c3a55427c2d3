// Several autoscale settings are several writes: where one is refused behind another that was taken, nobody calls it refused.
import { expect, it } from '@jest/globals';
import { createAzure } from '../../../service/azure/client.ts';
import { type Scripted, fakeSend, json } from '../fake-send.ts';

const settingIds = ['day', 'night'].map(
  (name) => `/subscriptions/s1/resourceGroups/g1/providers/Microsoft.Insights/autoscaleSettings/${name}`,
);
const setting = json(200, { properties: { enabled: true, profiles: [] } });
const denied = json(403, { error: { code: 'AuthorizationFailed', message: 'no' } });

function switchOff(...script: readonly Scripted[]): Promise<void> {
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  const credential = { getToken: () => Promise.resolve({ token: 't', expiresOnTimestamp: 3_600_000 }) };
  const { send } = fakeSend(...script);
  const port = createAzure({ send, credential, clock, wallClock: clock, random: { next: () => 0.5 } });
  return port.mendSet({ id: '/x', etag: null }, { kind: 'autoscale', settingIds });
}

it('is refused where the first one is, and unknown where a later one is', async () => {
  await expect(switchOff(setting, denied)).rejects.toMatchObject({ kind: 'denied' });
  await expect(switchOff(setting, json(200, {}), setting, denied)).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/^1 of 2 autoscale settings are switched off.*AuthorizationFailed/),
  });
  await expect(switchOff(setting, json(200, {}), setting, json(200, {}))).resolves.toBeUndefined();
});
