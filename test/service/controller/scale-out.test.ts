// Scaling out holds the maximum also where the list of instances is old: what the records know is asked for by its id.
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ToldRefusal } from '../../../service/controller/refused-again.ts';
import { followScaleOuts, scaleOut } from '../../../service/controller/scale-out.ts';
import { mostMore } from '../../../service/controller/trial-share.ts';
import { agentExtensionName, type ScaleSet, type ScaleSetExtension } from '../../../service/domain/instance.ts';
import type { Lease, NewOperation, Store } from '../../../service/ports.ts';
import { validationWrite } from '../../../service/image-records.ts';
import { CloudError } from '../../../service/problem.ts';
import { fresh, generation, instance, now0, operation, scaleSet, scaleSetId, settings } from '../../builders.ts';
import { machineOf, validationOf } from '../domain/validation-scene.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { oneMachine, scaleOutScene } from './scale-out-scene.ts';
import type { SmallClouds } from './small-clouds.ts';

let store: Store;
let lease: Lease;
let clouds: SmallClouds;

beforeEach(async () => {
  ({ store, lease, clouds } = await scaleOutScene());
});

async function scaled(): Promise<string> {
  const parts = { store, lease, clouds, now: () => now0 };
  const picture = await pictureOf(parts);
  // An old list, without the machine that is being deleted and has left the capacity.
  const lanes = [{ scaleSet: fresh(clouds.scaleSet), instances: fresh([]) }];
  const context = passContext(parts, { settings: settings({ maxCapacity: 1 }) });
  return (await scaleOut(context, { ...picture, lanes }, oneMachine)).words;
}

it('counts a machine that the list lacks and Azure still has', async () => {
  await store.startGeneration(lease, generation());
  clouds.instances.set('1', instance({ provisioningState: 'deleting' }));
  expect(await scaled()).toMatch(/^Not taken: 1 machines exist/);
  expect(clouds.calls).toEqual([]);
});

it('gives a lost answer up in time though the clock was set back since', async () => {
  let now = now0 + 3 * 3_600_000;
  const parts = { store, lease, clouds, now: () => now };
  const context = passContext(parts, { settings: settings({ maxCapacity: 1 }) });
  clouds.before = () => {
    throw new CloudError('unavailable', 'setCapacity', 'reset');
  };
  await expect(scaleOut(context, await pictureOf(parts), oneMachine)).rejects.toThrow('reset');
  now = now0;
  await followScaleOuts(context, await pictureOf(parts));
  expect(await store.listOpenOperations('linux')).toHaveLength(1);
  now += 21 * 60_000;
  await followScaleOuts(context, await pictureOf(parts));
  expect(await store.listOpenOperations('linux')).toEqual([]);
});

/** Dealt seed 9004: a process lost its lease before the write, and the machines that it had meant held up jobs for 20 minutes. */
describe('a write of whose answer nothing is known', () => {
  const askedAgain = async (came: number, readAt: number, others: readonly ScaleSet[] = []) => {
    const now = now0 + 5 * 60_000;
    const parts = { store, lease, clouds, now: () => now };
    const context = (at: number) =>
      passContext({ ...parts, now: () => at }, { settings: settings({ maxCapacity: 1 }) });
    clouds.before = () => {
      throw new CloudError('unavailable', 'setCapacity', 'reset');
    };
    await expect(scaleOut(context(now0), await pictureOf(parts), oneMachine)).rejects.toThrow('reset');
    clouds.before = () => undefined;
    const picture = await pictureOf(parts);
    const lanes = [
      { scaleSet: fresh(clouds.scaleSet), instances: { ...fresh([]), readAt } },
      ...others.map((one) => ({ scaleSet: fresh(one), instances: { ...fresh([]), readAt } })),
    ];
    clouds.scaleSet = { ...clouds.scaleSet, capacity: came };
    return (await scaleOut(context(now), { ...picture, lanes }, oneMachine)).words;
  };

  it.each<[string, number, number, string]>([
    ['is overtaken once a later list shows nothing of it: its etag is older', 0, now0 + 60_000, 'Capacity 0 → 1.'],
    ['counts while the list is from before it', 0, now0 - 60_000, 'Not taken: 1 machines exist'],
    ['counts by the capacity where it came late', 1, now0 + 60_000, 'The scale set already asks for 1.'],
  ])('%s', async (_what, came, readAt, words) => {
    expect(await askedAgain(came, readAt)).toContain(words);
  });

  it('counts where another lane may have been given its place, which no etag guards', async () => {
    const other = scaleSet({ id: `${scaleSetId}-other`, capacity: 0 });
    expect(await askedAgain(0, now0 + 60_000, [other])).toContain('Not taken: 1 machines exist');
  });
});

