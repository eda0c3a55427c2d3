// What act makes of decisions when a cloud refuses: nothing is lost, nothing is opened too far, and nothing is hammered.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { act } from '../../../service/controller/act.ts';
import { freshRecollection, type Recollection } from '../../../service/controller/context.ts';
import { keepGenerations } from '../../../service/controller/generations.ts';
import type { Decision } from '../../../service/domain/decision.ts';
import { withRefusals } from '../../../service/domain/refusal.ts';
import { CloudError } from '../../../service/problem.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { agent, generation, instance, memory, minute, now0, scaleSet, scaleSetId, settings } from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

let now: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;
let recollection: Recollection;

beforeEach(async () => {
  now = now0;
  store = createMemoryStore({ now: () => now });
  await store.savePool(settings(), null, false);
  lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
  clouds = smallClouds(scaleSet({ capacity: 1 }));
  clouds.agents.set(1, agent({ isEnabled: false }));
  clouds.instances.set('1', instance());
  await store.startGeneration(lease, generation({ isDisabledByWeir: true }));
  recollection = freshRecollection();
});

const parts = () => ({ store, lease, clouds, now: () => now });
const context = () => passContext(parts());
const observation = () => pictureOf(parts());

const target = { scaleSetId, instanceId: '1', vmId: 'vm-1', generationId: 'g-1', agentId: 1 };
const enable: Decision = { kind: 'enable', reason: { code: 'readyForStandby', words: '' }, node: 'agents_1', target };
const scaleOut: Decision = {
  kind: 'scaleOut',
  reason: { code: 'requestsWithoutNode', words: '' },
  target: { ...target, instanceId: null, vmId: null, generationId: null, agentId: null },
  from: 1,
  to: 2,
};

async function pass(...decisions: readonly Decision[]) {
  // Every pass of the controller begins by taking or renewing its lease.
  lease = (await store.acquireLease('linux', 'me', 60_000))!;
  return (await act(context(), await observation(), decisions, recollection)).entries;
}

async function isMarked(): Promise<boolean> {
  return (await store.listGenerations('linux'))[0]!.isDisabledByWeir;
}

function refuse(call: string, error = new CloudError('unavailable', call, 'no answer')): void {
  clouds.before = (name) => {
    if (name.startsWith(call)) throw error;
  };
}

