// The reclaim protocol step by step: nothing is destroyed before the registration is gone, and nothing on an "I don't know".
import { beforeEach, describe, expect, it } from '@jest/globals';
import { advanceReclaims, settleMilliseconds } from '../../../service/controller/reclaim.ts';
import type { Observation, OpenOperation } from '../../../service/domain/observation.ts';
import { CloudError, LeaseLost } from '../../../service/problem.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { agent, fresh, generation, instance, jobRequest, now0, operation, stale } from '../../builders.ts';
import { oneMachine } from './one-machine.ts';
import { passContext, pictureOf } from './pass-context.ts';
import type { SmallClouds } from './small-clouds.ts';

let now: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;
/** One process. */
let carried: Set<string>;

beforeEach(async () => {
  now = now0;
  carried = new Set();
  ({ store, lease, clouds } = await oneMachine(() => now));
  clouds.agents.set(1, agent());
  await store.startGeneration(lease, generation());
});

const parts = () => ({ store, lease, clouds, now: () => now });

async function open(kind: 'delete' | 'reimage'): Promise<OpenOperation> {
  return (await store.openOperation(lease, operation({ kind, startedAt: now })))!;
}

/** One pass at the present instant; the phase of the only operation after it, or null when it is closed. */
async function pass(picture: Partial<Observation> = {}): Promise<string | null> {
  // As the controller does; where somebody else has the pool the old lease goes on, as in a process that was frozen.
  lease = (await store.acquireLease('linux', 'me', 60_000)) ?? lease;
  const seen = { ...(await pictureOf(parts())), ...picture };
  await advanceReclaims(passContext(parts()), seen, undefined, false, carried);
  return (await store.listOpenOperations('linux'))[0]?.phase ?? null;
}

function destroyed(): readonly string[] {
  return clouds.calls.filter((call) => call.startsWith('deleteInstances') || call.startsWith('reimageInstance'));
}

function giveJob(): void {
  clouds.agents.set(1, { ...clouds.agents.get(1)!, assignedRequestId: 77 });
  clouds.requests.push(jobRequest({ requestId: 77, assignedAt: now, reservedAgentId: 1 }));
}

