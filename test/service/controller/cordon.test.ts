// The cordon is Weir's own: an agent that a person disabled between the decision and the cordon is left alone (I-16). And
// no registration of a life outlives its machine.
import { expect, it } from '@jest/globals';
import { act } from '../../../service/controller/act.ts';
import { freshRecollection } from '../../../service/controller/context.ts';
import { advanceReclaims, settleMilliseconds } from '../../../service/controller/reclaim.ts';
import type { JobRequest } from '../../../service/domain/job-request.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import {
  agent,
  generation,
  hour,
  instance,
  jobRequest,
  minute,
  now0,
  operation,
  scaleSet,
  scaleSetId,
  settings,
} from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { smallClouds, type SmallClouds } from './small-clouds.ts';

type Phase = 'intended' | 'cordoning' | 'draining' | 'settling' | 'deregistering';

async function passWith(isDisabledByWeir: boolean, phase: Phase = 'intended', hasAgent = true) {
  const store = createMemoryStore({ now: () => now0 });
  await store.savePool(settings(), null, false);
  const lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
  const clouds = smallClouds(scaleSet({ capacity: 1 }));
  if (hasAgent) clouds.agents.set(1, agent({ isEnabled: false }));
  // Registered by the same claim, before an answer was lost.
  clouds.agents.set(2, agent({ agentId: 2, isOnline: false, systemCapabilities: { 'Weir.Generation': 'g-1' } }));
  clouds.instances.set('1', instance());
  await store.startGeneration(lease, generation({ isDisabledByWeir }));
  const opened = await store.openOperation(lease, {
    kind: 'delete',
    phase,
    scaleSetId,
    generationId: 'g-1',
    instanceId: '1',
    vmId: 'vm-1',
    agentId: 1,
    fromCapacity: null,
    toCapacity: null,
    operationUrl: null,
    startedAt: now0,
    deadlineAt: null,
    reason: { code: 'idleTooLong', words: 'Idle for 31 minutes.' },
  });
  const parts = { store, lease, clouds, now: () => now0 };
  // This process brought it to its phase itself.
  const carried = new Set([opened!.operationId]);
  await advanceReclaims(passContext(parts), await pictureOf(parts), undefined, false, carried);
  return { phases: (await store.listOpenOperations('linux')).map((one) => one.phase), calls: clouds.calls };
}

it('is given up where a person disabled the agent first', async () => {
  expect((await passWith(false)).phases).toEqual([]);
});

it('waits for a claim no longer than for one that begins now where the clock was set back since', async () => {
  let now = now0 + 3 * hour;
  const store = createMemoryStore({ now: () => now });
  await store.savePool(settings(), null, false);
  const lease = (await store.acquireLease('linux', 'me', 24 * hour))!;
  const clouds = smallClouds(scaleSet({ capacity: 1 }));
  clouds.instances.set('1', instance());
  await store.startGeneration(lease, generation({ agentId: null, agentName: null, claimedAt: now - minute }));
  const { operationId: _id, phaseSince: _since, attempts: _tries, lastProblem: _problem, ...row } = operation();
  await store.openOperation(lease, { ...row, agentId: null, phase: 'intended', startedAt: now });
  const parts = { store, lease, clouds, now: () => now };
  const phaseAt = async (at: number) => {
    now = at;
    const own = { ...parts, lease: (await store.acquireLease('linux', 'me', 3_600_000))! };
    await advanceReclaims(passContext(own), await pictureOf(own));
    return (await store.listOpenOperations('linux'))[0]?.phase;
  };
  expect([await phaseAt(now0), await phaseAt(now0 + 4 * minute)]).toEqual(['intended', 'intended']);
  expect(await phaseAt(now0 + 5 * minute)).toBe('requested');
});

