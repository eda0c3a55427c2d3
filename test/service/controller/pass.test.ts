// What a whole pass leaves alone: machines that stood in the scale set before Weir, and what it sweeps: registrations
// that no machine ever took.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshRecollection, type ViewInput } from '../../../service/controller/context.ts';
import { sweepOrphans } from '../../../service/controller/orphans.ts';
import { runPass } from '../../../service/controller/pass.ts';
import type { Generation, OpenOperation } from '../../../service/domain/observation.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';
import { agent, fresh, generation, hour, instance, jobRequest, minute, now0, operation } from '../../builders.ts';
import { emptyPool, standPlaceholders } from './empty-pool.ts';
import { passContext, pictureOf } from './pass-context.ts';
import type { SmallClouds } from './small-clouds.ts';

let now: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;
let views: ViewInput[];

const extension = {
  name: 'agent',
  publisher: 'p',
  type: 't',
  typeHandlerVersion: null,
  provisionAfterExtensions: [],
  settings: {},
};

beforeEach(async () => {
  now = now0;
  views = [];
  ({ store, lease, clouds } = await emptyPool(() => now, { extensions: [extension] }));
  await standPlaceholders(store, lease, clouds);
});

async function pass(recollection = freshRecollection(), document = '{}'): Promise<void> {
  lease = (await store.acquireLease('linux', 'me', 60_000))!;
  const context = passContext(
    { store, lease, clouds, now: () => now },
    {
      renderView: (view) => {
        views.push(view);
        return document;
      },
      extensionFor: () => Promise.resolve(extension),
    },
  );
  await runPass(context, recollection);
}

/** As it is opened: the store adds the rest. */
function rowOf({
  operationId: _id,
  phaseSince: _since,
  attempts: _tries,
  lastProblem: _problem,
  ...row
}: OpenOperation) {
  return row;
}

const mutations = () =>
  clouds.calls.filter((call) => /^(setCapacity|deleteInstances|reimageInstance|deleteAgent|disable)/.test(call));

it('names in the log, once, what somebody has changed in the model', async () => {
  const of = (modelParts: Readonly<Record<string, string>>) => {
    clouds.scaleSet = { ...clouds.scaleSet, modelParts };
  };
  of({ size: 'a', image: 'b' });
  await pass();
  of({ size: 'x', image: 'b', 'load balancer': 'c' });
  await pass();
  await pass();
  const noted = (await store.listLog('linux', 50, null)).filter((one) => one.decision.reason.code === 'modelChanged');
  expect(noted.map((one) => [one.level, one.decision.reason.words])).toEqual([
    ['warning', 'The model of the scale set agents was changed: size and load balancer.'],
  ]);
});

describe('a scale set that had machines before Weir', () => {
  beforeEach(() => {
    clouds.instances.set('1', instance({ createdAt: now0 - 48 * hour }));
    clouds.scaleSet = { ...clouds.scaleSet, capacity: 1 };
    clouds.requests.push(jobRequest());
  });

  it('is left alone for as long as they stand, and the reason is told', async () => {
    for (let hours = 0; hours < 3; hours += 1) {
      await pass();
      now += hour;
    }
    expect(mutations()).toEqual([]);
    expect(await store.listGenerations('linux')).toEqual([]);
    expect(views.at(-1)!.observation.lanes[0]!.instances.problem).toMatch(/1 machine before Weir came \(agents_1\)/);
  });

  it('is worked from the moment they are gone', async () => {
    await pass();
    clouds.instances.clear();
    clouds.scaleSet = { ...clouds.scaleSet, capacity: 0 };
    now += minute;
    await pass();
    expect(mutations()).toEqual(['setCapacity 1']);
  });
});

it('knows its own first machines though the process ended right after they were asked for', async () => {
  clouds.requests.push(jobRequest());
  const whole = store;
  store = { ...whole, changeOperation: () => Promise.reject(new Error('The process ends here.')) };
  await expect(pass()).rejects.toThrow('The process ends here.');
  store = whole;
  expect(mutations()).toEqual(['setCapacity 1']);
  clouds.instances.set('1', instance({ createdAt: now }));
  now += minute;
  await pass();
  expect(views.at(-1)!.observation.lanes[0]!.instances.problem).toBeNull();
  expect(await store.listGenerations('linux')).toMatchObject([{ instanceId: '1' }]);
});

it.each([
  ['stays while an elastic pool sizes the scale set', { _AzureDevOpsElasticPool: 'other' }, []],
  ['goes where nobody else does', {}, ['deleteAgent 77']],
])('what is left of a machine that is gone, disabled by a person, %s', async (_what, tags, expected) => {
  clouds.scaleSet = { ...clouds.scaleSet, tags };
  clouds.agents.set(77, agent({ agentId: 77, isEnabled: false, isOnline: false }));
  await store.startGeneration(lease, generation({ agentId: 77 }));
  const recollection = freshRecollection();
  recollection.bereft.set('g-1', now0 - hour);
  await pass(recollection);
  expect(mutations()).toEqual(expected);
});

