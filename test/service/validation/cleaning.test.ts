// The registration of a trial machine goes before its machine, also where the list of agents is from before its claim.
import { expect, it } from '@jest/globals';
import type { Agent } from '../../../service/domain/agent.ts';
import { answerTrialClaim, type TrialOptions } from '../../../service/enrolment/trial-claim.ts';
import { readTrials, readValidation, trialWrite, validationWrite } from '../../../service/image-records.ts';
import type { AzureDevOpsPort } from '../../../service/ports.ts';
import { CloudError } from '../../../service/problem.ts';
import { freshSweeps } from '../../../service/validation/sweep.ts';
import { trialsOf } from '../../../service/service-images.ts';
import { trialAgentPrefix, trialCapability, trialMachinesOf } from '../../../service/domain/validation.ts';
import { newTrial } from '../../../service/validation/look.ts';
import { agent, fresh, hour, instance, minute, now0, scaleSetId, settings, stale } from '../../builders.ts';
import { emptyPool } from '../controller/empty-pool.ts';
import { passContext, pictureOf } from '../controller/pass-context.ts';
import type { SmallClouds } from '../controller/small-clouds.ts';
import { machineOf, validationOf } from '../domain/validation-scene.ts';

/** Its scale set is that of trial `v`. */
async function trialPool(now: () => number) {
  const pool = await emptyPool(now, { tags: { 'weir-trial': 'v' } });
  return { ...pool, parts: { ...pool, now } };
}

const changesIn = ({ calls }: SmallClouds) => calls.filter((call) => !call.startsWith('read'));

it('removes an agent that was registered since the list was read, and its machine after it', async () => {
  const { store, clouds, parts } = await trialPool(() => now0);
  const picture = await pictureOf(parts);
  clouds.instances.set('1', instance());
  clouds.agents.set(1, agent({ isEnabled: false }));
  const validation = validationOf('linux', { scaleSetId, machines: [] });
  const claimed = { ...newTrial(validation, instance(), now0), agentId: 1, agentName: 'trial' };
  await store.writeRecords([validationWrite(null, validation), trialWrite(null, claimed)]);
  const context = passContext(parts);
  await trialsOf(context, context.azure, now0, freshSweeps(), null)(picture);
  expect(changesIn(clouds)).toEqual(['deleteAgent 1', 'deleteInstances 1']);
});

// Dealt seed 7264: a person scaled the set of a trial that was being cleaned, and the list of its machines was empty once.
it.each([
  ['also where a list lacks them', true],
  ['while its agents cannot be removed, too', false],
])('counts machines that somebody else made in its scale set until they are gone, %s', async (_, areAgentsKnown) => {
  const { store, clouds, parts } = await trialPool(() => now0);
  const whole = await pictureOf(parts);
  const picture = areAgentsKnown ? whole : { ...whole, agents: stale(whole.agents.value) };
  for (const id of ['1', '2', '3'])
    clouds.instances.set(id, instance({ instanceId: id, vmId: `vm-${id}`, provisioningState: 'deleting' }));
  const validation = validationOf('linux', { scaleSetId, machines: [] });
  const own = newTrial(validation, instance({ vmId: 'vm-1' }), now0);
  await store.writeRecords([validationWrite(null, validation), trialWrite(null, own)]);
  const context = passContext(parts);
  const machines = async (azure = context.azure) => {
    await trialsOf({ ...context, azure }, azure, now0, freshSweeps(), null)(picture);
    return trialMachinesOf((await readValidation(store, 'linux', 'v'))!.value);
  };
  const listInstances = () => Promise.resolve([]);
  expect([await machines(), await machines({ ...context.azure, listInstances })]).toEqual([3, 3]);
  clouds.instances.clear();
  expect(await machines()).toBe(2);
});

