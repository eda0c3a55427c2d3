// Which agent the machines of a pool were given, kept in the store from pass to pass, and what a claim answers by it.
import { describe, expect, it } from '@jest/globals';
import { agentVersionFor, readAgentRollout } from '../../../service/agent-records.ts';
import { agentBanners, agentsInForce, followAgentRollouts } from '../../../service/controller/agent-rollouts.ts';
import { configureModels } from '../../../service/controller/configure.ts';
import { freshRecollection } from '../../../service/controller/context.ts';
import { scaleOut } from '../../../service/controller/scale-out.ts';
import { agentExtensionName, type ScaleSetExtension } from '../../../service/domain/instance.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import { rolloutOf } from '../../../service/domain/pool.ts';
import { CloudError } from '../../../service/problem.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import {
  fresh,
  generation,
  instance,
  jobRequests,
  memory,
  now0,
  scaleSet,
  scaleSetId,
  settings,
} from '../../builders.ts';
import { passContext, pictureOf } from './pass-context.ts';
import { smallClouds } from './small-clouds.ts';

const [old, next, missing] = ['5.278.0', '5.280.0', '5.999.0'];

/** As the Custom Script Extension of Windows: its command cannot be read, and a number tells of another one. */
const hidden = (version = next): ScaleSetExtension => ({
  ...{ name: agentExtensionName, publisher: 'Microsoft.Compute', type: 'CustomScriptExtension' },
  ...{ typeHandlerVersion: '1.10', provisionAfterExtensions: [] },
  settings: { fileUris: ['https://weir.example.com/enableagent.ps1'], timestamp: Number(version.replaceAll('.', '')) },
});

it('an agent that is not there is tried by nobody, one that hides in the model is told by the model that it would make, and two failures give the last good one', async () => {
  const store = createMemoryStore({ now: () => now0 });
  const pool = settings({ agentVersion: 'latest' });
  await store.savePool(pool, null, false);
  const lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
  const clouds = smallClouds(scaleSet({ capacity: 1, extensions: [hidden(old)] }));
  const lines: string[] = [];
  const context = passContext(
    { store, lease, clouds, now: () => now0 },
    {
      settings: pool,
      extensionFor: (_set, _system, version) =>
        version === missing
          ? Promise.reject(new CloudError('notFound', 'readAgentPackage', 'There is no such agent.'))
          : Promise.resolve(hidden(version)),
      line: (_level, words) => lines.push(words),
    },
  );
  const add = async (id: string, firstOnlineAt: number | null) => {
    clouds.instances.set(id, instance({ instanceId: id, vmId: `vm-${id}` }));
    await store.startGeneration(lease, generation({ instanceId: id, startedAt: now0 - 3_600_000, firstOnlineAt }));
  };
  const pass = async (offered: string) => {
    const picture = await pictureOf({ store, clouds, now: () => now0 });
    const { policies, observation } = await agentsInForce(context, { ...picture, agentVersions: { linux: offered } });
    const nodes = nodesOf(observation, pool, memory());
    const progress = await followAgentRollouts(context, observation, nodes, memory(), policies);
    return { policies, observation, progress };
  };
  await add('1', now0);
  await pass(old);
  await pass(missing);
  const wrong = await pass(missing);
  expect(wrong.observation).toMatchObject({ agentVersions: { linux: old }, agentTrials: { linux: { wanted: 0 } } });
  expect(agentBanners(wrong.policies)).toMatchObject([{ code: 'agentMissing' }]);
  expect(wrong.progress).toEqual([]);
  expect((await pass(next)).progress).toMatchObject([
    {
      ...{ version: next, from: old, phase: 'canary', machines: 1, machinesNew: 0, booted: 0, failed: 0 },
      words: 'No machine has it yet.',
      nextStep: expect.stringContaining(`goes back to ${old} by itself`),
    },
  ]);
  expect((await pass(next)).observation.agentTrials).toEqual({ linux: { canary: next, wanted: 2, rejected: null } });
  clouds.scaleSet = { ...clouds.scaleSet, extensions: [hidden(next)] };
  await add('2', null);
  await add('3', null);
  expect((await pass(next)).progress).toEqual([]);
  const kept = (await readAgentRollout(store, 'linux', 'linux'))?.value;
  expect(kept).toMatchObject({ main: old, given: { 'g-1': old, 'g-2': next }, state: { rejectedVersion: next } });
  const lives = await store.listGenerations('linux');
  const answers = [...lives, null].map((life) => agentVersionFor(store, 'linux', pool, 'linux', life));
  expect(await Promise.all(answers)).toEqual([old, next, next, old]);
  expect(await agentVersionFor(store, 'linux', { agentVersion: next }, 'linux')).toBe(next);
  const { policies, observation } = await pass(next);
  expect(observation).toMatchObject({
    agentVersions: { linux: old },
    agentTrials: { linux: { canary: null, rejected: next } },
  });
  expect([agentBanners(policies).map((one) => one.words), lines]).toEqual([
    lines,
    [expect.stringContaining(`${old} again.`)],
  ]);
});

