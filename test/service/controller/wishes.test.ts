// What people ask of single nodes is done through the ledger, once, whatever ends in between; and never to a running job.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { saveNode } from '../../../service/controller/save-node.ts';
import { obeyPeople } from '../../../service/controller/wishes.ts';
import type { Decision } from '../../../service/domain/decision.ts';
import type { NodeAction } from '../../../service/domain/node-action.ts';
import type { OperationPhase } from '../../../service/domain/observation.ts';
import { readOpenWishes, wishWrite } from '../../../service/node-wishes.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { agent, generation, hour, instance, now0, operation, scaleSet, settings, unknown } from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

let store: Store;
let lease: Lease;
let clouds: SmallClouds;
const parts = () => ({ store, lease, clouds, now: () => now0 });

beforeEach(async () => {
  store = createMemoryStore({ now: () => now0 });
  await store.savePool(settings(), null, false);
  lease = (await store.acquireLease('linux', 'me', 60_000))!;
  clouds = smallClouds(scaleSet({ capacity: 1 }));
  clouds.agents.set(1, agent());
  clouds.instances.set('1', instance());
  await store.startGeneration(lease, generation());
});

async function ask(action: NodeAction, generationId = 'g-1'): Promise<void> {
  const wish = { action, generationId, node: 'agents_1', by: 'Mary', reason: 'disk is full', at: now0, outcome: null };
  await store.writeRecords([wishWrite('linux', `wish ${action}`, wish)]);
}

async function begun(kind: 'delete' | 'reimage', phase: OperationPhase): Promise<void> {
  await store.openOperation(lease, operation({ kind, phase }));
}

const pass = async () => obeyPeople(passContext(parts()), await pictureOf(parts()));
const logged = async () =>
  (await store.listLog('linux', 9, null)).map(({ decision, outcome }) => `${decision.reason.words} ${outcome}`);

