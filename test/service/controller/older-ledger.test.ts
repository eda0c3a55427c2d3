// Records that are older than the world (a database that was restored) never cost a job: the world is right (I-21).
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readopt } from '../../../service/controller/older-ledger.ts';
import { sweepOrphans } from '../../../service/controller/orphans.ts';
import { advanceReclaims } from '../../../service/controller/reclaim.ts';
import type { Agent } from '../../../service/domain/agent.ts';
import type { OperationPhase } from '../../../service/domain/observation.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { agent, generation, instance, minute, now0, scaleSet, scaleSetId, settings, stale } from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

let now: number;
let store: Store;
let lease: Lease;
let clouds: SmallClouds;

beforeEach(async () => {
  now = now0;
  store = createMemoryStore({ now: () => now });
  await store.savePool(settings(), null, false);
  lease = (await store.acquireLease('linux', 'me', 48 * 3_600_000))!;
  clouds = smallClouds(scaleSet({ capacity: 1 }));
  clouds.instances.set('1', instance());
});

const parts = () => ({ store, lease, clouds, now: () => now });
const enrolled = (overrides: Partial<Agent> = {}) => agent({ agentId: 9, name: 'agents-1-123456', ...overrides });

async function adoptedWith(found: Agent): Promise<number | null | undefined> {
  clouds.agents.set(found.agentId, found);
  await readopt(passContext(parts()), await pictureOf(parts()));
  return (await store.listGenerations('linux')).at(-1)?.agentId;
}

describe('a machine whose record names no agent', () => {
  beforeEach(() => store.startGeneration(lease, generation({ agentId: null, agentName: null, claimedAt: null })));

  it.each<[string, Partial<Agent>, number | null]>([
    ['takes the one that Weir enrolled on it', {}, 9],
    ['takes none of another machine', { name: 'agents-11-123456' }, null],
    ['takes none that only looks like it', { name: 'agents-1-1x' }, null],
    ['takes none that is older than the machine', { createdAt: now0 - 13 * minute }, null],
    ['waits for one whose claim is recorded by its life', { systemCapabilities: { 'Weir.Generation': 'g-1' } }, null],
  ])('%s', async (_, overrides, taken) => {
    expect(await adoptedWith(enrolled(overrides))).toBe(taken);
  });

  it.each<[string, Partial<Agent>, boolean]>([
    ['that is enabled is no matter of ours', {}, false],
    ['that never had a job is as enrolment left it', { isEnabled: false }, true],
    ["that had one may be a person's doing", { isEnabled: false, lastCompletedRequestId: 3 }, false],
  ])('an agent %s', async (_, overrides, isOurs) => {
    await adoptedWith(enrolled(overrides));
    expect((await store.listGenerations('linux'))[0]?.isDisabledByWeir).toBe(isOurs);
  });
});

it('an agent of another life than the recorded one begins that life', async () => {
  await store.startGeneration(lease, generation());
  expect(await adoptedWith(enrolled())).toBe(9);
  expect((await store.listGenerations('linux')).map((one) => one.startedBy)).toEqual(['create', 'reimage']);
});

describe('an operation of an earlier process', () => {
  const open = (phase: OperationPhase, kind: 'delete' | 'reimage') =>
    store.openOperation(lease, {
      ...{ kind, phase, scaleSetId, generationId: 'g-1', instanceId: '1', vmId: 'vm-1', agentId: 1 },
      ...{ fromCapacity: null, toCapacity: null, operationUrl: null, startedAt: now, deadlineAt: null },
      reason: { code: 'idleTooLong', words: 'Idle for 31 minutes.' },
    });
  const phase = async () => (await store.listOpenOperations('linux'))[0]?.phase ?? null;
  const changes = () => clouds.calls.filter((call) => !call.startsWith('read'));

  it.each(['delete', 'reimage'] as const)('does no %s under an agent that came since', async (kind) => {
    await store.startGeneration(lease, generation());
    await open('deregistered', kind);
    clouds.agents.set(9, enrolled());
    await advanceReclaims(passContext(parts()), await pictureOf(parts()));
    expect([await phase(), changes()]).toEqual([null, []]);
  });

  it('waits while nobody can say whether one came', async () => {
    await store.startGeneration(lease, generation());
    await open('deregistered', 'delete');
    await advanceReclaims(passContext(parts()), { ...(await pictureOf(parts())), agents: stale([]) });
    expect([await phase(), changes()]).toEqual(['deregistered', []]);
    await advanceReclaims(passContext(parts()), await pictureOf(parts()));
    expect(changes()).toEqual(['deleteInstances 1']);
  });

  it('reads an agent twice again before its registration goes', async () => {
    await store.startGeneration(lease, generation());
    await open('deregistering', 'delete');
    clouds.agents.set(1, agent());
    await advanceReclaims(passContext(parts()), await pictureOf(parts()));
    expect([await phase(), changes()]).toEqual(['settling', []]);
  });
});

describe('an agent that no record knows', () => {
  const sweep = async (seen: Map<number, number>) => {
    await sweepOrphans(passContext(parts()), await pictureOf(parts()), seen);
    return clouds.agents.has(9);
  };

  it.each<[string, Partial<Agent>, boolean]>([
    ['goes when its machine was missing in two pictures', { name: 'agents-7-123456' }, false],
    ['goes when its machine is another by now', { createdAt: now0 - 30 * minute }, false],
    ['stays while its machine is there', {}, true],
    ['stays where only its name looks like ours', { name: 'agents-7-1x' }, true],
    ['stays while it is online', { name: 'agents-7-123456', isOnline: true }, true],
  ])('%s', async (_, overrides, stays) => {
    clouds.agents.set(9, enrolled({ isOnline: false, createdAt: now0 - 11 * minute, ...overrides }));
    const seen = new Map<number, number>();
    expect(await sweep(seen)).toBe(true);
    now += 5 * minute;
    expect(await sweep(seen)).toBe(stays);
  });
});