/** A pool that runs `old` with one machine and is offered `next`, of which one machine is to try it first. */
async function trialStage(model: string) {
  const store = createMemoryStore({ now: () => now0 });
  const pool = settings({
    agentVersion: 'latest',
    maxCapacity: 100,
    rollout: { ...rolloutOf({}), canaryBoots: 1, canaryPercent: 1 },
  });
  await store.savePool(pool, null, false);
  const lease = (await store.acquireLease('linux', 'me', 3_600_000))!;
  // Azure writes the id in capitals of its own.
  const clouds = smallClouds(scaleSet({ id: scaleSetId.toUpperCase(), capacity: 1, extensions: [hidden(old)] }));
  const context = passContext(
    { store, lease, clouds, now: () => now0 },
    { settings: pool, extensionFor: (_set, _system, version) => Promise.resolve(hidden(version)) },
  );
  const recollection = freshRecollection();
  const list = async (id: string) => {
    clouds.instances.set(id, instance({ instanceId: id, vmId: `vm-${id}`, isLatestModelApplied: true }));
    const isNew = id !== '1';
    const since = isNew ? { startedAt: now0, claimedAt: null, firstOnlineAt: null } : {};
    await store.startGeneration(lease, generation({ instanceId: id, ...since }));
  };
  const look = async (offered: string, queued: number) => {
    const picture = await pictureOf({ store, clouds, now: () => now0 });
    const requests = fresh(jobRequests(queued));
    const seen = { ...picture, jobRequests: requests, agentVersions: { linux: offered } };
    const { policies, observation } = await agentsInForce(context, seen);
    await followAgentRollouts(context, observation, nodesOf(observation, pool, memory()), memory(), policies);
    return observation;
  };
  /** As much of a pass as makes machines: what was called for `queued` jobs. */
  const pass = async (queued: number) => {
    clouds.calls.length = 0;
    const observation = await look(next, queued);
    const held = await configureModels(context, observation, recollection);
    const target = { scaleSetId, generationId: null, instanceId: null, vmId: null, agentId: null };
    const reason = { code: 'requestsWithoutNode', words: '' };
    if (!held.has(scaleSetId.toLowerCase()))
      await scaleOut(context, observation, { kind: 'scaleOut', reason, target, to: 1 + queued });
    return [...clouds.calls, ...held.values()];
  };
  const finish = async () => {
    for (const one of await store.listOpenOperations('linux'))
      await store.changeOperation(lease, one.operationId, now0, { phase: 'done' });
  };
  await list('1');
  await look(old, 0);
  await look(next, 0);
  clouds.scaleSet = { ...clouds.scaleSet, extensions: [hidden(model)] };
  return { clouds, look, list, pass, finish };
}

describe('an agent that is only tried', () => {
  const waits = expect.stringContaining('waits for the scale-out that is open');

  it('is given to no machine beyond those that are wanted, before the first is listed and after', async () => {
    const { clouds, list, look, pass, finish } = await trialStage(next);
    expect(await pass(50)).toEqual(['setCapacity 2']);
    expect((await look(next, 50)).agentTrials).toMatchObject({ linux: { wanted: 0 } });
    expect(await pass(50)).toEqual([waits]);
    await list('2');
    expect(await pass(50)).toEqual([waits]);
    await finish();
    expect(await pass(50)).toEqual([`putExtension ${agentExtensionName}`, expect.stringContaining('is taking')]);
    expect(clouds.scaleSet.extensions).toEqual([hidden(old)]);
    expect(await pass(50)).toEqual(['setCapacity 51']);
  });

  it('lets many jobs go first once, with the agent that the pool runs, and is tried then under any load', async () => {
    const { clouds, pass, finish } = await trialStage(old);
    expect(await pass(50)).toEqual(['setCapacity 51']);
    expect(await pass(80)).toEqual([waits]);
    await finish();
    expect(await pass(80)).toEqual([`putExtension ${agentExtensionName}`, expect.stringContaining('is taking')]);
    expect(clouds.scaleSet.extensions).toEqual([hidden(next)]);
    expect(await pass(80)).toEqual(['setCapacity 52']);
  });
});