describe('a wish of a person', () => {
  it.each([
    ['drain', 'delete', 'Mary asked to drain agents_1: disk is full.'],
    ['delete', 'delete', 'Mary asked to delete agents_1: disk is full.'],
    ['reimage', 'reimage', 'Mary asked to reimage agents_1: disk is full.'],
  ] as const)('to %s a node opens a %s in the ledger that says who asked', async (action, kind, words) => {
    await ask(action);
    await pass();
    expect(await store.listOpenOperations('linux')).toMatchObject([
      { kind, phase: 'intended', generationId: 'g-1', vmId: 'vm-1', reason: { words } },
    ]);
    expect(await readOpenWishes(store, 'linux')).toEqual([]);
    await pass();
    expect(await logged()).toEqual([
      `${words} The agent is disabled first; the machine follows once no job can reach it.`,
    ]);
    // Nothing but the ledger was touched: the protocol does the rest, step by step.
    expect(clouds.calls).toEqual([]);
  });

  it.each([
    ['of a pool that reuses machines takes jobs again as it is', false, now0, [], false],
    ['of a pool that promises fresh ones is reimaged', true, now0, ['reimage'], true],
    ['that never came up is deleted', false, null, ['delete'], true],
  ])('to give back a kept node %s', async (_what, recycleAfterEachUse, firstOnlineAt, kinds, isSaved) => {
    const life = { generationId: 'kept', instanceId: '2', vmId: 'vm-2', isSaved: true, firstOnlineAt };
    clouds.instances.set('2', instance({ instanceId: '2', vmId: 'vm-2' }));
    await store.startGeneration(lease, generation(life));
    await ask('release', 'kept');
    const context = passContext(parts(), { settings: settings({ recycleAfterEachUse }) });
    await obeyPeople(context, await pictureOf(parts()));
    const begun = await store.listOpenOperations('linux');
    expect(begun.map(({ kind, generationId }) => [kind, generationId])).toEqual(kinds.map((kind) => [kind, 'kept']));
    // Until its machine is gone it is kept: no pass does anything else with it.
    expect((await store.listGenerations('linux')).find((one) => one.generationId === 'kept')?.isSaved).toBe(isSaved);
    expect(await logged()).toEqual([expect.stringMatching(/^Mary asked to give back agents_1: disk is full\. \S/)]);
    expect(await readOpenWishes(store, 'linux')).toEqual([]);
  });

  it('is not carried out twice where the process ended before it was written down', async () => {
    await ask('delete');
    await pass();
    const again = {
      action: 'delete' as const,
      generationId: 'g-1',
      node: 'agents_1',
      by: 'Mary',
      reason: '',
      at: now0,
    };
    await store.writeRecords([wishWrite('linux', 'again', { ...again, outcome: null })]);
    await pass();
    expect(await store.listOpenOperations('linux')).toHaveLength(1);
    expect((await logged())[0]).toBe('Mary asked to delete agents_1. Something is under way with it already.');
  });

  it('about a node that is gone ends with these words', async () => {
    await ask('delete', 'g-of-yesterday');
    await pass();
    expect((await logged())[0]).toMatch(/It is gone already\.$/);
    expect(await readOpenWishes(store, 'linux')).toEqual([]);
  });

  it('takes a node out of the hands of whoever disabled its agent', async () => {
    clouds.agents.set(1, agent({ isEnabled: false }));
    await ask('delete');
    await pass();
    expect((await store.listGenerations('linux'))[0]?.isDisabledByWeir).toBe(true);
  });

  it('to keep a node disables its agent, and the same pass decides nothing about it any more', async () => {
    await ask('save');
    const picture = await pass();
    expect(picture.generations).toMatchObject([{ isSaved: true, isDisabledByWeir: true }]);
    expect(await store.listGenerations('linux')).toMatchObject([{ isSaved: true, isDisabledByWeir: true }]);
    expect(clouds.agents.get(1)?.isEnabled).toBe(false);
  });

  it('to keep a node waits for the job that runs there, or that came at the last moment', async () => {
    clouds.before = (call) => {
      if (call === 'disable 1') clouds.agents.set(1, agent({ assignedRequestId: 77 }));
    };
    await ask('save');
    await pass();
    expect((await store.listGenerations('linux'))[0]?.isSaved).toBe(false);
    expect(await readOpenWishes(store, 'linux')).toHaveLength(1);
    clouds.agents.set(1, agent({ isEnabled: false }));
    await pass();
    expect((await store.listGenerations('linux'))[0]?.isSaved).toBe(true);
  });

  it('to keep a node waits where Azure DevOps does not answer', async () => {
    clouds.before = (call) => {
      throw new CloudError('unavailable', call, 'no answer');
    };
    await ask('save');
    await pass();
    expect(await readOpenWishes(store, 'linux')).toHaveLength(1);
    expect(await logged()).toEqual([]);
  });

  it('to keep a node counts from the first pass on, though it waits for a job', async () => {
    clouds.agents.set(1, agent({ assignedRequestId: 77 }));
    await ask('save');
    expect((await pass()).generations).toMatchObject([{ isSaved: true }]);
    expect((await store.listGenerations('linux'))[0]?.isSaved).toBe(false);
    expect(await readOpenWishes(store, 'linux')).toHaveLength(1);
  });

  it.each(['intended', 'cordoning', 'draining', 'settling'] as const)(
    'to keep a node ends a delete of it that is %s',
    async (phase) => {
      await begun('delete', phase);
      await ask('save');
      const picture = await pass();
      expect([picture.operations, await store.listOpenOperations('linux')]).toEqual([[], []]);
      expect(await store.listGenerations('linux')).toMatchObject([{ isSaved: true }]);
      expect((await logged())[0]).toMatch(/Kept until somebody deletes it\.$/);
    },
  );

  it('to keep a node ends what an earlier wish of the same pass began', async () => {
    await ask('delete');
    await ask('save');
    expect((await pass()).operations).toEqual([]);
    expect(await store.listOpenOperations('linux')).toEqual([]);
    expect(await store.listGenerations('linux')).toMatchObject([{ isSaved: true }]);
  });

  it.each([
    ['delete', 'deregistering', 'It is too late to keep it: its machine is being deleted already.'],
    ['delete', 'requested', 'It is too late to keep it: its machine is being deleted already.'],
    ['reimage', 'deregistered', 'It is too late to keep it: its machine is being reimaged already.'],
  ] as const)('to keep a node says that it is too late where a %s is %s', async (kind, phase, words) => {
    await begun(kind, phase);
    await ask('save');
    expect((await pass()).generations).toMatchObject([{ isSaved: false }]);
    expect(await store.listOpenOperations('linux')).toMatchObject([{ kind, phase }]);
    expect(await store.listGenerations('linux')).toMatchObject([{ isSaved: false }]);
    expect(await readOpenWishes(store, 'linux')).toEqual([]);
    expect((await logged())[0]).toContain(words);
  });

  it.each(['delete', 'reimage', 'drain'] as const)(
    'to %s a node ends as ever where the process ended between the ledger and the note',
    async (action) => {
      await ask(action);
      const crashing = { ...store, appendLog: () => Promise.reject(new Error('The process ended.')) };
      await expect(obeyPeople(passContext(parts(), { store: crashing }), await pictureOf(parts()))).rejects.toThrow();
      expect(await store.listOpenOperations('linux')).toHaveLength(1);
      await pass();
      expect(await store.listOpenOperations('linux')).toHaveLength(1);
      expect((await logged())[0]).toMatch(
        /The agent is disabled first; the machine follows once no job can reach it\.$/,
      );
    },
  );

  it('to delete a node waits for a fresh list of agents, so that who disabled its agent is known before the cordon', async () => {
    clouds.agents.set(1, agent({ isEnabled: false }));
    await ask('delete');
    const picture = await pictureOf(parts());
    await obeyPeople(passContext(parts()), { ...picture, agents: unknown([]) });
    expect(await store.listOpenOperations('linux')).toEqual([]);
    expect(await readOpenWishes(store, 'linux')).toHaveLength(1);
    await pass();
    expect(await store.listOpenOperations('linux')).toMatchObject([{ kind: 'delete', phase: 'intended' }]);
    expect(await store.listGenerations('linux')).toMatchObject([{ isDisabledByWeir: true }]);
  });
});

