// Pools that people make and delete: every question that is asked before, and what deleting says.
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Instance, ScaleSet } from '../../../service/domain/instance.ts';
import type { PlaceOf, PoolPlaces } from '../../../service/pool-places.ts';
import { poolLifeWrite, readPoolLife } from '../../../service/pool-life.ts';
import { UserProblem } from '../../../service/problem.ts';
import type { AgentPool } from '../../../service/ports.ts';
import { generation, instance, scaleSet, settings } from '../../builders.ts';
import { apiFixture, contoso, fabrikam, type Answer, type Fixture } from './api-fixture.ts';

const setId = settings().scaleSet.replace(/agents$/, 'fresh');
const wanted = { name: 'new <b>\u202epool', organization: fabrikam, poolId: 8, scaleSet: setId, maxCapacity: 3 };

let fixture: Fixture;
let places: PoolPlaces;
let set: PlaceOf<{ scaleSet: ScaleSet; instances: readonly Instance[] }>;
let agentPool: PlaceOf<AgentPool>;
let mayService: boolean;
let serviceName: string | null;
let whileLooking: () => Promise<unknown>;

beforeEach(async () => {
  const ordinary = { poolId: 8, name: 'new', isHosted: false, poolType: 'automation' as const, isElastic: false };
  set = { found: { scaleSet: scaleSet({ id: setId, name: 'fresh' }), instances: [] }, why: null };
  agentPool = { found: ordinary, why: null };
  [mayService, serviceName] = [true, 'weir-app'];
  whileLooking = () => Promise.resolve();
  places = {
    scaleSet: (id) =>
      id.includes('/elsewhere/')
        ? Promise.reject(new UserProblem('SUBSCRIPTION_UNKNOWN', 'The subscription is not in the configuration.'))
        : Promise.resolve(set),
    agentPool: async () => {
      await whileLooking();
      return agentPool;
    },
    mayServiceManage: () => Promise.resolve(mayService),
    serviceName: () => Promise.resolve(serviceName),
  };
  fixture = await apiFixture({ places });
});

function make(body: unknown, token = 'founder'): Promise<Answer> {
  const payload = JSON.stringify(body);
  return fixture.ask('/v1/pools', { method: 'POST', payload, token, headers: { 'content-type': 'application/json' } });
}

async function refusal(body: unknown, token?: string): Promise<readonly [number, string, string | null]> {
  const before = (await fixture.store.listPools()).length;
  const answer = await make(body, token);
  expect((await fixture.store.listPools()).length).toBe(before);
  const { code, field, nextStep } = answer.body as { code: string; field: string | null; nextStep: string };
  expect(nextStep).not.toBe('');
  return [answer.status, code, field];
}

function standing(...vmIds: readonly string[]): void {
  const instances = vmIds.map((vmId, index) => instance({ vmId, instanceId: String(index), name: `fresh_${index}` }));
  set = { found: { scaleSet: scaleSet({ id: setId, name: 'fresh', capacity: 2 }), instances }, why: null };
}