// Dealt seed 7980: no look had an answer for minutes, the first that had one was empty by mistake (A22), and the set went with its machine.
it('removes a scale set whose capacity no list explains when looks have found it empty for a minute, and not by one of them', async () => {
  let time = now0;
  const now = () => time;
  const { store, clouds } = await trialPool(now);
  clouds.scaleSet = { ...clouds.scaleSet, capacity: 1 };
  const begun = { scaleSetId, machines: [], phaseSince: now0 - hour };
  await store.writeRecords([validationWrite(null, validationOf('linux', begun))]);
  const look = async (seconds: number) => {
    time = now0 + seconds * 1000;
    const parts = { store, lease: (await store.acquireLease('linux', 'me', hour))!, clouds, now };
    const context = passContext(parts);
    clouds.calls.length = 0;
    await trialsOf(context, context.azure, now0, freshSweeps(), null)(await pictureOf(parts));
    return clouds.calls.filter((call) => call.startsWith('delete'));
  };
  expect(await look(0)).toEqual([]);
  clouds.instances.set('1', instance({ provisioningState: 'deleting' }));
  expect(await look(50)).toEqual([]);
  clouds.instances.clear();
  expect(await look(70)).toEqual([]);
  expect(await look(129)).toEqual([]);
  expect(await look(130)).toEqual([expect.stringContaining('deleteScaleSet')]);
});

it('waits for the agent of a registration without an answer, though the claim came to its end, and lets its machine go after it', async () => {
  let time = now0;
  const now = () => time;
  const { store, clouds } = await trialPool(now);
  clouds.instances.set('1', instance());
  const validation = validationOf('linux', {
    scaleSetId,
    machines: [],
    phaseSince: now0,
    phase: 'booting',
    verdict: null,
  });
  await store.writeRecords([
    validationWrite(null, validation),
    trialWrite(null, newTrial(validation, instance(), now0)),
  ]);
  const { unlisted, registerAgent } = losesFirstAnswer(clouds);
  const options = claimOptions(store, now, { ...clouds.azureDevOps, registerAgent });
  await answerTrialClaim(options, 'vm-1', request);
  expect(await readTrials(store, validation)).toMatchObject([{ value: { agentId: 1, registrationLostAt: now0 } }]);
  const { revision } = (await readValidation(store, 'linux', 'v'))!;
  await store.writeRecords([validationWrite(revision, { ...validation, phase: 'cleaning', verdict: 'passed' })]);
  clouds.calls.length = 0;
  const sweeps = freshSweeps();
  const look = async () => {
    const parts = { store, lease: (await store.acquireLease('linux', 'me', hour))!, clouds, now };
    const context = passContext(parts);
    await trialsOf(context, context.azure, now0, sweeps, null)(await pictureOf(parts));
  };
  await look();
  expect(changesIn(clouds)).toEqual(['deleteAgent 1']);
  time += 4 * minute;
  clouds.agents.set(9, unlisted[0]!);
  await look();
  time += minute;
  await look();
  expect(changesIn(clouds).slice(1)).toEqual(['disable 9', 'deleteAgent 9', 'deleteInstances 1']);
});

// Dealt seed 7954: a person had added one and was deleting it, and Azure refused for a while to delete another.
it('counts machines that somebody else made in its scale set while Azure refuses to delete them', async () => {
  const { store, clouds, parts } = await trialPool(() => now0);
  clouds.instances.set('1', instance()).set('2', instance({ instanceId: '2', vmId: 'vm-2' }));
  clouds.before = (call) => {
    if (call.startsWith('deleteInstances')) throw new CloudError('conflict', call, 'Another operation is under way.');
  };
  const validation = validationOf('linux', { scaleSetId, machines: [], instanceCount: 1 });
  await store.writeRecords([validationWrite(null, validation)]);
  const context = passContext(parts);
  await trialsOf(context, context.azure, now0, freshSweeps(), null)(await pictureOf(parts));
  expect(trialMachinesOf((await readValidation(store, 'linux', 'v'))!.value)).toBe(2);
});

