// Machines that were given up with their scale set go through the whole protocol: somebody else enrolled them, so their agents
// are found by the name of the computer, and a job on one is waited for.
import { beforeEach, expect, it } from '@jest/globals';
import { reclaimAdopted } from '../../../service/controller/adopted.ts';
import { advanceReclaims, settleMilliseconds } from '../../../service/controller/reclaim.ts';
import { CloudError } from '../../../service/problem.ts';
import type { Agent } from '../../../service/domain/agent.ts';
import type { Observation } from '../../../service/domain/observation.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { agent, generation, jobRequest, now0, stale } from '../../builders.ts';
import { oneMachine } from './one-machine.ts';
import { passContext, pictureOf } from './pass-context.ts';
import type { SmallClouds } from './small-clouds.ts';

let now: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;

beforeEach(async () => {
  now = now0;
  ({ store, lease, clouds } = await oneMachine(() => now));
  await store.startGeneration(lease, generation({ agentId: null, agentName: null }));
});

/** The phase of the deletion after one pass; null where none is open. */
async function pass(picture: Partial<Observation> = {}): Promise<string | null> {
  lease = (await store.acquireLease('linux', 'me', 60_000))!;
  const parts = { store, lease, clouds, now: () => now };
  const context = passContext(parts);
  const seen = await reclaimAdopted(context, { ...(await pictureOf(parts)), ...picture }, ['vm-1']);
  await advanceReclaims(context, seen);
  return (await store.listOpenOperations('linux'))[0]?.phase ?? null;
}

function working(agentId: number, change: Partial<Agent> = {}): void {
  const computer = { 'Agent.ComputerName': 'AGENTS000001' };
  clouds.agents.set(agentId, agent({ agentId, assignedRequestId: 77, systemCapabilities: computer, ...change }));
  clouds.requests.push(jobRequest({ requestId: 77, assignedAt: now, reservedAgentId: agentId }));
}

function finish(agentId: number): void {
  clouds.agents.set(agentId, { ...clouds.agents.get(agentId)!, assignedRequestId: null });
  clouds.requests.length = 0;
}

const destroyed = () => clouds.calls.filter((call) => call.startsWith('delete'));

it.each([
  ['the name of its computer', {}],
  ['its own name, that of the computer', { name: 'Agents000001', systemCapabilities: {} }],
  ['its own name, that of the machine', { name: 'agents_1', systemCapabilities: {} }],
])('a job is waited for on an agent known by %s, and its registration goes first', async (_how, change) => {
  working(31, change);
  expect(await pass()).toBe('draining');
  now += 600_000;
  expect(await pass()).toBe('draining');
  expect([clouds.agents.get(31)?.isEnabled, destroyed()]).toEqual([false, []]);
  finish(31);
  expect(await pass()).toBe('settling');
  now += settleMilliseconds;
  expect(await pass()).toBe('requested');
  expect(destroyed()).toEqual(['deleteAgent 31', 'deleteInstances 1']);
});

it('a second agent on the machine that works keeps it too', async () => {
  clouds.agents.set(31, agent({ agentId: 31, systemCapabilities: { 'Agent.ComputerName': 'agents000001' } }));
  working(30, { isOnline: false });
  await pass();
  finish(30);
  working(31);
  for (let minutes = 0; minutes < 5; minutes += 1) {
    now += 60_000;
    await pass();
  }
  expect(destroyed().filter((call) => call !== 'deleteAgent 31')).toEqual([]);
  finish(31);
  now += settleMilliseconds;
  await pass();
  expect(destroyed().slice(-3)).toEqual(['deleteAgent 31', 'deleteAgent 30', 'deleteInstances 1']);
});

it('nothing is opened while the agents are unknown', async () => {
  expect(await pass({ agents: stale([]) })).toBeNull();
  expect(await pass()).toBe('requested');
});

it('an agent that somebody enables again is disabled again: the machine was given up', async () => {
  working(31);
  await pass();
  clouds.agents.set(31, { ...clouds.agents.get(31)!, isEnabled: true });
  expect(await pass()).toBe('draining');
  expect([clouds.agents.get(31)?.isEnabled, destroyed()]).toEqual([false, []]);
});

it('agents of other machines and placeholders are left alone', async () => {
  clouds.agents.set(1, agent({ agentId: 1, name: 'agents_1' }));
  clouds.agents.set(2, agent({ agentId: 2, name: 'agents_1' }));
  clouds.agents.set(3, agent({ agentId: 3 }));
  await store.startGeneration(lease, generation({ generationId: 'g-2', vmId: 'vm-2', agentId: 1 }));
  const placeholders = [{ agentId: 2, name: 'agents_1', image: '' }];
  expect(await pass({ placeholders })).toBe('requested');
  expect(clouds.calls).toEqual(['deleteInstances 1']);
});

it('Azure DevOps silent: the machine stays', async () => {
  working(31);
  clouds.before = (call) => {
    if (call === 'disable 31') throw new CloudError('unavailable', call, 'no answer');
  };
  expect(await pass()).toBe('cordoning');
  expect(destroyed()).toEqual([]);
});