it('tells once that Azure takes a scale-out and cannot do it, and again once one was done in between', async () => {
  const lines: string[] = [];
  const parts = { store, lease, clouds, now: () => now0 };
  const line = (_level: string, words: string) => void lines.push(words);
  const context = passContext(parts, { settings: settings({ maxCapacity: 1 }), line });
  const told = new Map<string, ToldRefusal>();
  const tried = async (): Promise<number> => {
    clouds.scaleSet = { ...clouds.scaleSet, capacity: 0 };
    await scaleOut(context, await pictureOf(parts), oneMachine);
    await followScaleOuts(context, await pictureOf(parts), told);
    return lines.length;
  };
  const noRoom = { status: 'failed', code: 'AllocationFailed', message: 'No room.', isOutOfCapacity: true } as const;
  clouds.operation = noRoom;
  expect([await tried(), await tried(), lines]).toEqual([1, 1, ['Azure could not scale out: No room.']]);
  clouds.operation = { ...noRoom, message: 'No quota.' };
  expect(await tried()).toBe(2);
  clouds.operation = { status: 'succeeded' };
  await tried();
  clouds.operation = noRoom;
  expect(await tried()).toBe(3);
});

it('does not count one that is gone, or whose place another machine has', async () => {
  await store.startGeneration(lease, generation());
  await store.startGeneration(lease, generation({ generationId: 'g-2', vmId: 'vm-2', instanceId: '2' }));
  clouds.instances.set('2', instance({ instanceId: '2', vmId: 'vm-3' }));
  expect(await scaled()).toBe('Capacity 0 → 1.');
});

it('sends the same capacity again where Azure has room for the machines that are missing, and for no more', async () => {
  clouds.scaleSet = { ...clouds.scaleSet, capacity: 1 };
  clouds.before = (call) => {
    if (call === 'setCapacity 2') throw new CloudError('outOfCapacity', call, 'QuotaExceeded');
  };
  const parts = { store, lease, clouds, now: () => now0 };
  const context = passContext(parts, { settings: settings({ maxCapacity: 2 }) });
  expect(await scaleOut(context, await pictureOf(parts), { ...oneMachine, to: 2 })).toEqual({
    words: 'Capacity 1 → 1.',
    isAsked: true,
  });
});

/** The trial is of two machines; as many are left free by the pass as it saw when it began. */
it.each<[string, number, number, number, string]>([
  [
    'gives way to a trial that another process has begun since the pass began',
    0,
    3,
    0,
    'Not taken: 2 machines and 2 more would pass the maximum of 3',
  ],
  ['counts no trial twice that the pass leaves free already', 0, 1, 2, 'Capacity 0 → 1.'],
  [
    'counts a machine that somebody else added to the trial',
    3,
    4,
    0,
    'Not taken: 3 machines and 2 more would pass the maximum of 4',
  ],
])('%s', async (_what, standing, maxCapacity, trialMachines, words) => {
  const machines = Array.from({ length: standing }, (_, index) => machineOf(index));
  const trial = validationOf('linux', { phase: 'creating', verdict: null, machines });
  const parts = { store, lease, clouds, now: () => now0 };
  const picture = await pictureOf(parts);
  await store.writeRecords([validationWrite(null, trial)], lease);
  const laneResourceGroup = scaleSetId.split('/providers/')[0] ?? null;
  const context = passContext(parts, { settings: settings({ maxCapacity, laneResourceGroup }), trialMachines });
  const { words: said } = await scaleOut(context, picture, { ...oneMachine, to: Math.min(2, maxCapacity) });
  expect(said).toContain(words);
  expect(clouds.calls).toEqual(words.startsWith('Not') ? [] : ['setCapacity 1']);
  expect(await store.listOpenOperations('linux')).toHaveLength(clouds.calls.length);
});

