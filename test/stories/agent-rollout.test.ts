// Another version of the agent comes into a busy pool: some machines try it and all follow, and one whose machines do not come up is
// held and the pool goes on with the last known good one. The real service on both emulators in virtual time.
import { describe, expect, it } from '@jest/globals';
import { readAgentRollout } from '../../service/agent-records.ts';
import { hour, minute, now0 } from '../builders.ts';
import { job, laneWorld } from './lane-world.ts';

/** Three jobs every six minutes for two hours. */
const busy = Array.from({ length: 60 }, (_, index) => job(60 + Math.floor(index / 3) * 360 + (index % 3), index + 1));

async function agentWorld(settings: Record<string, unknown> = {}) {
  const versions: string[] = [];
  const told = await laneWorld({ laneResourceGroup: null, images: [], maxCapacity: 6, ...settings }, busy, {
    onAzureDevOpsEvent: (event) => {
      if (event.kind !== 'jobStarted') return;
      versions.push(told.world.clouds.azureDevOps.agents().find((one) => one.id === event.agentId)?.version ?? '?');
    },
  });
  const { world } = told;
  const rollout = async () => (await readAgentRollout(world.store, 'linux', 'linux'))!.value;
  return {
    ...{ ...told, versions, rollout },
    /** Runs until the rollout has come that far, at most for so long. */
    async until(phase: string, atMost = hour): Promise<void> {
      const end = world.clock.now() + atMost;
      while ((await rollout()).state.rollout?.phase !== phase && world.clock.now() < end)
        await world.run(world.clock.now() + minute);
    },
    view: async () =>
      JSON.parse((await world.store.readView('linux'))?.document ?? '{}') as Record<
        'banners' | 'agentRollouts',
        readonly unknown[]
      >,
  };
}

describe('another version of the agent on a busy pool', () => {
  it('is tried by a few and then followed by all, and one that does not come up is held', async () => {
    const told = await agentWorld();
    const { world, versions } = told;
    await world.run(now0 + 20 * minute);
    expect([new Set(versions), (await told.rollout()).state.lastKnownGood]).toEqual([new Set(['5.278.0']), '5.278.0']);

    world.clouds.azureDevOps.offerAgent('5.280.0');
    await told.until('canary');
    expect((await told.view()).agentRollouts).toMatchObject([
      { version: '5.280.0', from: '5.278.0', phase: 'canary', failed: 0 },
    ]);
    await told.until('done');
    const beside = versions.slice(versions.indexOf('5.280.0'), versions.lastIndexOf('5.278.0') + 1);
    expect(new Set(beside)).toEqual(new Set(['5.278.0', '5.280.0']));
    expect((await told.rollout()).state).toMatchObject({ lastKnownGood: '5.280.0', banner: null });
    const allSince = versions.length;

    world.clouds.azureDevOps.offerAgent('5.281.0', 'weir-sandbox-never-online');
    const offeredAt = world.clock.now();
    await told.until('stopped');
    expect(world.clock.now() - offeredAt).toBeLessThan(40 * minute);
    const stoppedAt = versions.length;
    await world.run(now0 + 6 * hour, () => told.finished() === busy.length);
    if (process.env.WEIR_SHOW)
      process.stdout.write(`${versions.join(' ')}\n${told.lines.join('\n')}\n${(await told.log()).join('\n')}\n`);
    expect((await told.view()).banners).toMatchObject([
      {
        code: 'agentRolledBack',
        words: expect.stringMatching(/^Version 5\.281\.0 of the Linux agent was stopped: .* 5\.280\.0 again\. /),
      },
    ]);
    expect(versions.length).toBeGreaterThan(stoppedAt);
    expect(new Set(versions.slice(allSince))).toEqual(new Set(['5.280.0']));
    expect(told.finished()).toBe(busy.length);
    expect(told.machines.filter((event) => event.kind === 'jobLost')).toEqual([]);
  }, 900_000);
});