it.each([
  ['whose agent is settling', 1, 'settling', ['deleteAgent 2', 'deleteAgent 1', 'deleteInstances 1']],
  ['whose record names an agent that is gone', 9, 'intended', ['deleteAgent 2', 'deleteAgent 9', 'deleteInstances 1']],
] as const)(
  'stays until lists can show what its claim registered without an answer (seed 5027): a machine %s',
  async (_what, agentId, phase, expected) => {
    let now = now0;
    const store = createMemoryStore({ now: () => now });
    await store.savePool(settings(), null, false);
    const lease = (await store.acquireLease('linux', 'me', hour))!;
    const clouds = smallClouds(scaleSet({ capacity: 1 }));
    clouds.agents.set(1, agent({ isEnabled: false }));
    clouds.instances.set('1', instance());
    await store.startGeneration(lease, generation({ agentId, isDisabledByWeir: true }));
    await store.noteLostRegistration('g-1', now0 - minute);
    await store.openOperation(lease, operation({ agentId, phase, startedAt: now0 - minute }));
    const parts = { store, lease, clouds, now: () => now };
    const carried = new Set<string>();
    const callsAt = async (at: number) => {
      now = at;
      clouds.calls.length = 0;
      await advanceReclaims(passContext(parts), await pictureOf(parts), undefined, false, carried);
      return clouds.calls.filter((call) => call.startsWith('delete'));
    };
    // The list is from before the second registration.
    expect(await callsAt(now0 + 4 * minute - 1)).toEqual([]);
    clouds.agents.set(2, agent({ agentId: 2, isOnline: false, systemCapabilities: { 'Weir.Generation': 'g-1' } }));
    expect(await callsAt(now0 + 4 * minute)).toEqual(expected);
  },
);

it('goes on where the agent is disabled because Weir disabled it', async () => {
  expect((await passWith(true)).phases).toEqual(['settling']);
});

it('takes every registration of the life with it before the machine goes', async () => {
  const { calls } = await passWith(true, 'deregistering');
  expect(calls).toEqual(['deleteAgent 2', 'deleteAgent 1', 'deleteInstances 1']);
});

it('does so, too, where the registration that the record names is gone already', async () => {
  const { calls } = await passWith(true, 'intended', false);
  expect(calls.filter((call) => !call.startsWith('readAgent'))).toEqual([
    'disable 1',
    ...['deleteAgent 2', 'deleteAgent 1'],
    'deleteInstances 1',
  ]);
});

it.each<[Phase, boolean]>([
  ['intended', false],
  ['cordoning', false],
  ['draining', false],
  ['settling', false],
  ['deregistering', false],
  ['deregistering', true],
])(
  'leaves alone an agent that was given back and is another machine’s by now: %s, same process: %s',
  async (phase, isSame) => {
    const store = createMemoryStore({ now: () => now0 });
    await store.savePool(settings(), null, false);
    const lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
    const clouds = smallClouds(scaleSet({ capacity: 2 }));
    // The machine that took it over has not been opened yet, so it looks as the one did that was given back.
    clouds.agents.set(1, agent({ isEnabled: false, isOnline: false, name: 'agents-2-000001' }));
    for (const instanceId of ['1', '2'])
      clouds.instances.set(instanceId, instance({ instanceId, vmId: `vm-${instanceId}` }));
    await store.startGeneration(lease, generation({ agentId: null, agentName: null, isDisabledByWeir: true }));
    const other = { instanceId: '2', vmId: 'vm-2', agentId: 1, agentName: 'agents-2-000001' };
    await store.startGeneration(lease, generation({ ...other, isDisabledByWeir: true }));
    const opened = await store.openOperation(lease, operation({ phase, startedAt: now0 - hour }));
    const parts = { store, lease, clouds, now: () => now0 + minute };
    const carried = new Set(isSame ? [opened!.operationId] : []);
    await advanceReclaims(passContext(parts), await pictureOf(parts), undefined, false, carried);
    expect(clouds.calls.filter((call) => !call.startsWith('readAgent'))).toEqual(['deleteInstances 1']);
  },
);