describe('a new pool', () => {
  it('is kept with every default, says who made it, and the controller is told', async () => {
    const answer = await make({ settings: wanted });
    expect([answer.status, answer.headers.etag]).toEqual([201, '"1"']);
    expect(answer.body).toMatchObject({ settings: { maxCapacity: 3, desiredIdle: 0 }, isManagedByFile: false });
    expect((await readPoolLife(fixture.store, wanted.name))?.value).toMatchObject({
      createdBy: 'founder',
      adopted: [],
    });
    expect(fixture.saved).toEqual([wanted.name]);
  });

  it('needs the Administrator role on its agent pool, and says so to whoever may only see it', async () => {
    expect(await refusal({ settings: wanted }, 'stranger')).toEqual([404, 'POOL_NOT_FOUND', 'poolId']);
    expect(await refusal({ settings: wanted }, 'watcher')).toEqual([403, 'NEED_POOL_MANAGE', 'poolId']);
    expect(await refusal({ settings: { ...wanted, organization: contoso } })).toEqual([
      401,
      'AUTH_ORG',
      'organization',
    ]);
  });

  it.each([
    ['a taken name', { name: 'linux' }, 409, 'POOL_EXISTS', 'name'],
    ['a name of the configuration file', { name: 'of-the-file' }, 409, 'POOL_MANAGED_BY_FILE', 'name'],
    [
      'the scale set of another pool',
      { scaleSet: settings().scaleSet.toUpperCase() },
      409,
      'SCALE_SET_TAKEN',
      'scaleSet',
    ],
    ['a taken agent pool', { poolId: 7 }, 409, 'AGENT_POOL_TAKEN', 'poolId'],
    ['no agent pool', { poolId: 0 }, 404, 'POOL_NOT_FOUND', 'poolId'],
    ['no scale set', { scaleSet: '' }, 422, 'SCALE_SET_NOT_FOUND', 'scaleSet'],
    ['more standby than maximum', { desiredIdle: 5 }, 400, 'STANDBY_GT_MAX', 'desiredIdle'],
    [
      'a subscription that is not ours',
      { scaleSet: setId.replace(/subscriptions\/[^/]+/, 'subscriptions/elsewhere') },
      400,
      'SUBSCRIPTION_UNKNOWN',
      null,
    ],
  ])('with %s is refused', async (_what, change, status, code, field) => {
    const ofFile = settings({ name: 'of-the-file', organization: contoso, poolId: 9, scaleSet: `${setId}-file` });
    await fixture.store.savePool(ofFile, null, true);
    const answer = await make({ settings: { ...wanted, ...change } });
    const problem = answer.body as { code: string; field: string | null };
    expect([answer.status, problem.code, problem.field]).toEqual([status, code, field]);
  });

  it('is refused in a subscription of another organisation, and nothing of that is shown', async () => {
    const subscription = setId.split('/')[2]!;
    fixture = await apiFixture({
      places,
      azure: { subscriptions: [subscription, 'own'], listsFor: () => null },
      maySubscription: (organization, id) => (id === subscription) === (organization === contoso),
    });
    expect(await refusal({ settings: wanted })).toEqual([403, 'SUBSCRIPTION_OTHER_ORGANIZATION', 'scaleSet']);
    const codeOf = async (url: string) =>
      ((await fixture.ask(url, { token: 'founder' })).body as { code: string }).code;
    const [azure, of] = ['/v1/azure', `poolId=8&subscription=${subscription}`];
    const set = `poolId=8&scaleSet=${encodeURIComponent(setId)}`;
    for (const url of [
      ...[`${azure}/scale-sets?${of}`, `${azure}/places?${of}`, `${azure}/sizes?${of}&location=westeurope`],
      ...[`${azure}/machines?${set}`, `/v1/checks?${set}`],
    ])
      expect([url, await codeOf(url)]).toEqual([url, 'SUBSCRIPTION_OTHER_ORGANIZATION']);
  });

  describe('of one organisation beside the subscription of another', () => {
    const foreign = (rest: string) => `/subscriptions/theirs/resourceGroups/g/providers/${rest}`;
    const image = foreign('Microsoft.Compute/galleries/g/images/i');
    const images = [{ aliases: ['own'] }, { aliases: ['gold'], source: { id: image }, version: 'latest' }];
    const laneResourceGroup = setId.split('/').slice(0, 4).concat('lanes').join('/');
    const other = 'SUBSCRIPTION_OTHER_ORGANIZATION';
    const write = (url: string, method: 'POST' | 'PUT', payload: object, headers = {}) =>
      fixture.ask(url, { method, payload, token: 'founder', headers });

    beforeEach(async () => {
      fixture = await apiFixture({ places, maySubscription: (_, id) => id.toLowerCase() !== 'theirs' });
    });

    it('is made of no image there, nor changed to one', async () => {
      const lanes = { ...wanted, laneResourceGroup };
      expect(await refusal({ settings: { ...lanes, images } })).toEqual([403, other, 'images[1].source.id']);
      expect((await make({ settings: lanes })).status).toBe(201);
      const url = `/v1/pools/${encodeURIComponent(wanted.name)}/settings`;
      const change = (source: object) => {
        const [own, gold] = images;
        return write(url, 'PUT', { ...lanes, images: [own, { ...gold, source }] }, { 'if-match': '"1"' });
      };
      expect((await change({ id: image.toUpperCase() })).body).toMatchObject({ code: other });
      const sly = image.replace('theirs', 'own/../../subscriptions/theirs');
      expect((await change({ id: sly })).body).toMatchObject({ code: other, field: 'images[1].source.id' });
      expect((await change({ id: image.replace('theirs', 'own') })).status).toBe(200);
    });

    it.each(['image', 'subnetId'])('wishes no scale set whose %s lies there', async (field) => {
      const wish = {
        ...{ subscriptionId: 'own', resourceGroup: 'g', location: 'westeurope', name: 'agents', isEphemeral: false },
        ...{ size: 'Standard_D2s_v5', image: 'a:b:c:latest', osType: 'linux', subnetId: null, trialMachines: 0 },
        [field]: foreign('Microsoft.Network/virtualNetworks/v/subnets/s'),
      };
      for (const url of ['/v1/azure/scale-sets?poolId=8', '/v1/azure/create-command?poolId=8'])
        expect((await write(url, 'POST', wish)).body).toMatchObject({ code: other, field });
    });
  });

  it.each([
    ['is hosted', { isHosted: true }],
    ['is elastic', { isElastic: true }],
    ['is for deployments', { poolType: 'deployment' as const }],
  ])('is refused on an agent pool that %s', async (_what, change) => {
    agentPool = { found: { ...agentPool.found!, ...change }, why: null };
    expect(await refusal({ settings: wanted })).toEqual([422, 'AGENT_POOL_UNSUITABLE', 'poolId']);
  });

  it('waits until the service is Administrator of the agent pool', async () => {
    mayService = false;
    expect(await refusal({ settings: wanted })).toEqual([422, 'SERVICE_NEEDS_ADMINISTRATOR', 'poolId']);
    const { message } = (await make({ settings: wanted })).body as { message: string };
    expect(message).toBe('The identity of this service, weir-app, is not an Administrator of this agent pool yet.');
    serviceName = null;
    const unnamed = (await make({ settings: wanted })).body as { message: string };
    expect(unnamed.message).toBe('The identity of this service is not an Administrator of this agent pool yet.');
  });

  it('is refused on a scale set that nobody may see, that is not there, or that an elastic pool sizes', async () => {
    set = { found: null, why: 'denied' };
    expect(await refusal({ settings: wanted })).toEqual([422, 'SCALE_SET_DENIED', 'scaleSet']);
    set = { found: null, why: 'notFound' };
    expect(await refusal({ settings: wanted })).toEqual([422, 'SCALE_SET_NOT_FOUND', 'scaleSet']);
    set = { found: { scaleSet: scaleSet({ tags: { _AzureDevOpsElasticPool: 'x' } }), instances: [] }, why: null };
    expect(await refusal({ settings: wanted })).toEqual([409, 'SCALE_SET_CONTENDED', 'scaleSet']);
    set = { found: { scaleSet: scaleSet({ orchestrationMode: 'flexible' }), instances: [] }, why: null };
    expect(await refusal({ settings: wanted })).toEqual([422, 'SCALE_SET_NOT_UNIFORM', 'scaleSet']);
  });

  it('is refused where machines stand, with their list, unless exactly these are given up', async () => {
    standing('vm-a', 'vm-b');
    expect(await refusal({ settings: wanted })).toEqual([409, 'SCALE_SET_HAS_INSTANCES', 'adoptInstances']);
    const { problems } = (await make({ settings: wanted })).body as { problems: { value: string; message: string }[] };
    expect(problems.map((one) => one.value)).toEqual(['vm-a', 'vm-b']);
    for (const adoptInstances of [['vm-a'], ['vm-a', 'vm-b', 'vm-c'], ['vm-a', 'vm-c']])
      expect((await refusal({ settings: wanted, adoptInstances }))[1]).toBe('SCALE_SET_HAS_INSTANCES');
    expect((await make({ settings: wanted, adoptInstances: ['vm-b', 'vm-a'] })).status).toBe(201);
    expect((await readPoolLife(fixture.store, wanted.name))?.value.adopted).toEqual(['vm-a', 'vm-b']);
  });

  it('is refused where the machines that were given up are gone', async () => {
    expect((await refusal({ settings: wanted, adoptInstances: ['vm-a'] }))[1]).toBe('SCALE_SET_HAS_INSTANCES');
  });

  describe('on a scale set of Weir', () => {
    const adopted = { settings: wanted, adoptInstances: ['vm-a'] };

    it.each(['weir-owner', 'Weir-Trial', 'weir-trial-pool'])('that has the tag %s is refused', async (tag) => {
      standing('vm-a');
      const { scaleSet: plain, instances } = set.found!;
      set = { found: { scaleSet: { ...plain, tags: { [tag]: 'somebody' } }, instances }, why: null };
      expect(await refusal(adopted)).toEqual([409, 'SCALE_SET_TAKEN', 'scaleSet']);
      const url = `/v1/azure/machines?poolId=8&scaleSet=${encodeURIComponent(setId)}`;
      const choice = (await fixture.ask(url, { token: 'founder' })).body as { scaleSet: { refusal: string } };
      expect(choice.scaleSet.refusal).toMatch(/^Weir made this scale set itself/);
    });

    it('that is a lane of any pool is refused without a tag, too', async () => {
      standing('vm-a');
      const key = { image: 'ubuntu', version: null, template: 'x' };
      await fixture.store.saveLane(fixture.lease, { scaleSetId: setId.toUpperCase(), key, createdAt: 1 });
      expect(await refusal(adopted)).toEqual([409, 'SCALE_SET_TAKEN', 'scaleSet']);
    });

    it('that an open validation tries its image on is refused without a tag, too', async () => {
      standing('vm-a');
      const document = { validationId: 'v', scaleSetId: setId };
      const row = { kind: 'validation', pool: 'linux', key: 'v', expected: null, document, at: 1, isOpen: true };
      await fixture.store.writeRecords([row]);
      expect(await refusal(adopted)).toEqual([409, 'SCALE_SET_TAKEN', 'scaleSet']);
    });

    it('whose machine is one of a pool is refused, and the machine named', async () => {
      standing('vm-a');
      await fixture.store.startGeneration(fixture.lease, generation({ vmId: 'vm-a', scaleSetId: `${setId}-other` }));
      expect(await refusal(adopted)).toEqual([409, 'SCALE_SET_TAKEN', 'adoptInstances']);
      expect((await make(adopted)).text).toContain('The machine fresh_0 is one of another pool');
    });
  });

  it('of two who make it at once, one does', async () => {
    const answers = await Promise.all([make({ settings: wanted }), make({ settings: wanted })]);
    expect(answers.map((one) => one.status).toSorted()).toEqual([201, 409]);
    expect((await readPoolLife(fixture.store, wanted.name))?.value.createdBy).toBe('founder');
  });

  it('is made where an earlier try broke off behind its first write', async () => {
    const life = { createdBy: 'somebody', createdAt: fixture.time.sandbox, adopted: ['vm-old'], ending: null };
    await fixture.store.writeRecords([poolLifeWrite(wanted.name, null, life)]);
    expect((await make({ settings: wanted })).status).toBe(409);
    fixture.time.sandbox += 61_000;
    expect((await make({ settings: wanted })).status).toBe(201);
    expect((await readPoolLife(fixture.store, wanted.name))?.value).toMatchObject({
      createdBy: 'founder',
      adopted: [],
    });
  });

  it.each([
    ['a second', 1_000, 409],
    ['more than any two clocks differ', 301_000, 201],
  ])('whose record lies %s ahead, by another clock, waits or takes it over', async (_how, ahead, status) => {
    const life = { createdBy: 'somebody', createdAt: fixture.time.sandbox + ahead, adopted: ['vm-old'], ending: null };
    await fixture.store.writeRecords([poolLifeWrite(wanted.name, null, life)]);
    expect((await make({ settings: wanted })).status).toBe(status);
  });

  it.each(['before its own first write', 'behind it'])('leaves alone the pool that another makes %s', async (when) => {
    const createdAt = fixture.time.sandbox - 61_000;
    const life = { createdBy: 'somebody', createdAt, adopted: ['vm-old'], ending: null };
    await fixture.store.writeRecords([poolLifeWrite(wanted.name, null, life)]);
    const write = fixture.store.writeRecords.bind(fixture.store);
    const other = () =>
      fixture.store.savePool(settings({ ...wanted, poolId: 9, scaleSet: `${setId}-other` }), null, false);
    if (when === 'behind it') {
      jest.spyOn(fixture.store, 'writeRecords').mockImplementationOnce(async (...rows) => {
        const isWritten = await write(...rows);
        await other();
        return isWritten;
      });
    } else {
      whileLooking = other;
    }
    const answer = await make({ settings: wanted });
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([409, 'POOL_EXISTS']);
    expect((await fixture.store.readPool(wanted.name))?.settings.poolId).toBe(9);
    expect((await readPoolLife(fixture.store, wanted.name))?.value).toEqual(life);
  });

  it.each([[{}], [{ settings: wanted, more: 1 }], [{ settings: wanted, adoptInstances: [1] }]])(
    'of a strange body %j is no pool',
    async (body) => {
      expect((await refusal(body))[0]).toBe(400);
    },
  );
});
