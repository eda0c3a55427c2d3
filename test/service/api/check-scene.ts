// The checks of the API on both emulators, with a pool, its scale set and everybody who needs rights.
import { expect } from '@jest/globals';
import type { ChecksView } from '../../../contract/checks.ts';
import { createAzure } from '../../../service/azure/client.ts';
import { createAzureDevOps } from '../../../service/azure-devops/client.ts';
import { createDoctor } from '../../../service/doctor/doctor.ts';
import type { SetPort } from '../../../service/doctor-port.ts';
import { createClouds, type Clouds } from '../../../sandbox/world/clouds.ts';
import { layOutEstate } from '../../../sandbox/world/estate.ts';
import { sandboxSubscription } from '../../../sandbox/azure/emulator.ts';
import { now0, settings } from '../../builders.ts';
import { apiFixture, fabrikam, type Fixture } from './api-fixture.ts';
import { newKey } from './image-fixture.ts';

export const subscription = `/subscriptions/${sandboxSubscription}`;

export const weirs = `${subscription}/resourceGroups/weir-agents`;

export const scaleSet = `${weirs}/providers/Microsoft.Compute/virtualMachineScaleSets/agents`;

export const checksPath = '/v1/pools/linux/checks';

export interface Scene extends Fixture {
  readonly clouds: Clouds;
  /** What the doctor reaches Azure by; a test may put something in its way. */
  readonly reach: { sets: Partial<SetPort>; mended: number };
  readonly change: (path: string, body: object, method?: string) => Promise<void>;
  readonly look: () => Promise<ChecksView>;
  readonly fix: (check: string, more?: { key?: string; token?: string }) => ReturnType<Fixture['ask']>;
}

export async function checkScene(): Promise<Scene> {
  const clouds = createClouds({
    ...{ now: now0, random: () => 0.5, organization: 'fabrikam', rules: {} },
    sendElsewhere: () => Promise.reject(new Error('nobody else is there')),
  });
  const estate = await layOutEstate({
    ...{ send: clouds.send, azureUrl: 'https://management.azure.com', azureToken: 'x', organizationUrl: fabrikam },
    ...{ azureDevOpsToken: 'x', subscriptionId: sandboxSubscription, resourceGroup: 'weir-agents' },
    ...{ scaleSetName: 'agents', poolName: 'linux', osType: 'linux' as const },
  });
  const clock = { now: () => now0, sleep: () => Promise.resolve() };
  const shared = { send: clouds.send, clock, random: { next: () => 0.5 } };
  const credential = {
    getToken: () => Promise.resolve({ token: clouds.azure.tokenFor('weir'), expiresOnTimestamp: 9e12 }),
  };
  const azure = createAzure({ ...shared, credential, wallClock: clock });
  const azureDevOps = createAzureDevOps({
    ...{ ...shared, organization: new URL(fabrikam), authorization: () => Promise.resolve('Bearer weir') },
  });
  const fixture = await apiFixture({
    doctor: {
      lookAtPool: (one) => doctor().lookAtPool(one),
      lookAtSet: (id) => doctor().lookAtSet(id),
      mend: (one, code) => doctor().mend(one, code),
    },
  });
  const reach = { sets: azure as Partial<SetPort>, mended: 0 };
  const doctor = () =>
    createDoctor({
      ...{ store: fixture.store, clock, publicUrl: 'https://weir.example' },
      ...{ setsFor: () => reach.sets, rightsFor: () => azureDevOps, onMended: () => (reach.mended += 1) },
    });
  const record = await fixture.store.readPool('linux');
  const own = settings({ organization: fabrikam, poolId: estate.poolId, scaleSet: estate.scaleSetId });
  await fixture.store.savePool(own, record?.revision ?? null, false);
  fixture.rights.may = (_organization, _pool, token, right) => Promise.resolve(token === 'manager' || right === 'read');
  return Object.assign(fixture, {
    clouds,
    reach,
    change: async (path: string, body: object, method = 'PATCH') => {
      const url = `https://management.azure.com${path}?api-version=2026-04-01`;
      const answer = await clouds.send({
        method,
        url,
        headers: { authorization: 'Bearer x' },
        body: JSON.stringify(body),
      });
      expect(answer.status).toBeLessThan(300);
    },
    look: async () => (await fixture.ask(checksPath)).body as ChecksView,
    fix: (check: string, { key = newKey(), token = 'manager' } = {}) =>
      fixture.ask(`${checksPath}/${check}/fix`, { method: 'POST', token, headers: { 'idempotency-key': key } }),
  });
}
