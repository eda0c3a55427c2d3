// Whose disable it is, where reads lag (D5) and answers are lost: an agent has no version by which a read could be dated, so the
// record tells what Weir asked for last and whether that was answered.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { staleMilliseconds, type AnsweredDisables } from '../../../service/controller/answered-disables.ts';
import { closeGate, openGate } from '../../../service/controller/gate-mark.ts';
import { keepGenerations } from '../../../service/controller/generations.ts';
import { advanceReclaims, settleMilliseconds } from '../../../service/controller/reclaim.ts';
import { CloudError } from '../../../service/problem.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { agent, generation, now0, operation, second } from '../../builders.ts';
import { oneMachine } from './one-machine.ts';
import { passContext, pictureOf } from './pass-context.ts';
import type { SmallClouds } from './small-clouds.ts';

let now: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;
let answered: AnsweredDisables;

beforeEach(async () => {
  now = now0;
  ({ store, lease, clouds } = await oneMachine(() => now));
  clouds.agents.set(1, agent());
  await store.startGeneration(lease, generation({ isDisabledByWeir: false }));
  answered = new Map();
});

const parts = () => ({ store, lease, clouds, now: () => now });
const context = () => passContext(parts());
const say = (isEnabled: boolean) => void clouds.agents.set(1, agent({ isEnabled }));

/** A pass, so much later. */
async function look(after = 15 * second): Promise<boolean> {
  now += after;
  await keepGenerations(context(), await pictureOf(parts()), answered);
  return (await store.listGenerations('linux'))[0]!.isDisabledByWeir;
}

it('stays Weir’s while reads may be older than a disable that was answered, and then it was a person who enabled', async () => {
  await closeGate(context(), generation(), 1);
  say(true);
  expect(await look()).toBe(true);
  expect(await look(staleMilliseconds - 1)).toBe(true);
  expect(await look(1)).toBe(false);
});

it('counts anew for the next disable, and in the next process', async () => {
  await closeGate(context(), generation(), 1);
  await look();
  await closeGate(context(), generation(), 1);
  say(true);
  expect(await look(staleMilliseconds)).toBe(true);
  answered = new Map();
  expect(await look(staleMilliseconds)).toBe(true);
});

// Seed 8012: of two processes that lead the other one enabled it, and Azure DevOps answered, before a person disabled it.
it('opens no agent whose mark went since the picture', async () => {
  await closeGate(context(), generation(), 1);
  const [seen] = await store.listGenerations('linux');
  expect(await openGate(context(), seen!, 1)).toBe('open');
  say(false);
  expect(await openGate(context(), seen!, 1)).toBe('isOthers');
  expect(clouds.agents.get(1)?.isEnabled).toBe(false);
});

// Dealt seed 7391: a person had disabled it 80 s before, and the picture was older than that.
it('leaves an agent alone that a person disabled since the picture, and its reclaim is given up', async () => {
  say(false);
  expect(await closeGate(context(), generation(), 1)).toBe('isOthers');
  expect(clouds.calls.filter((call) => call.startsWith('disable'))).toEqual([]);
  const [seen] = await store.listGenerations('linux');
  expect(seen).toMatchObject({ isDisabledByWeir: false });
  await store.openOperation(lease, operation({ kind: 'delete', phase: 'intended', agentId: 1 }));
  await advanceReclaims(context(), await pictureOf(parts()));
  expect(await store.listOpenOperations('linux')).toEqual([]);
});

it.each([
  ['by Weir', { isDisabledByWeir: true }],
  ['by Weir perhaps, for no answer came', { isDisabledByWeir: false, isShutAsked: true }],
])('disables an agent once more that was disabled %s', async (_whose, marks) => {
  await store.changeGeneration(lease, 'g-1', marks);
  say(false);
  expect(await closeGate(context(), generation(), 1)).toBe('closed');
  expect(clouds.calls).toContain('disable 1');
});

it('closes no gate of an agent that is gone', async () => {
  clouds.agents.delete(1);
  expect(await closeGate(context(), generation(), 1)).toBe('gone');
  expect((await store.listGenerations('linux'))[0]).toMatchObject({ isDisabledByWeir: false });
});