describe('a registration that no machine took', () => {
  const orphan = (overrides: Parameters<typeof agent>[0] = {}) =>
    agent({
      agentId: 77,
      name: 'agents-5-123456',
      isOnline: false,
      createdAt: now0 - 11 * minute,
      systemCapabilities: { 'Weir.Generation': 'g-gone' },
      isEnabled: false,
      ...overrides,
    });

  it('is removed when it is old enough and was free for half a minute', async () => {
    clouds.agents.set(77, orphan());
    const recollection = freshRecollection();
    await pass(recollection);
    now += 29_000;
    await pass(recollection);
    expect(mutations()).toEqual([]);
    now += 1000;
    await pass(recollection);
    expect(mutations()).toEqual(['deleteAgent 77']);
  });

  // Dealt seed 7464: a person had enabled it, and it was deleted while it was enabled.
  it('is disabled first where a person has enabled it, each time anew', async () => {
    clouds.agents.set(77, orphan({ isEnabled: true }));
    const recollection = freshRecollection();
    await pass(recollection);
    now += 20_000;
    clouds.agents.set(77, orphan({ isEnabled: true }));
    await pass(recollection);
    now += 29_000;
    await pass(recollection);
    expect(mutations()).toEqual(['disable 77', 'disable 77']);
    now += 1000;
    await pass(recollection);
    expect(mutations()).toEqual(['disable 77', 'disable 77', 'deleteAgent 77']);
  });

  it.each([
    ['has come online', { isOnline: true }],
    ['has connected and is offline again', { systemCapabilities: {} }],
    ['has a job', { assignedRequestId: 6 }],
  ])('stays where it %s since the list was made', async (_what, since) => {
    clouds.agents.set(77, orphan(since));
    const freeSince = new Map<number, number>();
    const context = passContext({ store, lease, clouds, now: () => now });
    const listed = fresh([orphan()]);
    for (let looks = 0; looks < 2; looks += 1) {
      const picture = await pictureOf({ store, clouds, now: () => now });
      await sweepOrphans(context, { ...picture, agents: listed }, new Map(), false, freeSince);
      now += 30_000;
    }
    expect(mutations()).toEqual([]);
  });

  it('stays while a panic stop holds what destroys, and goes after it', async () => {
    clouds.agents.set(77, orphan());
    const stopped = { ...freshRecollection(), isPanicStopped: true };
    await pass(stopped);
    expect(mutations()).toEqual([]);
    await pass(stopped);
    now += minute;
    await pass(stopped);
    expect(mutations()).toEqual(['deleteAgent 77']);
  });

  /** Four machines that worked, and whose agents went offline together. */
  async function manyUnwell(): Promise<void> {
    for (const id of [101, 102, 103, 104]) {
      const [instanceId, vmId, agentId] = [`${id}`, `vm-${id}`, id];
      clouds.instances.set(instanceId, instance({ instanceId, vmId }));
      clouds.agents.set(id, agent({ agentId, isOnline: false, statusChangedAt: now0 - 5 * minute }));
      const record = { generationId: `g-${id}`, instanceId, vmId, agentId, firstOnlineAt: now0 - hour };
      await store.startGeneration(lease, generation(record));
    }
    clouds.scaleSet = { ...clouds.scaleSet, capacity: 4 };
  }

  it('stays in the first pass of a process, too, while a panic stop holds what destroys', async () => {
    await manyUnwell();
    clouds.agents.set(77, orphan());
    const begun = freshRecollection();
    await pass(begun);
    expect(views.at(-1)!.banners).toMatchObject([{ code: 'panicStopped' }]);
    await pass(begun);
    expect(mutations()).toEqual([]);
    for (const id of [101, 102, 103, 104]) clouds.agents.set(id, agent({ agentId: id, statusChangedAt: now0 }));
    await pass(begun);
    await pass(begun);
    now += minute;
    await pass(begun);
    expect(mutations()).toEqual(['deleteAgent 77']);
  });

  it('stays while nobody knows yet whether there is a panic stop, or another sizer', async () => {
    clouds.agents.set(77, orphan());
    const unread = () => Promise.reject(new CloudError('unavailable', 'readScaleSet', 'No answer.'));
    const whole = clouds;
    const begun = freshRecollection();
    clouds = { ...whole, azure: { ...whole.azure, readScaleSet: unread } };
    await pass(begun);
    expect(mutations()).toEqual([]);
    clouds = whole;
    await pass(begun);
    now += minute;
    await pass(begun);
    expect(mutations()).toEqual(['deleteAgent 77']);
  });

  it('stays while another sizer works on the scale set', async () => {
    clouds.agents.set(77, orphan());
    clouds.scaleSet = { ...clouds.scaleSet, autoscaledBy: ['by-the-hour'] };
    await pass();
    expect(mutations()).toEqual([]);
  });

  it.each([
    ['is young', { createdAt: now0 - 9 * minute }],
    ['is online', { isOnline: true }],
    ['does not say that Weir made it', { systemCapabilities: {} }],
  ])('stays while it %s', async (_name, overrides) => {
    clouds.agents.set(77, orphan(overrides));
    await pass();
    expect(mutations()).toEqual([]);
  });
});

