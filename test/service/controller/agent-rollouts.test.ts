// Which agent the machines of a pool were given, kept in the store from pass to pass, and what a claim answers by it.
import { expect, it } from '@jest/globals';
import { agentVersionFor, readAgentRollout } from '../../../service/agent-records.ts';
import { agentBanners, agentsInForce, followAgentRollouts } from '../../../service/controller/agent-rollouts.ts';
import { agentExtensionName, type ScaleSetExtension } from '../../../service/domain/instance.ts';
import { nodesOf } from '../../../service/domain/node.ts';
import { CloudError } from '../../../service/problem.ts';
import { createMemoryStore } from '../../../service/store/memory-store.ts';
import { generation, instance, memory, now0, scaleSet, settings } from '../../builders.ts';
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
    await followAgentRollouts(context, observation, nodesOf(observation, pool, memory()), memory(), policies);
    return { policies, observation };
  };
  await add('1', now0);
  await pass(old);
  await pass(missing);
  const wrong = await pass(missing);
  expect(wrong.observation).toMatchObject({ agentVersions: { linux: old }, agentTrials: { linux: { wanted: 0 } } });
  expect(agentBanners(wrong.policies)).toMatchObject([{ code: 'agentMissing' }]);
  await pass(next);
  expect((await pass(next)).observation.agentTrials).toEqual({ linux: { canary: next, wanted: 2, rejected: null } });
  clouds.scaleSet = { ...clouds.scaleSet, extensions: [hidden(next)] };
  await add('2', null);
  await add('3', null);
  await pass(next);
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