describe('the count of the other lanes', () => {
  const other = `${scaleSetId}-other`;

  /** Of two lanes; Azure has room for `room` machines in the one. */
  async function scaledBeside(readOther: () => ScaleSet, room = 40) {
    const parts = { store, lease, clouds, now: () => now0 };
    const asked: string[] = [];
    const openRows: number[] = [];
    clouds.before = (call) => {
      asked.push(call);
      if (Number(call.split(' ')[1]) > room) throw new CloudError('outOfCapacity', call, 'QuotaExceeded');
    };
    const { azure } = clouds;
    const context = passContext(parts, {
      settings: settings({ maxCapacity: 40 }),
      store: {
        ...store,
        changeOperation: async (...args) => {
          await store.changeOperation(...args);
          openRows.push((await store.listOpenOperations('linux')).length);
        },
      },
      azure: {
        ...azure,
        readInstance: (...args) => {
          asked.push('readInstance');
          return azure.readInstance(...args);
        },
        readScaleSet: async (id) => {
          if (id !== other) return await azure.readScaleSet(id);
          asked.push('read other');
          return readOther();
        },
      },
    });
    const picture = await pictureOf(parts);
    const lanes = [...picture.lanes, { scaleSet: fresh(scaleSet({ id: other, capacity: 8 })), instances: fresh([]) }];
    const answer = scaleOut(context, { ...picture, lanes }, { ...oneMachine, to: 32 });
    return { words: await answer.then(({ words }) => words, String), asked, openRows, answer };
  }

  it('is made once, however often less is asked for, and a row stands all the time', async () => {
    await store.startGeneration(lease, generation());
    const { words, asked, openRows } = await scaledBeside(() => scaleSet({ id: other, capacity: 0 }), 4);
    expect(words).toBe('Capacity 0 → 4.');
    const tries = ['setCapacity 32', 'setCapacity 16', 'setCapacity 8', 'setCapacity 4'];
    expect(asked).toEqual(['readInstance', 'read other', ...tries]);
    expect(openRows).toEqual([1, 1, 1, 1]);
  });

  it('takes one that has gone meanwhile as it was, and blames no lane for what another does not show', async () => {
    const failing = (kind: 'notFound' | 'denied') =>
      scaledBeside(() => {
        throw new CloudError(kind, 'readScaleSet', 'No.');
      });
    const denied = await failing('denied');
    await expect(denied.answer).rejects.toMatchObject({ kind: 'unavailable' });
    expect([denied.words, denied.openRows]).toEqual([expect.stringContaining('could not be counted. No.'), [0]]);
    expect((await failing('notFound')).words).toBe('Capacity 0 → 32.');
  });
});

/** Two machines are to try another agent; three scale sets, the last of them of the other operating system. */
describe('machines that try another agent', () => {
  const [beside, windows] = [`${scaleSetId}-b`, `${scaleSetId}-w`];
  const extension = (version: string): ScaleSetExtension => ({
    ...{ name: agentExtensionName, publisher: 'p', type: 't', typeHandlerVersion: null, provisionAfterExtensions: [] },
    settings: { version },
  });
  const trying = () => scaleSet({ capacity: 5, extensions: [extension('new')] });

  async function more(before: readonly NewOperation[], meanwhile: readonly NewOperation[], set = trying()) {
    const parts = { store, lease, clouds, now: () => now0 };
    const images = ['linux', 'windows'] as const;
    const context = passContext(parts, {
      settings: settings({
        images: images.map((osType) => ({
          ...{ aliases: [osType], source: null, version: 'latest', standbyPercent: '*' as const, osType },
        })),
      }),
      extensionFor: (_set, _system, version = '') => Promise.resolve(extension(version)),
    });
    const keyOf = (image: string) => ({ image, version: '1.0.0', template: '' });
    for (const one of before) await store.openOperation(lease, one);
    const picture = await pictureOf(parts);
    for (const one of meanwhile) await store.openOperation(lease, one);
    const lanes = [
      { scaleSet: fresh(set), instances: fresh([]), key: keyOf('linux') },
      { scaleSet: fresh(scaleSet({ id: beside })), instances: fresh([]), key: keyOf('linux') },
      { scaleSet: fresh(scaleSet({ id: windows })), instances: fresh([]), key: keyOf('windows') },
    ];
    const trial = { canary: 'new', wanted: 2, rejected: null };
    const observation = { ...picture, lanes, agentTrials: { linux: trial }, agentVersions: { linux: 'old' } };
    return await mostMore(context, observation, lanes[0]!, set);
  }
  const asked = (id: string, from: number, to: number): NewOperation => {
    const {
      operationId: _id,
      phaseSince: _since,
      attempts: _tries,
      lastProblem: _problem,
      ...row
    } = operation({
      ...{ kind: 'scaleOut', instanceId: null, scaleSetId: id, fromCapacity: from, toCapacity: to },
    });
    return row;
  };

  it.each<[string, number, NewOperation[], NewOperation[]]>([
    ['as many as are wanted', 2, [], []],
    ['fewer by those that another scale set was given in this pass', 1, [], [asked(beside, 3, 4)]],
    ['none where it was given more', 0, [], [asked(beside, 3, 8)]],
    ['no fewer for what the picture knows already', 2, [asked(beside, 3, 4)], []],
    ['no fewer for machines of the other operating system', 2, [], [asked(windows, 0, 4)]],
  ])('are %s', async (_what, expected, before, meanwhile) => {
    expect(await more(before, meanwhile)).toBe(expected);
  });

  it('bound nothing where the scale set names the agent that the pool runs', async () => {
    const proven = scaleSet({ extensions: [extension('old')] });
    expect(await more([], [asked(beside, 3, 8)], proven)).toBe(Infinity);
  });
});