// Dealt seed 7500: the trial was over while its machine still waited for the answer to its registration.
it('deletes no machine while its agent is being registered, and removes that agent before it', async () => {
  const { store, clouds, parts } = await trialPool(() => now0);
  clouds.instances.set('1', instance());
  const booting = validationOf('linux', {
    scaleSetId,
    machines: [],
    phaseSince: now0,
    phase: 'booting',
    verdict: null,
  });
  await store.writeRecords([validationWrite(null, booting), trialWrite(null, newTrial(booting, instance(), now0))]);
  const look = async () => {
    const context = passContext(parts);
    const unlisted = { ...(await pictureOf(parts)), agents: fresh([]) };
    await trialsOf(context, context.azure, now0, freshSweeps(), null)(unlisted);
    return changesIn(clouds);
  };
  const during: (readonly string[])[] = [];
  const registerAgent: AzureDevOpsPort['registerAgent'] = async (_pool, { name, systemCapabilities }) => {
    clouds.agents.set(1, agent({ agentId: 1, name, systemCapabilities, isOnline: false }));
    const { revision } = (await readValidation(store, 'linux', 'v'))!;
    await store.writeRecords([validationWrite(revision, { ...booting, phase: 'cleaning', verdict: 'broken' })]);
    during.push(await look());
    return registeredAs(name);
  };
  const deleteAgent = () => Promise.reject(new CloudError('throttled', 'deleteAgent', 'Too many requests.'));
  const options = claimOptions(store, () => now0, { ...clouds.azureDevOps, registerAgent, deleteAgent });
  await expect(answerTrialClaim(options, 'vm-1', request)).rejects.toMatchObject({ code: 'CLAIM_LATE' });
  expect(during).toEqual([[]]);
  expect(await look()).toEqual(['disable 1', 'deleteAgent 1', 'deleteInstances 1']);
});

// Dealt seed 7330: the machine was wiped while an agent stood whose registration had no answer.
it('wipes a machine for its second life only after the agent of a registration without an answer', async () => {
  let time = now0 + 4 * minute;
  const { store, clouds, parts } = await trialPool(() => time);
  clouds.instances.set('1', instance());
  const machines = [machineOf(1, { second: null, reimage: null })];
  const change = { scaleSetId, machines, phase: 'reimaging', phaseSince: time, verdict: null } as const;
  const validation = validationOf('linux', change);
  const life = newTrial(validation, instance(), now0);
  const lost = { ...life, agentId: 1, agentName: 'trial', registrationLostAt: now0 };
  await store.writeRecords([validationWrite(null, validation), trialWrite(null, lost)]);
  clouds.agents.set(1, agent({ isEnabled: false }));
  const systemCapabilities = { [trialCapability]: 'v' };
  const left = { systemCapabilities, isOnline: false };
  clouds.agents.set(8, agent({ agentId: 8, name: `${trialAgentPrefix(life)}aaaaaa`, ...left }));
  clouds.agents.set(9, agent({ agentId: 9, name: `${trialAgentPrefix({ ...life, instanceId: '2' })}bbbbbb`, ...left }));
  const sweeps = freshSweeps();
  const look = async () => {
    const context = passContext(parts);
    await trialsOf(context, context.azure, now0, sweeps, null)(await pictureOf(parts));
    return changesIn(clouds);
  };
  expect(await look()).toEqual([]);
  time += 2 * minute;
  expect(await look()).toEqual(['deleteAgent 1', 'disable 8']);
  time += minute / 2;
  expect(await look()).toEqual(['deleteAgent 1', 'disable 8', 'deleteAgent 8', 'reimageInstance 1']);
});

const request = {
  document: { encoding: 'pkcs7', signature: '' },
  nonce: '0000000000',
  reported: { forbiddenVariables: [], workFolderVariable: null },
};

function claimOptions(store: TrialOptions['store'], now: () => number, azureDevOps: AzureDevOpsPort): TrialOptions {
  let nonce = 1234567890;
  return {
    store,
    azureDevOpsFor: () => azureDevOps,
    settingsFor: () => Promise.resolve(settings()),
    clock: { now, sleep: () => Promise.resolve() },
    newNonce: () => String((nonce += 1)),
    generateKeys: () =>
      Promise.resolve({ modulus: 'm', exponent: 'e', d: 'd', p: 'p', q: 'q', dp: 'x', dq: 'y', inverseQ: 'z' }),
  };
}

