// Records that are older than the world (a database that was restored) never cost a job: the world is right (I-21).
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readopt } from '../../../service/controller/older-ledger.ts';
import { sweepOrphans } from '../../../service/controller/orphans.ts';
import { advanceReclaims } from '../../../service/controller/reclaim.ts';
import type { Agent } from '../../../service/domain/agent.ts';
import type { Observation, OpenOperation, OperationPhase } from '../../../service/domain/observation.ts';
import type { Lease, Store } from '../../../service/ports.ts';
import { agent, fresh, generation, hour, instance, minute, now0, scaleSetId, settings, stale } from '../../builders.ts';
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
});

const parts = () => ({ store, lease, clouds, now: () => now });
const enrolled = (overrides: Partial<Agent> = {}) => agent({ agentId: 9, name: 'agents-1-123456', ...overrides });

const open = (phase: OperationPhase, kind: 'delete' | 'reimage', overrides: Partial<OpenOperation> = {}) =>
  store.openOperation(lease, {
    ...{ kind, phase, scaleSetId, generationId: 'g-1', instanceId: '1', vmId: 'vm-1', agentId: 1 },
    ...{ fromCapacity: null, toCapacity: null, operationUrl: null, startedAt: now, deadlineAt: null },
    reason: { code: 'idleTooLong', words: 'Idle for 31 minutes.' },
    ...overrides,
  });
const phase = async () => (await store.listOpenOperations('linux'))[0]?.phase ?? null;
const changes = () => clouds.calls.filter((call) => !call.startsWith('read'));

