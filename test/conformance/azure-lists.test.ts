// What people choose from who make a pool, from the emulated Azure through the real client and the API.
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { azureRoutes } from '../../contract/routes.ts';
import { createAzure } from '../../service/azure/client.ts';
import { poolPlaces } from '../../service/pool-places.ts';
import type { Send } from '../../service/ports.ts';
import { createWorld, type World } from '../../sandbox/world/world.ts';
import { createMemoryStore } from '../../service/store/memory-store.ts';
import { now0 } from '../builders.ts';
import { actionsOf } from '../deploy/role.ts';
import { documentOf, expectAnswer, type Document } from '../service/api/answer-shape.ts';
import { apiFixture, type Answer, type Fixture } from '../service/api/api-fixture.ts';
import { fixedKeys } from '../stories/fixed-keys.ts';

const subscription = '00000000-0000-0000-0000-000000000001';
const group = `/subscriptions/${subscription}/resourceGroups/weir-agents`;
const set = `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/`;
const wish = {
  subscriptionId: subscription,
  resourceGroup: 'weir-agents',
  location: 'westeurope',
  name: 'fresh',
  size: 'Standard_D4ds_v5',
  image: 'Canonical:0001-com-ubuntu-server-jammy:22_04-lts-gen2:latest',
  osType: 'linux',
  isEphemeral: true,
  subnetId: `${group}/providers/Microsoft.Network/virtualNetworks/agents/subnets/build`,
  trialMachines: 2,
};

let fixture: Fixture;
let world: World;
let denied: readonly string[];
const used = new Set<string>();
let document: Document;
const answered = new Set<string>();

beforeEach(() => {
  denied = [];
});

