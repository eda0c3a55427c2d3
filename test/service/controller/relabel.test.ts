// The labels of an agent change in one order of calls, under one row of the ledger, and an end at any call is mended later.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { act } from '../../../service/controller/act.ts';
import { freshRecollection } from '../../../service/controller/context.ts';
import { keepGenerations } from '../../../service/controller/generations.ts';
import { closeRelabels } from '../../../service/controller/relabel.ts';
import type { Decision } from '../../../service/domain/decision.ts';
import type { Agent } from '../../../service/domain/agent.ts';
import { CloudError } from '../../../service/problem.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { agent, generation, instance, now0, scaleSet, scaleSetId, settings } from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

let store: Store;
let lease: Lease;
let clouds: SmallClouds;

async function begin(own: Partial<Agent> = {}, isDisabledByWeir = false) {
  store = createMemoryStore({ now: () => now0 });
  await store.savePool(settings({ recycleAfterEachUse: false }), null, false);
  lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
  clouds = smallClouds(scaleSet({ capacity: 1 }));
  clouds.agents.set(1, agent({ userCapabilities: { team: 'a', Priority: 'High' }, ...own }));
  clouds.instances.set('1', instance());
  await store.startGeneration(lease, generation({ isDisabledByWeir }));
}

beforeEach(() => begin());

const parts = () => ({ store, lease, clouds, now: () => now0 });
const target = { scaleSetId, instanceId: '1', vmId: 'vm-1', generationId: 'g-1', agentId: 1 };
const labels = { team: 'a', Priority: 'Low', CustomCapabilities: 'repo' };
const relabel = (code = 'taggedForRequest'): Decision => ({
  kind: 'relabel',
  reason: { code, words: 'It is needed.' },
  node: 'agents_1',
  request: 5,
  target: { ...target, userCapabilities: labels },
});
const enable: Decision = { kind: 'enable', reason: { code: 'relabelled', words: '' }, node: 'agents_1', target };
const life = async () => (await store.listGenerations('linux'))[0]!;

async function pass(...decisions: readonly Decision[]) {
  lease = (await store.acquireLease('linux', 'me', 60_000))!;
  const picture = await keepGenerations(passContext(parts()), await pictureOf(parts()));
  await closeRelabels(passContext(parts()), picture.operations);
  const { entries } = await act(passContext(parts()), picture, decisions, freshRecollection());
  return entries.map((one) => `${one.level} ${one.decision.kind} ${one.outcome}`);
}