describe('act', () => {
  it('leaves an agent whose enabling failed as one that Weir disabled, so that it is enabled in a later pass', async () => {
    refuse('enable');
    await pass(enable);
    expect(await isMarked()).toBe(true);
    clouds.before = () => undefined;
    await pass(enable);
    expect(clouds.agents.get(1)!.isEnabled).toBe(true);
    expect(await isMarked()).toBe(false);
  });

  it('does not say that it opened a gate that looks open, for that may be from before its disable', async () => {
    await store.changeGeneration(lease, 'g-1', { isDisabledByWeir: true, isKnownShut: true });
    clouds.agents.set(1, agent({ isEnabled: true }));
    const [entry] = await pass(enable);
    expect(entry?.outcome).toBe('Azure DevOps shows the agent as enabled already. Weir looks again in the next pass.');
    expect(clouds.calls).not.toContain('enable 1');
  });

  it('enables an agent whose instance Azure does not tell of at this moment', async () => {
    clouds.instances.clear();
    await pass({ ...enable, target: { ...target, scaleSetId: null, instanceId: null, vmId: null } });
    expect(clouds.agents.get(1)!.isEnabled).toBe(true);
    expect(await isMarked()).toBe(false);
  });

  it('sees in the next picture that an agent was enabled though the answer was lost', async () => {
    clouds.agents.set(1, agent({ isEnabled: true }));
    await keepGenerations(context(), await observation());
    expect(await isMarked()).toBe(false);
  });

  describe('beside another process', () => {
    const mark = () => void store.changeGeneration(lease, 'g-1', { isDisabledByWeir: true });
    const unmark = () => void store.changeGeneration(lease, 'g-1', { isDisabledByWeir: false });
    const on = (call: string, meanwhile: () => void) => {
      clouds.before = (name) => {
        if (name === call) meanwhile();
      };
    };

    it('leaves the mark of a disable that is younger than the list of agents', async () => {
      clouds.agents.set(1, agent({ isEnabled: true }));
      const old = await observation();
      clouds.agents.set(1, agent({ isEnabled: false }));
      await keepGenerations(context(), old);
      expect(await isMarked()).toBe(true);
    });

    it('leaves the mark of a disable that has not reached the agent yet', async () => {
      clouds.agents.set(1, agent({ isEnabled: true }));
      const old = await observation();
      mark();
      await keepGenerations(context(), old);
      expect(await isMarked()).toBe(true);
    });

    it('leaves the mark of a disable that came while it enabled the agent', async () => {
      on('enable 1', mark);
      await pass(enable);
      expect(await isMarked()).toBe(true);
    });

    it('marks an agent again that was found enabled before its own disable took effect', async () => {
      clouds.agents.set(1, agent({ isEnabled: true }));
      on('disable 1', unmark);
      await pass({ ...enable, kind: 'drain' });
      expect(await isMarked()).toBe(true);
    });
  });

  it.each([
    ['is left while Azure knows its machine by its id', true, []],
    ['goes once Azure does not know its machine by its id either', false, [{ kind: 'delete', instanceId: null }]],
  ])('the registration of a kept machine that is not listed %s', async (_what, isThere, operations) => {
    await store.changeGeneration(lease, 'g-1', { isSaved: true });
    if (!isThere) clouds.instances.clear();
    const absent = { ...target, scaleSetId: null, instanceId: null, vmId: null };
    const reason = { code: 'instanceGone', words: '' };
    await pass({ kind: 'reclaim', reason, node: 'agents_1', target: absent });
    expect(await store.listOpenOperations('linux')).toMatchObject(operations);
  });

  it('does not enable a node whose request could not be moved to the front', async () => {
    const bump: Decision = {
      kind: 'bump',
      reason: { code: 'claimedFirst', words: '' },
      request: 5,
      node: 'agents_1',
    };
    await pass(bump, enable);
    expect(clouds.agents.get(1)!.isEnabled).toBe(false);
  });

  it('asks less and less often, and says it once, while Azure refuses the same capacity', async () => {
    refuse('setCapacity', new CloudError('denied', 'setCapacity', 'no role'));
    let asked = 0;
    const { before } = clouds;
    clouds.before = (name) => {
      if (name.startsWith('setCapacity')) asked += 1;
      before(name);
    };
    const entries = [];
    for (let passes = 0; passes < 120; passes += 1) {
      entries.push(...(await pass(scaleOut)));
      now += 5_000;
    }
    expect(entries).toHaveLength(1);
    expect(asked).toBeLessThan(10);
    clouds.before = () => undefined;
    now += 300_000;
    await pass(scaleOut);
    expect(clouds.scaleSet.capacity).toBe(2);
  });

  it('asks again within seconds where somebody else wrote first, for what was read anew may be written', async () => {
    let asked = 0;
    clouds.before = (call) => {
      if (!call.startsWith('setCapacity')) return;
      asked += 1;
      throw new CloudError('conflict', call, 'Azure answered 412 ConditionNotMet', { status: 412 });
    };
    for (let passes = 0; passes < 120; passes += 1) {
      await pass(scaleOut);
      now += 5_000;
    }
    // Each try reads first; a scale set bears no more than four writes a minute for long.
    expect(asked).toBeGreaterThanOrEqual(40);
    expect(asked).toBeLessThanOrEqual(42);
  });

  it('asks a scale set without capacity whenever its rest is over, which the memory alone tells', async () => {
    let asked = 0;
    clouds.before = (call) => {
      if (!call.startsWith('setCapacity')) return;
      asked += 1;
      throw new CloudError('outOfCapacity', call, 'QuotaExceeded');
    };
    for (let passes = 0; passes < 4; passes += 1) await pass(scaleOut);
    expect(asked).toBe(4);
  });

  it('says once that Azure has no capacity, however often it is asked, and again when that is another refusal', async () => {
    let words = 'QuotaExceeded';
    const refusing = (call: string) => {
      if (call.startsWith('setCapacity')) throw new CloudError('outOfCapacity', call, words);
    };
    const wait: Decision = { kind: 'wait', reason: { code: 'outOfCapacity', words: '' } };
    const lines: string[] = [];
    const line = (_level: string, said: string) => void lines.push(said);
    const said = async (decision: Decision) => {
      lease = (await store.acquireLease('linux', 'me', 60_000))!;
      const { entries } = await act(passContext(parts(), { line }), await observation(), [decision], recollection);
      return entries.map((entry) => `${entry.level} ${entry.decision.kind}`);
    };
    const triedAgain = async (minutes = 5) => {
      const before = [...(await said(scaleOut)), ...(await said(wait)), ...(await said(wait))];
      now += minutes * minute;
      return before;
    };
    clouds.before = refusing;
    expect(await triedAgain()).toEqual(['warning scaleOut', 'info wait']);
    expect([await triedAgain(), await triedAgain(), lines.length]).toEqual([[], [], 1]);
    words = 'AllocationFailed';
    expect(await triedAgain(20)).toEqual(['warning scaleOut', 'info wait']);
    // Nothing was asked for in between, so it is told anew.
    expect(await triedAgain()).toEqual(['warning scaleOut', 'info wait']);
    clouds.before = () => undefined;
    expect(await said(scaleOut)).toEqual(['info scaleOut']);
    clouds.scaleSet = { ...clouds.scaleSet, capacity: 1 };
    clouds.before = refusing;
    expect(await said(scaleOut)).toEqual(['warning scaleOut']);
  });

  it('tells what Azure refuses for good, until it takes it', async () => {
    const tried = async () => {
      lease = (await store.acquireLease('linux', 'me', 60_000))!;
      return await act(context(), await observation(), [scaleOut], recollection);
    };
    const told = async () => {
      const { refusals, taken } = await tried();
      return withRefusals(memory(), refusals, taken, now).refusals;
    };
    refuse('setCapacity', new CloudError('denied', 'setCapacity', 'setCapacity: Azure answered 403 No: role.'));
    const id = scaleSetId.toLowerCase();
    expect(await told()).toMatchObject({ [id]: { at: now0, what: 'scaleOut', words: 'It says: No: role.' } });
    refuse('setCapacity');
    now += 300_000;
    expect(await told()).toBeUndefined();
    clouds.before = () => undefined;
    now += 300_000;
    const refused = { [id]: { at: now, what: 'scaleOut', code: null, words: '', nextStep: null } } as const;
    const { taken } = await tried();
    expect(withRefusals({ ...memory(), refusals: refused }, {}, [], now).refusals).toEqual(refused);
    expect(withRefusals({ ...memory(), refusals: refused }, {}, taken, now).refusals).toEqual({});
    // Nothing is asked of Azure here, which has what is wanted: it takes back no refusal.
    expect((await tried()).taken).toEqual([]);
  });

  it('rests for as long as the cloud asked when it throttles a write', async () => {
    refuse('setCapacity', new CloudError('throttled', 'setCapacity', 'too many', { retryAfterMs: 60_000 }));
    await pass(scaleOut);
    clouds.before = () => undefined;
    now += 59_000;
    await pass(scaleOut);
    expect(clouds.scaleSet.capacity).toBe(1);
    now += 1_000;
    await pass(scaleOut);
    expect(clouds.scaleSet.capacity).toBe(2);
  });
});