/** Under the registration of a placeholder, which is older than the machine. */
const takenOver: Partial<Agent> = { createdAt: now0 - 13 * minute };
const placeholder = (agentId: number) => ({ agentId, name: 'weir-placeholder-ubuntu-22.04', image: 'ubuntu-22.04' });
const renamed = (agentId: number) => enrolled({ agentId, name: `weir-placeholder-returned-${agentId}` });

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
    ['takes none that is older than the machine', { ...takenOver, isOnline: false }, null],
    ['takes one that took over an older registration, while it is online', takenOver, 9],
    ['takes such a one while it has a job', { ...takenOver, isOnline: false, assignedRequestId: 77 }, 9],
    ['takes such a one that had a job here', { ...takenOver, isOnline: false, lastCompletedAt: now0 - minute }, 9],
    ['takes none whose last job was before', { ...takenOver, isOnline: false, lastCompletedAt: now0 - hour }, null],
    ['waits for one whose claim is recorded by its life', { systemCapabilities: { 'Weir.Generation': 'g-1' } }, null],
  ])('%s', async (_, overrides, taken) => {
    expect(await adoptedWith(enrolled(overrides))).toBe(taken);
  });

  it('takes it, too, where its claim lies ahead, for the clock was set back since', async () => {
    await store.claimGeneration('g-1', now0 + 3 * hour);
    expect(await adoptedWith(enrolled())).toBe(9);
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

it('a claim that ends while another agent is looked at has the machine', async () => {
  const life = generation({ agentId: null, agentName: null, claimedAt: null });
  await store.startGeneration(lease, life);
  const claimed = new Promise<void>((resolve) => {
    clouds.before = (call) => {
      if (call === 'readAgent 9')
        resolve(store.changeGeneration(lease, life.generationId, { agentId: 71, agentName: 'agents-1-425162' }));
    };
  });
  await adoptedWith(enrolled());
  await claimed;
  expect((await store.listGenerations('linux')).at(-1)?.agentId).toBe(71);
});

describe('a placeholder of the records that a machine took over since', () => {
  beforeEach(async () => {
    await store.startGeneration(lease, generation({ agentId: null, agentName: null, claimedAt: null }));
    await store.savePlaceholder(lease, placeholder(9));
  });

  it("is that machine's agent, and no placeholder any more", async () => {
    clouds.agents.set(9, enrolled(takenOver));
    const seen = await readopt(passContext(parts()), await pictureOf(parts()));
    expect([seen.generations[0]?.agentId, seen.placeholders]).toEqual([9, []]);
    expect(await store.listPlaceholders('linux')).toEqual([]);
  });

  it('stays one where only a list that lags says so', async () => {
    clouds.agents.set(9, enrolled(takenOver));
    const late = await pictureOf(parts());
    clouds.agents.set(9, renamed(9));
    const seen = await readopt(passContext(parts()), late);
    expect([seen.generations[0]?.agentId, seen.placeholders]).toEqual([null, [placeholder(9)]]);
  });

  it('keeps its machine, though the records would let it go', async () => {
    clouds.agents.set(9, enrolled({ ...takenOver, assignedRequestId: 77 }));
    await open('intended', 'delete', {
      agentId: null,
      reason: { code: 'bootDeadlinePassed', words: 'Never came up.' },
    });
    await advanceReclaims(passContext(parts()), await pictureOf(parts()));
    expect([await phase(), changes()]).toEqual([null, []]);
  });
});

it('an agent of a life that is over, given back and taken over since, is of the machine that its name says', async () => {
  await store.startGeneration(lease, generation({ agentId: null, agentName: null, claimedAt: null }));
  const over = generation({ generationId: 'g-7', instanceId: '7', vmId: 'vm-7', agentId: 9 });
  await store.startGeneration(lease, over);
  clouds.agents.set(9, enrolled(takenOver));
  await readopt(passContext(parts()), await pictureOf(parts()));
  const ids = new Map((await store.listGenerations('linux')).map((one) => [one.generationId, one.agentId]));
  expect([ids.get('g-1'), ids.get('g-7')]).toEqual([9, null]);
});

it.each([0, 1])(
  'looks at the name of each agent a few times, however many machines there are (%s lives without one)',
  async (without) => {
    const count = 60;
    let looks = 0;
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const agents = numbers.map((agentId) => {
      const one = { ...enrolled({ agentId }) };
      Object.defineProperty(one, 'name', { get: () => ((looks += 1), `agents-${agentId}-123456`) });
      return one;
    });
    const generations = numbers.map((id) =>
      generation({ generationId: `g-${id}`, vmId: `vm-${id}`, agentId: id > without ? id : null, claimedAt: null }),
    );
    const instances = numbers.map((id) => instance({ instanceId: `${id}`, vmId: `vm-${id}` }));
    const lanes = [{ scaleSet: fresh(clouds.scaleSet), instances: fresh(instances) }];
    clouds.agents.set(1, agents[0]!);
    await store.startGeneration(lease, generations[0]!);
    const seen = { ...(await pictureOf(parts())), agents: fresh(agents), lanes, generations };
    expect((await readopt(passContext(parts()), seen)).generations.filter((one) => one.agentId === 1)).toHaveLength(1);
    expect(looks).toBeLessThan(5 * count);
  },
);

it('an agent of another life than the recorded one begins that life', async () => {
  await store.startGeneration(lease, generation());
  expect(await adoptedWith(enrolled())).toBe(9);
  expect((await store.listGenerations('linux')).map((one) => one.startedBy)).toEqual(['create', 'reimage']);
});

describe('an operation of an earlier process', () => {
  it.each(['delete', 'reimage'] as const)('does no %s under an agent that came since', async (kind) => {
    await store.startGeneration(lease, generation());
    await open('deregistered', kind);
    clouds.agents.set(9, enrolled());
    await advanceReclaims(passContext(parts()), await pictureOf(parts()));
    expect([await phase(), changes()]).toEqual([null, []]);
  });

  it.each<[string, Partial<Agent>, boolean]>([
    ['was given back as a placeholder', renamed(1), true],
    ['was taken over by another machine since', { name: 'agents-2-123456' }, true],
    ['is on the machine again, whatever the records say', { name: 'agents-1-123456' }, false],
  ])('whose agent %s', async (_, found, goes) => {
    await store.startGeneration(lease, generation({ agentId: null, agentName: null }));
    if (found.name !== 'agents-2-123456') await store.savePlaceholder(lease, placeholder(1));
    await open('deregistered', 'delete');
    clouds.agents.set(1, enrolled({ ...found, agentId: 1 }));
    await advanceReclaims(passContext(parts()), await pictureOf(parts()));
    expect(changes()).toEqual(goes ? ['deleteInstances 1'] : []);
  });

  // Dealt seed 7034: the first pass after a backup read no instances, and took the machine for one that never had an agent.
  it.each<[string, (picture: Observation) => Observation]>([
    ['could not be listed', (picture) => ({ ...picture, lanes: [{ ...picture.lanes[0]!, instances: stale([]) }] })],
    [
      'were listed as they had been',
      (picture) => ({ ...picture, lanes: [{ ...picture.lanes[0]!, instances: fresh([]) }] }),
    ],
  ])('finds the agent of a record that names none, also where the instances %s at first', async (_, first) => {
    await store.startGeneration(lease, generation({ agentId: null, agentName: null, claimedAt: null }));
    await open('intended', 'delete', { agentId: null });
    clouds.agents.set(9, enrolled());
    const carried = new Set<string>();
    await advanceReclaims(passContext(parts()), first(await pictureOf(parts())), new Map(), false, carried);
    await advanceReclaims(passContext(parts()), await pictureOf(parts()), new Map(), false, carried);
    expect([await phase(), changes()]).toEqual([null, []]);
  });

  it('does nothing either under the agent of another life, though this process took the one before away', async () => {
    await store.startGeneration(lease, generation());
    await open('deregistered', 'reimage');
    const carried = new Set((await store.listOpenOperations('linux')).map((one) => one.operationId));
    await store.startGeneration(lease, generation({ generationId: 'g-2', agentId: 9, agentName: 'agents-1-123456' }));
    clouds.agents.set(9, enrolled());
    await advanceReclaims(passContext(parts()), await pictureOf(parts()), new Map(), false, carried);
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
  const sweep = async (seen: Map<number, number>, isStopped = false) => {
    await sweepOrphans(passContext(parts()), await pictureOf(parts()), seen, isStopped);
    return clouds.agents.has(9);
  };

  it.each<[string, Partial<Agent>, boolean]>([
    ['goes when its machine was missing in two pictures', { name: 'agents-7-123456' }, false],
    ['goes when its machine is another by now', { createdAt: now0 - 30 * minute }, false],
    ['stays while its machine is there', {}, true],
    ['stays where it has a job', { createdAt: now0 - 30 * minute, assignedRequestId: 77 }, true],
    ['stays where it had one on this machine', { createdAt: now0 - 30 * minute, lastCompletedAt: now0 - minute }, true],
    ['stays where only its name looks like ours', { name: 'agents-7-1x' }, true],
    ['stays while it is online', { name: 'agents-7-123456', isOnline: true }, true],
  ])('%s', async (_, overrides, stays) => {
    clouds.agents.set(9, enrolled({ isOnline: false, createdAt: now0 - 11 * minute, ...overrides }));
    const seen = new Map<number, number>();
    expect(await sweep(seen)).toBe(true);
    now += 5 * minute;
    expect(await sweep(seen)).toBe(stays);
    if (stays) expect(changes()).toEqual([]);
  });

  it('is not even disabled while a panic stop holds what destroys', async () => {
    clouds.agents.set(9, enrolled({ name: 'agents-7-123456', isOnline: false, createdAt: now0 - 11 * minute }));
    const seen = new Map<number, number>();
    expect([await sweep(seen, true), clouds.agents.get(9)?.isEnabled, seen.size]).toEqual([true, true, 0]);
    await sweep(seen);
    now += 5 * minute;
    expect(await sweep(seen, true)).toBe(true);
    expect(await sweep(seen)).toBe(false);
  });

  it.each<[string, string, number, boolean]>([
    ['goes though the lane of its machine went first (dealt seed 7029)', 'weir-7-steel-1-0-0-9accd6f202', 7, false],
    ['stays where only a list lacks the lane of its machine', 'weir-7-steel-1-0-0-9accd6f202', 1, true],
    ['stays where its name says a lane of another pool', 'weir-8-steel-1-0-0-9accd6f202', 7, true],
  ])('%s', async (_, lane, instanceId, stays) => {
    const context = passContext(parts(), {
      settings: settings({ poolId: 7, laneResourceGroup: '/subscriptions/s/resourceGroups/lanes' }),
    });
    clouds.agents.set(9, enrolled({ name: `${lane}-${instanceId}-816237`, isOnline: false, createdAt: now0 - hour }));
    const seen = new Map<number, number>();
    await sweepOrphans(context, await pictureOf(parts()), seen);
    now += 5 * minute;
    await sweepOrphans(context, await pictureOf(parts()), seen);
    expect(clouds.agents.has(9)).toBe(stays);
    if (stays) expect(changes()).toEqual([]);
  });
});