const lost = (call: string) => new CloudError('unavailable', call, 'no answer');

it('goes at once where the answer to an enable was lost, for a person may disable the agent before the next pass', async () => {
  await closeGate(context(), generation(), 1);
  say(false);
  clouds.before = (call) => {
    if (call !== 'enable 1') return;
    say(true);
    throw lost(call);
  };
  expect(await openGate(context(), generation(), 1)).toBe('open');
  say(false);
  expect(await look()).toBe(false);
});

it('goes as soon as the agent is seen enabled where nobody knows what came of an enable', async () => {
  await closeGate(context(), generation(), 1);
  await look();
  let isAway = false;
  clouds.before = (call) => {
    isAway ||= call === 'enable 1';
    if (isAway) throw lost(call);
  };
  await expect(openGate(context(), generation(), 1)).rejects.toThrow('no answer');
  clouds.before = () => undefined;
  say(true);
  expect(await look()).toBe(false);
});

describe('a disable of which nobody knows what came', () => {
  /** The PATCH took effect; what came next is told. */
  const half = async (ends: () => Error) => {
    clouds.before = (call) => {
      if (call !== 'disable 1') return;
      say(false);
      throw ends();
    };
    await expect(closeGate(context(), generation(), 1)).rejects.toThrow();
    clouds.before = () => undefined;
    clouds.calls.length = 0;
  };

  it.each([
    ['the process ended', () => new Error('the process ends')],
    ['its answer was lost', () => lost('disable 1')],
  ])('is asked for again where %s, whatever old reads say, and is Weir’s', async (_what, ends) => {
    await half(ends);
    // From before the disable, in the list and by the id.
    say(true);
    expect(await look()).toBe(true);
    expect(clouds.calls.filter((call) => call === 'disable 1')).toHaveLength(1);
    say(true);
    expect(await look()).toBe(true);
    expect(clouds.calls.filter((call) => call === 'disable 1')).toHaveLength(1);
  });

  it('waits while nobody answers, and while something else is under way with the machine', async () => {
    await half(() => lost('disable 1'));
    clouds.before = (call) => {
      if (call === 'disable 1') throw lost(call);
    };
    expect(await look()).toBe(true);
    clouds.before = () => undefined;
    const { operationId } = (await store.openOperation(lease, operation({ phase: 'intended', startedAt: now })))!;
    clouds.calls.length = 0;
    expect([await look(), clouds.calls.includes('disable 1')]).toEqual([true, false]);
    await store.changeOperation(lease, operationId, now, { phase: 'cancelled' });
    expect([await look(), clouds.calls.includes('disable 1')]).toEqual([true, true]);
  });

  it('is over once the gate opens', async () => {
    await half(() => lost('disable 1'));
    expect(await openGate(context(), generation(), 1)).toBe('open');
    expect([await look(), clouds.calls.includes('disable 1')]).toEqual([false, false]);
  });
});

it('stays Weir’s where it is to be enabled and looks so already: that may be from before the disable', async () => {
  await closeGate(context(), generation(), 1);
  say(true);
  expect(await openGate(context(), generation(), 1)).toBe('looksOpen');
  say(false);
  expect(await look()).toBe(true);
});

it('stays Weir’s where a reclaim was given up because an old read said that somebody enabled the agent', async () => {
  await store.openOperation(lease, operation({ phase: 'intended', startedAt: now }));
  const pass = async () => await advanceReclaims(context(), await pictureOf(parts()));
  await pass();
  say(true);
  now += settleMilliseconds;
  await pass();
  expect(await store.listOpenOperations('linux')).toEqual([]);
  say(false);
  expect(await look()).toBe(true);
});

it('is answered, too, where the agent is gone', async () => {
  await store.changeGeneration(lease, 'g-1', { isDisabledByWeir: true, isShutAsked: true });
  clouds.agents.delete(1);
  await look();
  await look();
  expect((await store.listGenerations('linux'))[0]).toMatchObject({ isDisabledByWeir: true, isKnownShut: true });
  expect(clouds.calls.filter((call) => call === 'disable 1')).toHaveLength(1);
});