describe('a relabel', () => {
  it('looks, disables, reads by id, writes the whole set, reads back, and only then the agent is enabled', async () => {
    await pass(relabel(), enable);
    expect(clouds.calls).toEqual([
      'readAgent 1',
      'disable 1',
      'readAgent 1',
      'putUserCapabilities 1',
      'readAgent 1',
      'readAgent 1',
      'enable 1',
    ]);
    expect(clouds.agents.get(1)).toMatchObject({ isEnabled: true, userCapabilities: labels });
    expect(await life()).toMatchObject({ tag: 'repo', isDisabledByWeir: false });
    expect(await store.listOpenOperations('linux')).toEqual([]);
  });

  it('of an agent that is behind the gate does not disable it again', async () => {
    await begin({ isEnabled: false }, true);
    await pass(relabel(), enable);
    expect(clouds.calls).not.toContain('disable 1');
    expect(clouds.agents.get(1)).toMatchObject({ isEnabled: true, userCapabilities: labels });
  });

  it('keeps what people gave the agent since it was looked at', async () => {
    clouds.before = (call) => {
      if (call === 'disable 1') {
        const own = clouds.agents.get(1)!;
        clouds.agents.set(1, { ...own, userCapabilities: { ...own.userCapabilities, team: 'b', java: '17' } });
      }
    };
    await pass(relabel(), enable);
    expect(clouds.agents.get(1)!.userCapabilities).toEqual({ ...labels, team: 'b', java: '17' });
  });

  it('is given up where the agent got a job meanwhile, and opens it again', async () => {
    clouds.before = (call) => {
      if (call === 'disable 1') clouds.agents.set(1, { ...clouds.agents.get(1)!, assignedRequestId: 9 });
    };
    const [line] = await pass(relabel(), enable);
    expect(line).toContain('was given job request 9 meanwhile');
    expect(clouds.agents.get(1)).toMatchObject({ isEnabled: true, userCapabilities: { team: 'a', Priority: 'High' } });
    expect(await life()).toMatchObject({ isDisabledByWeir: false });
    expect((await life()).tag ?? null).toBeNull();
  });

  it('may change the labels of a busy agent where it was decided for one', async () => {
    await begin({ assignedRequestId: 9 });
    await pass(relabel('relabelledForNext'), enable);
    expect(clouds.agents.get(1)).toMatchObject({ isEnabled: true, userCapabilities: labels, assignedRequestId: 9 });
  });

  it('that fails leaves the agent closed and marked as ours, and the next pass does it', async () => {
    clouds.before = (call) => {
      if (call.startsWith('put')) throw new CloudError('unavailable', 'putUserCapabilities', 'no answer');
    };
    expect(await pass(relabel(), enable)).toEqual(['warning relabel Not done: no answer']);
    expect(clouds.agents.get(1)!.isEnabled).toBe(false);
    expect((await life()).isDisabledByWeir).toBe(true);
    clouds.before = () => undefined;
    await pass(relabel(), enable);
    expect(clouds.agents.get(1)).toMatchObject({ isEnabled: true, userCapabilities: labels });
  });

  it('is not done where the labels were not kept', async () => {
    clouds.before = (call) => {
      const isBack = call === 'readAgent 1' && clouds.calls.some((one) => one.startsWith('put'));
      if (isBack) clouds.agents.set(1, { ...clouds.agents.get(1)!, userCapabilities: {} });
    };
    const [line] = await pass(relabel(), enable);
    expect(line).toContain('was not kept');
    expect(clouds.agents.get(1)!.isEnabled).toBe(false);
  });

  it('waits while something else is open for the agent', async () => {
    await store.openOperation(lease, {
      ...{ ...target, kind: 'delete', phase: 'intended', fromCapacity: null, toCapacity: null, operationUrl: null },
      ...{ startedAt: now0, deadlineAt: null, reason: { code: 'x', words: 'x' } },
    });
    const [line] = await pass(relabel(), enable);
    expect(line).toContain('something else is under way');
    expect(clouds.calls).toEqual([]);
  });

  it('is not tried where its request could not be moved to the front', async () => {
    const bump: Decision = { kind: 'bump', reason: { code: 'servedFirst', words: '' }, request: 5, node: 'agents_1' };
    await pass(bump, relabel(), enable);
    expect(clouds.calls).toEqual([]);
  });
});

describe('a process that ends in the middle of a relabel', () => {
  class Ended extends Error {}

  it.each([0, 1, 2, 3, 4, 5])('before call %i leaves nothing that a later pass does not mend', async (call) => {
    let number = 0;
    clouds.before = () => {
      if (number++ === call) throw new Ended();
    };
    await expect(pass(relabel(), enable)).rejects.toBeInstanceOf(Ended);
    clouds.before = () => undefined;
    // The gate opens what Weir disabled; nothing looks as if a person had done it.
    const { isEnabled, userCapabilities } = clouds.agents.get(1)!;
    expect(isEnabled || (await life()).isDisabledByWeir).toBe(true);
    expect(userCapabilities.CustomCapabilities === undefined || (await life()).tag === 'repo').toBe(true);
    await pass(relabel(), enable);
    expect(clouds.agents.get(1)).toMatchObject({ isEnabled: true, userCapabilities: labels });
    expect(await life()).toMatchObject({ tag: 'repo', isDisabledByWeir: false });
    expect(await store.listOpenOperations('linux')).toEqual([]);
  });
});

it('an agent that a person disabled since the picture keeps its labels, and the disable stays that person’s', async () => {
  lease = (await store.acquireLease('linux', 'me', 60_000))!;
  const picture = await keepGenerations(passContext(parts()), await pictureOf(parts()));
  clouds.agents.set(1, { ...clouds.agents.get(1)!, isEnabled: false });
  const { entries } = await act(passContext(parts()), picture, [relabel(), enable], freshRecollection());
  expect(entries.map(({ outcome }) => outcome)).toEqual([
    'Not done: The labels were not changed: a person has disabled the agent meanwhile.',
  ]);
  expect(clouds.calls.filter((call) => /able|Cap/.test(call))).toEqual([]);
  expect(await life()).toMatchObject({ isDisabledByWeir: false });
});