describe('the reclaim protocol', () => {
  it('disables, reads, waits, reads again, deletes the registration and only then the instance', async () => {
    await open('delete');
    expect(await pass()).toBe('settling');
    now += settleMilliseconds - 1;
    expect(await pass()).toBe('settling');
    expect(destroyed()).toEqual([]);
    now += 1;
    expect(await pass()).toBe('requested');
    expect(clouds.calls).toEqual([
      'readAgent 1',
      'disable 1',
      ...['readAgent 1', 'readAgent 1'],
      ...['deleteAgent 1', 'deleteInstances 1'],
    ]);
    now += 5_000;
    expect(await pass()).toBe(null);
  });

  it('leaves an agent alone that took a job between looking and deleting, until the job is done', async () => {
    await open('delete');
    await pass();
    giveJob();
    now += settleMilliseconds;
    expect(await pass()).toBe('draining');
    now += 600_000;
    expect(await pass()).toBe('draining');
    expect(destroyed()).toEqual([]);
    clouds.agents.set(1, { ...clouds.agents.get(1)!, assignedRequestId: null });
    clouds.requests.length = 0;
    expect(await pass()).toBe('settling');
    now += settleMilliseconds;
    expect(await pass()).toBe('requested');
  });

  it('takes the refusal of Azure DevOps as the last word', async () => {
    await open('delete');
    await pass();
    now += settleMilliseconds;
    clouds.before = (call) => {
      if (call === 'deleteAgent 1') giveJob();
    };
    expect(await pass()).toBe('draining');
    expect(destroyed()).toEqual([]);
    // What it saw before does not vouch for what comes now.
    expect([...carried]).toEqual([]);
  });

  it('forgets what it knew of an operation that is closed', async () => {
    await open('delete');
    await pass();
    now += settleMilliseconds;
    await pass();
    expect([...carried]).toHaveLength(1);
    now += 5_000;
    expect(await pass()).toBe(null);
    await pass();
    expect([...carried]).toEqual([]);
  });

  it('believes the job list of the agent though the agent itself says that it is idle', async () => {
    await open('delete');
    await pass();
    clouds.requests.push(jobRequest({ requestId: 78, assignedAt: now, reservedAgentId: 1 }));
    now += settleMilliseconds;
    await pass();
    now += settleMilliseconds;
    await pass();
    expect(clouds.calls).not.toContain('deleteAgent 1');
    expect(destroyed()).toEqual([]);
  });

  it.each(['readAgent 1', 'deleteAgent 1'])('does nothing more when %s has no answer', async (failing) => {
    await open('delete');
    await pass();
    now += settleMilliseconds;
    clouds.before = (call) => {
      if (call === failing) throw new CloudError('unavailable', call, 'no answer');
    };
    await pass();
    expect(destroyed()).toEqual([]);
    expect((await store.listOpenOperations('linux'))[0]!.lastProblem).toBe('no answer');
    clouds.before = () => undefined;
    expect(await pass()).toBe('requested');
  });

  it('gives up when a person enables the agent again', async () => {
    await open('delete');
    await pass();
    clouds.agents.set(1, { ...clouds.agents.get(1)!, isEnabled: true });
    now += settleMilliseconds;
    expect(await pass()).toBe(null);
    expect(destroyed()).toEqual([]);
  });

  it('never touches another machine that has got the same instance id', async () => {
    await open('delete');
    await pass();
    clouds.instances.set('1', instance({ vmId: 'vm-other' }));
    now += settleMilliseconds;
    expect(await pass()).toBe(null);
    expect(destroyed()).toEqual([]);
  });

  it('deletes a machine that never claimed an agent without asking for one', async () => {
    await store.endGeneration(lease, 'g-1');
    await store.startGeneration(lease, generation({ agentId: null, agentName: null, claimedAt: null }));
    const operation = await open('delete');
    expect(operation.phase).toBe('intended');
    await store.changeOperation(lease, operation.operationId, now, {});
    clouds.agents.clear();
    expect(await pass()).toBe('requested');
    expect(destroyed()).toEqual(['deleteInstances 1']);
  });

  it('writes nothing and destroys nothing when another Weir holds the pool', async () => {
    await open('delete');
    await pass();
    now += settleMilliseconds;
    await store.releaseLease(lease);
    await store.acquireLease('linux', 'other', 3_600_000);
    await expect(pass()).rejects.toThrow(LeaseLost);
    expect(destroyed()).toEqual([]);
  });

  it('begins a new life only after Azure has ended the reimage', async () => {
    await open('reimage');
    await pass();
    now += settleMilliseconds;
    expect(await pass()).toBe('requested');
    now += 60_000;
    expect(await pass()).toBe('requested');
    expect((await store.findGeneration('vm-1'))!.generation.generationId).toBe('g-1');
    clouds.operation = { status: 'succeeded' };
    expect(await pass()).toBe(null);
    expect((await store.findGeneration('vm-1'))!.generation).toMatchObject({
      startedBy: 'reimage',
      agentId: null,
      claimedAt: null,
    });
  });

  it('reaches its deletes though reading the agents takes longer than the lease it began with', async () => {
    await open('delete');
    await pass();
    now += settleMilliseconds;
    clouds.before = (call) => {
      // Two calls that take as long as a call may: longer than the minute that the pass began with.
      if (call === 'readAgent 1' || call === 'deleteAgent 1') now += 60_000;
    };
    expect(await pass()).toBe('requested');
    expect(destroyed()).toEqual(['deleteInstances 1']);
  });

  it('closes a delete though ARM writes the id of the scale set in other letters', async () => {
    clouds.scaleSet = {
      ...clouds.scaleSet,
      id: clouds.scaleSet.id.replace('/resourceGroups/agents', '/resourceGroups/AGENTS'),
    };
    await open('delete');
    await pass();
    now += settleMilliseconds;
    await pass();
    now += 5_000;
    expect(await pass()).toBe(null);
  });

  it('begins one new life of a reimaged machine, however often it crashes between the two records', async () => {
    await open('reimage');
    await pass();
    now += settleMilliseconds;
    await pass();
    clouds.operation = { status: 'succeeded' };
    const whole = store;
    store = { ...whole, endGeneration: () => Promise.reject(new Error('The process dies here.')) };
    await expect(pass()).rejects.toThrow('dies');
    now += 5_000;
    await expect(pass()).rejects.toThrow('dies');
    store = whole;
    now += 5_000;
    expect(await pass()).toBe(null);
    expect(await store.listGenerations('linux')).toMatchObject([{ vmId: 'vm-1', startedBy: 'reimage', agentId: null }]);
  });

  it.each(['agents', 'jobRequests'] as const)(
    'deregisters nothing while the %s of the pool are not known',
    async (part) => {
      await open('delete');
      await pass();
      now += settleMilliseconds;
      expect(await pass({ [part]: stale([]) })).toBe('settling');
      expect(clouds.calls).not.toContain('deleteAgent 1');
      expect(await pass()).toBe('requested');
    },
  );

  it('deletes nothing while the instances of the pool are not known', async () => {
    await open('delete');
    await pass();
    now += settleMilliseconds;
    const lanes = [{ scaleSet: fresh(clouds.scaleSet), instances: stale([...clouds.instances.values()]) }];
    expect(await pass({ lanes })).toBe('deregistered');
    expect(destroyed()).toEqual([]);
    expect(await pass()).toBe('requested');
  });
});