it('writes a view of megabytes anew only after a second for each, or when the pool itself has something new to say', async () => {
  const recollection = freshRecollection();
  const large = 'x'.repeat(3_000_000);
  const viewsAfter = async (seconds: number): Promise<number> => {
    now += seconds * 1000;
    await pass(recollection, large);
    return views.length;
  };
  expect(await viewsAfter(0)).toBe(1);
  expect(await viewsAfter(2)).toBe(1);
  expect(await viewsAfter(1)).toBe(2);
  clouds.scaleSet = { ...clouds.scaleSet, overprovision: true };
  expect(await viewsAfter(1)).toBe(3);
  // A clock that is set back.
  expect(await viewsAfter(-3600)).toBe(4);
  expect(await viewsAfter(2)).toBe(4);
});

it('goes on with samples, pictures and the agent version where the clock was set back by hours', async () => {
  const recollection = freshRecollection();
  await pass(recollection);
  now -= 3 * hour;
  await pass(recollection);
  expect((await store.listSamples('linux', 0, now0, 10)).map((sample) => sample.at)).toEqual([now, now0]);
  expect((await store.readPicture('linux'))?.at).toBe(now);
  expect(recollection.agentVersions.linux?.readAt).toBe(now);
});

it.each<[string, Partial<Generation>]>([
  ['worked', {}],
  ['was never claimed', { claimedAt: null, firstOnlineAt: null }],
])('the pass that sees a wipe done writes nothing to the life that ended with it, which %s', async (_what, before) => {
  clouds.scaleSet = { ...clouds.scaleSet, capacity: 1 };
  await pass();
  clouds.instances.set('1', instance());
  clouds.operation = { status: 'succeeded' };
  clouds.requests.push(jobRequest({ demands: ['WorkFolder -equals /mnt/a'] }));
  await store.startGeneration(lease, generation({ agentId: null, agentName: null, ...before }));
  const asked = {
    phase: 'requested',
    agentId: null,
    operationUrl: 'https://management.azure.com/operations/1',
  } as const;
  await store.openOperation(lease, { ...rowOf(operation({ kind: 'reimage' })), ...asked });
  await pass();
  expect(await store.listGenerations('linux')).toMatchObject([{ startedBy: 'reimage' }]);
  // The next pass has a picture of the new life, and chooses for it.
  await pass();
  expect(views.at(-1)!.nodes.map((one) => one.state)).toEqual(['restartingAgent']);
  expect(await store.listGenerations('linux')).toMatchObject([{ startedBy: 'reimage', workFolder: '/mnt/a' }]);
});

it('writes nothing to a life that another process ended while this one decided', async () => {
  clouds.scaleSet = { ...clouds.scaleSet, capacity: 1 };
  await pass();
  clouds.instances.set('1', instance());
  clouds.requests.push(jobRequest({ demands: ['WorkFolder -equals /mnt/a'] }));
  const whole = store;
  store = {
    ...store,
    listOpenOperations: async (pool) => {
      for (const one of await whole.listGenerations(pool)) await whole.endGeneration(lease, one.generationId);
      return await whole.listOpenOperations(pool);
    },
  };
  await expect(pass()).resolves.toBeUndefined();
});

it.each([
  ['begins anew where the clock was set back since, which ran ahead when it was kept', 8 * hour, 72 * hour],
  ['stays as it was said where the settings keep machines for less since', 0, 80 * hour],
])('the time of a machine that is kept %s', async (_what, ahead, expected) => {
  clouds.scaleSet = { ...clouds.scaleSet, capacity: 1 };
  await pass();
  clouds.instances.set('1', instance());
  clouds.agents.set(1, agent({ isEnabled: false }));
  await store.startGeneration(lease, generation({ isSaved: true, savedUntil: now0 + 80 * hour }));
  now = now0 + ahead;
  await pass();
  now = now0;
  await pass();
  expect(await store.listGenerations('linux')).toMatchObject([{ isSaved: true, savedUntil: now0 + expected }]);
  expect(views.at(-1)!.nodes.map((one) => one.deadlineAt)).toEqual([now0 + expected]);
});