beforeAll(async () => {
  denied = [];
  world = await createWorld({
    seed: 3,
    startAt: now0,
    store: (now) => createMemoryStore({ now }),
    settings: {},
    arrivals: [],
    generateKeys: await fixedKeys(),
    permits: (caller, action) => {
      if (caller === 'chooser' && !denied.includes(action)) used.add(action);
      return !denied.includes(action);
    },
  });
  const person: Send = (request) => world.sendAsPerson(request);
  const token = world.clouds.azure.tokenFor('chooser');
  const azure = createAzure({
    send: world.clouds.send,
    credential: { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
    clock: world.clock,
    wallClock: world.clock,
    random: { next: () => 0.5 },
  });
  const networks = `${group}/providers/Microsoft.Network/virtualNetworks/agents`;
  const body = { location: 'West Europe', properties: { subnets: [{ name: 'build', properties: {} }] } };
  const url = `https://management.azure.com${networks}?api-version=2024-05-01`;
  expect((await person({ method: 'PUT', url, headers: {}, body: JSON.stringify(body) })).status).toBe(201);
  fixture = await apiFixture({
    places: poolPlaces(
      () => azure,
      () => {
        throw new Error('Azure DevOps is not asked here.');
      },
    ),
    azure: { subscriptions: [subscription], listsFor: (id) => (id === subscription ? azure : null) },
  });
  document = await documentOf(fixture);
});

async function get(path: string, query: Record<string, string> = {}, token = 'manager'): Promise<Answer> {
  const pairs = new URLSearchParams({ poolId: '7', ...query });
  return held('get', path, await fixture.ask(`/v1/azure/${path}?${pairs.toString()}`, { token }));
}

async function post(path: string, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const more = { method: 'POST' as const, payload: JSON.stringify(body), headers };
  return held('post', path, await fixture.ask(`/v1/azure/${path}?poolId=7`, more));
}

/** Each answer of these tests is as the OpenAPI document says. */
function held(method: string, path: string, answer: Answer): Answer {
  const route = `/v1/azure/${path}`;
  expectAnswer(document, method, route, answer);
  if (answer.status < 300) answered.add(route);
  return answer;
}

describe('lists for a new pool', () => {
  it('are only for people who manage an agent pool', async () => {
    expect((await get('subscriptions', {}, 'reader')).status).toBe(403);
    expect((await get('subscriptions', {}, 'stranger')).status).toBe(403);
    expect((await get('subscriptions', { poolId: '0' })).status).toBe(400);
    expect((await get('scale-sets', { subscription: 'elsewhere' })).status).toBe(422);
  });

  it('name the subscriptions of the service', async () => {
    expect((await get('subscriptions')).body).toEqual({ subscriptions: [{ id: subscription, name: 'Weir sandbox' }] });
  });

  it('name scale sets with what is in the way', async () => {
    const { scaleSets } = (await get('scale-sets', { subscription })).body as { scaleSets: object[] };
    expect(scaleSets).toMatchObject([
      {
        name: 'agents',
        resourceGroup: 'weir-agents',
        osType: 'linux',
        size: 'Standard_D2s_v3',
        capacity: 0,
        refusal: null,
      },
    ]);
  });

  it('name sizes with cores, memory, class of price, room for the disk and what the quota leaves', async () => {
    const { sizes } = (await get('sizes', { subscription, location: 'westeurope' })).body as {
      sizes: { name: string; quotaLeft: number }[];
    };
    expect(sizes.find((one) => one.name === 'Standard_D4ds_v5')).toMatchObject({
      ...{ cores: 4, memoryGigabytes: 16, priceClass: 'middle', ephemeralGigabytes: 100 },
      restriction: null,
    });
    expect(sizes.find((one) => one.name === 'Standard_D2_v3')).toMatchObject({ ephemeralGigabytes: 0 });
    expect(sizes.every((one) => Number.isInteger(one.quotaLeft))).toBe(true);
  });

  it('name groups, subnets and images; what Azure refuses is null and says so', async () => {
    expect((await get('places', { subscription })).body).toMatchObject({
      resourceGroups: [
        { name: 'weir-agents', location: 'westeurope' },
        { name: 'weir-agents-lanes', location: 'westeurope' },
      ],
      subnets: [{ name: 'agents / build', location: 'westeurope' }],
    });
    denied = ['Microsoft.Network/virtualNetworks/read', 'Microsoft.Compute/virtualMachineScaleSets/read'];
    expect((await get('places', { subscription })).body).toMatchObject({ subnets: null });
    const refused = await get('scale-sets', { subscription });
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([422, 'SCALE_SET_DENIED']);
  });
});

describe('a scale set that is made through the service', () => {
  it('has every setting that a pool needs, and lists its trial machines', async () => {
    const made = await post('scale-sets', wish);
    expect(made.body).toMatchObject({ isAccepted: true, scaleSetId: `${set}fresh` });
    await world.run(now0 + 300_000);
    const { scaleSets } = (await get('scale-sets', { subscription })).body as { scaleSets: { name: string }[] };
    expect(scaleSets.find((one) => one.name === 'fresh')).toMatchObject({ refusal: null, capacity: 2 });
    const standing = (await get('machines', { scaleSet: `${set}fresh` })).body as {
      scaleSet: object;
      machines: object[];
    };
    expect(standing.machines).toHaveLength(2);
    expect(standing.scaleSet).toMatchObject({ name: 'fresh', osType: 'linux', refusal: null });
    expect((await get('machines', { scaleSet: `${set}nowhere` })).status).toBe(422);
    expect((await get('machines', { scaleSet: 'x' })).status).toBe(400);
    const again = (await post('scale-sets', wish)).body as { isAccepted: boolean; words: string };
    expect(again.isAccepted).toBe(false);
  });

  it.each([
    ['without the right', {}, 'Microsoft.Compute/virtualMachineScaleSets/write', /authorization/],
    ['without a subnet', { subnetId: null }, '', /subnet/],
    ['without its group', { resourceGroup: 'nowhere' }, '', /nowhere/],
  ])('is refused %s, in words and with nothing made', async (_what, change, right, words) => {
    denied = [right];
    const standing = () => Object.keys(world.clouds.azure.exportState().scaleSets);
    const before = standing();
    const answer = await post('scale-sets', { ...wish, ...change });
    expect(standing()).toEqual(before);
    expect(answer.body).toMatchObject({ isAccepted: false, words: expect.stringMatching(words) as unknown });
  });

  it.each([{ name: 'a/b' }, { resourceGroup: 'a/b' }, { location: 'west europe' }, { size: "x' eq '" }, { more: 1 }])(
    'is refused as %j',
    async (change) => {
      expect((await post('scale-sets', { ...wish, ...change })).status).toBe(400);
    },
  );

  it('has a command for each shell', async () => {
    const { bash, powershell } = (await post('create-command', wish)).body as { bash: string; powershell: string };
    expect(bash).toContain('--load-balancer "" ');
    expect(powershell).toContain(`--load-balancer '""' `);
    expect((await post('create-command', { ...wish, image: 'a\nb:c:d:e' })).status).toBe(400);
  });
});

it('had an answer of every route', () => {
  expect([...answered].toSorted()).toEqual(Object.values(azureRoutes).toSorted());
});

it('needs exactly the actions of its role', () => {
  expect([...used].toSorted()).toEqual(actionsOf('new-pools').toSorted());
});