function registeredAs(name: string) {
  const clientId = 'c0ffee00-1111-4222-8333-444455556666';
  const authorizationUrl = 'https://vssps.dev.azure.com/fabrikam/_apis/oauth2/token';
  return { agentId: 1, name, clientId, authorizationUrl, serverUrl: null };
}

/** The first agent is made, and neither the answer nor a list tells of it. */
function losesFirstAnswer(clouds: SmallClouds) {
  const unlisted: Agent[] = [];
  const registerAgent: AzureDevOpsPort['registerAgent'] = (_pool, { name, systemCapabilities }) => {
    if (unlisted.length === 0) {
      unlisted.push(agent({ agentId: 9, name, systemCapabilities, isOnline: false }));
      return Promise.reject(new CloudError('unavailable', 'registerAgent', 'No answer.'));
    }
    clouds.agents.set(1, agent({ agentId: 1, name, systemCapabilities, isOnline: false }));
    return Promise.resolve(registeredAs(name));
  };
  return { unlisted, registerAgent };
}

it('removes an agent that came through after its trial had ended, and leaves those of trials that are not known', async () => {
  let time = now0;
  const { store, clouds, parts } = await trialPool(() => time);
  const ended = validationOf('linux', { scaleSetId: null, machines: [], phase: 'finished', finishedAt: now0 });
  await store.writeRecords([validationWrite(null, ended)]);
  const trialAgent = (agentId: number, validationId: string) =>
    agent({ agentId, createdAt: now0, isOnline: false, systemCapabilities: { [trialCapability]: validationId } });
  clouds.agents.set(1, trialAgent(1, 'v')).set(2, trialAgent(2, 'of somebody else'));
  const sweeps = freshSweeps();
  const look = async () => {
    const context = passContext(parts);
    await trialsOf(context, context.azure, now0, sweeps, null)(await pictureOf(parts));
    return changesIn(clouds);
  };
  expect(await look()).toEqual([]);
  time += 11 * minute;
  expect(await look()).toEqual(['disable 1']);
  time += minute / 2;
  expect(await look()).toEqual(['disable 1', 'deleteAgent 1']);
});

it('looks for left-over trials every ten minutes of its own counting, though the clock was set back', async () => {
  const time = { now: now0, elapsed: 0, lists: 0 };
  const now = () => time.now;
  const { store, lease, clouds } = await emptyPool(now);
  const listScaleSets = () => Promise.resolve((time.lists += 1) > 0 ? [] : []);
  const context = passContext(
    { store, lease, clouds, now },
    {
      settings: settings({ laneResourceGroup: '/subscriptions/s/resourceGroups/lanes' }),
      azure: { ...clouds.azure, listScaleSets },
      clock: { now, elapsed: () => time.elapsed, sleep: () => Promise.resolve() },
    },
  );
  const sweeps = freshSweeps();
  const looks = async () => {
    await trialsOf(context, context.azure, now0, sweeps, null)(await pictureOf({ store, clouds, now }));
    return time.lists;
  };
  expect([await looks(), await looks()]).toEqual([1, 1]);
  time.now -= 3 * hour;
  time.elapsed += 10 * minute;
  expect(await looks()).toBe(2);
});

it('ends in the same few minutes where the clock was set back by hours since it began', async () => {
  let time = now0;
  const now = () => time;
  const { store, lease, clouds } = await emptyPool(now);
  const parts = { store, lease, clouds, now };
  const context = passContext(parts);
  const phaseSince = now0 + 3 * hour;
  const validation = validationOf('linux', { scaleSetId, machines: [], phaseSince });
  const claiming = { ...newTrial(validation, instance(), phaseSince), claimedAt: phaseSince - minute };
  await store.writeRecords([validationWrite(null, validation), trialWrite(null, claiming)]);
  const phaseAfter = async (minutes: number) => {
    time = now0 + minutes * minute;
    await trialsOf(context, context.azure, now0, freshSweeps(), null)(await pictureOf(parts));
    return (await readValidation(store, 'linux', 'v'))?.value.phase;
  };
  expect([await phaseAfter(0), await phaseAfter(1), await phaseAfter(2)]).toEqual(['cleaning', 'cleaning', 'finished']);
});