describe('a decision to keep the machine of a job that failed', () => {
  const reason = { code: 'savedForFailedJob', words: 'On agents_1 job request 7 failed.' };
  const decision: Decision = {
    ...{ kind: 'save', node: 'agents_1', request: 7, reason },
    target: { scaleSetId: null, instanceId: '1', vmId: 'vm-1', generationId: 'g-1', agentId: 1 },
  };
  const save = async () => saveNode(passContext(parts()), await pictureOf(parts()), decision);
  const passOf = async (maxSavedNodeCount: number) =>
    obeyPeople(passContext(parts(), { settings: settings({ maxSavedNodeCount }) }), await pictureOf(parts()));
  const day = 24 * hour;
  const kept = { isSaved: true, isDisabledByWeir: true, savedBecause: reason.words, savedFor: 7 };

  it('disables its agent, ends what would destroy it, and says why it is kept and until when', async () => {
    await begun('reimage', 'settling');
    expect(await save()).toBe('Kept for investigation.');
    expect(clouds.agents.get(1)?.isEnabled).toBe(false);
    expect(await store.listOpenOperations('linux')).toEqual([]);
    expect(await store.listGenerations('linux')).toMatchObject([{ ...kept, savedUntil: now0 + 3 * day }]);
  });

  it('touches nothing where that life of the machine has ended since the picture was made', async () => {
    const picture = await pictureOf(parts());
    await store.endGeneration(lease, 'g-1');
    expect(await saveNode(passContext(parts()), picture, decision)).toBe(
      'That life of its machine has ended meanwhile.',
    );
    expect([clouds.calls, await readOpenWishes(store, 'linux')]).toEqual([[], []]);
  });

  it('waits for a job that it was given meanwhile, and counts from then on', async () => {
    clouds.before = (call) => {
      if (call === 'disable 1') clouds.agents.set(1, agent({ assignedRequestId: 77 }));
    };
    expect(await save()).toMatch(/kept once none runs there/);
    expect((await passOf(1)).generations).toMatchObject([{ isSaved: true }]);
    expect((await store.listGenerations('linux'))[0]?.isSaved).toBe(false);
    clouds.agents.set(1, agent({ isEnabled: false }));
    await passOf(1);
    expect(await store.listGenerations('linux')).toMatchObject([{ ...kept, savedUntil: now0 + 3 * day }]);
    expect(await logged()).toEqual([`${reason.words} Kept for investigation.`]);
  });

  it('is given up where the settings leave no place for it any more while it waits', async () => {
    clouds.agents.set(1, agent({ assignedRequestId: 77 }));
    await save();
    expect((await passOf(0)).generations).toMatchObject([{ isSaved: false }]);
    expect(await readOpenWishes(store, 'linux')).toEqual([]);
    expect(await logged()).toEqual([`${reason.words} As many machines are kept as the settings allow.`]);
  });

  it('gives way to what a person asks for while it waits for the next job', async () => {
    clouds.agents.set(1, agent({ assignedRequestId: 77 }));
    await save();
    await ask('drain');
    await pass();
    expect(await readOpenWishes(store, 'linux')).toEqual([]);
    expect(await store.listOpenOperations('linux')).toMatchObject([{ reason: { code: 'drainedByPerson' } }]);
    expect(await logged()).toContain(`${reason.words} A person asked for something else.`);
  });

  it('ends nothing that a person asked for a moment before', async () => {
    await store.openOperation(lease, operation({ reason: { code: 'drainedByPerson', words: 'Mary asked.' } }));
    expect(await save()).toBe('A person asked for something else.');
    expect(await store.listOpenOperations('linux')).toHaveLength(1);
    expect(await store.listGenerations('linux')).toMatchObject([{ isSaved: false }]);
  });

  it('is not made again for the same job once a person gave the machine back as it is', async () => {
    await save();
    clouds.agents.set(1, agent({ isEnabled: false, lastCompletedRequestId: 7 }));
    await ask('release');
    const context = passContext(parts(), { settings: settings({ recycleAfterEachUse: false }) });
    await obeyPeople(context, await pictureOf(parts()));
    const [life] = await store.listGenerations('linux');
    expect(life).toMatchObject({ isSaved: false, savedFor: 7 });
    expect(life).not.toHaveProperty('savedBecause');
    expect(life).not.toHaveProperty('savedUntil');
  });
});