/** Chosen with this tag, or none, beside this queue; what happens next comes before the second reading (R4). */
async function chosenAndThen(
  code: string,
  tag: string | null,
  happens: (clouds: SmallClouds) => void,
  { queue = [], isOtherProcess = false }: { queue?: readonly JobRequest[]; isOtherProcess?: boolean } = {},
) {
  let now = now0;
  const store = createMemoryStore({ now: () => now });
  await store.savePool(settings({ recycleAfterEachUse: false }), null, false);
  const lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
  const clouds = smallClouds(scaleSet({ capacity: 1 }));
  clouds.agents.set(1, agent({ userCapabilities: tag === null ? {} : { CustomCapabilities: tag } }));
  clouds.instances.set('1', instance());
  clouds.requests.push(...queue);
  await store.startGeneration(lease, generation({ isDisabledByWeir: false, tag }));
  const parts = { store, lease, clouds, now: () => now };
  const recollection = freshRecollection();
  const { settling, carried, chosenTags } = recollection;
  const target = { scaleSetId, instanceId: '1', vmId: 'vm-1', generationId: 'g-1', agentId: 1 };
  const reason = { code, words: 'It goes.' };
  await act(passContext(parts), await pictureOf(parts), [{ kind: 'reclaim', reason, target }], recollection);
  const pass = async () =>
    await advanceReclaims(passContext(parts), await pictureOf(parts), settling, false, carried, chosenTags);
  await pass();
  happens(clouds);
  if (isOtherProcess) chosenTags.clear();
  now += settleMilliseconds;
  await pass();
  return [clouds.calls.includes('deleteAgent 1') ? 'taken away' : 'stays', await store.listOpenOperations('linux')];
}

const asking = (demand: string, queuedAt = now0) => jobRequest({ requestId: 9, queuedAt, demands: [demand] });
const wants = (demand: string) => (clouds: SmallClouds) => void clouds.requests.push(asking(demand));
const tagged = (clouds: SmallClouds) =>
  void clouds.agents.set(1, { ...clouds.agents.get(1)!, userCapabilities: { CustomCapabilities: 'repo' } });

const ran = (at: number) => (clouds: SmallClouds) =>
  void clouds.agents.set(1, { ...clouds.agents.get(1)!, lastCompletedRequestId: 77, lastCompletedAt: at });

it.each([
  // Dealt seed 9015: chosen by an old list, it had a job for its tag already, and the grace period had begun anew.
  ['with a tag that has run a job stays', 'displaced', 'repo', ran(now0 + 1000), 'stays'],
  [
    'whose job is of long before the choice goes, though no list told it',
    'displaced',
    'repo',
    ran(now0 - hour),
    'taken away',
  ],
  ['without a tag goes whatever it has run', 'displaced', null, ran(now0 + 1000), 'taken away'],
  ['that got a tag is not taken away as one without', 'idleTooLong', null, tagged, 'stays'],
  ['that makes room, likewise', 'displaced', null, tagged, 'stays'],
  ['that a person wants gone goes all the same', 'deleteAsked', null, tagged, 'taken away'],
  ['whose tag was known goes', 'idleTooLong', 'repo', () => undefined, 'taken away'],
  ['whose tag a job asks for stays', 'idleTooLong', 'Repo', wants('CustomCapabilities -equals repo'), 'stays'],
  ['whose tag no job asks for goes', 'idleTooLong', 'repo', wants('CustomCapabilities -equals docs'), 'taken away'],
] as const)('between choice and cordon an agent %s', async (_what, code, tag, happens, expected) => {
  const [what, open] = await chosenAndThen(code, tag, happens);
  expect(what).toBe(expected);
  if (expected === 'stays') expect(open).toEqual([]);
});

it.each([
  ['that has run a job long after another process chose it stays', ran(now0 + 2 * minute), 'stays'],
  ['whose job ended when another process chose it goes', ran(now0 + 1000), 'taken away'],
] as const)('an agent with a tag %s', async (_what, happens, expected) => {
  expect((await chosenAndThen('displaced', 'repo', happens, { isOtherProcess: true }))[0]).toBe(expected);
});

const forRepo = 'CustomCapabilities -equals repo';
it.each([
  ['waited at the choice does not keep it', false, [asking(forRepo)], () => undefined, 'taken away'],
  [
    'waited long when another process chose does not either',
    true,
    [asking(forRepo, now0 - hour)],
    () => undefined,
    'taken away',
  ],
  ['came after another process chose keeps it', true, [], wants(forRepo), 'stays'],
] as const)(
  'an agent whose tag a job asks for, and whose image or version it does not mean, makes room: a job that %s',
  async (_what, isOtherProcess, queue, happens, expected) => {
    expect((await chosenAndThen('displaced', 'repo', happens, { queue, isOtherProcess }))[0]).toBe(expected);
  },
);
